"""What all H5 pages share: their parts, links, templates, and how a refusal is shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from jinja2 import Environment
from sqlalchemy.engine import Connection, Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from bot import texts
from bot.model.demand import local_date
from bot.model.errors import LinkError, NotFoundError
from bot.services.form.draft_rows import Draft, get_draft
from bot.services.links import read_link
from bot.services.page_links import FORM
from bot.settings import Settings
from bot.storage.database import utc_now
from bot.web.guard import Posted, check_address, read_posted
from bot.web.guard import first as first
from bot.web.uploads import Files, read_attached
from knowledge.form import DemandForm

Handler = Callable[[Request, Posted], Response]
Check = Callable[[Request], object]
SCRIPT = "fetch"
"""Value of X-Requested-With by which the page's script asks for JSON."""


class ClosedError(Exception):
    """There is nothing to show here; `kind` is a key of texts.PAGE_CLOSED.

    `purpose`: of the link that led here, where it is not the form's.
    """

    def __init__(self, status: int, kind: str, purpose: str = "") -> None:
        super().__init__(kind)
        self.status = status
        self.kind = kind
        self.purpose = purpose


@dataclass(frozen=True)
class Pages:
    """What the handlers are made with."""

    settings: Settings
    engine: Engine
    secret: str
    form: DemandForm
    templates: Environment

    def endpoint(
        self, handler: Handler, attached: tuple[str, ...] = (), check: Check | None = None
    ) -> Callable[[Request], Awaitable[Response]]:
        """`handler` with the posted form read, in a thread: it talks to the database.

        `attached`: kinds of files that may come along (uploads.read_attached), in `files`.
        `check`: looks at the link, raises ClosedError; nothing is read for who has none.
        """

        async def answer(request: Request) -> Response:
            check_address(request)
            if check is not None:
                await run_in_threadpool(check, request)
            posted: Posted = {}
            if request.method == "POST":
                limits = self.settings.page_body_limit, self.settings.upload_limit
                posted, request.state.files = (
                    await read_attached(request, *limits, attached)
                    if attached
                    else (await read_posted(request, limits[0]), {})
                )
            return await run_in_threadpool(handler, request, posted)

        return answer

    @staticmethod
    def files(request: Request) -> Files:
        """What came along with the form: field's name → files."""
        files: Files = request.state.files
        return files

    def render(
        self, request: Request, template: str, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """A page."""
        text = self.templates.get_template(f"h5/{template}").render(
            base=request.scope["root_path"], token=request.path_params.get("token", ""), **values
        )
        return HTMLResponse(text, status)

    def closed(self, request: Request, status: int, kind: str, purpose: str = "") -> Response:
        """Why there is nothing to show, and the way on."""
        title, why = texts.PAGE_CLOSED[kind]
        way_on = texts.PAGE_WAY_ON_OTHER.get(purpose) or texts.PAGE_WAY_ON.get(kind, "")
        if request.headers.get("X-Requested-With") == SCRIPT:
            return JSONResponse({"message": why + way_on}, status)
        return self.render(request, "closed.html", status, title=title, why=why, way_on=way_on)

    def forward(self, request: Request, path: str) -> RedirectResponse:
        """To the page `path` of the same link."""
        base = f"{request.scope['root_path']}/form/{request.path_params['token']}"
        return RedirectResponse(base + path, 303)

    def draft(self, db: Connection, request: Request) -> Draft:
        """The draft that the link leads to. Raises ClosedError."""
        subject = self.subject(request, FORM)
        try:
            draft = get_draft(db, subject)
        except NotFoundError:
            raise ClosedError(410, "deleted") from None
        if draft.status == "given_up":
            raise ClosedError(410, "given_up")
        return draft

    def subject(self, request: Request, purpose: str) -> int:
        """The id in the link. Raises ClosedError."""
        try:
            return int(read_link(self.secret, purpose, request.path_params["token"], utc_now()))
        except LinkError as error:
            status = 410 if error.code == "expired" else 403
            raise ClosedError(status, error.code, purpose) from None

    @staticmethod
    def today() -> date:
        """The day in China."""
        return local_date(utc_now())
