"""Changing and cancelling sessions that may be booked: whoever booked is told, and rebooked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.model.booking import CONFIRMED, SESSION_CANCELLED, UPCOMING
from bot.model.calendar import centre_calendar
from bot.model.errors import RotaError, StaleSessionError
from bot.model.rota import SessionPlan, slots_of, time_problem
from bot.services.booking.ended_holds import end_booking
from bot.services.booking.notices import add_notice
from bot.services.booking.rebooking import Rebooked, rebook
from bot.services.booking.reminders import plan_reminders
from bot.services.booking.rota import check_contents
from bot.services.booking.rota_rows import (
    RotaSession,
    add_seats,
    engage_experts,
    get_session,
    lock_session,
    release_experts,
    set_categories,
    slot_values,
)
from bot.services.booking.rows import Booking, list_bookings, lock_booking
from bot.services.booking.seats import free_seats
from bot.services.booking.waiting_list import pass_on
from bot.services.record import Origin, record_event
from bot.storage.booking_tables import bookings, rota_sessions, seats, time_slots

TOLD = ("station", "starts_at", "experts")
"""Changes that whoever booked must know."""


@dataclass(frozen=True)
class SessionChange:
    """What is to be different; None stays as it is. `starts_at`: the session keeps its length."""

    station: str | None = None
    starts_at: datetime | None = None
    experts: tuple[str, ...] | None = None
    categories: tuple[str, ...] | None = None
    seats: int | None = None


def cancel_session(
    db: Connection,
    session_id: int,
    reason: str,
    origin: Origin,
    *,
    version: int | None = None,
) -> list[Rebooked]:
    """Cancel a session: each that booked is told, and offered the nearest other seat, or stands
    first in line for one. A second click changes nothing. `version`: as the caller saw it.

    Raises RotaError begun, no_such_session, StaleSessionError.

    Returns what became of each booking; those without the account must be telephoned.
    """
    session = lock_session(db, session_id)
    if session.status == "cancelled":
        return []
    _check_version(session, version)
    if session.starts_at <= origin.now:
        raise RotaError("begun")
    _write_session(db, session, origin, status="cancelled")
    release_experts(db, session_id)
    new = {"status": "cancelled", "reason": reason}
    _note(db, session, "session_cancelled", origin, {"status": "open"}, new)
    ended = [_end(db, booking, reason, origin) for booking in _upcoming(db, session_id)]
    return [rebooked for rebooked in ended if rebooked is not None]


def change_session(
    db: Connection,
    session_id: int,
    change: SessionChange,
    origin: Origin,
    *,
    reason: str = "",
    any_day: bool = False,
    version: int | None = None,
) -> RotaSession:
    """Change a session that has not begun; bookings keep their place in it and are told.

    `version`: as the caller saw it. Raises StaleSessionError, and RotaError; seats_taken when
    fewer seats would be left than are booked.
    """
    before = lock_session(db, session_id)
    _check_version(before, version)
    if before.status != "open":
        raise RotaError("cancelled")
    if before.starts_at <= origin.now:
        raise RotaError("begun")
    plan = _changed_plan(before, change)
    check_contents(db, plan, kept=before.experts)
    if change.starts_at is not None or change.seats is not None:
        problem = time_problem(plan, centre_calendar(), origin.now, any_day=any_day)
        if problem:
            raise RotaError(problem)
    with db.begin_nested():
        _apply(db, before, plan, origin)
    after = get_session(db, session_id)
    _tell_change(db, before, after, reason, origin)
    for slot_id in _slot_ids(db, session_id):
        pass_on(db, slot_id, origin.now)
    return after


def _check_version(session: RotaSession, version: int | None) -> None:
    if version is not None and version != session.version:
        raise StaleSessionError(session)


def _changed_plan(session: RotaSession, change: SessionChange) -> SessionPlan:
    plan = SessionPlan(
        station=session.station,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        slot_minutes=session.slot_minutes,
        seats=session.seats,
        categories=session.categories,
        experts=session.experts,
        notice_minutes=session.notice_minutes,
        horizon_days=session.horizon_days,
    )
    given = {name: value for name, value in vars(change).items() if value is not None}
    if change.starts_at is not None:
        given["ends_at"] = change.starts_at + (session.ends_at - session.starts_at)
    return replace(plan, **given)


def _apply(db: Connection, before: RotaSession, plan: SessionPlan, origin: Origin) -> None:
    _write_session(
        db,
        before,
        origin,
        station=plan.station,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
    )
    if plan.starts_at != before.starts_at:
        _shift_slots(db, before, plan)
    if (plan.experts, plan.starts_at) != (before.experts, before.starts_at):
        engage_experts(db, before.id, plan.experts, plan.starts_at, plan.ends_at)
    if plan.categories != before.categories:
        set_categories(db, before.id, plan.categories)
    if plan.seats != before.seats:
        for slot_id in _slot_ids(db, before.id):
            _set_seats(db, slot_id, plan.seats)


def _shift_slots(db: Connection, before: RotaSession, plan: SessionPlan) -> None:
    """The n-th slot becomes the n-th of the new times, the farthest first: no two meet."""
    ids = _slot_ids(db, before.id)
    times = slots_of(plan, centre_calendar())
    if len(times) != len(ids):
        raise RotaError("outside_hours")
    pairs = list(zip(ids, times, strict=True))
    for slot_id, (begin, end) in reversed(pairs) if plan.starts_at > before.starts_at else pairs:
        values = slot_values(begin, end, plan.notice_minutes, plan.horizon_days)
        db.execute(time_slots.update().where(time_slots.c.id == slot_id).values(**values))


def _set_seats(db: Connection, slot_id: int, wanted: int) -> None:
    numbers = list(db.scalars(sa.select(seats.c.number).where(seats.c.time_slot_id == slot_id)))
    more = wanted - len(numbers)
    if more > 0:
        add_seats(db, slot_id, range(max(numbers) + 1, max(numbers) + 1 + more))
        return
    gone = sorted(free_seats(db, slot_id))[more:]
    needed = len(numbers) - len(gone)
    if needed > wanted:
        raise RotaError("seats_taken", needed=needed)
    row = seats.delete().where(seats.c.time_slot_id == slot_id, seats.c.number.in_(gone))
    try:
        with db.begin_nested():
            db.execute(row)
    except IntegrityError:  # booked at this moment
        raise RotaError("seats_taken", needed=needed + 1) from None


def _tell_change(
    db: Connection, before: RotaSession, after: RotaSession, reason: str, origin: Origin
) -> None:
    names = [n for n in (*TOLD, "categories", "seats") if getattr(before, n) != getattr(after, n)]
    if not names:
        return
    old, new = ({n: _plain(getattr(s, n)) for n in names} for s in (before, after))
    _note(db, after, "session_changed", origin, old, {**new, "reason": reason})
    if not set(names) & set(TOLD):
        return
    for booking in _upcoming(db, after.id):
        if booking.status == CONFIRMED:
            data = {"old": old, "new": new, "reason": reason}
            _tell(db, booking, "session_changed", origin.now, booking.starts_at, **data)
            plan_reminders(db, booking, origin.now)


def _end(db: Connection, booking: Booking, reason: str, origin: Origin) -> Rebooked | None:
    """None when the booking moved elsewhere or ended by itself since it was listed."""
    current = lock_booking(db, booking.id)
    if current.session_id != booking.session_id or current.status not in UPCOMING:
        return None
    ended = end_booking(db, current, SESSION_CANCELLED, "booking_session_cancelled", origin)
    rebooked = rebook(db, current, ended, origin)
    data = {
        "reason": reason,
        "offer": rebooked.offer.id if rebooked.offer else None,
        "waiting": rebooked.waiting.id if rebooked.waiting else None,
    }
    _tell(db, ended, "session_cancelled", origin.now, booking.starts_at, **data)
    return rebooked


def _tell(
    db: Connection, booking: Booking, kind: str, now: datetime, until: datetime, **data: Any
) -> None:
    add_notice(db, booking.user_id, kind, now, booking_id=booking.id, expires_at=until, **data)


def _upcoming(db: Connection, session_id: int) -> list[Booking]:
    of_session = time_slots.c.session_id == session_id
    return list_bookings(db, of_session, bookings.c.status.in_(UPCOMING))


def _slot_ids(db: Connection, session_id: int) -> list[int]:
    query = sa.select(time_slots.c.id).where(time_slots.c.session_id == session_id)
    return list(db.scalars(query.order_by(time_slots.c.starts_at)))


def _write_session(db: Connection, session: RotaSession, origin: Origin, **values: Any) -> None:
    db.execute(
        rota_sessions.update()
        .where(rota_sessions.c.id == session.id)
        .values(version=session.version + 1, changed_at=origin.now, **values)
    )


def _note(
    db: Connection, session: RotaSession, kind: str, origin: Origin, old: Any, new: Any
) -> None:
    record_event(db, kind, None, origin, session=session.id, old=old, new=new)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
