"""From what was read in a message to what is looked for among the free time slots."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

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
    """What is looked for, when nothing was looked for before."""
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
