"""Confirming what is held on the page: a new booking, or the new time of one."""

from __future__ import annotations

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from bot import texts
from bot.model.answer.contacts import read_telephone
from bot.model.booking import CONFIRMED, TENTATIVE
from bot.model.errors import BookingRuleError, SlotTakenError
from bot.model.field_error import FieldError
from bot.services.booking import says
from bot.services.booking.bookings import (
    cancel_booking,
    confirm_booking,
    own_booking,
    reschedule_booking,
)
from bot.services.booking.holds import lock_user
from bot.services.booking.rows import Booking
from bot.services.consents import has_consent
from bot.services.notices import notify
from bot.storage.database import utc_now
from bot.web.guard import Posted
from bot.web.h5.booking_views import check_values
from bot.web.h5.booking_visit import CHANNEL, BookingVisit, posted_id
from bot.web.h5.pages import first

FIELDS = ("company", "topic", "contact", "telephone")


def confirm(visit: BookingVisit, request: Request, posted: Posted) -> Response:
    """Book or move, and say so in the chat; a second click leads to the same booking."""
    with visit.pages.engine.begin() as db:
        user_id = visit.user(db, request)
        lock_user(db, user_id)  # the second of two clicks finds what the first has done
        booking = own_booking(db, posted_id(posted, "b"), user_id)
        moving = own_booking(db, posted_id(posted, "move"), user_id)
        if booking is None:
            return visit.go(request, "/mine", said="gone")
        if done := _done_before(booking, moving):
            return visit.go(request, "/done", b=done.id, moved=moving is not None)
        try:
            if moving is not None:
                done = _move(db, moving, booking)
                text = texts.MOVED_ON_PAGE
            else:
                if not has_consent(db, user_id):
                    return visit.go(request, "/check", b=booking.id)
                done = _book(db, booking, posted)
                text = texts.BOOKED_ON_PAGE
        except FieldError as error:
            return _again(visit, request, booking, posted, {error.field_id: error.code})
        except SlotTakenError as error:
            why = texts.BOOKING_PAGE_SAID["taken"]
            move = moving.id if moving else 0
            return visit.refused(request, why, error.alternatives, move, booking.category)
        except BookingRuleError as error:
            return _refused(visit, request, db, booking, moving, posted, error)
        notify(db, user_id, text.format(**says.booking_values(done)), utc_now())
    return visit.go(request, "/done", b=done.id, moved=moving is not None)


def _done_before(booking: Booking, moving: Booking | None) -> Booking | None:
    """The booking that an earlier click made."""
    if moving is not None and moving.time_slot_id == booking.time_slot_id:
        return moving
    return booking if booking.status == CONFIRMED else None


def _book(db: Connection, booking: Booking, posted: Posted) -> Booking:
    words = {name: first(posted, name) for name in FIELDS}
    if words["telephone"]:
        words["telephone"] = read_telephone("telephone", words["telephone"])
    topic, company = words.pop("topic"), words.pop("company")
    return confirm_booking(db, booking, topic, company, utc_now(), channel=CHANNEL, **words)


def _move(db: Connection, moving: Booking, held: Booking) -> Booking:
    if held.status not in TENTATIVE:
        raise BookingRuleError("hold_expired")
    return reschedule_booking(db, moving, held.time_slot_id, utc_now(), channel=CHANNEL)


def _refused(
    visit: BookingVisit,
    request: Request,
    db: Connection,
    booking: Booking,
    moving: Booking | None,
    posted: Posted,
    error: BookingRuleError,
) -> Response:
    """What was written is asked again; with any other reason the seat goes back."""
    if error.code in ("company_missing", "topic_missing"):
        field = error.code.removesuffix("_missing")
        return _again(visit, request, booking, posted, {field: "required"})
    if error.code == "too_long":
        return _again(visit, request, booking, posted, {str(error.data["field"]): "too_long"})
    code = "hold_expired" if error.code == "state" else error.code
    if booking.status in TENTATIVE:
        cancel_booking(db, booking, utc_now(), channel=CHANNEL)
    why = texts.booking_refusal(code, **error.data)
    return visit.refused(request, why, [], moving.id if moving else 0, booking.category)


def _again(
    visit: BookingVisit, request: Request, booking: Booking, posted: Posted, codes: dict[str, str]
) -> Response:
    """The page once more, with what was written and what is wrong with it."""
    words = {name: first(posted, name) for name in FIELDS}
    errors = {name: texts.field_error(code) for name, code in codes.items()}
    values = check_values(booking, None, words, errors, utc_now())
    return visit.pages.render(request, "booking_check.html", 422, **values)
