"""How many bookings a person and an enterprise may have, and that none of them overlap."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.booking import CONFIRMED, company_key
from bot.model.errors import BookingRuleError
from bot.services.booking.rows import list_bookings
from bot.services.booking.seats import TimeSlot
from bot.storage.booking_tables import bookings, time_slots
from knowledge.rota import load_rota


def check_person(
    db: Connection, user_id: int, slot: TimeSlot, now: datetime, *, moving: int | None = None
) -> None:
    """Raise BookingRuleError overlap or limit when the user may not have the slot as well.

    `moving`: the id of the booking that would be given up for it.
    """
    own = list_bookings(
        db,
        bookings.c.user_id == user_id,
        bookings.c.status == CONFIRMED,
        time_slots.c.ends_at > now,
    )
    others = [booking for booking in own if booking.id != moving]
    for other in others:
        if other.starts_at < slot.ends_at and slot.starts_at < other.ends_at:
            raise BookingRuleError("overlap", number=other.number)
    limit = load_rota().rules.per_company
    if len(others) >= limit:
        raise BookingRuleError("limit", limit=limit)


def check_company(
    db: Connection, company: str, slot: TimeSlot, now: datetime, *, without: int
) -> None:
    """Raise BookingRuleError limit or limit_session when the enterprise has all it may.

    `without`: the id of the booking that is about to be confirmed or moved.
    """
    rules = load_rota().rules
    same = [
        bookings.c.company_key == company_key(company),
        bookings.c.status == CONFIRMED,
        bookings.c.id != without,
    ]
    if _count(db, *same, time_slots.c.ends_at > now) >= rules.per_company:
        raise BookingRuleError("limit", limit=rules.per_company)
    in_session = _count(db, *same, time_slots.c.session_id == slot.session_id)
    if in_session >= rules.per_company_session:
        raise BookingRuleError("limit_session", limit=rules.per_company_session)


def _count(db: Connection, *conditions: Any) -> int:
    joined = bookings.join(time_slots, time_slots.c.id == bookings.c.time_slot_id)
    query = sa.select(sa.func.count()).select_from(joined).where(*conditions)
    return int(db.scalar(query))
