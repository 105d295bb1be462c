"""Tells users what is due of their bookings: reminders, offers, what the centre changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from bot import texts
from bot.model.calendar import local_time
from bot.model.errors import NotFoundError
from bot.services.booking import says
from bot.services.booking.individual import get_request
from bot.services.booking.notices import BookingNotice, claim_notices
from bot.services.booking.rows import Booking, get_booking
from bot.services.notices import notify


def tell_due(db: Connection, now: datetime) -> int:
    """Put what is due into the outbox, once each; how many."""
    notices = claim_notices(db, now)
    for notice in notices:
        offer = notice.booking_id if notice.kind == "offer" else notice.data.get("offer")
        choices = says.offer_choices(int(offer)) if offer else []
        notify(db, notice.user_id, _text(db, notice), now, choices=choices)
    return len(notices)


def _text(db: Connection, notice: BookingNotice) -> str:
    template = texts.BOOKING_NEWS[notice.kind]
    if notice.booking_id is None:
        return _request_text(db, template, int(notice.data["request"]))
    text = template.format(**_booking(get_booking(db, notice.booking_id)))
    if reason := notice.data.get("reason"):
        text += texts.SESSION_REASON.format(reason=reason)
    if notice.kind != "session_cancelled":
        return text
    return text + _instead(db, notice)


def _instead(db: Connection, notice: BookingNotice) -> str:
    """What the centre has done for somebody whose session it cancelled."""
    if offer := notice.data.get("offer"):
        try:
            return texts.SESSION_OFFER.format(**_booking(get_booking(db, int(offer))))
        except NotFoundError:
            return ""
    return texts.SESSION_WAITING if notice.data.get("waiting") else ""


def _booking(booking: Booking) -> dict[str, str]:
    until = local_time(booking.hold_until) if booking.hold_until else None
    limit = f"{says.day_text(until.date())}{until:%H:%M}" if until else ""
    return {**says.booking_values(booking), "until": limit}


def _request_text(db: Connection, template: str, request_id: int) -> str:
    request = get_request(db, request_id)
    when = says.time_text(request.starts_at) if request.starts_at else ""
    text = template.format(number=request.number, when=when, place=request.place)
    return text + (texts.REQUEST_ANSWER.format(answer=request.answer) if request.answer else "")
