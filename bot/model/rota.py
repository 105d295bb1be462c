"""The rules of the rota: which day a pattern means, and how a session is cut into time slots."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.model.calendar import Calendar, local_date, local_time, moment_of
from knowledge.calendar import parse_clock
from knowledge.rota import GRID_MINUTES, RotaPattern

ROTA_CODES = {
    "past": "the session would begin in the past",
    "day_off": "the day is off; data: day, name",
    "outside_hours": "outside office hours",
    "off_grid": "times must be on the quarter hour, slots quarters long, the end after the start",
    "horizon": "booking opens at most LONGEST_HORIZON_DAYS ahead",
    "no_seats": "a time slot has at least one seat",
    "expert_busy": "an expert would be in two places; data: expert, expert_name, session",
    "unknown_station": "no station that experts visit",
    "unknown_expert": "nobody of the expert directory",
    "retired_expert": "the expert has retired; data: expert, expert_name",
    "unknown_category": "none of the eight categories",
    "no_expert": "a session has experts and categories",
    "cancelled": "the session was cancelled",
    "begun": "the session has begun",
    "seats_taken": "more seats are booked than would be left; data: needed",
    "no_such_session": "there is no such session",
}
"""What RotaError may say."""
GRID = timedelta(minutes=GRID_MINUTES)
LONGEST_HORIZON_DAYS = 92
"""Listing looks no further ahead, so that it stays quick however far the rota is planned."""


@dataclass(frozen=True)
class SessionPlan:
    """A session to be made. Times are UTC; `pattern`, `month`: what it was made from, if it was."""

    station: str
    starts_at: datetime
    ends_at: datetime
    slot_minutes: int
    seats: int
    categories: tuple[str, ...]
    experts: tuple[str, ...]
    notice_minutes: int
    horizon_days: int
    pattern: str | None = None
    month: str | None = None
    sample: bool = False


@dataclass(frozen=True)
class PatternDay:
    """The day of a pattern in a month: the one it names, and the one it is held on, if any."""

    named: date
    held: date | None


def pattern_day(pattern: RotaPattern, year: int, month: int, centre: Calendar) -> PatternDay:
    """When the pattern's session of a month takes place.

    A day off moves it to the next working day of the same month, unless the pattern skips it.
    """
    named = nth_weekday(year, month, pattern.week, pattern.weekday)
    if centre.is_workday(named):
        return PatternDay(named, named)
    if pattern.on_holiday == "skip":
        return PatternDay(named, None)
    held = centre.next_workday(named)
    return PatternDay(named, held if held.month == month else None)


def nth_weekday(year: int, month: int, week: int, weekday: int) -> date:
    """The `week`-th (-1: the last) of a weekday (1: Monday) in a month."""
    if week == -1:
        last = date(year, month, calendar.monthrange(year, month)[1])
        return last - timedelta(days=(last.isoweekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.isoweekday()) % 7 + 7 * (week - 1))


def plan_of(
    pattern: RotaPattern, day: date, month: str, notice_minutes: int, horizon_days: int
) -> SessionPlan:
    """The pattern's session on `day`."""
    return SessionPlan(
        station=pattern.station,
        starts_at=moment_of(day, parse_clock(pattern.begins)),
        ends_at=moment_of(day, parse_clock(pattern.ends)),
        slot_minutes=pattern.slot_minutes,
        seats=pattern.seats,
        categories=pattern.categories,
        experts=pattern.experts,
        notice_minutes=notice_minutes,
        horizon_days=horizon_days,
        pattern=pattern.id,
        month=month,
        sample=pattern.sample,
    )


def time_problem(plan: SessionPlan, centre: Calendar, now: datetime, *, any_day: bool) -> str:
    """Why a session cannot take place then, or nothing. `any_day`: on a day off as well."""
    if not _on_grid(plan):
        return "off_grid"
    if plan.seats < 1:
        return "no_seats"
    if plan.horizon_days > LONGEST_HORIZON_DAYS:
        return "horizon"
    if plan.starts_at <= now:
        return "past"
    day = local_date(plan.starts_at)
    if any_day:
        return ""
    if not centre.is_workday(day):
        return "day_off"
    spans = centre.spans(day)
    inside = any(begin <= plan.starts_at < end for begin, end in spans)
    return (
        ""
        if inside and plan.ends_at <= spans[-1][1] and slots_of(plan, centre)
        else ("outside_hours")
    )


def _on_grid(plan: SessionPlan) -> bool:
    times = (plan.starts_at, plan.ends_at)
    return (
        all(t.minute % GRID_MINUTES == 0 and not t.second and not t.microsecond for t in times)
        and plan.slot_minutes >= GRID_MINUTES
        and plan.slot_minutes % GRID_MINUTES == 0
        and plan.starts_at + timedelta(minutes=plan.slot_minutes) <= plan.ends_at
        and local_date(plan.starts_at) == local_date(plan.ends_at)
    )


def slots_of(plan: SessionPlan, centre: Calendar) -> list[tuple[datetime, datetime]]:
    """Begin and end of the session's time slots; none reaches into the lunch break."""
    length = timedelta(minutes=plan.slot_minutes)
    spans = centre.spans(local_date(plan.starts_at)) or [(plan.starts_at, plan.ends_at)]
    slots = []
    for begin, end in spans:
        at, until = max(begin, plan.starts_at), min(end, plan.ends_at)
        while at + length <= until:
            slots.append((at, at + length))
            at += length
    return slots


def quarters_of(starts_at: datetime, ends_at: datetime) -> Iterator[datetime]:
    """The quarter hours that a session takes of its experts."""
    at = starts_at
    while at < ends_at:
        yield at
        at += GRID


def bookable_span(starts_at: datetime, notice: int, horizon: int) -> tuple[datetime, datetime]:
    """From when until when a time slot may be booked: whole days ahead, minutes of notice."""
    first = local_date(starts_at) - timedelta(days=horizon)
    opens = moment_of(first, parse_clock("00:00"))
    return opens, starts_at - timedelta(minutes=notice)


def clock_of(moment: datetime) -> str:
    """China's clock at a moment: 14:30."""
    return f"{local_time(moment):%H:%M}"
