"""暂存的接件: forms that staff began to take down, to be gone on with or given up."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import demand_texts as words
from bot.model.errors import NotFoundError
from bot.model.rights import Staff
from bot.services.actor_names import actor_names
from bot.services.demand.walk_ins import discard_walk_in, list_walk_ins
from bot.services.record import record_read
from bot.storage.database import utc_now
from bot.web.desk import demand_texts as texts
from bot.web.desk.desk import Desk
from bot.web.given import read_number
from bot.web.guard import Posted
from bot.web.h5.views import filled
from knowledge.form import load_form

SAVED = "/demands/walk-ins"
PAGE = 50
"""Forms on one page."""


class SavedWalkInPages:
    """Handlers of the list."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._form = load_form()

    def routes(self) -> list[Route]:
        """All of them."""
        page, right = self._desk.page, "demands_record"
        gone = f"{SAVED}/{{draft:int}}/discard"
        return [
            Route(SAVED, page(self.list, right=right), methods=["GET"]),
            Route(gone, page(self.discard, right=right), methods=["POST"]),
        ]

    def list(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Forms that wait to be gone on with, page by page; the look is noted."""
        start = read_number(request.query_params.get("start", ""))
        with self._desk.engine.begin() as db:
            found = list_walk_ins(db, staff, limit=PAGE + 1, offset=start)
            record_read(db, staff, "walk_ins", None, utc_now(), station=staff.station or "")
            actors = actor_names(db, {each.actor for each in found})
        return self._desk.render(
            request,
            "demands/walk_ins.html",
            found=[(each, filled(self._form, each.draft.answers)) for each in found[:PAGE]],
            newest=not start,
            older=start + PAGE if len(found) > PAGE else 0,
            actors=actors,
            sources=words.SOURCE_NAMES,
        )

    def discard(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Give a form up."""
        try:
            with self._desk.engine.begin() as db:
                draft_id = request.path_params["draft"]
                discard_walk_in(db, draft_id, staff, self._desk.origin(staff))
        except NotFoundError:
            return self._desk.forward(request, SAVED, texts.GONE)
        return self._desk.forward(request, SAVED, texts.DISCARDED)
