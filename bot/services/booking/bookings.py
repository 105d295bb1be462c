"""Booking a seat: held while the person confirms, then confirmed, cancelled or moved."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.booking import (
    CANCELLED,
    CONFIRMED,
    OFFERED,
    UPCOMING,
    FreeSlot,
    booking_number,
    clean_booking_number,
    company_key,
)
from bot.model.calendar import local_date
from bot.model.errors import BookingRuleError, ConsentMissingError
from bot.services.booking import waiting_rows
from bot.services.booking.ended_holds import end_booking, expire_holds
from bot.services.booking.free_slots import alternatives, free_slots, nearest_slots
from bot.services.booking.holds import hold_slot, lock_user
from bot.services.booking.individual import request_individual
from bot.services.booking.limits import check_company, check_person
from bot.services.booking.moves import check_change, reschedule_booking
from bot.services.booking.notices import void_notices
from bot.services.booking.reminders import plan_reminders
from bot.services.booking.rows import (
    Booking,
    check_move,
    get_booking,
    list_bookings,
    lock_booking,
    write_booking,
)
from bot.services.booking.seats import TimeSlot, get_time_slot
from bot.services.booking.waiting_list import join_waiting_list, offer_waiting, pass_on
from bot.services.booking.words import check_words
from bot.services.consents import has_consent
from bot.services.numbers import draw_number
from bot.services.record import Origin
from bot.storage.booking_tables import booking_numbers, bookings, time_slots

__all__ = [
    "Booking",
    "FreeSlot",
    "alternatives",
    "cancel_booking",
    "confirm_booking",
    "expire_holds",
    "find_booking",
    "free_slots",
    "get_booking",
    "hold_slot",
    "is_offered",
    "join_waiting_list",
    "my_bookings",
    "nearest_slots",
    "offer_waiting",
    "own_booking",
    "request_individual",
    "reschedule_booking",
]


def confirm_booking(
    db: Connection,
    booking: Booking,
    topic: str,
    company: str,
    now: datetime,
    *,
    contact: str = "",
    telephone: str = "",
    channel: str = "wechat",
    actor: str = "user",
) -> Booking:
    """Make a held or offered seat a booking with a number; a second click gets the same.

    Raises ConsentMissingError, BookingRuleError hold_expired, state, no_such_slot, past,
    company_missing, topic_missing, too_long, limit, limit_session, overlap.
    """
    words = check_words(topic=topic, company=company, contact=contact, telephone=telephone)
    if booking.user_id is not None:
        lock_user(db, booking.user_id)
    current = lock_booking(db, booking.id)
    if current.status == CONFIRMED:
        return current
    check_move(current, CONFIRMED)
    if current.user_id is not None and not has_consent(db, current.user_id):
        raise ConsentMissingError()
    if current.hold_until is not None and current.hold_until <= now:
        raise BookingRuleError("hold_expired")
    slot = get_time_slot(db, current.time_slot_id)
    if slot.starts_at <= now:
        raise BookingRuleError("past")
    if current.user_id is not None:
        check_person(db, current.user_id, slot, now)
    origin = Origin(channel, actor, now)
    confirmed = number_booking(db, current, slot, words, origin)
    if current.waiting_id is not None:
        before = (waiting_rows.OFFERED,)
        waiting_rows.set_entry_status(db, current.waiting_id, before, waiting_rows.BOOKED, origin)
    return confirmed


def number_booking(
    db: Connection,
    booking: Booking,
    slot: TimeSlot,
    words: dict[str, str],
    origin: Origin,
    *,
    limits: bool = True,
) -> Booking:
    """Confirm a locked booking under the next number of the year, with its reminders.

    `limits`: the enterprise has only so many at a time; raises BookingRuleError limit,
    limit_session.
    """
    year = local_date(origin.now).year
    with db.begin_nested():
        # Drawn before the limits are counted: until this ends, nobody else confirms.
        number = booking_number(year, draw_number(db, booking_numbers, year))
        if limits:
            check_company(db, words["company"], slot, origin.now, without=booking.id)
        void_notices(db, booking.id)
        confirmed = write_booking(
            db,
            booking,
            "booking_confirmed",
            origin,
            status=CONFIRMED,
            number=number,
            company_key=company_key(words["company"]),
            **words,
        )
    plan_reminders(db, confirmed, origin.now)
    return confirmed


def cancel_booking(
    db: Connection,
    booking: Booking,
    now: datetime,
    *,
    cut_off: bool = True,
    channel: str = "wechat",
    actor: str = "user",
) -> Booking:
    """Give the seat back, or decline an offer; a second click changes nothing.

    `cut_off`: false for the centre, which may cancel until the start. Raises BookingRuleError
    cut_off, past, state.
    """
    current = lock_booking(db, booking.id)
    if current.status == CANCELLED:
        return current
    check_move(current, CANCELLED)
    check_change(current, now, cut_off=cut_off)
    origin = Origin(channel, actor, now)
    ended = end_booking(db, current, CANCELLED, "booking_cancelled", origin)
    pass_on(db, ended.time_slot_id, now)
    return ended


def my_bookings(db: Connection, user_id: int, now: datetime | None = None) -> list[Booking]:
    """The user's bookings that are held, offered or confirmed, the soonest first.

    With `now`, only those that are still to come: no hold that ran out, nothing that is over.
    """
    conditions = [bookings.c.user_id == user_id, bookings.c.status.in_(UPCOMING)]
    if now is not None:
        conditions += [
            time_slots.c.ends_at > now,
            sa.or_(bookings.c.hold_until.is_(None), bookings.c.hold_until > now),
        ]
    return list_bookings(db, *conditions)


def is_offered(db: Connection, user_id: int, now: datetime) -> bool:
    """Whether a seat is offered to the user that they may still take."""
    return any(booking.status == OFFERED for booking in my_bookings(db, user_id, now))


def find_booking(db: Connection, number: str, user_id: int) -> Booking | None:
    """The user's booking of this number, in any spelling; None for a foreign one and for none."""
    found = list_bookings(
        db, bookings.c.number == clean_booking_number(number), bookings.c.user_id == user_id
    )
    return found[0] if found else None


def own_booking(db: Connection, booking_id: int, user_id: int) -> Booking | None:
    """The user's booking, in whatever state; None for a foreign one and for none."""
    found = list_bookings(db, bookings.c.id == booking_id, bookings.c.user_id == user_id)
    return found[0] if found else None
