"""Finding time slots with a free seat: what was asked for, and the nearest to it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.booking import NOON, TENTATIVE, FreeSlot, distance
from bot.model.calendar import local_date, moment_of
from bot.model.rota import LONGEST_HORIZON_DAYS
from bot.services.booking.rows import session_contents
from bot.storage.booking_tables import (
    bookings,
    rota_sessions,
    seats,
    session_categories,
    session_experts,
    time_slots,
)

MIDNIGHT = time(0)
AROUND = 12
"""Slots before and after the wanted time among which the nearest are chosen."""


def free_slots(
    db: Connection,
    *,
    now: datetime,
    category: str = "",
    station: str = "",
    first: date | None = None,
    last: date | None = None,
    period: str = "",
    expert: str | None = None,
    clock: str = "",
    clock_to: str = "",
    limit: int = 5,
    offset: int = 0,
) -> list[FreeSlot]:
    """Time slots that an enterprise can book now, the soonest first.

    `category`, `station`, `expert`: ids, empty for any; `first`, `last`: days in China, both
    included; `period`: morning or afternoon; `clock`: HH:MM within the slot, with `clock_to` the
    span in which the slot lies; `offset`: so many are passed over (下一批).
    """
    conditions = [
        *_days(first, last),
        *_of_session(station, (category,) if category else (), expert or ""),
        *_by_clock(period, clock, clock_to),
    ]
    query = AVAILABLE.where(*conditions).order_by(time_slots.c.starts_at, time_slots.c.id)
    return _read(db, now, query.limit(limit).offset(offset))


def free_days(
    db: Connection, *, now: datetime, category: str = "", station: str = ""
) -> dict[date, int]:
    """Free seats of each day in China on which something can be booked now; 0: all taken."""
    conditions = _of_session(station, (category,) if category else (), "")
    found: dict[date, int] = {}
    for row in db.execute(SEATS_BY_START.where(*conditions), _moments(now)):
        day = local_date(row.starts_at)
        found[day] = found.get(day, 0) + row.seats_left
    return found


def nearest_slots(
    db: Connection, wanted: FreeSlot, now: datetime, limit: int = 3
) -> list[FreeSlot]:
    """Free slots on the subject that was wanted, nearest in time and place, best first.

    Empty fields of `wanted` do not matter; the wanted slot itself is none of them.
    """
    conditions = [
        time_slots.c.id != wanted.time_slot_id,
        *_of_session("", wanted.categories, ""),
    ]
    query = AVAILABLE.where(*conditions)
    starts = time_slots.c.starts_at
    after = query.where(starts >= wanted.starts_at).order_by(starts, time_slots.c.id)
    before = query.where(starts < wanted.starts_at).order_by(starts.desc(), time_slots.c.id)
    found = _read(db, now, after.limit(AROUND), before.limit(AROUND))
    return sorted(found, key=lambda slot: (distance(wanted, slot), slot.starts_at))[:limit]


def alternatives(
    db: Connection,
    *,
    now: datetime,
    category: str = "",
    station: str = "",
    first: date | None = None,
    period: str = "",
    expert: str = "",
    limit: int = 3,
) -> list[FreeSlot]:
    """What comes nearest when nothing is free as asked: other times, parks and experts."""
    at = moment_of(first, time(14 if period == "afternoon" else 9)) if first else now
    wanted = FreeSlot(
        time_slot_id=0,
        session_id=0,
        station=station,
        starts_at=at,
        ends_at=at,
        experts=(expert,) if expert else (),
        categories=(category,) if category else (),
        seats_left=0,
    )
    return nearest_slots(db, wanted, now, limit)


NOW, FURTHEST = (sa.bindparam(name, type_=sa.DateTime) for name in ("now", "furthest"))
IS_BOOKABLE = (
    rota_sessions.c.status == "open",
    time_slots.c.starts_at > NOW,
    time_slots.c.starts_at < FURTHEST,
    time_slots.c.bookable_from <= NOW,
    time_slots.c.bookable_until > NOW,
)
"""Whether a slot may be booked at :now, if a seat of it is free."""
IS_TAKEN = (
    bookings.c.time_slot_id == seats.c.time_slot_id,
    bookings.c.seat == seats.c.number,
    sa.or_(bookings.c.status.not_in(TENTATIVE), bookings.c.hold_until > NOW),
)
"""Whether a booking, the only one that a seat can have, takes it: a hold that ran out does not."""
SLOTS = time_slots.join(rota_sessions, rota_sessions.c.id == time_slots.c.session_id)


def _available() -> Any:
    """Slots with a free seat that may be booked at :now."""
    left = (
        sa.select(sa.func.count())
        .select_from(seats)
        .where(
            seats.c.time_slot_id == time_slots.c.id,
            ~sa.select(bookings.c.id).where(*IS_TAKEN).exists(),
        )
        .scalar_subquery()
    )
    slots = sa.select(
        time_slots.c.id,
        time_slots.c.session_id,
        time_slots.c.starts_at,
        time_slots.c.ends_at,
        rota_sessions.c.station,
        left.label("seats_left"),
    )
    return slots.select_from(SLOTS).where(*IS_BOOKABLE, left > 0)


def _seats_by_start() -> Any:
    """Free seats of all slots that may be booked at :now, also none, by when they start."""
    of_slot = seats.c.time_slot_id == time_slots.c.id
    each = SLOTS.outerjoin(seats, of_slot).outerjoin(bookings, sa.and_(*IS_TAKEN))
    left = sa.func.count(seats.c.number) - sa.func.count(bookings.c.id)
    starts = time_slots.c.starts_at
    query = sa.select(starts, left.label("seats_left")).select_from(each).where(*IS_BOOKABLE)
    return query.group_by(starts).order_by(starts)


AVAILABLE, SEATS_BY_START = _available(), _seats_by_start()
"""Built once: building it anew would take longer than the database needs for the answer."""


def _days(first: date | None, last: date | None) -> list[Any]:
    conditions = []
    if first:
        conditions.append(time_slots.c.starts_at >= moment_of(first, MIDNIGHT))
    if last:
        after = last + timedelta(days=1)
        conditions.append(time_slots.c.starts_at < moment_of(after, MIDNIGHT))
    return conditions


def _of_session(station: str, categories: tuple[str, ...], expert: str) -> list[Any]:
    conditions: list[Any] = []
    if station:
        conditions.append(rota_sessions.c.station == station)
    for column, wanted in (
        (session_categories.c.category, categories),
        (session_experts.c.expert, (expert,) if expert else ()),
    ):
        if wanted:
            of_session = column.table.c.session_id == rota_sessions.c.id
            conditions.append(sa.select(column).where(of_session, column.in_(wanted)).exists())
    return conditions


def _by_clock(period: str, clock: str, clock_to: str) -> list[Any]:
    conditions = []
    if period == "morning":
        conditions.append(time_slots.c.clock_from < NOON)
    elif period == "afternoon":
        conditions.append(time_slots.c.clock_from >= NOON)
    if clock_to:
        conditions += [time_slots.c.clock_from >= clock, time_slots.c.clock_until <= clock_to]
    elif clock:
        conditions += [time_slots.c.clock_from <= clock, time_slots.c.clock_until > clock]
    return conditions


def _read(db: Connection, now: datetime, *queries: Any) -> list[FreeSlot]:
    rows = [row for query in queries for row in db.execute(query, _moments(now))]
    experts, categories, fields = session_contents(db, [row.session_id for row in rows])
    return [
        FreeSlot(
            time_slot_id=row.id,
            session_id=row.session_id,
            station=row.station,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            experts=experts.get(row.session_id, ()),
            categories=categories.get(row.session_id, ()),
            seats_left=row.seats_left,
            field=fields.get(row.session_id, ""),
        )
        for row in rows
    ]


def _moments(now: datetime) -> dict[str, datetime]:
    return {"now": now, "furthest": now + timedelta(days=LONGEST_HORIZON_DAYS + 1)}
