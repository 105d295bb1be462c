"""What a person has booked, asked for and waits for: seen, cancelled, given up."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import texts
from bot.model.booking import CONFIRMED, TENTATIVE, may_still_change
from bot.model.calendar import local_date, local_time
from bot.model.errors import BookingRuleError
from bot.services.booking import says
from bot.services.booking.bookings import (
    cancel_booking,
    join_waiting_list,
    my_bookings,
    own_booking,
)
from bot.services.booking.holds import lock_user
from bot.services.booking.individual import WITHDRAWN, my_requests, withdraw_individual
from bot.services.booking.rows import Booking
from bot.services.booking.waiting_list import leave_waiting_list, my_waiting, place_in_line
from bot.services.notices import notify
from bot.services.page_links import calendar_token
from bot.storage.database import reading, utc_now
from bot.web.given import read_day
from bot.web.guard import Posted
from bot.web.h5.booking_visit import CHANNEL, BookingVisit, as_id, origin, posted_id, told
from bot.web.h5.pages import Pages, first
from knowledge.rota import load_rota


class OwnBookingPages:
    """Handlers under /h5/booking/{token}/mine and what is done from there."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._visit = BookingVisit(pages)

    def routes(self) -> list[Route]:
        """All of them."""
        pages = self._pages
        posts = {
            "cancel": self.cancel,
            "drop": self.drop,
            "wait": self.wait,
            "leave": self.leave,
            "withdraw": self.withdraw,
        }
        return [
            Route("/booking/{token}/mine", pages.endpoint(self.show)),
            Route("/booking/{token}/cancel", pages.endpoint(self.ask), methods=["GET"]),
            *(
                Route(f"/booking/{{token}}/{name}", pages.endpoint(handler), methods=["POST"])
                for name, handler in posts.items()
            ),
        ]

    def show(self, request: Request, posted: Posted) -> Response:
        """Bookings, offers, individual requests and places in line."""
        now = utc_now()
        with reading(self._pages.engine) as db:
            user_id = self._visit.user(db, request)
            mine = my_bookings(db, user_id, now)
            requests = [
                r
                for r in my_requests(db, user_id)
                if r.status != WITHDRAWN and not (r.starts_at and r.starts_at <= now)
            ]
            waiting = [
                (entry.id, says.waiting_line(db, entry, place_in_line(db, entry)))
                for entry in my_waiting(db, user_id)
            ]
        return self._pages.render(
            request,
            "my_bookings.html",
            confirmed=[self._shown(b) for b in mine if b.status == CONFIRMED],
            tentative=[self._shown(b) for b in mine if b.status in TENTATIVE],
            requests=[
                {
                    "id": r.id,
                    "number": r.number,
                    "organisation": r.organisation,
                    "status": texts.REQUEST_STATUS[r.status],
                    "when": says.time_text(r.starts_at) if r.starts_at else "",
                    "place": r.place,
                    "may_withdraw": r.status != "declined",
                }
                for r in requests
            ],
            waiting=waiting,
            told=told(request),
            hours=f"{load_rota().rules.cancel_minutes / 60:g}",
        )

    def ask(self, request: Request, posted: Posted) -> Response:
        """Whether the booking is really to be cancelled."""
        with reading(self._pages.engine) as db:
            booking = self._booked(db, request, as_id(request.query_params.get("b", "")))
        if booking is None:
            return self._visit.go(request, "/mine", said="gone")
        return self._pages.render(
            request, "booking_cancel.html", b=booking.id, booking=says.booking_values(booking)
        )

    def cancel(self, request: Request, posted: Posted) -> Response:
        """Cancel, and say so in the chat."""
        with self._pages.engine.begin() as db:
            booking = self._booked(db, request, posted_id(posted, "b"))
            if booking is None or booking.user_id is None:
                return self._visit.go(request, "/mine", said="gone")
            try:
                cancel_booking(db, booking, utc_now(), channel=CHANNEL)
            except BookingRuleError as error:
                why = texts.booking_refusal(error.code, **error.data)
                return self._visit.refused(request, why, [], 0, "")
            text = texts.CANCELLED_ON_PAGE.format(**says.booking_values(booking))
            notify(db, booking.user_id, text, utc_now())
        return self._visit.go(request, "/mine", said="cancelled")

    def drop(self, request: Request, posted: Posted) -> Response:
        """Give up what is held or offered."""
        with self._pages.engine.begin() as db:
            user_id = self._visit.user(db, request)
            booking = own_booking(db, posted_id(posted, "b"), user_id)
            if booking is not None and booking.status in TENTATIVE:
                cancel_booking(db, booking, utc_now(), channel=CHANNEL)
        if first(posted, "then") == "calendar":
            return self._visit.go(request, move=posted_id(posted, "move"))
        return self._visit.go(request, "/mine", said="dropped")

    def wait(self, request: Request, posted: Posted) -> Response:
        """Join the waiting list for what was looked at."""
        now = utc_now()
        today = local_date(now)
        first_day = read_day(first(posted, "day"))
        latest = today + timedelta(days=load_rota().rules.horizon_days)
        with self._pages.engine.begin() as db:
            user_id = self._visit.user(db, request)
            try:
                entry = join_waiting_list(
                    db,
                    user_id,
                    now=now,
                    first=first_day or today,
                    last=first_day or latest,
                    station=first(posted, "park"),
                    category=first(posted, "category"),
                    channel=CHANNEL,
                )
            except BookingRuleError as error:
                why = texts.booking_refusal(error.code, **error.data)
                return self._visit.refused(request, why, [], 0, "")
        return self._visit.go(
            request, "/mine", said="waiting" if entry.status == "waiting" else "offered"
        )

    def leave(self, request: Request, posted: Posted) -> Response:
        """Stop waiting."""
        with self._pages.engine.begin() as db:
            user_id = self._visit.user(db, request)
            entry, by = posted_id(posted, "entry"), {"channel": CHANNEL, "actor": "user"}
            left = leave_waiting_list(db, entry, user_id, utc_now(), **by)
        return self._visit.go(request, "/mine", said="left" if left else "gone")

    def withdraw(self, request: Request, posted: Posted) -> Response:
        """Take an individual request back."""
        with self._pages.engine.begin() as db:
            user_id = self._visit.user(db, request)
            wanted = posted_id(posted, "request")
            found = [r for r in my_requests(db, user_id) if r.id == wanted]
            try:
                if found:
                    withdraw_individual(db, found[0], origin())
            except BookingRuleError as error:
                why = texts.booking_refusal(error.code, **error.data)
                return self._visit.refused(request, why, [], 0, "")
        return self._visit.go(request, "/mine", said="withdrawn" if found else "gone")

    def _booked(self, db: Connection, request: Request, booking_id: int) -> Booking | None:
        user_id = self._visit.user(db, request)
        if request.method == "POST":
            lock_user(db, user_id)  # the second of two clicks finds what the first has done
        booking = own_booking(db, booking_id, user_id)
        return booking if booking is not None and booking.status == CONFIRMED else None

    def _shown(self, booking: Booking) -> dict[str, object]:
        now, until = utc_now(), booking.hold_until
        return {
            **says.booking_values(booking),
            "id": booking.id,
            "offered": booking.status == "offered",
            "until": f"{says.day_text(local_date(until))}{local_time(until):%H:%M}"
            if until
            else "",
            "may_change": may_still_change(booking.starts_at, now, load_rota().rules),
            "file": calendar_token(self._pages.settings, booking.id, now),
        }
