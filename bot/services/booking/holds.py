"""Holds a seat while a person makes up their mind; the first step of every booking."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.booking import CANCELLED, HELD, TENTATIVE
from bot.model.errors import BookingRuleError, SlotTakenError
from bot.services.booking.ended_holds import end_booking, expire_holds
from bot.services.booking.free_slots import nearest_slots
from bot.services.booking.limits import check_person
from bot.services.booking.rows import (
    Booking,
    get_booking,
    list_bookings,
    lock_booking,
    note_booking,
)
from bot.services.booking.seats import TimeSlot, get_time_slot, take_seat
from bot.services.booking.waiting_list import pass_on
from bot.services.record import Origin
from bot.storage.booking_tables import bookings
from bot.storage.tables import users
from knowledge.rota import load_rota


def hold_slot(
    db: Connection,
    user_id: int,
    time_slot_id: int,
    now: datetime,
    minutes: float | None = None,
    *,
    category: str = "",
    moving: Booking | None = None,
    channel: str = "wechat",
    actor: str = "user",
) -> Booking:
    """Hold a seat for the user for some minutes (as the rules say, unless given).

    A second click gets the same hold; holding another slot gives the first up once the other is
    had. `category`: what the person asked about; `moving`: a booking of theirs that is to be moved
    there. Raises SlotTakenError, and BookingRuleError no_such_slot, past, notice, horizon, overlap,
    already_booked, limit.
    """
    origin = Origin(channel, actor, now)
    lock_user(db, user_id)
    slot = get_time_slot(db, time_slot_id)
    expire_holds(db, now, slot.id)
    pass_on(db, slot.id, now)  # who waits comes before who happens to look
    if own := own_booking(db, user_id, slot.id):
        if own.status not in TENTATIVE:
            raise BookingRuleError("already_booked", number=own.number)
        return own
    slot.check_bookable(now)
    check_person(db, user_id, slot, now, moving=moving.id if moving else None)
    until = now + timedelta(minutes=minutes or load_rota().rules.hold_minutes)
    with db.begin_nested():  # without the new seat, the old one is kept
        given_up = _give_up_hold(db, user_id, origin)
        made = take_seat(
            db,
            slot,
            HELD,
            origin,
            user_id=user_id,
            hold_until=until,
            category=category,
        )
        if made is None:
            raise slot_taken(db, slot, now)
    booking = get_booking(db, made)
    note_booking(db, booking, "booking_held", origin, None, HELD)
    for freed in given_up:
        pass_on(db, freed, now)
    return booking


def lock_user(db: Connection, user_id: int) -> None:
    """From here on one after the other, whatever the same person does at once."""
    db.execute(sa.select(users.c.id).where(users.c.id == user_id).with_for_update(key_share=True))


def own_booking(db: Connection, user_id: int, time_slot_id: int) -> Booking | None:
    """The seat that the user has of the time slot, in whatever active state."""
    found = list_bookings(
        db,
        bookings.c.user_id == user_id,
        bookings.c.time_slot_id == time_slot_id,
        bookings.c.seat.is_not(None),
    )
    return found[0] if found else None


def slot_taken(db: Connection, slot: TimeSlot, now: datetime) -> SlotTakenError:
    """The refusal, with what is nearest to the slot."""
    return SlotTakenError(nearest_slots(db, slot.as_wanted(), now))


def _give_up_hold(db: Connection, user_id: int, origin: Origin) -> list[int]:
    """End what the user holds elsewhere; the time slots whose seats came free."""
    query = sa.select(bookings.c.id).where(bookings.c.user_id == user_id, bookings.c.status == HELD)
    held = [lock_booking(db, booking_id) for booking_id in list(db.scalars(query))]
    for booking in held:
        if booking.status == HELD:
            end_booking(db, booking, CANCELLED, "booking_hold_given_up", origin)
    return [booking.time_slot_id for booking in held]
