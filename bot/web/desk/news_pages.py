"""What the pages outside the workplace of chats ask for, to call attention."""

from __future__ import annotations

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.model.rights import Staff
from bot.services.handoff.live import has_unnumbered, number_changes
from bot.services.handoff.news import read_news
from bot.storage.database import reading, utc_now
from bot.web.desk.desk import Desk
from bot.web.given import read_number
from bot.web.guard import Posted


class NewsPages:
    """The handler of /news: no stream, since a browser keeps but six lines open to one host."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """The one."""
        page = self._desk.page(self.news, right="chats", passive=True)
        return [Route("/news", page, methods=["GET"])]

    def news(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """What is new after the number `after`, as News; without it, who waits now."""
        given = request.query_params.get("after", "")
        with reading(self._desk.engine) as db:
            unnumbered = has_unnumbered(db)
        if unnumbered:
            with self._desk.engine.begin() as db:
                number_changes(db)
        after = read_number(given) if given else None
        with reading(self._desk.engine) as db:
            found = read_news(db, self._desk.settings, staff, after, utc_now())
        return JSONResponse(asdict(found))
