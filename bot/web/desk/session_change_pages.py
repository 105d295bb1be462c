"""Adding, changing and cancelling sessions of the rota."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.model.calendar import local_date, local_time, moment_of
from bot.model.errors import RotaError, StaleSessionError
from bot.model.rights import Staff
from bot.model.rota import SessionPlan
from bot.services.desk_rota import add_session, cancel_session, change_session, see_session
from bot.services.rota_changes import SessionChange
from bot.services.rota_rows import RotaSession
from bot.web.desk import rota_texts
from bot.web.desk.desk import Desk, RefusedError
from bot.web.desk.rota_pages import read_day, visited_stations
from bot.web.desk.rota_views import expert_names
from bot.web.desk.session_pages import int_of, session_path, sheet_values, value
from bot.web.guard import Posted
from knowledge import load_knowledge
from knowledge.calendar import parse_clock
from knowledge.rota import load_rota

LONGEST_REASON = 100
BLANK: dict[str, Any] = {
    "station": "",
    "day": "",
    "begins": "14:00",
    "ends": "17:00",
    "slot_minutes": "30",
    "seats": "1",
    "categories": [],
    "experts": [],
    "any_day": "",
    "reason": "",
    "version": "",
}
"""A new session's form; the afternoon is when most visits are."""


class SessionChangePages:
    """Handlers under /rota/new and /rota/sessions/{id}/…."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """All of them."""

        def page(path: str, handler: Any, method: str) -> Route:
            return Route(path, self._desk.page(handler, right="rota_change"), methods=[method])

        path = "/rota/sessions/{id:int}"
        return [
            page("/rota/new", self.blank, "GET"),
            page("/rota/new", self.add, "POST"),
            page(f"{path}/change", self.edit, "GET"),
            page(f"{path}/change", self.change, "POST"),
            page(f"{path}/cancel", self.ask, "GET"),
            page(f"{path}/cancel", self.cancel, "POST"),
        ]

    def blank(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """An empty form, on the day that was looked at."""
        day = read_day(request.query_params.get("date", ""))
        return self._form(request, {**BLANK, "day": day.isoformat() if day else ""}, None)

    def add(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Make a session."""
        typed = read_typed(posted)
        try:
            plan = plan_from(typed)
            with self._desk.engine.begin() as db:
                any_day, origin = bool(typed["any_day"]), self._desk.origin(staff)
                made = add_session(db, staff, plan, origin, any_day=any_day)
        except RotaError as error:
            return self._form(request, typed, None, refused(error))
        return self._desk.forward(request, f"/rota/sessions/{made.id}", rota_texts.NEW_SESSION)

    def edit(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The session's form as it is now."""
        session = self._session(request, staff)
        return self._form(request, typed_of(session), session)

    def change(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Change what is different; whoever booked is told, with the reason."""
        typed = {**read_typed(posted), "ends": "", "slot_minutes": ""}
        session = self._session(request, staff)
        if problem := reason_problem(typed["reason"]):
            return self._form(request, typed, session, problem)
        try:
            wanted = change_from(typed, session)
            with self._desk.engine.begin() as db:
                change_session(
                    db,
                    staff,
                    session.id,
                    wanted,
                    int_of(posted, "version"),
                    self._desk.origin(staff),
                    reason=typed["reason"],
                    any_day=bool(typed["any_day"]),
                )
        except StaleSessionError as error:
            now = {**typed_of(error.current), "reason": typed["reason"]}
            return self._form(request, now, error.current, rota_texts.STALE, 409)
        except RotaError as error:
            return self._form(request, typed, session, refused(error))
        return self._desk.forward(request, session_path(request), rota_texts.CHANGED)

    def ask(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Whether the session is really to be cancelled, and why."""
        return self._ask(request, staff, "", "")

    def cancel(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Cancel it; whoever booked is told and offered another seat."""
        reason, version = value(posted, "reason"), int_of(posted, "version")
        if problem := reason_problem(reason):
            return self._ask(request, staff, reason, problem)
        try:
            with self._desk.engine.begin() as db:
                origin, session_id = self._desk.origin(staff), request.path_params["id"]
                cancel_session(db, staff, session_id, reason, version, origin)
        except StaleSessionError:
            return self._ask(request, staff, reason, rota_texts.STALE_CANCEL, 409)
        except RotaError as error:
            return self._ask(request, staff, reason, refused(error))
        return self._desk.forward(request, session_path(request), rota_texts.CANCELLED)

    def _session(self, request: Request, staff: Staff) -> RotaSession:
        with self._desk.engine.begin() as db:
            try:
                origin = self._desk.origin(staff)
                return see_session(db, staff, request.path_params["id"], origin).session
            except RotaError:
                raise RefusedError(404, "not_found") from None

    def _form(
        self,
        request: Request,
        typed: dict[str, Any],
        session: RotaSession | None,
        problem: str = "",
        status: int = 422,
    ) -> Response:
        return self._desk.render(
            request,
            "session_form.html",
            status if problem else 200,
            typed=typed,
            session=session,
            problem=problem,
            stations=visited_stations(),
            categories=list(load_knowledge().categories.values()),
            experts=list(load_rota().experts.values()),
            longest=LONGEST_REASON,
        )

    def _ask(
        self, request: Request, staff: Staff, reason: str, problem: str, status: int = 422
    ) -> Response:
        with self._desk.engine.begin() as db:
            try:
                origin = self._desk.origin(staff)
                sheet = see_session(db, staff, request.path_params["id"], origin)
            except RotaError:
                raise RefusedError(404, "not_found") from None
        return self._desk.render(
            request,
            "session_cancel.html",
            status if problem else 200,
            **sheet_values(sheet),
            reason=reason,
            problem=problem,
            longest=LONGEST_REASON,
        )


def read_typed(posted: Posted) -> dict[str, Any]:
    """What the form holds, as typed."""
    lists = ("categories", "experts")
    return {n: posted.get(n, []) if n in lists else value(posted, n) for n in BLANK}


def typed_of(session: RotaSession) -> dict[str, Any]:
    """The session's form as it is stored."""
    return {
        **BLANK,
        "station": session.station,
        "day": local_date(session.starts_at).isoformat(),
        "begins": f"{local_time(session.starts_at):%H:%M}",
        "seats": str(session.seats),
        "categories": list(session.categories),
        "experts": list(session.experts),
        "version": str(session.version),
    }


def plan_from(typed: dict[str, Any]) -> SessionPlan:
    """A new session. Raises RotaError."""
    rules = load_rota().rules
    return SessionPlan(
        station=typed["station"],
        starts_at=moment(typed["day"], typed["begins"]),
        ends_at=moment(typed["day"], typed["ends"]),
        slot_minutes=number(typed["slot_minutes"]),
        seats=number(typed["seats"]),
        categories=tuple(typed["categories"]),
        experts=tuple(typed["experts"]),
        notice_minutes=rules.notice_minutes,
        horizon_days=rules.horizon_days,
    )


def change_from(typed: dict[str, Any], session: RotaSession) -> SessionChange:
    """What is different from the session as stored. Raises RotaError."""
    wanted = {
        "station": typed["station"],
        "starts_at": moment(typed["day"], typed["begins"]),
        "experts": tuple(sorted(typed["experts"])),
        "categories": tuple(sorted(typed["categories"])),
        "seats": number(typed["seats"]),
    }
    return SessionChange(**{n: v for n, v in wanted.items() if v != getattr(session, n)})


def moment(day: str, clock: str) -> datetime:
    """The UTC moment of a day and clock in China. Raises RotaError bad_day, bad_time."""
    found = read_day(day)
    if found is None:
        raise RotaError("bad_day")
    try:
        return moment_of(found, parse_clock(clock[:5]))
    except ValueError:
        raise RotaError("bad_time") from None


def number(text: str) -> int:
    """A small whole number. Raises RotaError bad_number."""
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise RotaError("bad_number")
    return int(text)


def refused(error: RotaError) -> str:
    """Why the session cannot be so."""
    data = dict(error.data)
    if "expert" in data:
        data["expert"] = expert_names([str(data["expert"])])
    return rota_texts.refusal(error.code, **data)


def reason_problem(reason: str) -> str:
    """What is wrong with a reason; empty when nothing is."""
    if not reason:
        return rota_texts.REASON_MISSING
    return rota_texts.REASON_LONG if len(reason) > LONGEST_REASON else ""
