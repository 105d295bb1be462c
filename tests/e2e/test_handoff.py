"""A person takes over, in the whole product: two specialists at the desk and a user's phone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.phone_page import ANSWER_MS, PhonePage
from tests.e2e.product import Product

Open = Callable[[str], Page]
NAMES = {"fenghuanghu": "李敏（示例）", "gangqiao": "赵强（示例）"}
"""Logins and names of the demo's specialists, each of another station."""


@pytest.fixture
def open_desk(product: Product, browser: Browser) -> Iterator[Open]:
    """Opens the chats for one of the demo's people, signed in as the terminal tells."""
    kept = dict(json.loads((product.settings.var / "demo-sign-ins.json").read_text()))
    opened: list[Page] = []
    errors: list[str] = []

    def open_page(login: str) -> Page:
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        opened.append(page)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.set_default_timeout(ANSWER_MS)
        page.goto(f"{product.web}/desk/sign-in?next=/chats")
        page.fill("#login", login)
        page.fill("#password", kept[login])
        page.click("text=登录 >> nth=-1")
        page.wait_for_url("**/desk/chats")
        return page

    yield open_page
    for number, page in enumerate(opened):
        page.screenshot(path=str(product.settings.var / "screenshots" / f"desk-{number}.png"))
        page.context.close()
    assert errors == []


def said_by_user(page: Page, text: str) -> None:
    """Wait until the open chat shows the user's words."""
    expect(page.locator(".line_theirs .bubble__text").last).to_have_text(text, timeout=ANSWER_MS)


def write(page: Page, text: str) -> None:
    """Write to the user."""
    page.fill("#text", text)
    page.press("#text", "Enter")
    expect(page.locator("#text")).to_have_value("")


def hear(phone: PhonePage, text: str) -> None:
    """Wait until the phone shows what the account said."""
    expect(phone.bubbles().last).to_contain_text(text, timeout=ANSWER_MS)


def asked_of_rasa(product: Product) -> int:
    """How many messages the assistant's own server says it was asked since its start."""
    address = f"{product.settings.rasa_url}/webhooks/turn/ready"
    return int(httpx.get(address, timeout=5, trust_env=False).json()["asked"])


def test_a_person_takes_over_and_the_assistant_is_back(
    product: Product, phone: PhonePage, open_desk: Open
) -> None:
    begun = asked_of_rasa(product)
    assert "49473890" in phone.ask("压力表在哪里检定")
    pages = {login: open_desk(login) for login in NAMES}
    phone.ask("转人工")
    handed_over = asked_of_rasa(product)
    assert handed_over == begun + 2
    phone.send("一共六十三块，能上门吗")
    for page in pages.values():
        page.locator("#lists .item", has_text="一共六十三块").click()
        expect(page.locator(".lines")).to_contain_text("压力表在哪里检定")
    winner, loser = claim_at_once(pages, phone)
    one, two = pages[winner], pages[loser]

    write(one, "可以上门，请发清单")
    hear(phone, "可以上门，请发清单")
    phone.send("清单随后发来")
    said_by_user(one, "清单随后发来")
    said_by_user(two, "清单随后发来")
    expect(one.locator(".line_ours")).to_contain_text("已发")

    one.click("[data-open=transfer]")
    target = one.locator("#to option", has_text=NAMES[loser]).get_attribute("value")
    one.select_option("#to", target)
    one.fill("#transfer-reason", "由您安排上门")
    one.click("#transfer .button_primary")
    two.click("[data-claim]")
    hear(phone, f"质量服务专员{NAMES[loser]}")
    write(two, "周三上午到厂里检定")
    hear(phone, "周三上午到厂里检定")

    two.click("[data-open=close]")
    two.check("#close input[value=solved]")
    two.click("#close .button_primary")
    expect(two.locator("#foot")).to_contain_text("会话已结束：已解答")
    hear(phone, "请为这次服务打分")
    assert phone.tap_choice("非常满意").startswith("谢谢您的评价")
    two.reload()
    expect(two.locator("#foot")).to_contain_text("用户评价 5 分")
    assert asked_of_rasa(product) == handed_over, "nothing meant for a person reached Rasa"
    assert "49876254" in phone.ask("怎么注册商标"), "the assistant answers again"
    assert asked_of_rasa(product) == handed_over + 1


def claim_at_once(pages: dict[str, Page], phone: PhonePage) -> tuple[str, str]:
    """Both press 接入会话; who won, and who was told so."""
    for page in pages.values():
        page.evaluate("document.querySelector('[data-claim]').click()")
    expect(phone.bubbles().last).to_contain_text("质量服务专员", timeout=ANSWER_MS)
    said = phone.bubbles().last.inner_text()
    winner = next(login for login, name in NAMES.items() if name in said)
    loser = next(login for login in NAMES if login != winner)
    expect(pages[winner].locator("#text")).to_be_visible()
    expect(pages[loser].locator("#notices")).to_contain_text(f"{NAMES[winner]}刚刚接了这个会话")
    expect(pages[loser].locator("#text")).to_have_count(0)
    return winner, loser
