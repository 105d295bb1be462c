"""From what was read in a message to what is looked for among the free time slots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy.engine import Connection

from bot.model.booking_talk.narrowing import (
    adds,
    any_place,
    begins_anew,
    both_halves,
    named_parks,
    names_nothing,
    unwanted_park,
)
from bot.model.booking_talk.reading import BookingWish
from bot.model.calendar import local_date, local_time
from bot.services.booking.rows import Booking, list_bookings
from bot.services.booking.state import SlotWish
from bot.services.resources.experts import list_experts
from bot.storage.booking_tables import bookings
from knowledge import load_knowledge
from knowledge.rota import load_rota


def station_id(park: str) -> tuple[str, bool]:
    """(id of the station that the reading calls `park`, whether experts come there)."""
    for station in load_knowledge().stations:
        if park and park in (station.name, *station.aliases):
            return station.id, station.expert_visits
    return "", False


def expert_id(db: Connection, said: str, user_id: int) -> str:
    """The expert meant by a name, a surname with a title, or 上次那个老师; empty for nobody.

    Who has retired is nobody: there is nothing to book or to wait for.
    """
    experts = list_experts(db, active_only=True)
    if said.startswith(("上", "之前", "以前", "刚才", "跟上次")):
        before = list_bookings(db, bookings.c.user_id == user_id, bookings.c.number.is_not(None))
        last = next((b.experts for b in reversed(before) if b.experts), ())
        return next((e.id for e in experts if e.id in last), "")
    surname = said[1:2] if said.startswith("姓") else said[:1]
    named = [e.id for e in experts if e.name in said or said and said in e.name]
    like = [e.id for e in experts if surname and e.name.startswith(surname)]
    found = named or like
    return found[0] if len(found) == 1 else ""


def problem_of(wish: BookingWish, now: datetime) -> tuple[str, dict[str, int]]:
    """Why the time that was said cannot be booked: a code of BOOKING_REFUSALS and its data."""
    if wish.problem:
        return wish.problem, {}
    today, days = local_date(now), load_rota().rules.horizon_days
    if wish.first and wish.first > today + timedelta(days=days):
        return "horizon", {"days": days}
    over = wish.last is not None and wish.last < today
    return ("past", {}) if over else ("", {})


def slot_wish(wish: BookingWish, station: str, expert: str) -> SlotWish:
    """What a message alone asks for."""
    return SlotWish(
        category=wish.category,
        station=station,
        expert=expert,
        first=wish.first.isoformat() if wish.first else "",
        last=wish.last.isoformat() if wish.last else "",
        period="" if wish.time else wish.period,
        clock=wish.time,
        clock_to=wish.time_to,
    )


def is_anew(old: SlotWish, said: SlotWish, text: str) -> bool:
    """Whether a message begins a new search: 约专家, or a booking on another subject."""
    if names_nothing(text):
        return True
    other = (old.category and said.category not in ("", old.category)) or (
        old.expert and said.expert not in ("", old.expert)
    )
    return bool(other) and begins_anew(text)


def merged_wish(
    old: SlotWish,
    said: SlotWish,
    wish: BookingWish,
    text: str,
    subjects: Mapping[str, tuple[str, ...]],
) -> SlotWish:
    """`old` with what a further message says: that replaces its own part, 也行 widens it.

    `said`: the message alone, read from `wish`, which was read from `text`; `subjects`: the
    categories of each expert, so that subject and expert fit together.
    """
    made = _merged_time(old, said, wish, text)
    station = said.station or old.station
    if (
        any_place(text)
        or len(named_parks(text)) > 1
        or old.station
        and old.station == station_id(unwanted_park(text))[0]
    ):
        station = said.station
    elif adds(text) and said.station and said.station != old.station:
        station = ""
    category, expert = old.category, old.expert
    if said.expert:
        expert = said.expert
        known = subjects.get(expert, ())
        named = "" if wish.guessed else said.category
        category = next((c for c in (named, category) if c in known), "")
    elif said.category and not (wish.guessed and (category or expert)):
        category = said.category
        expert = expert if category in subjects.get(expert, ()) else ""
    return replace(made, category=category, station=station, expert=expert)


def _merged_time(old: SlotWish, said: SlotWish, wish: BookingWish, text: str) -> SlotWish:
    """The days and hours of both; days and hours are two parts."""
    hours_said = bool(said.period or said.clock or said.clock_to)
    if not (said.first or said.last or hours_said):
        if both_halves(text):
            return replace(old, period="", clock="", clock_to="")
        if wish.any_time and not any_place(text) and not named_parks(text):
            return old.without_time()
        return _shifted(old, wish.shift_days)
    made = old
    if said.first or said.last:
        first, last = said.first, said.last
        if adds(text) and old.first and old.last and first and last:
            first, last = min(first, old.first), max(last, old.last)
        made = replace(made, first=first, last=last)
    if hours_said:
        period, clock, clock_to = said.period, said.clock, said.clock_to
        if adds(text) and period != old.period:
            period = clock = clock_to = ""
        made = replace(made, period=period, clock=clock, clock_to=clock_to)
    return made


def _shifted(wish: SlotWish, days: int) -> SlotWish:
    """The same some days later: 往后推一天."""
    moved = [
        (date.fromisoformat(day) + timedelta(days=days)).isoformat() if day else ""
        for day in (wish.first, wish.last)
    ]
    return replace(wish, first=moved[0], last=moved[1])


def moved_wish(wish: BookingWish, booking: Booking, found: SlotWish) -> SlotWish:
    """Where a booking is to be moved: its subject, and its day when only an hour was said."""
    category = booking.category or booking.categories[0]
    begins = local_time(booking.starts_at)
    made = replace(found, category=found.category or category)
    if wish.shift_days or wish.shift_minutes:
        to = begins + timedelta(days=wish.shift_days, minutes=wish.shift_minutes)
        clock = f"{to:%H:%M}" if wish.shift_minutes else made.clock
        day = to.date().isoformat()
        return replace(made, first=day, last=day, clock=clock)
    if wish.first is None and (made.period or made.clock):
        day = begins.date().isoformat()
        return replace(made, first=day, last=day)
    return made
