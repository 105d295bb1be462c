"""A person with a link to the calendar page, and a rota to look at."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import httpx

from bot.model.calendar import centre_calendar, local_date
from bot.services.booking.rows import Booking, list_bookings
from bot.services.consents import record_consent
from bot.services.page_links import booking_address
from bot.storage.booking_tables import bookings
from bot.storage.database import reading, utc_now
from tests.services.booking_setup import session, slots
from tests.services.conftest import add_user
from tests.web.site import Site

WORDS = {"company": "永川某某陶瓷有限公司", "topic": "商标续展"}


@dataclass
class Visitor:
    """Somebody who opened the link; `page`: what they see."""

    site: Site
    user_id: int
    page: httpx.Response = field(init=False)

    def __post_init__(self) -> None:
        self.go()

    @property
    def home(self) -> str:
        """Address of the calendar page."""
        address = booking_address(self.site.settings, self.user_id, utc_now())
        return address.removeprefix(self.site.settings.link_base)

    def go(self, path: str = "", **query: Any) -> httpx.Response:
        """Follow a link."""
        self.page = self.site.http.get(self.home + path, params=query, follow_redirects=True)
        return self.page

    def post(self, path: str, **data: Any) -> httpx.Response:
        """Press a button of a form."""
        self.page = self.site.http.post(
            self.home + path, data={"x": "", **data}, follow_redirects=True
        )
        return self.page

    def hold(self, slot: int, **data: Any) -> int:
        """Tap a time slot; the id of what is held."""
        self.post("/hold", slot=slot, **data)
        found = re.search(r'name="b" value="(\d+)"', self.page.text)
        return int(found[1]) if found else 0

    def book(self, slot: int, **words: str) -> Booking:
        """Tap a time slot and confirm."""
        own = {"company": f"永川第{self.user_id}陶瓷有限公司"}
        self.post("/confirm", b=self.hold(slot), **{**WORDS, **own, **words})
        return self.mine[-1]

    @property
    def mine(self) -> list[Booking]:
        """All that the person ever booked."""
        with reading(self.site.engine) as db:
            found = list_bookings(db, bookings.c.user_id == self.user_id)
        return sorted(found, key=lambda booking: booking.id)


def visitor(site: Site, openid: str = "oVisitor", consent: bool = True) -> Visitor:
    """A new follower who opened the link."""
    with site.engine.begin() as db:
        user_id = add_user(db, openid)
        if consent:
            record_consent(db, user_id, channel="wechat", now=utc_now())
    return Visitor(site, user_id)


def workday(ahead: int = 7) -> date:
    """A working day of the centre at least so many days ahead."""
    return centre_calendar().next_workday(local_date(utc_now()) + timedelta(days=ahead))


def rota(site: Site, day: date | None = None, **values: Any) -> list[int]:
    """Ids of the time slots of a new session, in order."""
    from bot.services.record import Origin

    by = Origin("desk", "specialist:1", utc_now())
    with site.engine.begin() as db:
        made = session(db, day or workday(), origin=by, **values)
        return slots(db, made)
