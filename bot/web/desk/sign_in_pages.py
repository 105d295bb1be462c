"""The pages of signing in and out, and the home page."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.model.rights import Staff
from bot.services.record import record_event
from bot.services.staff.sign_in import Credentials, SignIn, sign_in
from bot.services.staff.staff import set_available
from bot.services.staff.staff_sessions import end_session
from bot.storage.database import utc_now
from bot.web.desk import texts
from bot.web.desk.desk import ANYONE, Desk, RefusedError
from bot.web.desk.gate import (
    COOKIE,
    address_of,
    comes_from_here,
    delete_cookie,
    own_path,
    set_cookie,
)
from bot.web.guard import Posted, first, read_posted


class SignInPages:
    """Handlers of sign-in, sign-out, home and the switch 在岗."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """All of them; `/sign-in` alone is open to everybody."""
        page = self._desk.page
        return [
            Route("/sign-in", self.ask, methods=["GET"]),
            Route("/sign-in", self.sign_in, methods=["POST"]),
            Route(
                "/sign-out",
                page(self.sign_out, right=ANYONE, before_change=True),
                methods=["POST"],
            ),
            Route("/", page(self.home, right=ANYONE), methods=["GET"]),
            Route("/availability", page(self.switch, right="chats"), methods=["POST"]),
            Route("/alive", page(self.alive, right=ANYONE, before_change=True), methods=["GET"]),
        ]

    async def ask(self, request: Request) -> Response:
        """The form."""
        return self._form(request, request.query_params.get("next", "/"))

    async def sign_in(self, request: Request) -> Response:
        """Let the person in; a session that the browser had before ends."""
        if not comes_from_here(request, self._desk.settings):
            raise RefusedError(403, "cross_site")
        posted = await read_posted(request, self._desk.settings.page_body_limit)
        done = await run_in_threadpool(self._sign_in, request, posted)
        back = own_path(first(posted, "next") or "/")
        if done.refusal == "throttled":
            problem = texts.SIGN_IN_THROTTLED.format(wait=texts.waiting_time(done.wait))
            response = self._form(request, back, 429, problem, first(posted, "login"))
            response.headers["Retry-After"] = str(done.wait)
            return response
        if done.refusal:
            return self._form(request, back, 422, texts.SIGN_IN_WRONG, first(posted, "login"))
        response = self._desk.forward(request, back)
        set_cookie(response, request, self._desk.settings, done.token)
        return response

    def sign_out(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """End the session."""
        with self._desk.engine.begin() as db:
            end_session(db, request.cookies.get(COOKIE, ""))
            record_event(db, "signed_out", None, self._desk.origin(staff), staff=staff.id)
        response = self._desk.forward(request, "/sign-in", texts.SIGNED_OUT)
        delete_cookie(response, request, self._desk.settings)
        return response

    def home(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The places to go."""
        return self._desk.render(request, "home.html")

    def switch(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Take chats from now on, or no longer."""
        available = first(posted, "available") == "1"
        with self._desk.engine.begin() as db:
            set_available(db, staff, available, self._desk.origin(staff))
        flash = texts.NOW_AVAILABLE if available else texts.NOW_AWAY
        return self._desk.forward(request, own_path(first(posted, "back") or "/"), flash)

    def alive(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """For scripts: nothing, unless the person must sign in again."""
        return Response(status_code=204)

    def _sign_in(self, request: Request, posted: Posted) -> SignIn:
        desk = self._desk
        if old := request.cookies.get(COOKIE):
            with desk.engine.begin() as db:
                end_session(db, old)
        given = Credentials(
            login=first(posted, "login"),
            password=(posted.get("password") or [""])[0],
            code=first(posted, "code"),
            address=address_of(request),
        )
        return sign_in(desk.engine, desk.settings, given, utc_now())

    def _form(
        self, request: Request, back: str, status: int = 200, problem: str = "", login: str = ""
    ) -> Response:
        values: dict[str, Any] = {"next": own_path(back), "problem": problem, "login": login}
        return self._desk.render(request, "sign_in.html", status, **values)
