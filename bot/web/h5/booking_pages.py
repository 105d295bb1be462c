"""The calendar of free time slots, and booking one: held, checked, confirmed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import texts
from bot.model.booking import CONFIRMED, FreeSlot
from bot.model.calendar import local_date
from bot.model.errors import BookingRuleError, SlotTakenError
from bot.services.booking import says
from bot.services.booking.bookings import alternatives, free_slots, hold_slot, own_booking
from bot.services.booking.company import known_words
from bot.services.booking.free_slots import free_days
from bot.services.booking.rows import Booking
from bot.services.consents import has_consent, record_consent
from bot.services.page_links import calendar_token
from bot.storage.database import reading, utc_now
from bot.web.guard import Posted
from bot.web.h5.booking_confirm import confirm
from bot.web.h5.booking_views import (
    Choice,
    check_values,
    is_held,
    month_of,
    month_view,
    parks,
    slot_groups,
)
from bot.web.h5.booking_visit import CHANNEL, BookingVisit, as_id, posted_id, told
from bot.web.h5.pages import Pages, first
from knowledge import load_knowledge
from knowledge.rota import load_rota

MOST_SLOTS = 100
"""Of one day; three parks have fewer."""


class BookingPages:
    """Handlers under /h5/booking/{token}."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._visit = BookingVisit(pages)

    def routes(self) -> list[Route]:
        """All of them."""
        pages = self._pages
        return [
            Route("/booking/{token}", pages.endpoint(self.show)),
            Route("/booking/{token}/hold", pages.endpoint(self.hold), methods=["POST"]),
            Route("/booking/{token}/check", pages.endpoint(self.check)),
            Route("/booking/{token}/consent", pages.endpoint(self.agree), methods=["POST"]),
            Route("/booking/{token}/confirm", pages.endpoint(self.confirm), methods=["POST"]),
            Route("/booking/{token}/done", pages.endpoint(self.done)),
        ]

    def show(self, request: Request, posted: Posted) -> Response:
        """A month of days with what is free, and the time slots of the chosen day."""
        now = utc_now()
        today = local_date(now)
        last = today + timedelta(days=load_rota().rules.horizon_days)
        with reading(self._pages.engine) as db:
            user_id = self._visit.user(db, request)
            asked, problem = read_choice(request, today, last)
            moving = own_booking(db, asked.move, user_id)
            category, park = asked.category, asked.park
            days = free_days(db, now=now, category=category, station=park)
            shown = choose_day(asked, days, today)
            found = free_on(db, now, shown)
            near = [] if found else nearest(db, now, shown)
        return self._pages.render(
            request,
            "calendar.html",
            view=month_view(days, shown, today, last),
            shown=shown,
            day=says.day_text(shown.day) if shown.day else "",
            days=slot_groups(found),
            near=slot_groups(near),
            parks=parks(),
            categories=categories(shown.category),
            moving=says.booking_values(moving) if moving else None,
            told=problem or told(request),
        )

    def hold(self, request: Request, posted: Posted) -> Response:
        """Hold the seat that was tapped while the person fills in who comes and why."""
        slot, move = posted_id(posted, "slot"), posted_id(posted, "move")
        category = first(posted, "category")
        with self._pages.engine.begin() as db:
            user_id = self._visit.user(db, request)
            try:
                booking = hold_slot(
                    db,
                    user_id,
                    slot,
                    utc_now(),
                    category=category if category in load_knowledge().categories else "",
                    moving=own_booking(db, move, user_id),
                    channel=CHANNEL,
                )
            except SlotTakenError as error:
                why = texts.BOOKING_PAGE_SAID["taken"]
                return self._visit.refused(request, why, error.alternatives, move, category)
            except BookingRuleError as error:
                why = texts.booking_refusal(error.code, **error.data)
                return self._visit.refused(request, why, [], move, category)
        return self._visit.go(request, "/check", b=booking.id, move=move)

    def check(self, request: Request, posted: Posted) -> Response:
        """The held seat to be confirmed; before the first personal datum, the consent."""
        move = as_id(request.query_params.get("move", ""))
        with reading(self._pages.engine) as db:
            user_id = self._visit.user(db, request)
            booking = own_booking(db, as_id(request.query_params.get("b", "")), user_id)
            moving = own_booking(db, move, user_id)
            if booking is None or not is_held(booking, utc_now()):
                return self._not_held(request, booking)
            if moving is None and not has_consent(db, user_id):
                return self._consent(request, booking, move)
            words = self._words(db, user_id, booking)
        values = check_values(booking, moving, words, {}, utc_now())
        return self._pages.render(request, "booking_check.html", 200, **values)

    def agree(self, request: Request, posted: Posted) -> Response:
        """Consent is given; saying so again changes nothing."""
        with self._pages.engine.begin() as db:
            user_id = self._visit.user(db, request)
            record_consent(db, user_id, channel=CHANNEL, now=utc_now())
        ids = {name: posted_id(posted, name) for name in ("b", "move")}
        return self._visit.go(request, "/check", **ids)

    def confirm(self, request: Request, posted: Posted) -> Response:
        """Book or move; a second click leads to the same booking."""
        return confirm(self._visit, request, posted)

    def done(self, request: Request, posted: Posted) -> Response:
        """The number, when and where, what to bring, and the calendar file."""
        with reading(self._pages.engine) as db:
            user_id = self._visit.user(db, request)
            booking = own_booking(db, as_id(request.query_params.get("b", "")), user_id)
        if booking is None or booking.status != CONFIRMED:
            return self._visit.go(request, "/mine", said="gone")
        return self._pages.render(
            request,
            "booking_done.html",
            booking=says.booking_values(booking),
            moved=bool(request.query_params.get("moved")),
            hours=f"{load_rota().rules.cancel_minutes / 60:g}",
            file=calendar_token(self._pages.settings, booking.id, utc_now()),
        )

    def _not_held(self, request: Request, booking: Booking | None) -> Response:
        if booking is not None and booking.status == CONFIRMED:
            return self._visit.go(request, "/done", b=booking.id)
        return self._visit.go(request, said="hold_expired")

    def _consent(self, request: Request, booking: Booking, move: int) -> Response:
        return self._pages.render(
            request,
            "consent.html",
            consent=texts.CONSENT,
            why=texts.BOOKING_CONSENT_WHY,
            action=self._visit.address(request, "/consent"),
            hidden={"b": booking.id, "move": move},
        )

    def _words(self, db: Connection, user_id: int, booking: Booking) -> dict[str, str]:
        category = booking.category or booking.categories[0]
        known = known_words(db, user_id, category, self._pages.form)
        return {name: getattr(booking, name) or known[name] for name in known}


