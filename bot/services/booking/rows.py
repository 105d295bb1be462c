"""Bookings as rows: reading, locking and writing them with the record of the change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.booking import ACTIVE, MOVES
from bot.model.errors import BookingRuleError, NotFoundError
from bot.services.record import Origin, record_event
from bot.storage.booking_tables import (
    bookings,
    rota_sessions,
    session_categories,
    session_experts,
    time_slots,
)
from bot.storage.resource_tables import experts


@dataclass(frozen=True)
class Booking:
    """A booking as stored, with its time slot. Times are UTC without zone."""

    id: int
    number: str | None  # ZJYY-2026-0001, once confirmed
    user_id: int | None  # None: booked by the desk for somebody without the account
    time_slot_id: int
    session_id: int
    seat: int | None
    status: str  # see bot/model/booking.py
    station: str
    starts_at: datetime
    ends_at: datetime
    experts: tuple[str, ...]
    field: str  # theirs, in words
    categories: tuple[str, ...]
    category: str  # what it is filed under; empty while it may be any of the session's
    topic: str
    company: str
    contact: str
    telephone: str
    channel: str
    hold_until: datetime | None  # while held or offered
    waiting_id: int | None  # offered to this entry of the waiting list
    moved_from: int | None  # offered instead of this one, which the centre cancelled
    version: int
    created_at: datetime
    changed_at: datetime


def get_booking(db: Connection, booking_id: int) -> Booking:
    """A booking of whomever. Raises NotFoundError."""
    found = list_bookings(db, bookings.c.id == booking_id)
    if not found:
        raise NotFoundError(what="booking", id=booking_id)
    return found[0]


def lock_booking(db: Connection, booking_id: int) -> Booking:
    """The booking as it is now; nobody else changes it before this transaction ends."""
    db.execute(sa.select(bookings.c.id).where(bookings.c.id == booking_id).with_for_update())
    return get_booking(db, booking_id)


def list_bookings(db: Connection, *conditions: Any, limit: int | None = None) -> list[Booking]:
    """Bookings that fulfil all conditions, the soonest first."""
    own = [column for column in bookings.c if column.name != "company_key"]
    joined = bookings.join(time_slots, time_slots.c.id == bookings.c.time_slot_id).join(
        rota_sessions, rota_sessions.c.id == time_slots.c.session_id
    )
    query = (
        sa.select(
            *own,
            time_slots.c.session_id,
            time_slots.c.starts_at,
            time_slots.c.ends_at,
            rota_sessions.c.station,
        )
        .select_from(joined)
        .where(*conditions)
        .order_by(time_slots.c.starts_at, bookings.c.id)
        .limit(limit)
    )
    rows = db.execute(query).all()
    of_experts, categories, fields = session_contents(db, [row.session_id for row in rows])
    return [
        Booking(
            **row._mapping,
            experts=of_experts.get(row.session_id, ()),
            categories=categories.get(row.session_id, ()),
            field=fields.get(row.session_id, ""),
        )
        for row in rows
    ]


def session_contents(
    db: Connection, session_ids: Sequence[int]
) -> tuple[dict[int, tuple[str, ...]], dict[int, tuple[str, ...]], dict[int, str]]:
    """Expert ids, category ids and the experts' fields in words, each {session id: …}."""
    found: tuple[dict[int, tuple[str, ...]], dict[int, tuple[str, ...]]] = ({}, {})
    fields: dict[int, str] = {}
    if session_ids:
        rows = db.execute(CONTENTS, {"ids": sorted(set(session_ids))})
        for kind, session_id, value, field in sorted(tuple(row) for row in rows):
            found[kind][session_id] = (*found[kind].get(session_id, ()), value)
            if field:
                before = fields.get(session_id)
                fields[session_id] = f"{before}{FIELDS_JOIN}{field}" if before else field
    return *found, fields


FIELDS_JOIN = "；"
CONTENTS = sa.union_all(
    sa.select(
        sa.literal(0),
        session_experts.c.session_id,
        session_experts.c.expert,
        sa.func.coalesce(experts.c.field, ""),
    )
    .outerjoin_from(session_experts, experts, experts.c.id == session_experts.c.expert)
    .where(session_experts.c.session_id.in_(sa.bindparam("ids", expanding=True))),
    sa.select(
        sa.literal(1),
        session_categories.c.session_id,
        session_categories.c.category,
        sa.literal(""),
    ).where(session_categories.c.session_id.in_(sa.bindparam("ids", expanding=True))),
)
"""(0, session id, expert id, field) and (1, session id, category id, "").

Built once: it is asked often.
"""


def check_move(booking: Booking, status: str) -> None:
    """Raise BookingRuleError "state" unless the booking may go to `status`."""
    if status not in MOVES.get(booking.status, ()):
        raise BookingRuleError("state", status=booking.status)


def write_booking(
    db: Connection, booking: Booking, kind: str, origin: Origin, **values: Any
) -> Booking:
    """Change columns of a locked booking and note `kind` with old and new.

    A booking that leaves the active states gives its seat back.
    """
    if values.get("status", booking.status) not in ACTIVE:
        values["seat"] = None
    if values.get("status") not in (None, "held", "offered"):
        values["hold_until"] = None
    changed = {n: v for n, v in values.items() if n != "company_key" and v != getattr(booking, n)}
    db.execute(
        bookings.update()
        .where(bookings.c.id == booking.id)
        .values(version=booking.version + 1, changed_at=origin.now, **values)
    )
    note_booking(
        db,
        booking,
        kind,
        origin,
        old={name: getattr(booking, name) for name in changed},
        new=changed,
    )
    return get_booking(db, booking.id)


def note_booking(
    db: Connection, booking: Booking, kind: str, origin: Origin, old: Any, new: Any
) -> None:
    """Note that `kind` was done about the booking."""
    record_event(
        db,
        kind,
        booking.user_id,
        origin,
        booking=booking.id,
        time_slot=booking.time_slot_id,
        old=_plain(old),
        new=_plain(new),
    )


def _plain(values: Any) -> Any:
    """JSON of column values."""
    if isinstance(values, dict):
        return {name: _plain(value) for name, value in values.items()}
    return values.isoformat() if isinstance(values, date) else values
