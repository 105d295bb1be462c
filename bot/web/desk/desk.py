"""What all pages of the desk share: who is signed in, rights, templates, refusals.

How a page is added:

1. Write a class in a module of its own, like bot/web/desk/staff_pages.py: it is made with the
   Desk and has `routes()`; add `*YourPages(desk).routes()` to `desk_routes` in app.py.
2. Each route's endpoint is `desk.page(self.show, right="demands")`. The handler gets
   `(request, posted, staff)`, runs in a thread, opens its own transaction
   (`with reading(desk.engine) as db` or `with desk.engine.begin() as db`) and calls one service
   with `staff` and `desk.origin(staff)`. Services check rights and stations again.
   `right` is a key of bot/model/rights.py, or ANYONE for whoever is signed in.
3. It answers `desk.render(request, "demands.html", …)` (templates/desk/, extends desk/base.html;
   a fragment for htmx is a template that extends nothing) or, after a POST,
   `desk.forward(request, "/demands", flash="已保存。")`. Classes: head of static/desk.css.
4. Every `<form method="post">` holds `<input type="hidden" name="csrf" value="{{ csrf }}">`;
   htmx sends the token by itself. Addresses begin with `{{ base }}`: `{{ base }}/demands`.
5. For files: `desk.page(handler, right=…, files=("pdf", "jpg"))`, then `desk.files(request)`;
   for a form to which files may be attached `attached=` instead.
   For event streams: `desk.stream(handler, right=…)`; ask `desk.still_signed_in` in the loop.
6. Add an Entry to navigation.py. tests/desk/test_rights.py then tries the new routes by itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment
from sqlalchemy.engine import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from bot.model.errors import LinkError
from bot.model.rights import Staff, require
from bot.services.links import make_link, read_link
from bot.services.record import Origin
from bot.services.staff.staff_sessions import Session, find_session, touch_session
from bot.settings import Settings
from bot.storage.database import reading, redoable, utc_now
from bot.web.desk import texts
from bot.web.desk.gate import (
    COOKIE,
    comes_from_here,
    has_csrf,
    is_from_script,
    page_of,
)
from bot.web.desk.navigation import entries_for, is_at
from bot.web.guard import Posted, check_address, read_posted
from bot.web.uploads import Files, read_attached, read_upload

Handler = Callable[[Request, Posted, Staff], Response]
StreamHandler = Callable[[Request, Staff], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]
ANYONE = ""
"""The right of a page that everyone signed in may open."""
FLASH_COOKIE = "desk_flash"
FLASH_SECONDS = 60.0


class RefusedError(Exception):
    """There is nothing to show; `kind` is a key of texts.CLOSED."""

    def __init__(self, status: int, kind: str) -> None:
        super().__init__(kind)
        self.status = status
        self.kind = kind


@dataclass(frozen=True)
class Desk:
    """What the pages are made with."""

    settings: Settings
    engine: Engine
    secret: str
    templates: Environment

    def page(
        self,
        handler: Handler,
        *,
        right: str,
        files: tuple[str, ...] = (),
        attached: tuple[str, ...] = (),
        before_change: bool = False,
        passive: bool = False,
    ) -> Endpoint:
        """`handler` for those who are signed in and have the right; see the module's head.

        `files`: kinds that may be sent (uploads.MEDIA_TYPES); the form is then multipart.
        `attached`: kinds that may come along with a form (uploads.read_attached).
        `before_change`: also for those who must change their password first.
        `passive`: open pages ask for it by themselves; it is use only with `used=1`.
        """

        async def answer(request: Request) -> Response:
            used = not passive or request.query_params.get("used") == "1"
            session = await self._session(request, used)
            if session is None:
                return self._to_sign_in(request)
            if session.must_change_password and not before_change:
                return self.forward(request, "/account/password")
            if right:
                require(session.staff, right)
            check_address(request)
            posted = await self._posted(request, session, files, attached)
            return await run_in_threadpool(handler, request, posted, session.staff)

        answer.right = right  # type: ignore[attr-defined]
        return answer

    def stream(self, handler: StreamHandler, *, right: str) -> Endpoint:
        """An event stream for those who have the right; `handler` must not block the loop."""

        async def answer(request: Request) -> Response:
            session = await self._session(request)
            if session is None or session.must_change_password:
                return self._to_sign_in(request)
            if right:
                require(session.staff, right)
            check_address(request)
            return await handler(request, session.staff)

        answer.right = right  # type: ignore[attr-defined]
        return answer

    async def still_signed_in(self, request: Request) -> Staff | None:
        """The person behind an open stream as they are now; None: end it. It counts as use."""
        session = await self._session(request)
        return session.staff if session else None

    def render(
        self, request: Request, template: str, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """A page, or a fragment for htmx."""
        path = request.scope["path"].removeprefix(request.scope["root_path"])
        session: Session | None = getattr(request.state, "session", None)
        staff = session.staff if session else None
        entries = entries_for(staff) if staff else []
        text = self.templates.get_template(f"desk/{template}").render(
            base=request.scope["root_path"],
            staff=staff,
            csrf=session.csrf if session else "",
            entries=entries,
            here=next((entry for entry in entries if is_at(entry, path)), None),
            flash=self._flash(request),
            texts=texts,
            **values,
        )
        response = HTMLResponse(text, status)
        if FLASH_COOKIE in request.cookies and not is_from_script(request):
            response.delete_cookie(FLASH_COOKIE, path=request.scope["root_path"] or "/")
        return response

    def forward(self, request: Request, path: str, flash: str = "") -> Response:
        """To the desk's page `path`, which shows the sentence `flash` once."""
        address = request.scope["root_path"] + path
        response: Response = RedirectResponse(address, 303)
        if is_from_script(request):
            response = Response(status_code=204, headers={"HX-Redirect": address})
        if flash:
            response.set_cookie(
                FLASH_COOKIE,
                make_link(self.secret, "flash", flash, FLASH_SECONDS, utc_now()),
                max_age=int(FLASH_SECONDS),
                path=request.scope["root_path"] or "/",
                httponly=True,
                samesite="lax",
                secure=self.settings.secure,
            )
        return response

    def closed(self, request: Request, status: int, kind: str) -> Response:
        """Why there is nothing to show: a page, or a sentence for a script to show."""
        title, why = texts.CLOSED[kind]
        if is_from_script(request):
            return PlainTextResponse(why, status)
        return self.render(request, "closed.html", status, title=title, why=why)

    def origin(self, staff: Staff) -> Origin:
        """For the record of what the person does now."""
        return Origin("desk", staff.actor, utc_now())

    @staticmethod
    def files(request: Request) -> Files:
        """What was sent to a page that takes files: field's name → files."""
        files: Files = getattr(request.state, "files", {})
        return files

    @staticmethod
    def session(request: Request) -> Session:
        """The session of a page's request."""
        session: Session = request.state.session
        return session

    async def _session(self, request: Request, used: bool = True) -> Session | None:
        session = await run_in_threadpool(self._find, request.cookies.get(COOKIE, ""), used)
        request.state.session = session
        return session

    def _find(self, token: str, used: bool) -> Session | None:
        now = utc_now()
        with reading(self.engine) as db:
            session = find_session(db, token, self.settings.desk_idle_seconds, now)
        if session and session.stale and used:
            with redoable(self.engine) as db:
                touch_session(db, session, now)
        return session

    async def _posted(
        self,
        request: Request,
        session: Session,
        files: tuple[str, ...],
        attached: tuple[str, ...],
    ) -> Posted:
        """What was posted, once it is known to come from a page of this session."""
        if request.method in ("GET", "HEAD"):
            return {}
        if not comes_from_here(request, self.settings):
            raise RefusedError(403, "cross_site")
        if files:
            posted, request.state.files = await read_upload(
                request, self.settings.upload_limit, files
            )
        else:
            limits = self.settings.page_body_limit, self.settings.upload_limit
            posted, request.state.files = (
                await read_attached(request, *limits, attached)
                if attached
                else (await read_posted(request, limits[0]), {})
            )
        if not has_csrf(request, posted, session):
            raise RefusedError(403, "csrf")
        return posted

    def _to_sign_in(self, request: Request) -> Response:
        address = request.scope["root_path"] + "/sign-in"
        back = page_of(request)
        if back != "/":
            address += f"?{urlencode({'next': back})}"
        if is_from_script(request):
            return PlainTextResponse(texts.SIGN_IN_AGAIN, 401, {"HX-Redirect": address})
        return RedirectResponse(address, 303)

    def _flash(self, request: Request) -> str:
        try:
            return read_link(self.secret, "flash", request.cookies.get(FLASH_COOKIE, ""), utc_now())
        except LinkError:
            return ""