def categories(chosen: str) -> list[tuple[str, str]]:
    """(id, name) of all, the chosen one first: the row is wider than a phone."""
    known = load_knowledge().categories.values()
    return sorted(((c.id, c.name) for c in known), key=lambda each: each[0] != chosen)


def free_on(db: Connection, now: datetime, shown: Choice) -> list[FreeSlot]:
    """What is free on the chosen day."""
    if shown.day is None:
        return []
    return free_slots(
        db,
        now=now,
        category=shown.category,
        station=shown.park,
        first=shown.day,
        last=shown.day,
        limit=MOST_SLOTS,
    )


def nearest(db: Connection, now: datetime, shown: Choice) -> list[FreeSlot]:
    """What comes nearest to the chosen day, park and category."""
    return alternatives(db, now=now, category=shown.category, station=shown.park, first=shown.day)


def read_choice(request: Request, today: date, last: date) -> tuple[Choice, str]:
    """What the address asks to see, and why its day cannot be shown."""
    query, problem, day = request.query_params, "", None
    if said := query.get("day"):
        try:
            day = date.fromisoformat(said)
        except ValueError:
            problem = texts.booking_refusal("impossible_date")
    if day is not None and not today <= day <= last:
        days = load_rota().rules.horizon_days
        problem = texts.booking_refusal("past" if day < today else "horizon", days=days)
        day = None
    park = query.get("park", "")
    category = query.get("category", "")
    month = query.get("month", "")
    months = {month_of(today + timedelta(days=ahead)) for ahead in range((last - today).days + 1)}
    return (
        Choice(
            park=park if park in dict(parks()) else "",
            category=category if category in load_knowledge().categories else "",
            day=day,
            month=month if month in months else "",
            move=as_id(query.get("move", "")),
        ),
        problem,
    )


def choose_day(asked: Choice, days: dict[date, int], today: date) -> Choice:
    """`asked` with its day and month: without a day, the first one that has a free seat."""
    if asked.day:
        return Choice(asked.park, asked.category, asked.day, month_of(asked.day), asked.move)
    fit = [d for d, left in days.items() if left and asked.month in ("", month_of(d))]
    day = min(fit, default=None)
    month = asked.month or month_of(day or min(days, default=today))
    return Choice(asked.park, asked.category, day, month, asked.move)
