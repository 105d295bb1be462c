"""Messages as the account may send them: menus or links, long texts in parts, typing."""

from __future__ import annotations

from bot.gateway.wechat_client import WechatClient
from bot.settings import Settings
from bot.simulator.platform import Platform
from tests.gateway.wechat_client.calls import SEND_CALLS, code_of, order, shown, use

MENU = {"text": "您可以：", "choices": [{"title": "转人工", "payload": "/handoff_human"}]}


def test_choices_go_as_a_menu(platform: Platform, account: Settings) -> None:
    use(account, lambda api: api.send("oUser", MENU, 7))
    (row,) = [r for r in platform.log if r["from"] == "account"]
    assert row["kind"] == "msgmenu"
    assert row["choices"] == [{"id": "7.1", "content": "1. 转人工"}]


def test_an_account_without_menus_sends_links_from_then_on(
    platform: Platform, account: Settings
) -> None:
    order(platform, "custom/send", 1, errcode=40200)

    async def run(api: WechatClient) -> None:
        await api.send("oUser", MENU, 7)
        await api.send("oUser", MENU, 8)

    use(account, run)
    assert [kind for kind, _ in shown(platform)] == ["text", "text"]
    assert "msgmenuid=7.1" in shown(platform)[0][1]
    assert platform.calls[SEND_CALLS] == 3, "the menu is tried once"


def test_a_text_too_long_for_the_platform_is_split(platform: Platform, account: Settings) -> None:
    order(platform, "custom/send", 1, errcode=45002)
    body = {"text": "第一句话。" * 20 + "\n" + "第二句话。" * 20, "choices": []}
    use(account, lambda api: api.send("oUser", body, 1))
    assert [text for _, text in shown(platform)] == ["第一句话。" * 20, "第二句话。" * 20]


def test_typing_is_shown_and_not_repeated(platform: Platform, account: Settings) -> None:
    async def run(api: WechatClient) -> None:
        await api.typing("oUser")
        assert await code_of(api.typing("oUser")) == 45081
        platform.user("oUser").said_at -= 31
        platform.user("oUser").typing_until = 0
        assert await code_of(api.typing("oUser")) == 45080

    use(account, run)
    assert [row["command"] for row in platform.log if row["kind"] == "typing"] == ["Typing"]


def test_an_account_that_cannot_type_does_not_try_again(
    platform: Platform, account: Settings
) -> None:
    order(platform, "custom/typing", 9, errcode=48001)

    async def run(api: WechatClient) -> None:
        assert await code_of(api.typing("oUser")) == 48001
        assert await code_of(api.typing("oUser")) is None

    use(account, run)
    assert platform.calls["/cgi-bin/message/custom/typing"] == 1
