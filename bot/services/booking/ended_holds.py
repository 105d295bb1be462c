"""Ends what was held: seats that ran out or were given back go to those who wait."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.booking import EXPIRED, OFFERED, TENTATIVE
from bot.services.booking import waiting_rows
from bot.services.booking.notices import add_notice, void_notices
from bot.services.booking.rows import Booking, get_booking, write_booking
from bot.services.booking.waiting_list import SYSTEM, pass_on
from bot.services.record import Origin
from bot.storage.booking_tables import bookings


def expire_holds(db: Connection, now: datetime, time_slot_id: int | None = None) -> list[Booking]:
    """End the holds and offers whose time is over, of one slot or of all; returns them as ended.

    What another transaction is just confirming is left to it.
    """
    stale = [bookings.c.status.in_(TENTATIVE), bookings.c.hold_until <= now]
    if time_slot_id is not None:
        stale.append(bookings.c.time_slot_id == time_slot_id)
    query = sa.select(bookings.c.id).where(*stale).order_by(bookings.c.id)
    ids = list(db.scalars(query.with_for_update(skip_locked=True)))
    ended = [_expire(db, get_booking(db, booking_id), now) for booking_id in ids]
    for freed in {booking.time_slot_id: None for booking in ended}:
        pass_on(db, freed, now)
    return ended


def end_booking(
    db: Connection, booking: Booking, status: str, kind: str, origin: Origin
) -> Booking:
    """Give back the seat of a locked booking: nothing more is said about it.

    The caller passes the seat on, when its other work is done.
    """
    void_notices(db, booking.id)
    if booking.waiting_id is not None and booking.status == OFFERED:
        waiting_rows.set_entry_status(
            db, booking.waiting_id, (waiting_rows.OFFERED,), waiting_rows.PASSED, origin
        )
    return write_booking(db, booking, kind, origin, status=status)


def _expire(db: Connection, booking: Booking, now: datetime) -> Booking:
    ended = end_booking(db, booking, EXPIRED, "booking_expired", Origin(*SYSTEM, now))
    if booking.status == OFFERED:
        add_notice(db, booking.user_id, "offer_passed", now, booking_id=booking.id)
    return ended
