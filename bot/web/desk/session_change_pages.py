"""Adding, changing and cancelling sessions of the rota."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.model.errors import RotaError, StaleSessionError
from bot.model.rights import Staff
from bot.services.booking.desk_rota import add_session, cancel_session, change_session, see_session
from bot.services.booking.rota_rows import RotaSession
from bot.services.resources.experts import list_experts
from bot.storage.database import reading
from bot.web.desk import rota_texts
from bot.web.desk.desk import Desk, RefusedError
from bot.web.desk.rota_pages import visited_stations
from bot.web.desk.session_pages import session_path, sheet_values, value
from bot.web.desk.session_typed import (
    BLANK,
    LONGEST_REASON,
    change_from,
    plan_from,
    read_typed,
    reason_problem,
    refused,
    typed_of,
)
from bot.web.given import number_of, read_day
from bot.web.guard import Posted
from knowledge import load_knowledge


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
                    number_of(posted, "version"),
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
        reason, version = value(posted, "reason"), number_of(posted, "version")
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
        with reading(self._desk.engine) as db:
            experts = [e for e in list_experts(db) if e.active or e.id in typed["experts"]]
        return self._desk.render(
            request,
            "session_form.html",
            status if problem else 200,
            typed=typed,
            session=session,
            problem=problem,
            stations=visited_stations(),
            categories=list(load_knowledge().categories.values()),
            experts=experts,
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
