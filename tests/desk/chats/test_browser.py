"""The workplace of chats in a real browser: two specialists and a user, live."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from bot.model.rights import Staff
from tests.conftest import wait_for
from tests.desk.chats.talkers import ATTACK, HERE, THERE, Talker, follow
from tests.desk.office import Office

Open = Callable[..., Page]
SQLITE = pytest.mark.parametrize("open_office", ["sqlite"], indirect=True)
"""What does not hang on the database is tried on one."""


@pytest.fixture
def open_desk(office: Office, browser: Browser) -> Iterator[Open]:
    """Opens a page of the desk in a browser context of its own; its scripts have no errors."""
    opened: list[Page] = []
    errors: list[str] = []

    def open_page(staff: Staff, path: str = "/chats", **size: int) -> Page:
        page = office.open_page(browser, staff, **size)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{office.web}/desk{path}")
        expect(page.locator("[data-stale]")).to_be_hidden()
        opened.append(page)
        return page

    yield open_page
    for page in opened:
        page.context.close()
    assert errors == []


@pytest.fixture
def anna(office: Office) -> Staff:
    """A specialist."""
    return office.hire("specialist", "anna", name="李娜", station=HERE)


@pytest.fixture
def bert(office: Office) -> Staff:
    """Another of the same station."""
    return office.hire("specialist", "bert", name="王明", station=HERE)


@pytest.fixture
def talker(office: Office) -> Talker:
    """A user of that station."""
    made = follow(office, "oOne", station=HERE)
    made.say("压力表在哪里检定")
    return made


def bubbles(page: Page) -> list[str]:
    """What was said in the open chat, in order."""
    return page.locator(".bubble__text").all_inner_texts()


def write(page: Page, text: str) -> None:
    """Type into the composer, and Enter."""
    page.fill("#text", text)
    page.press("#text", "Enter")


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
    expect(page.locator("#text")).to_have_value("")
    talker.deliver()
    expect(page.locator(".line_ours")).to_contain_text("已发")
    assert talker.told() == ["好的，请发清单"]
    expect(page.locator(".line_ours")).to_have_count(1)


@SQLITE
def test_shift_enter_makes_a_line_and_what_was_typed_outlives_a_reload(
    open_desk: Open, anna: Staff, talker: Talker
) -> None:
    talker.call().taken_by(anna)
    page = open_desk(anna, f"/chats/{talker.handoff}")
    page.locator("#text").press_sequentially("第一行")
    page.press("#text", "Shift+Enter")
    page.locator("#text").press_sequentially("第二行")
    page.reload()
    expect(page.locator("#text")).to_have_value("第一行\n第二行")
    page.press("#text", "Control+Enter")
    expect(page.locator(".line_ours .bubble__text")).to_have_text("第一行\n第二行")
    page.reload()
    expect(page.locator("#text")).to_have_value("")


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


class Traffic:
    """A chat in which both sides go on talking; `said`: all of it, in order."""

    def __init__(self, talker: Talker, staff: Staff) -> None:
        self._talker, self._staff = talker, staff
        self.said: list[str] = []

    def talk(self, times: int) -> None:
        """So many more sentences: one of three is the specialist's, written at another page."""
        for _ in range(times):
            self.said.append(f"第{len(self.said) + 1:03d}句")
            if len(self.said) % 3:
                self._talker.say(self.said[-1])
            else:
                self._talker.told_by(self._staff, self.said[-1])

    def shown(self, page: Page) -> list[str]:
        """What of it the page shows, in order, as often as it does."""
        return [text for text in bubbles(page) if text.startswith("第")]


def test_desk_cut_off_under_traffic_shows_every_message_once_in_order(
    open_desk: Open, anna: Staff, talker: Talker
) -> None:
    talker.call().taken_by(anna)
    page = open_desk(anna, f"/chats/{talker.handoff}")
    traffic = Traffic(talker, anna)
    traffic.talk(5)
    page.context.set_offline(True)
    expect(page.locator("[data-stale]")).to_be_visible()
    traffic.talk(250)  # more than the stream reads at a time, and more than the page opens with
    assert traffic.said[-1] not in bubbles(page)
    page.context.set_offline(False)
    traffic.talk(5)
    expect(page.locator(".lines")).to_contain_text(traffic.said[-1], timeout=30_000)
    expect(page.locator("[data-stale]")).to_be_hidden()
    assert traffic.shown(page) == traffic.said


