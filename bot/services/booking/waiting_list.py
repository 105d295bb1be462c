"""The waiting list: first come, first served, by offers that run out and go to the next."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.booking import NOON, OFFERED, offer_deadline, slot_problem
from bot.model.calendar import local_date
from bot.model.errors import BookingRuleError
from bot.model.rota import LONGEST_HORIZON_DAYS, clock_of
from bot.services.booking import waiting_rows
from bot.services.booking.free_slots import free_slots
from bot.services.booking.limits import check_person
from bot.services.booking.notices import add_notice
from bot.services.booking.rows import Booking, get_booking, note_booking
from bot.services.booking.seats import TimeSlot, free_seats, get_time_slot, take_seat
from bot.services.booking.waiting_rows import WAITING, WaitingEntry, get_entry, list_entries
from bot.services.record import Origin
from bot.services.resources.experts import list_experts
from bot.storage.booking_tables import bookings, waiting_list
from knowledge import load_knowledge
from knowledge.rota import load_rota

__all__ = [
    "WaitingEntry",
    "join_waiting_list",
    "leave_waiting_list",
    "my_waiting",
    "offer_waiting",
    "pass_on",
    "place_in_line",
]
SYSTEM = ("system", "system")
PREFILLED = ("topic", "company", "contact", "telephone")
"""Taken into an offer from the person's last booking; the topic only from one of its subject."""


def join_waiting_list(
    db: Connection,
    user_id: int,
    *,
    now: datetime,
    first: date,
    last: date,
    station: str = "",
    category: str = "",
    expert: str = "",
    period: str = "",
    channel: str = "wechat",
    actor: str = "user",
) -> WaitingEntry:
    """Wait for a seat on the days `first` to `last`; asking twice is standing once.

    What is free already is offered at once (status offered). Raises BookingRuleError bad_dates,
    limit_waiting, unknown_station, unknown_category, unknown_expert.
    """
    today = local_date(now)
    wish = {"station": station, "category": category, "expert": expert, "period": period}
    days = {"first": max(first, today), "last": last}
    _check_wish(db, station, category, expert)
    if last < days["first"] or (last - today).days > LONGEST_HORIZON_DAYS:
        raise BookingRuleError("bad_dates")
    mine = my_waiting(db, user_id)
    for entry in mine:
        same = all(getattr(entry, name) == value for name, value in wish.items())
        if same and (max(entry.first, today), entry.last) == (days["first"], last):
            return entry
    limit = load_rota().rules.waiting_per_user
    if len(mine) >= limit:
        raise BookingRuleError("limit_waiting", limit=limit)
    origin = Origin(channel, actor, now)
    made = waiting_rows.add_entry(db, origin, user_id=user_id, **wish, **days)
    _offer_free(db, made, now)
    return get_entry(db, made.id)


def leave_waiting_list(
    db: Connection, entry_id: int, user_id: int, now: datetime, *, channel: str, actor: str
) -> bool:
    """Stop waiting; False when the entry is not the user's or does not wait any more."""
    if not list_entries(db, waiting_list.c.id == entry_id, waiting_list.c.user_id == user_id):
        return False
    origin = Origin(channel, actor, now)
    return waiting_rows.set_entry_status(db, entry_id, (WAITING,), waiting_rows.LEFT, origin)


def my_waiting(db: Connection, user_id: int) -> list[WaitingEntry]:
    """Where the user stands in line."""
    return list_entries(db, waiting_list.c.user_id == user_id, waiting_list.c.status == WAITING)


def place_in_line(db: Connection, entry: WaitingEntry) -> int:
    """1 for who is offered the next seat: those before that want a seat of the same subject."""
    before = sa.or_(
        waiting_list.c.priority > entry.priority,
        sa.and_(waiting_list.c.priority == entry.priority, waiting_list.c.id < entry.id),
    )
    rivals = [
        waiting_list.c.status == WAITING,
        waiting_list.c.first <= entry.last,
        waiting_list.c.last >= entry.first,
    ]
    for name in ("station", "category", "expert", "period"):
        if wanted := getattr(entry, name):
            rivals.append(waiting_list.c[name].in_(("", wanted)))
    count = sa.select(sa.func.count()).select_from(waiting_list).where(before, *rivals)
    return int(db.scalar(count)) + 1


def offer_waiting(db: Connection, now: datetime) -> list[Booking]:
    """Offer whatever is free to those who wait for it; ends entries whose days are over.

    Seats that are given back pass on at once; this finds those that time or the rota opened.
    """
    origin = Origin(*SYSTEM, now)
    offers = []
    for entry in list_entries(db, waiting_list.c.status == WAITING):
        if entry.last < local_date(now):
            waiting_rows.set_entry_status(db, entry.id, (WAITING,), waiting_rows.OVER, origin)
        else:
            offers += _offer_free(db, entry, now)
    return offers


