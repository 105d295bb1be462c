"""The desk's side of a session: who comes, who came, who walked in."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from bot.model.booking import ACTIVE, ATTENDED, MISSED, OFFERED
from bot.model.calendar import local_date
from bot.model.errors import BookingRuleError
from bot.services.booking.bookings import number_booking
from bot.services.booking.ended_holds import expire_holds
from bot.services.booking.holds import lock_user, slot_taken
from bot.services.booking.rows import (
    Booking,
    check_move,
    get_booking,
    list_bookings,
    lock_booking,
    write_booking,
)
from bot.services.booking.seats import get_time_slot, take_seat
from bot.services.booking.words import check_words
from bot.services.record import Origin
from bot.storage.booking_tables import bookings, time_slots


def session_bookings(db: Connection, session_id: int) -> list[Booking]:
    """Who has a seat in the session, held and offered ones as well, in order of time."""
    of_session = time_slots.c.session_id == session_id
    return list_bookings(db, of_session, bookings.c.status.in_(ACTIVE))


def mark_attendance(db: Connection, booking: Booking, *, attended: bool, origin: Origin) -> Booking:
    """Note that the enterprise came, or did not; may be put right later.

    Raises BookingRuleError not_yet before the day, state for what was not confirmed.
    """
    current = lock_booking(db, booking.id)
    status = ATTENDED if attended else MISSED
    if current.status == status:
        return current
    check_move(current, status)
    if local_date(origin.now) < local_date(current.starts_at):
        raise BookingRuleError("not_yet")
    return write_booking(db, current, "booking_attendance", origin, status=status)


def book_at_desk(
    db: Connection,
    time_slot_id: int,
    *,
    topic: str,
    company: str,
    origin: Origin,
    contact: str = "",
    telephone: str = "",
    category: str = "",
    user_id: int | None = None,
    arrived: bool = False,
    limits: bool = True,
) -> Booking:
    """Book for somebody who telephoned or stands at the counter (`arrived`: came already).

    Notice and horizon do not bind the desk, seats do, and the enterprise's limits unless the desk
    puts them aside. Raises SlotTakenError, and BookingRuleError no_such_slot, past, limit,
    limit_session, company_missing, topic_missing, too_long, already_booked.
    """
    words = check_words(topic=topic, company=company, contact=contact, telephone=telephone)
    slot = get_time_slot(db, time_slot_id)
    if slot.ends_at <= origin.now:
        raise BookingRuleError("past")
    if user_id is not None:
        lock_user(db, user_id)
        _check_new(db, user_id, slot.id)
    expire_holds(db, origin.now, slot.id)
    with db.begin_nested():
        made = take_seat(
            db,
            slot,
            OFFERED,  # beside whatever the person holds
            origin,
            user_id=user_id,
            hold_until=slot.ends_at,
            category=category,
        )
        if made is None:
            raise slot_taken(db, slot, origin.now)
        booked = number_booking(db, get_booking(db, made), slot, words, origin, limits=limits)
    return mark_attendance(db, booked, attended=True, origin=origin) if arrived else booked


def _check_new(db: Connection, user_id: int, time_slot_id: int) -> None:
    mine = (
        bookings.c.user_id == user_id,
        bookings.c.time_slot_id == time_slot_id,
        bookings.c.seat.is_not(None),
    )
    if found := list_bookings(db, *mine):
        raise BookingRuleError("already_booked", number=found[0].number)
