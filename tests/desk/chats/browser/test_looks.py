"""What calls attention, lists by keyboard, attacks as text, nothing cut off on any screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from bot.model.rights import Staff
from tests.desk.chats.browser.pages import SQLITE, Open, write
from tests.desk.chats.talkers import ATTACK, HERE, THERE, Talker, follow
from tests.desk.office import Office


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
