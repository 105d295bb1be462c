"""Sessions of the rota, bookings of them, and what became of both."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx

from bot.services.booking.rota import get_session
from bot.services.booking.rota_rows import RotaSession
from bot.services.booking.rows import Booking, list_bookings
from bot.services.consents import record_consent
from bot.services.record import Origin
from bot.storage.booking_tables import time_slots
from bot.storage.database import reading, utc_now
from tests.desk.office import Office
from tests.services.booking_setup import book, session, slots
from tests.services.conftest import add_user
from tests.web.booking_site import workday
from tests.web.site import text_of

FENGHUANGHU = "station_fenghuanghu"
WALK_IN = {"company": "重庆某某机电有限公司", "topic": "专利年费"}


def made(office: Office, day: date | None = None, **values: Any) -> RotaSession:
    """A session of the rota."""
    origin = Origin("desk", "staff:1", utc_now())
    with office.engine.begin() as db:
        return session(db, day or workday(), origin=origin, **values)


def ids_of(office: Office, on: RotaSession) -> list[int]:
    """Ids of a session's time slots."""
    with reading(office.engine) as db:
        return slots(db, on)


def booked(office: Office, slot: int, openid: str = "oBooked", company: str = "") -> Booking:
    """A user's booking."""
    now = utc_now()
    with office.engine.begin() as db:
        user_id = add_user(db, openid)
        record_consent(db, user_id, channel="wechat", now=now)
        return book(db, user_id, slot, now, company)


def of_session(office: Office, on: RotaSession) -> list[Booking]:
    """All bookings that a session ever had."""
    with reading(office.engine) as db:
        return list_bookings(db, time_slots.c.session_id == on.id)


def stored(office: Office, on: RotaSession) -> RotaSession:
    """The session as it is now."""
    with reading(office.engine) as db:
        return get_session(db, on.id)


def said(answer: httpx.Response) -> str:
    """What a person reads."""
    return text_of(answer.text)
