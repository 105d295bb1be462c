"""The rota: sessions made one by one or for a month, changed, and cancelled."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.model.calendar import Calendar, CalendarGap, centre_calendar, local_date, moment_of
from bot.model.errors import RotaError
from bot.model.rota import SessionPlan, pattern_day, plan_of, time_problem
from bot.services.booking.rota_rows import (
    RotaSession,
    get_session,
    insert_session,
    list_sessions,
    lock_session,
)
from bot.services.record import Origin, record_event
from bot.services.resources.experts import known_experts
from bot.storage.booking_tables import rota_sessions, session_experts
from bot.storage.tables import events
from knowledge import load_knowledge
from knowledge.rota import Rota, RotaPattern, load_rota

__all__ = [
    "MonthPlan",
    "RotaSession",
    "add_session",
    "calendar_alarm",
    "check_contents",
    "confirm_expert",
    "get_session",
    "plan_ahead",
    "plan_month",
    "sessions_between",
    "unconfirmed_experts",
]


@dataclass(frozen=True)
class MonthPlan:
    """What planning a month did.

    `moved`: (pattern id, day named, day held); `left_out`: (pattern id, day named, code);
    `uncertain`: days held that only the weekday says are worked.
    """

    made: tuple[RotaSession, ...]
    moved: tuple[tuple[str, date, date], ...]
    left_out: tuple[tuple[str, date, str], ...]
    uncertain: tuple[date, ...]


def add_session(
    db: Connection,
    plan: SessionPlan,
    origin: Origin,
    *,
    any_day: bool = False,
    rota: Rota | None = None,
    centre: Calendar | None = None,
) -> RotaSession:
    """Make one session. `any_day`: also on a day off and outside office hours.

    Raises RotaError; all codes stand in ROTA_CODES of bot/model/rota.py.
    """
    rota, centre = rota or load_rota(), centre or centre_calendar()
    check_contents(db, plan, kept=plan.experts if plan.pattern else ())
    if problem := time_problem(plan, centre, origin.now, any_day=any_day):
        day = local_date(plan.starts_at)
        raise RotaError(problem, day=day.isoformat(), name=centre.day(day).name)
    with db.begin_nested():
        made = insert_session(db, plan, centre, origin)
    session = get_session(db, made)
    record_event(
        db,
        "session_added",
        None,
        origin,
        session=made,
        old=None,
        new={
            "station": session.station,
            "starts_at": session.starts_at.isoformat(),
            "ends_at": session.ends_at.isoformat(),
            "experts": list(session.experts),
            "categories": list(session.categories),
            "seats": session.seats,
        },
    )
    return session


def plan_month(
    db: Connection,
    year: int,
    month: int,
    origin: Origin,
    *,
    rota: Rota | None = None,
    centre: Calendar | None = None,
) -> MonthPlan:
    """Make the sessions that the patterns name for a month.

    Planning again adds only what is missing: a session that was changed or cancelled stays so.
    """
    rota, centre = rota or load_rota(), centre or centre_calendar()
    name = f"{year}-{month:02d}"
    query = sa.select(rota_sessions.c.pattern).where(rota_sessions.c.month == name)
    planned = set(db.scalars(query))
    made, moved, left_out = [], [], []
    for pattern in rota.patterns:
        if pattern.id in planned:
            continue
        when = pattern_day(pattern, year, month, centre)
        if when.held is None:
            left_out.append((pattern.id, when.named, "day_off"))
            continue
        try:
            session = _plan_one(db, pattern, when.held, name, origin, rota, centre)
        except RotaError as error:
            left_out.append((pattern.id, when.named, error.code))
            continue
        if session is not None:
            made.append(session)
            if when.held != when.named:
                moved.append((pattern.id, when.named, when.held))
    days = {local_date(session.starts_at): None for session in made}
    uncertain = tuple(day for day in days if not centre.day(day).certain)
    return MonthPlan(tuple(made), tuple(moved), tuple(left_out), uncertain)


def plan_ahead(db: Connection, origin: Origin) -> list[MonthPlan]:
    """Plan every month into which bookings reach; what is planned already stays as it is."""
    today = local_date(origin.now)
    last = today + timedelta(days=load_rota().rules.horizon_days)
    plans, month = [], today.replace(day=1)
    while month <= last:
        plans.append(plan_month(db, month.year, month.month, origin))
        month = (month + timedelta(days=31)).replace(day=1)
    return plans


def sessions_between(
    db: Connection, first: date, last: date, station: str = ""
) -> list[RotaSession]:
    """The sessions of days in China, both included, cancelled ones as well."""
    conditions = [
        rota_sessions.c.starts_at >= moment_of(first, time(0)),
        rota_sessions.c.starts_at < moment_of(last + timedelta(days=1), time(0)),
    ]
    if station:
        conditions.append(rota_sessions.c.station == station)
    return list_sessions(db, *conditions)


def confirm_expert(db: Connection, session_id: int, expert: str, origin: Origin) -> None:
    """Note that the expert's side said they come. Raises RotaError unknown_expert, cancelled."""
    if lock_session(db, session_id).status != "open":
        raise RotaError("cancelled")
    mine = session_experts.c.session_id == session_id, session_experts.c.expert == expert
    row = db.execute(sa.select(session_experts).where(*mine)).first()
    if row is None:
        raise RotaError("unknown_expert")
    if row.confirmed_at is not None:
        return
    values = {"confirmed_at": origin.now, "confirmed_by": origin.actor}
    db.execute(session_experts.update().where(*mine).values(**values))
    new = {"expert": expert, "confirmed": True}
    old = {"expert": expert, "confirmed": False}
    record_event(db, "expert_confirmed", None, origin, session=session_id, old=old, new=new)


