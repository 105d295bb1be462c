"""个别预约: requests for an appointment with a department, fixed or declined by the centre."""

from __future__ import annotations

from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.model.errors import BookingRuleError, RotaError
from bot.model.rights import Staff
from bot.services.booking import says
from bot.services.booking.desk_individual import fix_request, refuse_request, see_requests
from bot.services.booking.individual import IndividualRequest
from bot.web.desk import rota_texts
from bot.web.desk.desk import Desk
from bot.web.desk.session_pages import value
from bot.web.desk.session_typed import moment, reason_problem
from bot.web.given import number_of
from bot.web.guard import Posted

PERIODS = {"morning": "上午", "afternoon": "下午"}
LONGEST_PLACE = 100


class IndividualPages:
    """Handlers under /rota/individual."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """All of them."""
        desk, path = self._desk, "/rota/individual/{id:int}"
        posts = {"confirm": self.confirm, "decline": self.decline}
        return [
            Route("/rota/individual", desk.page(self.show, right="rota_change")),
            *(
                Route(f"{path}/{name}", desk.page(handler, right="rota_change"), methods=["POST"])
                for name, handler in posts.items()
            ),
        ]

    def show(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """What waits, and what is fixed."""
        return self._show(request, staff, 0, "")

    def confirm(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Fix day, time and place, and have the enterprise told."""
        place, request_id = value(posted, "place"), request.path_params["id"]
        if not 0 < len(place) <= LONGEST_PLACE:
            return self._show(request, staff, request_id, rota_texts.PLACE_MISSING)
        try:
            starts_at = moment(value(posted, "day"), value(posted, "time"))
            answer, version = value(posted, "answer")[:LONGEST_PLACE], number_of(posted, "version")
            with self._desk.engine.begin() as db:
                origin = self._desk.origin(staff)
                fix_request(db, staff, request_id, starts_at, place, answer, version, origin)
        except (BookingRuleError, RotaError) as error:
            return self._refused(request, staff, request_id, error)
        return self._desk.forward(request, "/rota/individual", rota_texts.FIXED)

    def decline(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Say that it is not possible, and why."""
        answer, request_id = value(posted, "answer"), request.path_params["id"]
        if problem := reason_problem(answer):
            return self._show(request, staff, request_id, problem)
        try:
            with self._desk.engine.begin() as db:
                origin, version = self._desk.origin(staff), number_of(posted, "version")
                refuse_request(db, staff, request_id, answer, version, origin)
        except BookingRuleError as error:
            return self._refused(request, staff, request_id, error)
        return self._desk.forward(request, "/rota/individual", rota_texts.DECLINED)

    def _refused(
        self, request: Request, staff: Staff, wrong: int, error: BookingRuleError | RotaError
    ) -> Response:
        code = {"past": "bad_dates", "stale": "stale_request"}.get(error.code, error.code)
        status = 409 if error.code == "stale" else 422
        return self._show(request, staff, wrong, rota_texts.refusal(code), status)

    def _show(
        self, request: Request, staff: Staff, wrong: int, problem: str, status: int = 422
    ) -> Response:
        with self._desk.engine.begin() as db:
            waiting, fixed = see_requests(db, staff, self._desk.origin(staff))
        return self._desk.render(
            request,
            "individual.html",
            status if problem else 200,
            waiting=[(each, wish_of(each)) for each in waiting],
            fixed=[(each, says.time_text(each.starts_at)) for each in fixed if each.starts_at],
            wrong=wrong,
            gone=bool(problem) and wrong not in {each.id for each in (*waiting, *fixed)},
            problem=problem,
        )


def wish_of(request: IndividualRequest) -> str:
    """The days that would suit, in words; a dash when any would."""
    if request.first is None:
        return PERIODS.get(request.period, "—")
    days = _day(request.first)
    if request.last and request.last != request.first:
        days += f"至{_day(request.last)}"
    return days + PERIODS.get(request.period, "")


def _day(day: date) -> str:
    return says.day_text(day)