def pass_on(db: Connection, time_slot_id: int, now: datetime) -> list[Booking]:
    """Offer the slot's free seats to those who wait longest for such a one."""
    if not free_seats(db, time_slot_id):
        return []
    try:
        slot = get_time_slot(db, time_slot_id)
    except BookingRuleError:
        return []
    if slot_problem(slot.starts_at, slot.bookable_from, slot.bookable_until, now):
        return []
    offers: list[Booking] = []
    passed_over: list[int] = []
    while free_seats(db, slot.id) and (entry := _next_in_line(db, slot, passed_over)):
        if offer := _offer(db, entry, slot, now):
            offers.append(offer)
        passed_over.append(entry.id)
    return offers


def _offer_free(db: Connection, entry: WaitingEntry, now: datetime) -> list[Booking]:
    found = free_slots(
        db,
        now=now,
        category=entry.category,
        station=entry.station,
        first=entry.first,
        last=entry.last,
        period=entry.period,
        expert=entry.expert,
    )
    offers: list[Booking] = []
    for slot in found:
        offers += pass_on(db, slot.time_slot_id, now)
        if get_entry(db, entry.id).status != WAITING:
            break
    return offers


def _next_in_line(db: Connection, slot: TimeSlot, passed_over: list[int]) -> WaitingEntry | None:
    """The first that waits for such a slot; one that another process is serving is left to it."""
    day = local_date(slot.starts_at)
    period = "morning" if clock_of(slot.starts_at) < NOON else "afternoon"
    has_it = sa.select(bookings.c.user_id).where(
        bookings.c.time_slot_id == slot.id,
        bookings.c.seat.is_not(None),
        bookings.c.user_id.is_not(None),
    )
    conditions = [
        waiting_list.c.status == WAITING,
        waiting_list.c.station.in_(("", slot.station)),
        waiting_list.c.category.in_(("", *slot.categories)),
        waiting_list.c.expert.in_(("", *slot.experts)),
        waiting_list.c.period.in_(("", period)),
        waiting_list.c.first <= day,
        waiting_list.c.last >= day,
        waiting_list.c.id.not_in(passed_over),
        waiting_list.c.user_id.not_in(has_it),
    ]
    query = (
        sa.select(waiting_list)
        .where(*conditions)
        .order_by(waiting_list.c.priority.desc(), waiting_list.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = db.execute(query).first()
    return WaitingEntry(**row._mapping) if row else None


def _offer(db: Connection, entry: WaitingEntry, slot: TimeSlot, now: datetime) -> Booking | None:
    """Hold a seat for the entry and note that its user is to be told; None when that cannot be."""
    origin, rules = Origin(*SYSTEM, now), load_rota().rules
    try:
        check_person(db, entry.user_id, slot, now)
    except BookingRuleError:
        return None
    made = take_seat(
        db,
        slot,
        OFFERED,
        origin,
        user_id=entry.user_id,
        category=entry.category,
        waiting_id=entry.id,
        hold_until=offer_deadline(now, rules.offer_minutes, slot.bookable_until, rules),
        **_last_words(db, entry.user_id, slot),
    )
    if made is None:
        return None
    waiting_rows.set_entry_status(db, entry.id, (WAITING,), waiting_rows.OFFERED, origin)
    booking = get_booking(db, made)
    note_booking(db, booking, "booking_offered", origin, None, OFFERED)
    add_notice(db, entry.user_id, "offer", now, booking_id=made, expires_at=booking.hold_until)
    return booking


def _last_words(db: Connection, user_id: int, slot: TimeSlot) -> dict[str, str]:
    query = (
        sa.select(*(bookings.c[name] for name in PREFILLED), bookings.c.category)
        .where(bookings.c.user_id == user_id, bookings.c.company != "")
        .order_by(bookings.c.id.desc())
        .limit(1)
    )
    row = db.execute(query).first()
    if row is None:
        return {}
    words = {name: row._mapping[name] for name in PREFILLED}
    return words if row.category in slot.categories else {**words, "topic": ""}


def _check_wish(db: Connection, station: str, category: str, expert: str) -> None:
    knowledge = load_knowledge()
    if station and station not in {s.id for s in knowledge.stations if s.expert_visits}:
        raise BookingRuleError("unknown_station")
    if category and category not in knowledge.categories:
        raise BookingRuleError("unknown_category")
    if expert and expert not in {e.id for e in list_experts(db, active_only=True)}:
        raise BookingRuleError("unknown_expert")
