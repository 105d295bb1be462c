"""Moves a booking to another time slot: the old seat is kept until the new one is had."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from bot.model.booking import CANCELLED, CONFIRMED, HELD, OFFERED, may_still_change
from bot.model.calendar import local_date
from bot.model.errors import BookingRuleError
from bot.services.booking import waiting_rows
from bot.services.booking.ended_holds import end_booking, expire_holds
from bot.services.booking.holds import lock_user, own_booking, slot_taken
from bot.services.booking.limits import check_company, check_person
from bot.services.booking.reminders import plan_reminders
from bot.services.booking.rows import Booking, lock_booking, write_booking
from bot.services.booking.seats import TimeSlot, claim_seat, get_time_slot
from bot.services.booking.waiting_list import pass_on
from bot.services.numbers import lock_numbers
from bot.services.record import Origin
from bot.storage.booking_tables import booking_numbers
from knowledge.rota import load_rota


def reschedule_booking(
    db: Connection,
    booking: Booking,
    time_slot_id: int,
    now: datetime,
    *,
    cut_off: bool = True,
    channel: str = "wechat",
    actor: str = "user",
) -> Booking:
    """Move a confirmed booking to another time slot under its number: the old seat is kept until
    the new one is had. The user's hold on the new slot, if any, is used up.

    Raises SlotTakenError, and BookingRuleError cut_off, past, state, no_such_slot, notice,
    horizon, overlap, already_booked, limit_session.
    """
    if booking.user_id is not None:
        lock_user(db, booking.user_id)
    current = lock_booking(db, booking.id)
    if current.status != CONFIRMED:
        raise BookingRuleError("state", status=current.status)
    if current.time_slot_id == time_slot_id:
        return current
    check_change(current, now, cut_off=cut_off)
    origin = Origin(channel, actor, now)
    slot = get_time_slot(db, time_slot_id)
    held = _checked_hold(db, current, slot, now)
    with db.begin_nested():
        if held:
            _use_up(db, held, origin)
        moved = _move(db, current, slot, origin)
    plan_reminders(db, moved, now)
    pass_on(db, current.time_slot_id, now)
    return moved


def _use_up(db: Connection, held: Booking, origin: Origin) -> None:
    """The seat that is held or offered becomes that of the moved booking."""
    if held.waiting_id is not None:
        before = (waiting_rows.OFFERED,)
        waiting_rows.set_entry_status(db, held.waiting_id, before, waiting_rows.BOOKED, origin)
    end_booking(db, held, CANCELLED, "booking_hold_used", origin)


def check_change(booking: Booking, now: datetime, *, cut_off: bool) -> None:
    """A confirmed booking may be changed until the cut-off, by the centre until it begins."""
    if booking.status != CONFIRMED:
        return
    if booking.starts_at <= now:
        raise BookingRuleError("past")
    rules = load_rota().rules
    if cut_off and not may_still_change(booking.starts_at, now, rules):
        raise BookingRuleError("cut_off", minutes=rules.cancel_minutes)


def _checked_hold(
    db: Connection, booking: Booking, slot: TimeSlot, now: datetime
) -> Booking | None:
    """The user's own hold on the slot, once all rules for moving there are found kept."""
    expire_holds(db, now, slot.id)
    held = own_booking(db, booking.user_id, slot.id) if booking.user_id is not None else None
    if held and held.status not in (HELD, OFFERED):
        raise BookingRuleError("already_booked", number=held.number)
    if held is None:
        slot.check_bookable(now)
        pass_on(db, slot.id, now)
    if booking.user_id is not None:
        check_person(db, booking.user_id, slot, now, moving=booking.id)
    lock_numbers(db, booking_numbers, local_date(now).year)  # nobody else confirms meanwhile
    check_company(db, booking.company, slot, now, without=booking.id)
    return held


def _move(db: Connection, booking: Booking, slot: TimeSlot, origin: Origin) -> Booking:
    made: list[Booking] = []

    def write(seat: int) -> None:
        values: dict[str, Any] = {"time_slot_id": slot.id, "seat": seat}
        made.append(write_booking(db, booking, "booking_moved", origin, **values))

    if not claim_seat(db, slot.id, write):
        raise slot_taken(db, slot, origin.now)
    return made[0]
