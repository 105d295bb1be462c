"""The event stream of the chats: every message and change once, in order, from a number on."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.model.errors import FeedLostError
from bot.model.rights import Staff
from bot.services.handoff.live import Change, read_feed
from bot.services.handoff.news import key_of
from bot.storage.database import reading
from bot.web.desk.chat_view import is_shown, line_view, state_of
from bot.web.desk.desk import Desk
from bot.web.desk.live_feed import LiveFeed
from bot.web.given import read_number

BEAT = 10.0
"""Seconds after which a quiet stream says that it is alive; the page gives it three of them."""
BATCH = 200
Told = tuple[int, str, dict[str, Any]]
"""Number, kind and data of what a page is told."""


class ChatLive:
    """The stream that pages of chats listen to."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._feed = LiveFeed(desk.engine)
        self._line = desk.templates.get_template("desk/chat/line.html")

    def routes(self) -> list[Route]:
        """The one."""
        return [Route("/live", self._desk.stream(self.stream, right="chats"), methods=["GET"])]

    async def stream(self, request: Request, staff: Staff) -> Response:
        """Changes after the number `after` (or the browser's Last-Event-ID), and from then on."""
        given = request.headers.get("Last-Event-ID") or request.query_params.get("after", "")
        return EventSourceResponse(self._changes(request, read_number(given)), ping=0)

    async def _changes(self, request: Request, after: int) -> AsyncIterator[ServerSentEvent]:
        base = request.scope["root_path"]
        with self._feed.listening() as news:
            yield _event("beat", after)
            while True:
                news.clear()
                staff = await self._desk.still_signed_in(request)
                if staff is None or not staff.may("chats"):
                    return
                try:
                    found, end = await run_in_threadpool(self._read, staff, after, base)
                except FeedLostError:
                    yield _event("lost", after)
                    return
                for number, kind, data in found:
                    yield _event(kind, number, **data)
                full, after = end >= after + BATCH, end
                if full:
                    continue
                yield _event("beat", after)
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(news.wait(), BEAT)

    def _read(self, staff: Staff, after: int, base: str) -> tuple[list[Told], int]:
        with reading(self._desk.engine) as db:
            changes, end = read_feed(db, staff, after, BATCH)
        return [self._said(change, staff, base) for change in changes], end

    def _said(self, change: Change, staff: Staff, base: str) -> Told:
        data: dict[str, Any] = {"handoff": change.handoff_id, "key": key_of(change, staff)}
        if change.line is not None:
            shown = is_shown(change.line)
            view = line_view(change.line)
            data["html"] = self._line.render(line=view, base=base) if shown else ""
            data["theirs"] = change.line.side == "message_in" and shown
            return change.id, "line", data
        if change.handoff is not None:
            data["state"] = state_of(change.handoff)
        return change.id, change.kind, data


def _event(kind: str, number: int, **data: Any) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(data, ensure_ascii=False), event=kind, id=str(number))
