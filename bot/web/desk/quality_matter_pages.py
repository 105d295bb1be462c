"""质量事项清单: what a station's people heard of, handed to the centre and settled there."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import demand_texts as words
from bot.model.demand import DESK_SOURCES
from bot.model.demand_errors import QualityMatterError
from bot.model.rights import Staff
from bot.services.demand.quality_matters import (
    QualityMatterEntry,
    list_quality_matters,
    raise_quality_matter,
    seen_quality_matter,
    settle_quality_matter,
    submit_quality_matters,
)
from bot.services.demand.rows import get_demand
from bot.services.record import record_read
from bot.storage.database import utc_now
from bot.web.desk import resource_texts as texts
from bot.web.desk.desk import Desk
from bot.web.given import read_number
from bot.web.guard import Posted, first
from knowledge import load_knowledge

PAGE = 50
FIELDS = ("company", "problem", "contact", "telephone", "category", "station", "source")


class QualityMatterPages:
    """Handlers under /demands/quality-matters."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """All of them."""
        page, right = self._desk.page, "demands_record"
        at = "/demands/quality-matters"
        return [
            Route(at, page(self.list, right=right), methods=["GET"]),
            Route(at, page(self.add, right=right), methods=["POST"]),
            Route(f"{at}/submit", page(self.submit, right=right), methods=["POST"]),
            Route(
                f"{at}/{{entry:int}}/settle",
                page(self.settle, right="demands_analyse"),
                methods=["POST"],
            ),
        ]

    def list(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """What was collected, the newest first."""
        return self._page(request, staff)

    def add(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Write a trouble down."""
        given = {name: first(posted, name) for name in FIELDS}
        words_given = {**given, "station": given["station"] or staff.station or ""}
        category = words_given.pop("category") or None
        entry = QualityMatterEntry(**words_given, category=category)
        try:
            with self._desk.engine.begin() as db:
                raise_quality_matter(db, entry, staff, self._desk.origin(staff))
        except QualityMatterError as error:
            return self._page(request, staff, texts.QUALITY_ERRORS[error.code], given, 422)
        return self._desk.forward(request, "/demands/quality-matters", texts.QUALITY_ADDED)

    def submit(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Hand what is ticked to the centre."""
        ids = [read_number(text) for text in posted.get("entry", [])]
        with self._desk.engine.begin() as db:
            done = submit_quality_matters(db, ids, staff, self._desk.origin(staff))
        said = texts.QUALITY_SUBMITTED.format(n=done)
        return self._desk.forward(request, "/demands/quality-matters", said)

    def settle(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Say what becomes of an entry."""
        version = first(posted, "version")
        try:
            with self._desk.engine.begin() as db:
                seen = seen_quality_matter(
                    db,
                    request.path_params["entry"],
                    int(version) if version.isdecimal() and len(version) < 10 else 0,
                )
                origin = self._desk.origin(staff)
                settle_quality_matter(db, seen, first(posted, "answer"), staff, origin)
        except QualityMatterError as error:
            status = 409 if error.code in ("stale", "status") else 422
            return self._page(request, staff, texts.QUALITY_ERRORS[error.code], None, status)
        return self._desk.forward(request, "/demands/quality-matters", texts.QUALITY_SETTLED)

    def _page(
        self,
        request: Request,
        staff: Staff,
        problem: str = "",
        typed: dict[str, str] | None = None,
        code: int = 200,
    ) -> Response:
        given = request.query_params
        status = given.get("status", "") if given.get("status") in texts.QUALITY_STATES else ""
        station, before = given.get("station", ""), given.get("before", "")
        with self._desk.engine.begin() as db:  # writing: the look is noted
            found = list_quality_matters(
                db,
                staff,
                status=status,
                station=station,
                before=int(before) if before.isdecimal() and len(before) < 18 else None,
                limit=PAGE + 1,
            )
            record_read(db, staff, "quality_matters", None, utc_now(), station=station)
            numbers = {
                each.demand_id: get_demand(db, each.demand_id).number
                for each in found
                if each.demand_id is not None
            }
        return self._desk.render(
            request,
            "demands/quality_matters.html",
            code,
            found=found[:PAGE],
            older=found[PAGE - 1].id if len(found) > PAGE else 0,
            numbers=numbers,
            shown=status,
            station=station,
            states=texts.QUALITY_STATES,
            tags=texts.QUALITY_TAGS,
            typed=typed or dict.fromkeys(FIELDS, ""),
            problem=problem,
            adding=typed is not None,
            sources=[(source, words.SOURCE_NAMES[source]) for source in DESK_SOURCES],
            source_names=words.SOURCE_NAMES,
            stations=load_knowledge().stations,
            categories=list(load_knowledge().categories.values()),
        )
