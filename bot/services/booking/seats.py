"""Taking a seat of a time slot: the database decides who has it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.model.booking import FreeSlot, slot_problem
from bot.model.errors import BookingRuleError
from bot.services.booking.rows import session_contents
from bot.services.record import Origin
from bot.storage.booking_tables import bookings, rota_sessions, seats, time_slots


@dataclass(frozen=True)
class TimeSlot:
    """A time slot as stored, of an open session. Times are UTC without zone."""

    id: int
    session_id: int
    station: str
    starts_at: datetime
    ends_at: datetime
    bookable_from: datetime
    bookable_until: datetime
    experts: tuple[str, ...]
    categories: tuple[str, ...]

    def as_wanted(self) -> FreeSlot:
        """The slot as something that was wanted and is not to be had."""
        return FreeSlot(
            self.id,
            self.session_id,
            self.station,
            self.starts_at,
            self.ends_at,
            self.experts,
            self.categories,
            seats_left=0,
        )

    def check_bookable(self, now: datetime) -> None:
        """Raise BookingRuleError past, notice or horizon."""
        problem = slot_problem(self.starts_at, self.bookable_from, self.bookable_until, now)
        if problem == "notice":
            minutes = int((self.starts_at - self.bookable_until).total_seconds() // 60)
            raise BookingRuleError(problem, minutes=minutes)
        if problem:
            raise BookingRuleError(problem)


def get_time_slot(db: Connection, time_slot_id: int) -> TimeSlot:
    """The time slot, if its session takes place. Raises BookingRuleError no_such_slot."""
    row = db.execute(
        sa.select(time_slots, rota_sessions.c.station)
        .select_from(time_slots.join(rota_sessions))
        .where(time_slots.c.id == time_slot_id, rota_sessions.c.status == "open")
    ).first()
    if row is None:
        raise BookingRuleError("no_such_slot")
    experts, categories, _ = session_contents(db, [row.session_id])
    names = ("id", "session_id", "station", "starts_at", "ends_at")
    return TimeSlot(
        **{name: row._mapping[name] for name in (*names, "bookable_from", "bookable_until")},
        experts=experts.get(row.session_id, ()),
        categories=categories.get(row.session_id, ()),
    )


def free_seats(db: Connection, time_slot_id: int) -> list[int]:
    """Numbers of the seats that no active booking has."""
    taken = sa.select(bookings.c.seat).where(
        bookings.c.time_slot_id == time_slot_id, bookings.c.seat.is_not(None)
    )
    query = sa.select(seats.c.number).where(
        seats.c.time_slot_id == time_slot_id, seats.c.number.not_in(taken)
    )
    return list(db.scalars(query))


def claim_seat(db: Connection, time_slot_id: int, write: Callable[[int], Any]) -> bool:
    """Have `write(seat)` name a free seat; False when none is left, or the session was cancelled.

    Looking first saves vain attempts, no more: whoever looked as well and was faster makes the
    unique index refuse the seat, and the next one is tried.
    """
    if not _keep_open(db, time_slot_id):
        return False
    tried: set[int] = set()
    while free := [seat for seat in free_seats(db, time_slot_id) if seat not in tried]:
        seat = random.choice(free)  # many at once do not all try the same
        try:
            with db.begin_nested():
                write(seat)
            return True
        except IntegrityError:
            tried.add(seat)
    return False


def _keep_open(db: Connection, time_slot_id: int) -> bool:
    """Whether the session takes place; if so, nobody cancels it before this transaction ends.

    Who is changing the session at this moment is not waited for: they may be waiting for a
    booking that this transaction holds.
    """
    query = (
        sa.select(rota_sessions.c.id)
        .select_from(time_slots.join(rota_sessions))
        .where(time_slots.c.id == time_slot_id, rota_sessions.c.status == "open")
        .with_for_update(read=True, skip_locked=True, of=rota_sessions)
    )
    return db.execute(query).first() is not None


def take_seat(
    db: Connection,
    slot: TimeSlot,
    status: str,
    origin: Origin,
    *,
    category: str = "",
    **values: Any,
) -> int | None:
    """The id of a new booking that has a seat of the time slot; None when none is left.

    It is filed under `category`, if the session serves it, else under the session's only one.
    """
    if category not in slot.categories:
        category = slot.categories[0] if len(slot.categories) == 1 else ""
    made: list[int] = []

    def insert(seat: int) -> None:
        row = {
            "time_slot_id": slot.id,
            "category": category,
            "seat": seat,
            "status": status,
            "channel": origin.channel,
            "created_at": origin.now,
            "changed_at": origin.now,
            **values,
        }
        made.append(int(db.execute(bookings.insert().values(**row)).inserted_primary_key[0]))

    return made[0] if claim_seat(db, slot.id, insert) else None