@SQLITE
def test_desk_cut_off_for_a_minute_misses_nothing_of_what_went_on(
    open_desk: Open, anna: Staff, talker: Talker
) -> None:
    talker.call().taken_by(anna)
    page = open_desk(anna, f"/chats/{talker.handoff}")
    traffic = Traffic(talker, anna)
    traffic.talk(3)
    expect(page.locator(".lines")).to_contain_text(traffic.said[-1])
    before = list(traffic.said)
    page.context.set_offline(True)
    expect(page.locator("[data-stale]")).to_be_visible()
    end = time.monotonic() + 60
    while time.monotonic() < end:
        traffic.talk(1)
        page.wait_for_timeout(250)
        assert page.locator("[data-stale]").is_visible(), "it says so all the time"
    assert traffic.shown(page) == before, "it was really cut off"
    assert len(traffic.said) > 100
    page.context.set_offline(False)
    expect(page.locator("[data-stale]")).to_be_hidden(timeout=30_000)
    traffic.talk(3)
    expect(page.locator(".lines")).to_contain_text(traffic.said[-1], timeout=30_000)
    assert traffic.shown(page) == traffic.said


@SQLITE
def test_a_message_whose_answer_was_lost_is_sent_again_once(
    open_desk: Open, anna: Staff, talker: Talker
) -> None:
    talker.call().taken_by(anna)
    page = open_desk(anna, f"/chats/{talker.handoff}")
    lost: list[Route] = []

    def lose_answer(route: Route) -> None:
        route.fetch()
        lost.append(route)
        route.abort()

    page.route("**/send", lose_answer, times=1)
    write(page, "周三上午来")
    expect(page.locator("#notices")).to_contain_text("不会重复")
    expect(page.locator("#text")).to_have_value("周三上午来")
    page.reload()
    expect(page.locator("#text")).to_have_value("周三上午来")
    page.press("#text", "Enter")
    expect(page.locator("#text")).to_have_value("")
    assert lost
    assert talker.told() == ["周三上午来"]
    write(page, "周三上午来")
    expect(page.locator("#text")).to_have_value("")
    assert talker.told() == ["周三上午来"] * 2, "said twice on purpose"
    expect(page.locator(".line_ours")).to_have_count(2)


@SQLITE
def test_what_is_typed_while_a_message_goes_out_stays(
    open_desk: Open, anna: Staff, talker: Talker
) -> None:
    talker.call().taken_by(anna)
    page = open_desk(anna, f"/chats/{talker.handoff}")
    held: list[Route] = []
    page.route("**/send", lambda route: held.append(route), times=1)
    write(page, "第一句")
    page.locator("[data-send]").dispatch_event("click")
    page.press("#text", "End")
    page.locator("#text").press_sequentially("和第二句")
    wait_for_page(page, held)
    held[0].continue_()
    expect(page.locator("#text")).to_have_value("和第二句")
    assert talker.told() == ["第一句"]


def wait_for_page(page: Page, what: list[Route]) -> None:
    """Until the page asked; its events are handled meanwhile."""
    for _ in range(100):
        if what:
            return
        page.wait_for_timeout(50)
    raise AssertionError("nothing was asked")


@SQLITE
def test_page_left_alone_counts_what_comes_in_its_title(
    open_desk: Open, anna: Staff, talker: Talker
) -> None:
    talker.call().taken_by(anna)
    page = open_desk(anna)
    page.evaluate("document.hasFocus = () => false")
    talker.say("在吗")
    expect(page).to_have_title("(1) 新消息 · 会话 · 质量服务站工作台")
    expect(page.locator("#lists .badge")).to_have_text("1")
    page.evaluate("delete document.hasFocus; dispatchEvent(new Event('focus'))")
    expect(page).to_have_title("会话 · 质量服务站工作台")


COUNT_TONES = """
window.tones = 0;
const make = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () {
  window.tones += 1;
  return make.call(this);
};
"""


