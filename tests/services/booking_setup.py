"""Sessions and enterprises for the tests of booking. The time is Monday, 2 March 2026, 9:00."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.model.calendar import moment_of
from bot.model.rota import SessionPlan
from bot.services.booking.bookings import Booking, confirm_booking, hold_slot
from bot.services.booking.rota import RotaSession, add_session
from bot.services.consents import record_consent
from bot.services.record import Origin
from bot.storage.booking_tables import bookings, time_slots
from knowledge.calendar import parse_clock
from tests.services.conftest import NOW, add_user

DAY = date(2026, 3, 11)
"""A Wednesday, nine days from now."""
DESK = Origin("desk", "specialist:1", NOW)
HOUR = timedelta(hours=1)


def at(day: date, clock: str) -> datetime:
    """The UTC moment of China's clock."""
    return moment_of(day, parse_clock(clock))


def session(
    db: Connection,
    day: date = DAY,
    begins: str = "14:00",
    ends: str = "17:00",
    *,
    station: str = "fenghuanghu",
    seats: int = 1,
    minutes: int = 30,
    experts: tuple[str, ...] = ("trademark",),
    categories: tuple[str, ...] = ("ip",),
    origin: Origin = DESK,
    **values: Any,
) -> RotaSession:
    """A session of the rota; notice two hours, open 45 days ahead."""
    plan = SessionPlan(
        station=station,
        starts_at=at(day, begins),
        ends_at=at(day, ends),
        slot_minutes=minutes,
        seats=seats,
        categories=categories,
        experts=experts,
        notice_minutes=120,
        horizon_days=45,
    )
    return add_session(db, plan, origin, **values)


def slots(db: Connection, made: RotaSession) -> list[int]:
    """Ids of a session's time slots in order of time."""
    query = sa.select(time_slots.c.id).where(time_slots.c.session_id == made.id)
    return list(db.scalars(query.order_by(time_slots.c.starts_at)))


def one_seat(engine: Engine) -> int:
    """The id of a time slot with one seat, the only one of its session."""
    with engine.begin() as db:
        return slots(db, session(db, ends="14:30"))[0]


def people_in(db: Connection, count: int) -> list[int]:
    """Ids of that many new followers who agreed to what is taken down of them."""
    made = [add_user(db, f"oEnterprise{number}") for number in range(count)]
    for user_id in made:
        record_consent(db, user_id, channel="wechat", now=NOW)
    return made


def people(engine: Engine, count: int) -> list[int]:
    """As `people_in`, in a transaction of its own."""
    with engine.begin() as db:
        return people_in(db, count)


def book(
    db: Connection,
    user_id: int,
    slot_id: int,
    now: datetime = NOW,
    company: str = "",
    topic: str = "商标续展",
) -> Booking:
    """A confirmed booking of an enterprise of its own."""
    held = hold_slot(db, user_id, slot_id, now)
    return confirm_booking(db, held, topic, company or f"永川第{user_id}陶瓷厂", now)


def states(db: Connection, slot_id: int) -> list[str]:
    """States of all bookings that the slot ever had, in order."""
    query = sa.select(bookings.c.status).where(bookings.c.time_slot_id == slot_id)
    return list(db.scalars(query.order_by(bookings.c.id)))


def in_transaction(engine: Engine, action: Callable[..., Any], *args: Any, **values: Any) -> Any:
    """What `action(db, …)` returns, in a transaction of its own."""
    with engine.begin() as db:
        return action(db, *args, **values)