def unconfirmed_experts(
    db: Connection, now: datetime, days: int = 3
) -> list[tuple[RotaSession, str]]:
    """Who has still to confirm a session of the next `days`: (session, expert id)."""
    known = known_experts(db)
    soon = list_sessions(
        db,
        rota_sessions.c.status == "open",
        rota_sessions.c.starts_at > now,
        rota_sessions.c.starts_at < now + timedelta(days=days),
    )
    query = sa.select(session_experts.c.session_id, session_experts.c.expert).where(
        session_experts.c.session_id.in_([session.id for session in soon]),
        session_experts.c.confirmed_at.is_not(None),
    )
    confirmed = {(row.session_id, row.expert) for row in db.execute(query)}
    return [
        (session, expert)
        for session in soon
        for expert in session.experts
        if (session.id, expert) not in confirmed and expert in known and known[expert].confirms
    ]


def calendar_alarm(
    db: Connection, now: datetime, *, centre: Calendar | None = None
) -> CalendarGap | None:
    """The year, within the booking horizon, of which no holidays are known; noted once a year.

    The remedy: a newer chinesecalendar, or the State Council's notice in knowledge/calendar.yml.
    """
    centre = centre or centre_calendar()
    gap = centre.gap(local_date(now), load_rota().rules.horizon_days)
    if gap is None:
        return None
    noted = db.scalars(sa.select(events.c.data).where(events.c.kind == "calendar_ends"))
    if all(data.get("year") != gap.year for data in noted):
        origin = Origin("system", "system", now)
        new = gap.first.isoformat()
        record_event(db, "calendar_ends", None, origin, year=gap.year, old=None, new=new)
    return gap


def check_contents(db: Connection, plan: SessionPlan, kept: Collection[str] = ()) -> None:
    """Raise RotaError unless station, categories and experts are known and there are some.

    `kept`: experts who may have retired: a substitute is still to be found for them.
    """
    knowledge, known = load_knowledge(), known_experts(db)
    if plan.station not in {s.id for s in knowledge.stations if s.expert_visits}:
        raise RotaError("unknown_station", station=plan.station)
    for category in plan.categories:
        if category not in knowledge.categories:
            raise RotaError("unknown_category", category=category)
    for expert in plan.experts:
        if expert not in known:
            raise RotaError("unknown_expert", expert=expert)
        if not known[expert].active and expert not in kept:
            raise RotaError("retired_expert", expert=expert, expert_name=known[expert].name)
    if not plan.categories or not plan.experts:
        raise RotaError("no_expert")


def _plan_one(
    db: Connection,
    pattern: RotaPattern,
    day: date,
    month: str,
    origin: Origin,
    rota: Rota,
    centre: Calendar,
) -> RotaSession | None:
    """The pattern's session; None when somebody planned it at the same moment."""
    rules = rota.rules
    plan = plan_of(pattern, day, month, rules.notice_minutes, rules.horizon_days)
    try:
        return add_session(db, plan, origin, rota=rota, centre=centre)
    except IntegrityError:
        return None
