"""The pages of the resource database: a list, a form and a workbook for each kind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Generic

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.model.resource_errors import ResourceError
from bot.model.rights import Staff
from bot.resource_texts import JOIN
from bot.services.record import Origin, record_read
from bot.services.resources.history import changes_of
from bot.services.resources.rows import P, ResourceKind, S, get_resource, list_resources
from bot.services.resources.service_items import list_items
from bot.services.resources.sheets import SOURCE_LONGEST, ResourceSheet, export_resources
from bot.services.resources.words import read_words
from bot.storage.database import reading, utc_now
from bot.web.desk.demand_pages import download
from bot.web.desk.desk import Desk
from bot.web.desk.resource_changes import history
from bot.web.desk.resource_import import ImportAnswer, take_workbook
from bot.web.given import number_of
from bot.web.guard import Posted, first
from knowledge import load_knowledge

CHANGE = "resources_change"
SEARCH_LONGEST = 50


@dataclass(frozen=True)
class ResourceViews(Generic[P, S]):
    """What the pages of a kind have of their own; its templates are resources/{what}(s).html.

    `one`: the part of an address that is an id. `new`: what the form for a new one shows.
    `searched`: texts in which words are looked for; `tags`: what the selects `filters` choose by.
    `list_values`, `form_values`: what the templates show besides; the latter gets what was posted,
    if that was refused. `save`: keeps it and says the sentence for it. `errors`: by what is raised.
    """

    at: str
    one: str
    sheet: ResourceSheet[P, S]
    new: S
    filters: tuple[str, ...]
    searched: Callable[[S], Iterable[str]]
    tags: Callable[[S], Collection[str]]
    list_values: Callable[[Connection, Staff, Sequence[S]], Mapping[str, Any]]
    form_values: Callable[[Connection, S, Posted], Mapping[str, Any]]
    save: Callable[[Connection, S | None, P, Posted, Staff, Origin], str]
    errors: Mapping[type[ResourceError], Mapping[str, str]]


class ResourcePages(Generic[P, S]):
    """Handlers of a kind. `tabs`: addresses and names of all kinds."""

    def __init__(
        self, desk: Desk, views: ResourceViews[P, S], tabs: Sequence[tuple[str, str]]
    ) -> None:
        self._desk, self._views, self._tabs = desk, views, tabs
        self._kind = views.sheet.kind

    def routes(self) -> list[Route]:
        """All of them."""
        page, at = self._desk.page, self._views.at
        one = f"{at}/{self._views.one}"
        return [
            Route(at, page(self.list, right="resources"), methods=["GET"]),
            Route(f"{at}/export", page(self.export, right="resources"), methods=["GET"]),
            Route(
                f"{at}/import", page(self.import_, right=CHANGE, files=("xlsx",)), methods=["POST"]
            ),
            Route(f"{at}/new", page(self.ask, right=CHANGE), methods=["GET"]),
            Route(f"{at}/new", page(self.save, right=CHANGE), methods=["POST"]),
            Route(one, page(self.show, right="resources"), methods=["GET"]),
            Route(one, page(self.save, right=CHANGE), methods=["POST"]),
        ]

    def list(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Those that fit."""
        return self._list(request, staff)

    def export(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """All of them as a workbook, to be changed and brought back."""
        name = f"{self._views.sheet.title}.xlsx"
        with self._desk.engine.begin() as db:
            content = export_resources(db, self._views.sheet, staff)
            record_read(db, staff, "export", None, utc_now(), name=name)
        return download(content, name)

    def import_(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Add, change and retire by a workbook, wholly or not at all."""
        try:
            answer = take_workbook(self._desk, request, staff, self._views.sheet)
        except ResourceError as error:
            answer = ImportAnswer(problem=self._sentence(error))
        if answer.problem:
            return self._list(request, staff, answer, 422)
        return self._desk.forward(request, self._views.at, answer.done)

    def ask(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The form for a new one."""
        return self._form(request, self._views.new)

    def show(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """One of them."""
        return self._form(request, self._stored(request.path_params["id"]))

    def save(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Keep what the form says."""
        profile, seen = _profile(self._kind, posted), None
        try:
            with self._desk.engine.begin() as db:
                if "id" in request.path_params:
                    stored = get_resource(db, self._kind, request.path_params["id"])
                    seen = replace(stored, version=number_of(posted, "version"))
                origin = self._desk.origin(staff)
                said = self._views.save(db, seen, profile, posted, staff, origin)
        except ResourceError as error:
            sentence, code = self._sentence(error), 409 if error.code == "stale" else 422
            if code == 409 and seen is not None and isinstance(error, self._kind.error):
                return self._form(request, self._stored(seen.id), sentence, code)
            typed = replace(seen or self._views.new, **vars(profile))
            return self._form(request, typed, sentence, code, posted)
        return self._desk.forward(request, self._views.at, said)

    def _stored(self, resource_id: Any) -> S:
        with reading(self._desk.engine) as db:
            return get_resource(db, self._kind, resource_id)

    def _sentence(self, error: ResourceError) -> str:
        data = {"categories": JOIN.join(error.data.get("categories", ()))}
        return self._views.errors[type(error)][error.code].format(**data)

    def _list(
        self,
        request: Request,
        staff: Staff,
        answer: ImportAnswer | None = None,
        code: int = 200,
    ) -> Response:
        given = request.query_params
        chosen = {name: given.get(name, "") for name in self._views.filters}
        said = given.get("q", "").strip()[:SEARCH_LONGEST]
        with reading(self._desk.engine) as db:
            found = list_resources(db, self._kind)
            values = self._views.list_values(db, staff, found)
        return self._render(
            request,
            f"{self._kind.what}s.html",
            code,
            shown=[each for each in found if self._fits(each, chosen, said)],
            asked={**chosen, "q": said},
            tabs=self._tabs,
            answer=answer or ImportAnswer(),
            **values,
        )

    def _fits(self, each: S, chosen: Mapping[str, str], said: str) -> bool:
        tags = self._views.tags(each)
        fits = all(not tag or tag in tags for tag in chosen.values())
        return fits and said.lower() in " ".join(self._views.searched(each)).lower()

    def _form(
        self,
        request: Request,
        shown: S,
        problem: str = "",
        code: int = 200,
        refused: Posted | None = None,
    ) -> Response:
        with reading(self._desk.engine) as db:
            changes = changes_of(db, self._kind.what, shown.id) if shown.id else []
            names = {item.id: item.name for item in list_items(db)}
            values = self._views.form_values(db, shown, refused or {})
        return self._render(
            request,
            f"{self._kind.what}.html",
            code,
            shown=shown,
            changes=history(changes, names),
            problem=problem,
            **values,
        )

    def _render(self, request: Request, template: str, code: int, **values: Any) -> Response:
        return self._desk.render(
            request,
            f"resources/{template}",
            code,
            at=self._views.at,
            kind_name=self._views.sheet.title,
            categories=[(c.id, c.name) for c in load_knowledge().categories.values()],
            **values,
        )


def resource_routes(desk: Desk, *kinds: ResourceViews[Any, Any]) -> list[Route]:
    """The routes of all kinds, which their lists show as tabs in this order."""
    tabs = [(views.at, views.sheet.title) for views in kinds]
    return [route for views in kinds for route in ResourcePages(desk, views, tabs).routes()]


def _profile(kind: ResourceKind[P, S], posted: Posted) -> P:
    """What the form says."""
    values: dict[str, Any] = {each.name: first(posted, each.name) for each in fields(kind.profile)}
    values["source"] = values["source"][:SOURCE_LONGEST]
    values.update({name: read_words(values[name]) for name in kind.words})
    values.update({name: tuple(posted.get(name, ())) for name in kind.ids})
    values.update({name: values[name] == "1" for name in kind.flags})
    return kind.profile(**values)
