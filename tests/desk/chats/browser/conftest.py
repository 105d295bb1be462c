"""Two specialists and a user, and pages of the desk in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.model.rights import Staff
from tests.desk.chats.browser.pages import Open
from tests.desk.chats.talkers import HERE, Talker, follow
from tests.desk.office import Office


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


@pytest.fixture
def page(open_desk: Open, anna: Staff, talker: Talker) -> Page:
    """The user's chat, taken by the first specialist, at her page."""
    talker.call().taken_by(anna)
    return open_desk(anna, f"/chats/{talker.handoff}")
