"""What a person does and sees on the simulator's phone page."""

from __future__ import annotations

import httpx
from playwright.sync_api import Locator, Page, expect

ANSWER_MS = 20_000


class PhonePage:
    """One phone on `page`; `errors`: what the page's scripts complained about."""

    def __init__(self, page: Page, number: int = 0) -> None:
        self.page = page
        self.frame = page.locator(".phone").nth(number)
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.set_default_timeout(ANSWER_MS)

    @property
    def openid(self) -> str:
        """Of this phone's user."""
        return self.frame.get_attribute("data-openid") or ""

    @property
    def title(self) -> Locator:
        """The line at the top."""
        return self.frame.locator(".title")

    def bubbles(self, sender: str = "account") -> Locator:
        """All that `sender` (account or user) has said."""
        return self.frame.locator(f'[data-role=message][data-from="{sender}"] .bubble')

    def texts(self, sender: str = "account") -> list[str]:
        """The same as texts."""
        return self.bubbles(sender).all_inner_texts()

    def wait_for_answers(self, count: int) -> str:
        """The last bubble's text, once the account has said `count` things."""
        expect(self.bubbles()).to_have_count(count, timeout=ANSWER_MS)
        return self.bubbles().last.inner_text()

    def send(self, text: str) -> None:
        """Type and send, as with a keyboard."""
        self.frame.get_by_label("消息").fill(text)
        self.frame.get_by_text("发送", exact=True).click()

    def ask(self, text: str) -> str:
        """Send `text`; what the account answers."""
        before = self.bubbles().count()
        self.send(text)
        return self.wait_for_answers(before + 1)

    def tap_choice(self, title: str) -> str:
        """Tap the blue line with `title` in the last bubble; what the account answers."""
        before = self.bubbles().count()
        self.bubbles().last.locator("[data-role=choice]", has_text=title).click()
        return self.wait_for_answers(before + 1)

    def choices(self) -> list[str]:
        """The blue lines of the last bubble."""
        return self.bubbles().last.locator("[data-role=choice]").all_inner_texts()

    def tap_menu(self, *names: str) -> str:
        """Tap through the menu bar, which the icon at its left opens; the account's answer."""
        before = self.bubbles().count()
        if not self.frame.locator(".menus").is_visible():
            self.frame.get_by_title("菜单").click()
        for name in names:
            self.frame.locator(".menus").get_by_role("button", name=name, exact=True).click()
        return self.wait_for_answers(before + 1)

    def send_kind(self, name: str, words: str | None = None) -> str:
        """Tap ＋ and `name` (图片, 语音, …); fill the sheet with `words`, if there is one."""
        before = self.bubbles().count()
        self.frame.get_by_title("更多").click()
        self.frame.locator(".panel").get_by_role("button", name=name, exact=True).click()
        if words is not None:
            self.frame.locator(".sheet input").fill(words)
            self.frame.locator(".sheet").get_by_role("button", name="发送").click()
        return self.wait_for_answers(before + 1)

    def scan(self, station: str) -> str:
        """Scan a station's code; the account's answer."""
        before = self.bubbles().count()
        self.frame.get_by_title("更多").click()
        self.frame.get_by_role("button", name="扫一扫").click()
        self.frame.locator(".sheet").get_by_role("button", name=station).click()
        return self.wait_for_answers(before + 1)


def call_api(base: str, path: str, account: tuple[str, str], **body: object) -> dict[str, object]:
    """A call of the simulated platform's API, as the account (id, secret) would make it."""
    token = httpx.post(
        f"{base}/cgi-bin/stable_token",
        json={"appid": account[0], "secret": account[1], "grant_type": "client_credential"},
    ).json()["access_token"]
    answer = httpx.post(f"{base}{path}", params={"access_token": token}, json=body)
    found: dict[str, object] = answer.json()
    return found
