"""Sessions of the rota as rows, with their time slots, seats and the experts' hours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.model.calendar import Calendar
from bot.model.errors import RotaError
from bot.model.rota import SessionPlan, bookable_span, clock_of, quarters_of, slots_of
from bot.services.booking.rows import session_contents
from bot.services.record import Origin
from bot.storage.booking_tables import (
    expert_quarters,
    rota_sessions,
    seats,
    session_categories,
    session_experts,
    time_slots,
)
from bot.storage.resource_tables import experts


@dataclass(frozen=True)
class RotaSession:
    """A session as stored. Times are UTC without zone; `seats`: of each time slot."""

    id: int
    pattern: str | None
    month: str | None  # 2026-11, of a session made from a pattern
    station: str
    starts_at: datetime
    ends_at: datetime
    slot_minutes: int
    notice_minutes: int
    horizon_days: int
    status: str  # open, cancelled
    sample: bool
    version: int
    created_at: datetime
    changed_at: datetime
    seats: int
    experts: tuple[str, ...]
    categories: tuple[str, ...]
    field: str  # the experts', in words


def list_sessions(db: Connection, *conditions: Any) -> list[RotaSession]:
    """Sessions that fulfil all conditions, the soonest first."""
    one_slot = (
        sa.select(sa.func.min(time_slots.c.id))
        .where(time_slots.c.session_id == rota_sessions.c.id)
        .scalar_subquery()
    )
    seats_each = (
        sa.select(sa.func.count())
        .select_from(seats)
        .where(seats.c.time_slot_id == one_slot)
        .scalar_subquery()
    )
    query = (
        sa.select(rota_sessions, seats_each.label("seats"))
        .where(*conditions)
        .order_by(rota_sessions.c.starts_at, rota_sessions.c.id)
    )
    rows = db.execute(query).all()
    of_experts, categories, fields = session_contents(db, [row.id for row in rows])
    return [
        RotaSession(
            **row._mapping,
            experts=of_experts.get(row.id, ()),
            categories=categories.get(row.id, ()),
            field=fields.get(row.id, ""),
        )
        for row in rows
    ]


def get_session(db: Connection, session_id: int) -> RotaSession:
    """A session, cancelled or not. Raises RotaError no_such_session."""
    found = list_sessions(db, rota_sessions.c.id == session_id)
    if not found:
        raise RotaError("no_such_session")
    return found[0]


def lock_session(db: Connection, session_id: int) -> RotaSession:
    """The session as it is now; nobody else changes it before this transaction ends."""
    lock = sa.select(rota_sessions.c.id).where(rota_sessions.c.id == session_id)
    db.execute(lock.with_for_update())
    return get_session(db, session_id)


def insert_session(db: Connection, plan: SessionPlan, centre: Calendar, origin: Origin) -> int:
    """Write a checked plan with all that belongs to it; the new id. Raises RotaError expert_busy.

    IntegrityError when the pattern was planned for the month by somebody else.
    """
    made = int(
        db.execute(
            rota_sessions.insert().values(
                pattern=plan.pattern,
                month=plan.month,
                station=plan.station,
                starts_at=plan.starts_at,
                ends_at=plan.ends_at,
                slot_minutes=plan.slot_minutes,
                notice_minutes=plan.notice_minutes,
                horizon_days=plan.horizon_days,
                status="open",
                sample=plan.sample,
                created_at=origin.now,
                changed_at=origin.now,
            )
        ).inserted_primary_key[0]
    )
    set_categories(db, made, plan.categories)
    engage_experts(db, made, plan.experts, plan.starts_at, plan.ends_at)
    for begin, end in slots_of(plan, centre):
        values = slot_values(begin, end, plan.notice_minutes, plan.horizon_days)
        row = time_slots.insert().values(session_id=made, **values)
        slot_id = db.execute(row).inserted_primary_key[0]
        add_seats(db, slot_id, range(1, plan.seats + 1))
    return made


def slot_values(begin: datetime, end: datetime, notice: int, horizon: int) -> dict[str, Any]:
    """Columns of a time slot that follow from its times and its session's numbers."""
    opens, closes = bookable_span(begin, notice, horizon)
    return {
        "starts_at": begin,
        "ends_at": end,
        "clock_from": clock_of(begin),
        "clock_until": clock_of(end),
        "bookable_from": opens,
        "bookable_until": closes,
    }


def add_seats(db: Connection, time_slot_id: int, numbers: Iterable[int]) -> None:
    """Seats of these numbers."""
    rows = [{"time_slot_id": time_slot_id, "number": number} for number in numbers]
    if rows:
        db.execute(seats.insert(), rows)


def set_categories(db: Connection, session_id: int, categories: Iterable[str]) -> None:
    """What the session is about, instead of what it was about."""
    table = session_categories
    db.execute(table.delete().where(table.c.session_id == session_id))
    db.execute(table.insert(), [{"session_id": session_id, "category": c} for c in categories])


def engage_experts(
    db: Connection, session_id: int, wanted: Iterable[str], starts_at: datetime, ends_at: datetime
) -> None:
    """Take the experts for the session's hours; a confirmation stands for those who stay.

    Raises RotaError expert_busy: the table's key lets nobody be in two places.
    """
    wanted = list(wanted)
    release_experts(db, session_id)
    gone = session_experts.c.session_id == session_id, session_experts.c.expert.not_in(wanted)
    db.execute(session_experts.delete().where(*gone))
    there = sa.select(session_experts.c.expert).where(session_experts.c.session_id == session_id)
    known = set(db.scalars(there))
    for expert in wanted:
        rows = [
            {"expert": expert, "starts_at": quarter, "session_id": session_id}
            for quarter in quarters_of(starts_at, ends_at)
        ]
        try:
            with db.begin_nested():
                db.execute(expert_quarters.insert(), rows)
        except IntegrityError:
            raise _busy(db, expert, starts_at, ends_at) from None
        if expert not in known:
            db.execute(session_experts.insert().values(session_id=session_id, expert=expert))


def release_experts(db: Connection, session_id: int) -> None:
    """The session's experts are free elsewhere at its hours."""
    db.execute(expert_quarters.delete().where(expert_quarters.c.session_id == session_id))


def _busy(db: Connection, expert: str, starts_at: datetime, ends_at: datetime) -> RotaError:
    other = db.scalar(
        sa.select(expert_quarters.c.session_id).where(
            expert_quarters.c.expert == expert,
            expert_quarters.c.starts_at >= starts_at,
            expert_quarters.c.starts_at < ends_at,
        )
    )
    name = db.scalar(sa.select(experts.c.name).where(experts.c.id == expert)) or expert
    return RotaError("expert_busy", expert=expert, expert_name=name, session=other)