@SQLITE
def test_every_page_calls_attention_unless_it_is_muted(
    office: Office, browser: Browser, anna: Staff, talker: Talker
) -> None:
    talker.call().taken_by(anna)
    page = office.open_page(browser, anna, "/rota")
    page.add_init_script(COUNT_TONES)
    page.reload()
    badge, switch = page.locator("[data-news]"), page.locator("[data-sound]")
    expect(badge).to_be_hidden()
    switch.focus()
    page.keyboard.press("Enter")  # browsers keep a page silent until somebody has touched it
    expect(switch).to_have_text("提示音开")
    page.evaluate("tones = 0; document.hasFocus = () => false")
    talker.say("在吗")
    expect(page).to_have_title("(1) 新消息 · 轮值接访 · 质量服务站工作台", timeout=15_000)
    expect(badge).to_have_text("1")
    assert page.evaluate("tones") == 1
    follow(office, "oTwo", station=HERE).call()
    expect(badge).to_have_text("2", timeout=15_000)
    assert page.evaluate("tones") == 2
    follow(office, "oThree", station=THERE).call()
    switch.click()
    expect(switch).to_have_text("提示音关")
    page.goto(f"{office.web}/desk/demands")
    expect(page.locator("[data-sound]")).to_have_text("提示音关")
    talker.say("有人吗")
    expect(page.locator("[data-news]")).to_have_text("3", timeout=15_000)
    assert page.evaluate("tones") == 0
    page.context.close()


@SQLITE
def test_script_in_messages_and_names_is_shown_as_text(
    office: Office, open_desk: Open, talker: Talker
) -> None:
    villain = office.hire("specialist", "eve", name="<b>夏娃</b>")
    talker.call().taken_by(villain)
    talker.say(ATTACK)
    page = open_desk(villain, f"/chats/{talker.handoff}")
    talker.say(ATTACK + "2")
    expect(page.locator(".line_theirs").last).to_contain_text("onerror")
    expect(page.locator(".bubble__text", has_text=ATTACK + "2")).to_have_count(1)
    write(page, ATTACK)
    expect(page.locator(".line_ours .bubble__text")).to_have_text(ATTACK)
    expect(page.locator(".line_ours .line__who")).to_contain_text("<b>夏娃</b>")
    assert page.locator(".chat img, .lines script, .line__who b, .item b b").count() == 0
    assert "owned" not in page.title()


@SQLITE
def test_canned_answer_and_service_item_are_put_in_by_keyboard(
    open_desk: Open, anna: Staff, talker: Talker
) -> None:
    talker.call().taken_by(anna)
    page = open_desk(anna, f"/chats/{talker.handoff}")
    page.keyboard.press("Alt+k")
    page.locator(".insert__one", has_text="您的问题我看到了").click()
    expect(page.locator("#text")).to_have_value(
        "您好！我是凤凰湖产业促进中心质量服务专员李娜，您的问题我看到了，请稍等。"
    )
    page.keyboard.press("Alt+k")
    page.keyboard.type("校准")
    page.locator(".insert__one", has_text="强制检定/校准").click()
    page.press("#text", "Enter")
    expect(page.locator(".line_ours .bubble__text")).to_contain_text("联系电话：49473890")


@SQLITE
def test_lists_are_walked_through_by_keyboard(
    office: Office, open_desk: Open, anna: Staff, talker: Talker
) -> None:
    talker.call(ago=60)
    second = follow(office, "oTwo").call()
    page = open_desk(anna)
    page.keyboard.press("Alt+q")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/chats/{second.handoff}")


@SQLITE
def test_form_beside_the_chat_is_filled_in_once_the_enterprise_agreed(
    open_desk: Open, anna: Staff, talker: Talker
) -> None:
    talker.call().taken_by(anna)
    page = open_desk(anna, f"/chats/{talker.handoff}")
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


@SQLITE
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (820, 1180), (390, 780)])
def test_nothing_is_cut_off(
    open_desk: Open, anna: Staff, talker: Talker, width: int, height: int
) -> None:
    talker.call().taken_by(anna)
    talker.say("很长的一串" * 60 + "https://example.com/" + "a" * 200)
    page = open_desk(anna, f"/chats/{talker.handoff}", width=width, height=height)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("document.documentElement.scrollHeight") == height
    for part in (".chat__log", ".chat__head"):
        assert page.locator(part).evaluate("e => e.scrollWidth - e.clientWidth") <= 0, part
    box = page.locator("[data-send]").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= height
    if width < 1180:
        page.click("[data-fold]:visible")
        expect(page.locator("#side .facts")).to_be_visible()
