"""What people are to be told of their bookings, and when: noted with the change, told once.

Whoever tells claims first, and puts the text into the outbox in the same transaction: of two
workers one has it, and a worker that dies in between has told nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.storage.booking_tables import booking_notices

KINDS = {
    "reminder_day": "a day before the booking",
    "reminder_hour": "an hour before the booking",
    "offer": "a seat is offered to the user, who waited; the booking is to be confirmed",
    "offer_passed": "the offer ran out and went to the next",
    "session_cancelled": "the centre cancelled; data: reason, offer (booking id), waiting (id)",
    "session_changed": "time, place or experts changed; data: old, new",
    "individual_confirmed": "the centre fixed the individual appointment; data: request (id)",
    "individual_declined": "the centre cannot; data: request (id)",
}


@dataclass(frozen=True)
class BookingNotice:
    """Something to be told to a user. `kind`: of KINDS. Times are UTC without zone."""

    id: int
    user_id: int
    kind: str
    booking_id: int | None
    data: dict[str, Any]
    due_at: datetime
    expires_at: datetime | None


def add_notice(
    db: Connection,
    user_id: int | None,
    kind: str,
    due_at: datetime,
    *,
    booking_id: int | None = None,
    expires_at: datetime | None = None,
    **data: Any,
) -> None:
    """Note what is to be told from `due_at` on and no longer from `expires_at` on.

    Somebody without the account (None) is told by the desk, which sees the booking.
    """
    if user_id is None:
        return
    db.execute(
        booking_notices.insert().values(
            user_id=user_id,
            kind=kind,
            booking_id=booking_id,
            data=data,
            due_at=due_at,
            expires_at=expires_at,
            status="due",
        )
    )


def void_notices(db: Connection, booking_id: int, kinds: Sequence[str] | None = None) -> None:
    """What was to be told of the booking is not true any more."""
    table = booking_notices.c
    which = [table.booking_id == booking_id, table.status == "due"]
    if kinds is not None:
        which.append(table.kind.in_(kinds))
    db.execute(booking_notices.update().where(*which).values(status="void"))


def claim_notices(db: Connection, now: datetime, limit: int = 50) -> list[BookingNotice]:
    """What is due and now the caller's to tell, in order; nobody else gets it.

    The caller puts it into the outbox before it commits.
    """
    table = booking_notices.c
    due = sa.and_(table.status == "due", table.due_at <= now)
    late = sa.and_(table.expires_at.is_not(None), table.expires_at <= now)
    db.execute(booking_notices.update().where(due, late).values(status="void"))
    names = tuple(BookingNotice.__dataclass_fields__)
    query = sa.select(*(table[name] for name in names)).where(due)
    claimed = []
    for row in db.execute(query.order_by(table.due_at, table.id).limit(limit)).all():
        mine = db.execute(
            booking_notices.update()
            .where(table.id == row.id, table.status == "due")
            .values(status="done", done_at=now)
        )
        if mine.rowcount:
            claimed.append(BookingNotice(**row._mapping))
    return claimed
