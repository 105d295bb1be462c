"""Another seat for those whose session the centre cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.engine import Connection

from bot.model.booking import CONFIRMED, OFFERED, FreeSlot, offer_deadline
from bot.model.calendar import local_date
from bot.model.errors import BookingRuleError
from bot.services.booking import waiting_rows
from bot.services.booking.free_slots import nearest_slots
from bot.services.booking.limits import check_person
from bot.services.booking.rows import Booking, get_booking, note_booking
from bot.services.booking.seats import get_time_slot, take_seat
from bot.services.booking.waiting_rows import WaitingEntry
from bot.services.record import Origin
from knowledge.rota import load_rota

TRIED = 10
"""Slots that are tried before the line has to do."""


@dataclass(frozen=True)
class Rebooked:
    """What became of a booking whose session was cancelled.

    `offer`: another seat, to be confirmed; `waiting`: first in line; neither: nobody to tell by
    WeChat (telephone them), or nothing but a hold was lost.
    """

    booking: Booking
    offer: Booking | None = None
    waiting: WaitingEntry | None = None


def rebook(db: Connection, before: Booking, ended: Booking, origin: Origin) -> Rebooked:
    """Offer the nearest seat on the same subject, else a place before all others in line.

    `before`: the booking as it was, `ended`: as it is now, without a seat.
    """
    if before.status == OFFERED and before.waiting_id is not None:
        passed = (waiting_rows.PASSED,)
        waiting_rows.set_entry_status(db, before.waiting_id, passed, waiting_rows.WAITING, origin)
        return Rebooked(ended, waiting=waiting_rows.get_entry(db, before.waiting_id))
    if before.status != CONFIRMED or before.user_id is None:
        return Rebooked(ended)
    if offer := _offer_nearest(db, before, before.user_id, origin):
        return Rebooked(ended, offer=offer)
    today = local_date(origin.now)
    entry = waiting_rows.add_entry(
        db,
        origin,
        user_id=before.user_id,
        category=before.category or before.categories[0],
        first=today,
        last=today + timedelta(days=load_rota().rules.horizon_days),
        priority=1,
    )
    return Rebooked(ended, waiting=entry)


def _offer_nearest(
    db: Connection, booking: Booking, user_id: int, origin: Origin
) -> Booking | None:
    now, rules = origin.now, load_rota().rules
    for free in nearest_slots(db, _as_wanted(booking), now, TRIED):
        slot = get_time_slot(db, free.time_slot_id)
        try:
            check_person(db, user_id, slot, now)
        except BookingRuleError:
            continue
        made = take_seat(
            db,
            slot,
            OFFERED,
            origin,
            user_id=user_id,
            moved_from=booking.id,
            hold_until=offer_deadline(now, rules.rebook_minutes, slot.bookable_until, rules),
            category=booking.category,
            topic=booking.topic,
            company=booking.company,
            contact=booking.contact,
            telephone=booking.telephone,
        )
        if made is not None:
            offer = get_booking(db, made)
            note_booking(db, offer, "booking_offered", origin, None, OFFERED)
            return offer
    return None


def _as_wanted(booking: Booking) -> FreeSlot:
    return FreeSlot(
        booking.time_slot_id,
        booking.session_id,
        booking.station,
        booking.starts_at,
        booking.ends_at,
        booking.experts,
        (booking.category,) if booking.category else booking.categories,
        seats_left=0,
    )
