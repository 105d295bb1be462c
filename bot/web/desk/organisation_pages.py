"""服务机构: departments and technical organisations, kept by hand or as a workbook."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.model.resource_errors import OrganisationError
from bot.model.rights import Staff
from bot.services.demand.matching import Standing, organisation_standings
from bot.services.record import record_read
from bot.services.resources.history import changes_of
from bot.services.resources.organisation_sheet import export_organisations, import_organisations
from bot.services.resources.organisations import (
    Organisation,
    OrganisationProfile,
    get_organisation,
    list_organisations,
    save_organisation,
    seen_organisation,
)
from bot.services.resources.service_items import list_items
from bot.services.resources.sheets import words
from bot.storage.database import reading, utc_now
from bot.web.desk import resource_texts as texts
from bot.web.desk.demand_pages import download
from bot.web.desk.desk import Desk
from bot.web.desk.resource_changes import history
from bot.web.desk.resource_import import ImportAnswer, take_workbook
from bot.web.given import number_of
from bot.web.guard import Posted, first
from knowledge import load_knowledge

CHANGE = "resources_change"


class OrganisationPages:
    """Handlers under /organisations."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """All of them."""
        page, at = self._desk.page, "/organisations"
        one = f"{at}/{{organisation:int}}"
        return [
            Route(at, page(self.list, right="resources"), methods=["GET"]),
            Route(f"{at}/export", page(self.export, right="resources"), methods=["GET"]),
            Route(
                f"{at}/import",
                page(self.import_, right=CHANGE, files=("xlsx",)),
                methods=["POST"],
            ),
            Route(f"{at}/new", page(self.ask, right=CHANGE), methods=["GET"]),
            Route(f"{at}/new", page(self.save, right=CHANGE), methods=["POST"]),
            Route(one, page(self.show, right="resources"), methods=["GET"]),
            Route(one, page(self.save, right=CHANGE), methods=["POST"]),
        ]

    def list(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Those that fit."""
        return self._list(request)

    def export(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """All of them as a workbook, to be changed and brought back."""
        with self._desk.engine.begin() as db:
            content = export_organisations(db, staff)
            record_read(db, staff, "export", None, utc_now(), name=texts.WORKBOOK_NAME)
        return download(content, texts.WORKBOOK_NAME)

    def import_(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Add and change by a workbook, wholly or not at all."""
        answer = take_workbook(self._desk, request, staff, import_organisations)
        if answer.problem:
            return self._list(request, answer, 422)
        return self._desk.forward(request, "/organisations", answer.done)

    def ask(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The form for a new one."""
        return self._form(request, Organisation("", "technical"))

    def show(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """One of them."""
        with reading(self._desk.engine) as db:
            found = get_organisation(db, request.path_params["organisation"])
        return self._form(request, found)

    def save(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Keep what the form says."""
        profile = _profile(posted)
        seen: Organisation | None = None
        try:
            with self._desk.engine.begin() as db:
                if "organisation" in request.path_params:
                    number = number_of(posted, "version")
                    seen = seen_organisation(db, request.path_params["organisation"], number)
                save_organisation(db, seen, profile, staff, self._desk.origin(staff))
        except OrganisationError as error:
            if error.code == "stale" and seen is not None:
                with reading(self._desk.engine) as db:
                    return self._form(request, get_organisation(db, seen.id), error.code, 409)
            typed = Organisation(
                **vars(profile), id=seen.id if seen else 0, version=seen.version if seen else 1
            )
            return self._form(request, typed, error.code, 422)
        return self._desk.forward(request, "/organisations", texts.SAVED)

    def _list(
        self,
        request: Request,
        answer: ImportAnswer | None = None,
        code: int = 200,
    ) -> Response:
        given = request.query_params
        kind, category = given.get("kind", ""), given.get("category", "")
        said = given.get("q", "").strip()
        with reading(self._desk.engine) as db:
            found = list_organisations(db)
            standings = organisation_standings(db)
        shown = [each for each in found if _fits(each, kind, category, said)]
        return self._desk.render(
            request,
            "resources/organisations.html",
            code,
            shown=[(each, standings.get(each.id, Standing())) for each in shown],
            asked={"kind": kind, "category": category, "q": said},
            kinds=texts.KINDS,
            categories=list(load_knowledge().categories.values()),
            answer=answer or ImportAnswer(),
        )

    def _form(
        self, request: Request, shown: Organisation, problem: str = "", code: int = 200
    ) -> Response:
        known = load_knowledge()
        with reading(self._desk.engine) as db:
            items = list_items(db)
            changes = changes_of(db, "organisation", shown.id) if shown.id else []
        return self._desk.render(
            request,
            "resources/organisation.html",
            code,
            shown=shown,
            kinds=texts.KINDS,
            categories=list(known.categories.values()),
            services=[i for i in items if i.active or i.id in shown.services],
            stations=known.stations,
            changes=history(changes, {item.id: item.name for item in items}),
            problem=texts.ORGANISATION_ERRORS.get(problem, ""),
        )


def _fits(each: Organisation, kind: str, category: str, said: str) -> bool:
    holds = " ".join((each.name, *each.capabilities, each.contact))
    return (
        (not kind or each.kind == kind)
        and (not category or category in each.categories)
        and said.lower() in holds.lower()
    )


def _profile(posted: Posted) -> OrganisationProfile:
    return OrganisationProfile(
        name=first(posted, "name"),
        kind=first(posted, "kind"),
        categories=tuple(posted.get("categories", [])),
        services=tuple(posted.get("services", [])),
        capabilities=words(first(posted, "capabilities")),
        stations=tuple(posted.get("stations", [])),
        contact=first(posted, "contact"),
        telephone=first(posted, "telephone"),
        source=first(posted, "source")[:200],
        sample=first(posted, "sample") == "1",
        active=first(posted, "active") == "1",
    )
