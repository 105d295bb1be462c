"""A page that was cut off misses nothing, and nothing is sent twice."""

from __future__ import annotations

import time

from playwright.sync_api import Page, Route, expect

from bot.model.rights import Staff
from tests.desk.chats.browser.pages import SQLITE, bubbles, expect_typed, write
from tests.desk.chats.talkers import Talker


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
    page: Page, anna: Staff, talker: Talker
) -> None:
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
    page: Page, anna: Staff, talker: Talker
) -> None:
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
def test_a_message_whose_answer_was_lost_is_sent_again_once(page: Page, talker: Talker) -> None:
    lost: list[Route] = []

    def lose_answer(route: Route) -> None:
        route.fetch()
        lost.append(route)
        route.abort()

    page.route("**/send", lose_answer, times=1)
    write(page, "周三上午来")
    expect(page.locator("#notices")).to_contain_text("不会重复")
    expect_typed(page, "周三上午来")
    page.reload()
    expect_typed(page, "周三上午来")
    page.press("#text", "Enter")
    expect_typed(page, "")
    assert lost
    assert talker.told() == ["周三上午来"]
    write(page, "周三上午来")
    expect_typed(page, "")
    assert talker.told() == ["周三上午来"] * 2, "said twice on purpose"
    expect(page.locator(".line_ours")).to_have_count(2)


@SQLITE
def test_what_is_typed_while_a_message_goes_out_stays(page: Page, talker: Talker) -> None:
    held: list[Route] = []
    page.route("**/send", lambda route: held.append(route), times=1)
    write(page, "第一句")
    page.locator("[data-send]").dispatch_event("click")
    page.press("#text", "End")
    page.locator("#text").press_sequentially("和第二句")
    wait_for_page(page, held)
    held[0].continue_()
    expect_typed(page, "和第二句")
    assert talker.told() == ["第一句"]


def wait_for_page(page: Page, what: list[Route]) -> None:
    """Until the page asked; its events are handled meanwhile."""
    for _ in range(100):
        if what:
            return
        page.wait_for_timeout(50)
    raise AssertionError("nothing was asked")
