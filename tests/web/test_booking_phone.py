"""The calendar page in a real browser of a phone's size, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.booking_site import Visitor, rota, visitor
from tests.web.site import Site

pytestmark = pytest.mark.parametrize("served", ["sqlite"], indirect=True)
Open = Callable[..., Page]


@pytest.fixture
def open_calendar(site: Site, browser: Browser) -> Iterator[Open]:
    """Opens a visitor's link on a phone. No page may have errors of its own."""
    errors: list[str] = []
    contexts = []

    def open_page(person: Visitor, scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": 390, "height": 844},
            is_mobile=True,
            has_touch=True,
            locale="zh-CN",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(5000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(site.web + person.home)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


def fill(page: Page) -> None:
    """Say who comes and what about."""
    page.get_by_label("企业名称").fill("永川某某陶瓷有限公司")
    page.get_by_label("想咨询的事项").fill("商标续展")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_the_calendar_to_the_number(site: Site, open_calendar: Open, scripts: bool) -> None:
    rota(site)
    person = visitor(site, consent=False)
    page = open_calendar(person, scripts)
    page.get_by_role("link", name="凤凰湖").tap()
    page.get_by_role("link", name="知识产权").tap()
    expect(page.locator(".day_on")).to_contain_text("余6")
    page.get_by_role("button", name="14:30—15:00").tap()
    page.get_by_role("button", name="同意").tap()
    fill(page)
    page.get_by_role("button", name="确认预约").tap()
    expect(page.get_by_role("heading", name="约好了")).to_be_visible()
    (booked,) = person.mine
    expect(page.locator(".result__number")).to_have_text(str(booked.number))
    page.get_by_role("link", name="我的预约").tap()
    expect(page.locator(".mine")).to_contain_text("14:30—15:00")


def test_double_tap_holds_and_books_once(site: Site, open_calendar: Open) -> None:
    rota(site)
    person = visitor(site)
    page = open_calendar(person)
    page.locator(".slot").first.dblclick()
    page.wait_for_url("**/check**")
    fill(page)
    page.get_by_role("button", name="确认预约").dblclick()
    page.wait_for_url("**/done**")
    assert [b.status for b in person.mine] == ["confirmed"]


def test_back_key_shows_a_calendar_that_can_be_tapped_again(
    site: Site, open_calendar: Open
) -> None:
    rota(site)
    person = visitor(site)
    page = open_calendar(person)
    page.locator(".slot").first.tap()
    page.wait_for_url("**/check**")
    page.go_back()
    page.get_by_role("button", name="15:00—15:30").tap()
    page.wait_for_url("**/check**")
    expect(page.locator(".answers").first).to_contain_text("15:00—15:30")
    assert sorted(b.status for b in person.mine) == ["cancelled", "held"]


def test_taken_slot_is_told_with_the_nearest_to_tap(site: Site, open_calendar: Open) -> None:
    (slot, *_) = rota(site)
    person = visitor(site)
    page = open_calendar(person)
    visitor(site, "oFaster").book(slot)
    page.get_by_role("button", name="14:00—14:30").tap()
    expect(page.get_by_role("alert")).to_contain_text("被别的企业约走了")
    page.get_by_role("button", name="14:30—15:00").tap()
    fill(page)
    page.get_by_role("button", name="确认预约").tap()
    expect(page.get_by_role("heading", name="约好了")).to_be_visible()


def test_rescheduling_and_cancelling_by_hand(site: Site, open_calendar: Open) -> None:
    slots = rota(site)
    person = visitor(site)
    person.book(slots[0])
    page = open_calendar(person)
    page.get_by_role("link", name="我的预约").tap()
    page.get_by_role("link", name="改期").tap()
    page.get_by_role("button", name="16:00—16:30").tap()
    page.get_by_role("button", name="确认改期").tap()
    expect(page.get_by_role("heading", name="已改期")).to_be_visible()
    page.get_by_role("link", name="我的预约").tap()
    expect(page.locator(".mine")).to_contain_text("16:00—16:30")
    page.get_by_role("link", name="取消").tap()
    page.get_by_role("button", name="确定取消").tap()
    expect(page.get_by_role("status")).to_contain_text("已取消")
    assert [b for b in person.mine if b.seat] == []


def test_nothing_is_cut_off_on_a_narrow_phone(site: Site, open_calendar: Open) -> None:
    rota(site, seats=2)
    page = open_calendar(visitor(site))
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
