"""One session of the rota on its day: who booked what, who came, who walked in, and its list."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.model.answer.contacts import read_telephone
from bot.model.calendar import local_date, local_time
from bot.model.errors import BookingRuleError, RotaError, SlotTakenError
from bot.model.field_error import FieldError
from bot.model.rights import Staff
from bot.services.booking import says
from bot.services.booking.desk_rota import (
    SessionCount,
    SessionSheet,
    WalkIn,
    book_walk_in,
    confirm_expert,
    note_attendance,
    see_session,
)
from bot.storage.database import utc_now
from bot.web.desk import rota_texts
from bot.web.desk.desk import Desk, RefusedError
from bot.web.desk.rota_views import booking_row, visit
from bot.web.given import number_of
from bot.web.guard import Posted
from knowledge import load_knowledge

WORDS = ("topic", "company", "contact", "telephone", "category")
EMPTY = dict.fromkeys((*WORDS, "slot", "arrived", "limits"), "")


class SessionPages:
    """Handlers under /rota/sessions/{id}."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """All of them."""
        desk, path = self._desk, "/rota/sessions/{id:int}"
        posts = {"attendance": self.attendance, "walk-in": self.walk_in}
        confirm = desk.page(self.confirm_expert, right="rota_change")
        return [
            Route(path, desk.page(self.show, right="rota")),
            Route(f"{path}/list", desk.page(self.print_list, right="rota")),
            Route(f"{path}/confirm-expert", confirm, methods=["POST"]),
            *(
                Route(f"{path}/{name}", desk.page(handler, right="rota"), methods=["POST"])
                for name, handler in posts.items()
            ),
        ]

    def show(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The session, its seats and who has them."""
        return self._show(request, staff, EMPTY)

    def print_list(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The list for the day: on paper, with room for signatures."""
        sheet = self._sheet(request, staff)
        return self._desk.render(request, "session_list.html", 200, **sheet_values(sheet))

    def attendance(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Note that an enterprise came, or did not."""
        attended = value(posted, "attended") == "1"
        origin = self._desk.origin(staff)
        said = rota_texts.ATTENDANCE[attended]
        with self._desk.engine.begin() as db:
            try:
                booking_id = number_of(posted, "booking")
                note_attendance(db, staff, booking_id, attended=attended, origin=origin)
            except BookingRuleError as error:
                said = rota_texts.refusal(error.code, **error.data)
        return self._desk.forward(request, session_path(request), said)

    def walk_in(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Book for somebody at the counter or on the telephone."""
        typed = {name: value(posted, name) for name in EMPTY}
        try:
            words = {name: typed[name] for name in WORDS}
            if words["telephone"]:
                words["telephone"] = read_telephone("telephone", words["telephone"])
            with self._desk.engine.begin() as db:
                booked = book_walk_in(
                    db,
                    staff,
                    request.path_params["id"],
                    number_of(posted, "slot"),
                    WalkIn(**words),
                    self._desk.origin(staff),
                    arrived=typed["arrived"] == "1",
                    limits=typed["limits"] != "0",
                )
        except FieldError:
            return self._show(request, staff, typed, rota_texts.refusal("telephone"))
        except SlotTakenError as error:
            return self._show(request, staff, typed, rota_texts.refusal(error.code))
        except BookingRuleError as error:
            return self._show(request, staff, typed, rota_texts.refusal(error.code, **error.data))
        said = rota_texts.WALKED_IN.format(number=booked.number)
        return self._desk.forward(request, session_path(request), said)

    def confirm_expert(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Note that the expert's side said they come."""
        said = rota_texts.EXPERT_CONFIRMED
        with self._desk.engine.begin() as db:
            try:
                expert, origin = value(posted, "expert"), self._desk.origin(staff)
                confirm_expert(db, staff, request.path_params["id"], expert, origin)
            except RotaError as error:
                said = rota_texts.refusal(error.code, **error.data)
        return self._desk.forward(request, session_path(request), said)

    def _sheet(self, request: Request, staff: Staff) -> SessionSheet:
        with self._desk.engine.begin() as db:
            try:
                origin = self._desk.origin(staff)
                return see_session(db, staff, request.path_params["id"], origin)
            except RotaError:
                raise RefusedError(404, "not_found") from None

    def _show(
        self, request: Request, staff: Staff, typed: dict[str, str], problem: str = ""
    ) -> Response:
        sheet = self._sheet(request, staff)
        return self._desk.render(
            request,
            "session.html",
            422 if problem else 200,
            **sheet_values(sheet),
            typed=typed,
            problem=problem,
        )


def sheet_values(sheet: SessionSheet) -> dict[str, object]:
    """What the session's pages show."""
    session, now = sheet.session, utc_now()
    taken = [booking for slot in sheet.slots for booking in slot.bookings]
    count = SessionCount(sum(slot.seats for slot in sheet.slots), len(taken))
    return {
        "session": session,
        "shown": visit(session, count, [e.id for e in sheet.experts if not e.active]),
        "day": says.day_text(local_date(session.starts_at)),
        "year": local_time(session.starts_at).year,
        "place": says.station_name(session.station),
        "experts": [
            {
                "id": each.id,
                "name": each.name,
                "field": each.field,
                "confirms": each.confirms,
                "confirmed": each.id in sheet.confirmed,
                "retired": not each.active,
            }
            for each in sheet.experts
        ],
        "substitutes": sheet.substitutes,
        "slots": [
            {
                "id": slot.id,
                "span": f"{local_time(slot.starts_at):%H:%M}—{local_time(slot.ends_at):%H:%M}",
                "free": slot.free,
                "over": slot.ends_at <= now,
                "bookings": [booking_row(booking) for booking in slot.bookings],
            }
            for slot in sheet.slots
        ],
        "ended": [
            {
                **booking_row(before),
                "instead": says.time_text(offer.starts_at, offer.ends_at) if offer else "",
                "accepted": offer is not None and offer.number is not None,
            }
            for before, offer in sheet.ended
        ],
        "categories": [load_knowledge().categories[c] for c in session.categories],
        "on_day": local_date(now) >= local_date(session.starts_at),
        "begun": session.starts_at <= now,
    }


def session_path(request: Request) -> str:
    """Path of the session's page below /desk."""
    return f"/rota/sessions/{request.path_params['id']}"


def value(posted: Posted, name: str) -> str:
    """The one value of a control, without outer blanks."""
    return (posted.get(name) or [""])[0].strip()
