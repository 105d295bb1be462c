"""The calendar file that a confirmed booking links to."""

from __future__ import annotations

from datetime import timedelta

import httpx

from bot.model.calendar import local_date
from bot.services.booking.bookings import cancel_booking, get_booking
from bot.services.page_links import calendar_address, form_address
from bot.storage.database import utc_now
from tests.services.booking_setup import book, people_in, session, slots
from tests.web.site import Site, text_of


def booked(site: Site) -> int:
    """The id of a confirmed booking a week ahead."""
    now = utc_now()
    day = local_date(now) + timedelta(days=7)
    with site.engine.begin() as db:
        slot = slots(db, session(db, day, any_day=True))[0]
        return book(db, people_in(db, 1)[0], slot, now).id


def get(site: Site, address: str) -> httpx.Response:
    """Open an address that was sent to somebody."""
    return site.http.get(address.removeprefix(site.settings.link_base))


def test_link_of_a_booking_gives_its_calendar_file(site: Site) -> None:
    booking_id = booked(site)
    address = calendar_address(site.settings, booking_id, utc_now())
    answer = get(site, address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert "ZJYY-" in answer.headers["Content-Disposition"]
    assert "凤凰湖产业促进中心" in answer.text
    with site.engine.begin() as db:
        cancel_booking(db, get_booking(db, booking_id), utc_now())
    assert "METHOD:CANCEL" in get(site, address).text


def test_link_of_another_purpose_or_without_a_booking_gives_nothing(site: Site) -> None:
    booking_id = booked(site)
    token = form_address(site.settings, booking_id, utc_now()).split("/form/")[1]
    assert get(site, f"/h5/calendar/{token}").status_code == 403
    assert get(site, "/h5/calendar/1").status_code == 403
    gone = get(site, calendar_address(site.settings, booking_id + 99, utc_now()))
    assert gone.status_code == 410
    old = calendar_address(site.settings, booking_id, utc_now() - timedelta(days=61))
    assert "回复“我的预约”" in text_of(get(site, old).text)
