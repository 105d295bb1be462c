"""The rota in a real browser: from the week to a session, attendance, printing, cancelling."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.desk.office import Office
from tests.desk.rota import booked, ids_of, made, of_session, stored
from tests.web.booking_site import workday

pytestmark = pytest.mark.parametrize("open_office", ["sqlite"], indirect=True)
Open = Callable[..., Page]


@pytest.fixture
def open_rota(office: Office, browser: Browser) -> Iterator[Open]:
    """Opens the desk as somebody of a role. No page may have errors of its own."""
    errors: list[str] = []
    pages: list[Page] = []

    def open_as(role: str, path: str, **profile: str) -> Page:
        page = office.open_page(browser, office.hire(role, **profile), path)
        page.set_default_timeout(5000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        pages.append(page)
        return page

    yield open_as
    for page in pages:
        page.close()
    assert errors == []


def test_from_the_week_to_a_walk_in(office: Office, open_rota: Open) -> None:
    on = made(office, seats=2)
    booked(office, ids_of(office, on)[0], company="永川某某陶瓷厂")
    page = open_rota("clerk", f"/rota?date={workday()}", station="station_fenghuanghu")
    page.get_by_role("link", name="月").click()
    page.locator(".visit").click()
    expect(page.locator(".sheet")).to_contain_text("永川某某陶瓷厂")
    page.get_by_label("企业名称").fill("重庆某某机电有限公司")
    page.get_by_label("咨询事项").fill("专利年费")
    page.get_by_role("button", name="登记", exact=True).dblclick()
    expect(page.get_by_role("status")).to_contain_text("已登记 ZJYY-")
    assert len(of_session(office, on)) == 2, "two clicks are one"


def test_list_fits_the_paper(office: Office, open_rota: Open) -> None:
    on = made(office)
    booked(office, ids_of(office, on)[0], company="永川某某陶瓷厂")
    page = open_rota("clerk", f"/rota/sessions/{on.id}")
    page.get_by_role("link", name="打印名单").click()
    page.evaluate("window.print = () => document.body.dataset.printed = '1'")
    page.get_by_role("button", name="打印").click()
    expect(page.locator("body")).to_have_attribute("data-printed", "1")
    page.emulate_media(media="print")
    expect(page.locator(".top")).to_be_hidden()
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    expect(page.locator(".paper__table")).to_contain_text("永川某某陶瓷厂")


def test_cancelling_asks_and_shows_what_became_of_each(office: Office, open_rota: Open) -> None:
    on = made(office)
    booked(office, ids_of(office, on)[0], company="永川某某陶瓷厂")
    page = open_rota("centre", f"/rota/sessions/{on.id}")
    page.get_by_role("link", name="取消本场").click()
    page.get_by_role("button", name="确定取消本场").click()
    assert stored(office, on).status == "open", "without a reason nothing happens"
    page.get_by_label("原因").fill("专家临时有公务")
    page.get_by_role("button", name="确定取消本场").click()
    expect(page.get_by_text("受影响的企业")).to_be_visible()
    expect(page.locator(".table")).to_contain_text("永川某某陶瓷厂")


@pytest.mark.parametrize("width", [1366, 820])
def test_nothing_is_cut_off(office: Office, open_rota: Open, width: int) -> None:
    on = made(office, seats=2)
    page = open_rota("centre", f"/rota?date={workday()}")
    page.set_viewport_size({"width": width, "height": 768})
    for path in (
        f"/rota?date={workday()}",
        f"/rota?view=month&date={workday()}",
        f"/rota/sessions/{on.id}",
        f"/rota/sessions/{on.id}/change",
        "/rota/individual",
    ):
        page.goto(f"{office.web}/desk{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
