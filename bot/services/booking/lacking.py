"""Which part of a wish cannot be had, in words, and what comes nearest to the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from sqlalchemy.engine import Connection

from bot import texts
from bot.model.booking import NOON, FreeSlot, distance
from bot.model.calendar import moment_of
from bot.services.booking import says
from bot.services.booking.free_slots import free_slots, nearest_slots
from bot.services.booking.state import SlotWish
from bot.services.resources.experts import expert_field
from knowledge import load_knowledge

PARTS = (("first", "last"), ("period", "clock", "clock_to"), ("station",), ("expert",))
"""What can be given up of a wish, one at a time: its days, its hours, its place, its expert."""
FURTHEST = 100
"""So many free time slots are looked through for the nearest."""
SHOWN = 4


def find_slots(
    db: Connection, wish: SlotWish, now: datetime, limit: int, offset: int = 0
) -> list[FreeSlot]:
    """The free time slots of a wish, the soonest first."""
    first, last = wish.days
    return free_slots(
        db,
        now=now,
        category=wish.category,
        station=wish.station,
        expert=wish.expert,
        period=wish.period,
        clock=wish.clock,
        clock_to=wish.clock_to,
        first=first,
        last=last,
        limit=limit,
        offset=offset,
    )


def lack_text(db: Connection, wish: SlotWish, now: datetime) -> str:
    """What cannot be had of a wish that nothing fits: the expert, the station, or the time."""
    any_time = wish.without_time()
    values = {
        "wish": says.wish_text(db, wish) or texts.BOOKING_ANY,
        "place": says.short_name(wish.station) if wish.station else "",
        "whom": _whom(db, wish),
    }
    if find_slots(db, any_time, now, 1):
        return texts.BOOKING_LACKS["time"].format(**values)
    elsewhere = wish.station and find_slots(db, replace(any_time, station=""), now, 1)
    why = texts.BOOKING_LACKS["station" if elsewhere else "whom"].format(**values)
    if any_time == wish:
        return why
    return texts.BOOKING_LACKS["why"].format(**values, why=why)


def nearest_to(db: Connection, wish: SlotWish, now: datetime) -> list[FreeSlot]:
    """What comes nearest, best first: with one part of the wish given up, else with more."""
    first, _ = wish.days
    at = moment_of(first, time(14 if _is_late(wish) else 9)) if first else now
    wanted = FreeSlot(
        time_slot_id=0,
        session_id=0,
        station=wish.station,
        starts_at=at,
        ends_at=at,
        experts=(wish.expert,) if wish.expert else (),
        categories=(wish.category,) if wish.category else (),
        seats_left=0,
    )

    def rank(slot: FreeSlot) -> tuple[tuple[int, float], datetime]:
        return distance(wanted, slot), slot.starts_at

    near: dict[int, FreeSlot] = {}
    for part in PARTS:
        rest = replace(wish, **dict.fromkeys(part, ""))
        if rest != wish:
            found = sorted(find_slots(db, rest, now, FURTHEST), key=rank)
            near |= {slot.time_slot_id: slot for slot in found[: 1 if near else 3]}
    found = list(near.values()) or nearest_slots(db, wanted, now)
    return sorted(found, key=rank)[:SHOWN]


def _is_late(wish: SlotWish) -> bool:
    return wish.period == "afternoon" or wish.clock >= NOON


def _whom(db: Connection, wish: SlotWish) -> str:
    """知识产权专家, or the field of the one wished for."""
    if wish.expert:
        return texts.BOOKING_THAT_EXPERT.format(field=expert_field(db, wish.expert))
    categories = load_knowledge().categories
    return f"{categories[wish.category].name if wish.category else ''}专家"
