"""A chat is claimed, written in, passed on and closed, live."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from bot.model.rights import Staff
from tests.conftest import wait_for
from tests.desk.chats.browser.pages import SQLITE, Open, expect_typed, write
from tests.desk.chats.talkers import Talker


def test_of_two_who_claim_at_once_one_wins_and_the_other_sees_who(
    open_desk: Open, anna: Staff, bert: Staff, talker: Talker
) -> None:
    talker.call()
    pages = {person.name: open_desk(person, f"/chats/{talker.handoff}") for person in (anna, bert)}
    for page in pages.values():
        page.evaluate("document.querySelector('[data-claim]').click()")
    winner = next(p.name for p in (anna, bert) if p.id == wait_owner(talker))
    loser = next(name for name in pages if name != winner)
    expect(pages[winner].locator("#text")).to_be_visible()
    expect(pages[loser].locator("#notices")).to_contain_text(f"{winner}刚刚接了这个会话")
    expect(pages[loser].locator("#foot")).to_contain_text(f"{winner}正在接待")
    expect(pages[loser].locator("#text")).to_have_count(0)


def wait_owner(talker: Talker) -> int | None:
    """Who took it."""
    wait_for(lambda: talker.state().staff_id)
    return talker.state().staff_id


@SQLITE
def test_a_new_request_and_messages_to_and_fro_appear_by_themselves(
    open_desk: Open, anna: Staff, talker: Talker
) -> None:
    page = open_desk(anna)
    expect(page.locator("#lists")).to_contain_text("没有人在等")
    talker.call()
    page.locator("#lists .item").click()
    page.click("[data-claim]")
    talker.say("一共六十三块")
    expect(page.locator(".line_theirs").last).to_contain_text("一共六十三块")
    write(page, "好的，请发清单")
    expect(page.locator(".line_ours")).to_contain_text("待发")
    expect_typed(page, "")
    talker.deliver()
    expect(page.locator(".line_ours")).to_contain_text("已发")
    assert talker.told() == ["好的，请发清单"]
    expect(page.locator(".line_ours")).to_have_count(1)


@SQLITE
def test_shift_enter_makes_a_line_and_what_was_typed_outlives_a_reload(page: Page) -> None:
    page.locator("#text").press_sequentially("第一行")
    page.press("#text", "Shift+Enter")
    page.locator("#text").press_sequentially("第二行")
    page.reload()
    expect_typed(page, "第一行\n第二行")
    page.press("#text", "Control+Enter")
    expect(page.locator(".line_ours .bubble__text")).to_have_text("第一行\n第二行")
    page.reload()
    expect_typed(page, "")


@SQLITE
def test_chat_passed_on_is_taken_by_the_colleague_and_closed(
    open_desk: Open, anna: Staff, bert: Staff, talker: Talker
) -> None:
    talker.call().taken_by(anna)
    one, two = open_desk(anna, f"/chats/{talker.handoff}"), open_desk(bert)
    one.click("[data-open=transfer]")
    one.select_option("#to", f"person:{bert.id}")
    one.fill("#transfer-reason", "他管计量")
    one.click("#transfer .button_primary")
    expect(one.locator("#notices")).to_contain_text("已转出")
    expect(two.locator("#lists")).to_contain_text("转给王明")
    two.locator("#lists .item").click()
    two.click("[data-claim]")
    two.wait_for_selector("#text")
    two.get_by_role("tab", name="备注和记录").click()
    expect(two.locator(".notes")).to_contain_text("他管计量")
    two.click("[data-open=close]")
    expect(two.locator("#close input[name=outcome]")).to_have_count(6)
    two.check("#close input[value=solved]")
    two.fill("#close-note", "周三上午上门检定")
    two.click("#close .button_primary")
    expect(two.locator("#foot")).to_contain_text("会话已结束：已解答")
    expect(two.locator(".line_other").last).to_contain_text("周三上午上门检定")
    assert talker.state().status == "closed"


@SQLITE
def test_canned_answer_and_service_item_are_put_in_by_keyboard(page: Page) -> None:
    page.keyboard.press("Alt+k")
    page.locator(".insert__one", has_text="您的问题我看到了").click()
    expect_typed(page, "您好！我是凤凰湖产业促进中心质量服务专员李娜，您的问题我看到了，请稍等。")
    page.keyboard.press("Alt+k")
    page.keyboard.type("校准")
    page.locator(".insert__one", has_text="强制检定/校准").click()
    page.press("#text", "Enter")
    expect(page.locator(".line_ours .bubble__text")).to_contain_text("联系电话：49473890")


@SQLITE
def test_form_beside_the_chat_is_filled_in_once_the_enterprise_agreed(page: Page) -> None:
    page.get_by_role("tab", name="需求表").click()
    page.check("input[name=agreed]")
    page.click("text=新建并代填")
    page.click("#d-company_name .dfield__edit")
    page.fill("#d-company_name input[name=company_name]", "永川区计量检测有限公司")
    page.click("#d-company_name .button_primary")
    expect(page.locator("#d-company_name .dfield__value")).to_have_text("永川区计量检测有限公司")
    page.click("#d-telephone .dfield__edit")
    page.fill("#d-telephone input[name=telephone]", "139830")
    page.click("#d-telephone .button_primary")
    expect(page.locator("#d-telephone")).to_contain_text("手机号不够 11 位")
    page.click("#d-wanted .dfield__edit")
    page.check("#d-wanted input[value=计量服务]")
    page.click("#d-wanted .button_primary")
    expect(page.locator("#d-wanted .dfield__value")).to_have_text("计量服务")
