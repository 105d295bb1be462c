"""服务项目: the items of 附件3 as the centre keeps them, by hand or as a workbook."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.model.resource_errors import OrganisationError, ServiceItemError
from bot.model.rights import Staff
from bot.resource_texts import JOIN
from bot.services.record import record_read
from bot.services.resources.history import changes_of
from bot.services.resources.item_links import save_item_with_links
from bot.services.resources.item_sheet import export_items, import_items
from bot.services.resources.organisations import list_organisations
from bot.services.resources.service_items import (
    ItemProfile,
    StoredItem,
    get_item,
    headings,
    list_items,
    seen_item,
)
from bot.services.resources.sheets import words
from bot.storage.database import reading, utc_now
from bot.web.desk import resource_texts as texts
from bot.web.desk.demand_pages import download
from bot.web.desk.desk import Desk
from bot.web.desk.resource_changes import history
from bot.web.desk.resource_import import ImportAnswer, take_workbook
from bot.web.given import number_of, read_number
from bot.web.guard import Posted, first
from knowledge import load_knowledge

AT = "/service-items"
CHANGE = "resources_change"
NEW = ItemProfile("", "", (), "", (), (), ())


class ItemPages:
    """Handlers under /service-items."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """All of them."""
        page, one = self._desk.page, f"{AT}/{{item}}"
        return [
            Route(AT, page(self.list, right="resources"), methods=["GET"]),
            Route(f"{AT}/export", page(self.export, right="resources"), methods=["GET"]),
            Route(
                f"{AT}/import", page(self.import_, right=CHANGE, files=("xlsx",)), methods=["POST"]
            ),
            Route(f"{AT}/new", page(self.ask, right=CHANGE), methods=["GET"]),
            Route(f"{AT}/new", page(self.save, right=CHANGE), methods=["POST"]),
            Route(one, page(self.show, right="resources"), methods=["GET"]),
            Route(one, page(self.save, right=CHANGE), methods=["POST"]),
        ]

    def list(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Those that fit."""
        return self._list(request)

    def export(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """All of them as a workbook, to be changed and brought back."""
        with self._desk.engine.begin() as db:
            content = export_items(db, staff)
            record_read(db, staff, "export", None, utc_now(), name=texts.ITEM_WORKBOOK)
        return download(content, texts.ITEM_WORKBOOK)

    def import_(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Add, change and withdraw by a workbook, wholly or not at all."""
        try:
            answer = take_workbook(self._desk, request, staff, import_items)
        except ServiceItemError as error:
            answer = ImportAnswer(problem=_sentence(error))
        if answer.problem:
            return self._list(request, answer, 422)
        return self._desk.forward(request, AT, answer.done)

    def ask(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The form for a new one."""
        return self._form(request, StoredItem(**vars(NEW)))

    def show(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """One of them."""
        with reading(self._desk.engine) as db:
            found = get_item(db, request.path_params["item"])
        return self._form(request, found)

    def save(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Keep what the form says."""
        profile, seen = _profile(posted), None
        shown, chosen = (
            {*map(read_number, posted.get(n, []))} for n in ("linked", "organisations")
        )
        try:
            with self._desk.engine.begin() as db:
                if "item" in request.path_params:
                    version = number_of(posted, "version")
                    seen = seen_item(db, request.path_params["item"], version)
                save_item_with_links(
                    db, seen, profile, shown, chosen, staff, self._desk.origin(staff)
                )
        except ServiceItemError as error:
            if error.code == "stale" and seen is not None:
                with reading(self._desk.engine) as db:
                    return self._form(request, get_item(db, seen.id), _sentence(error), 409)
            typed = replace(seen or StoredItem(**vars(NEW)), **vars(profile))
            return self._form(request, typed, _sentence(error), 422, chosen)
        except OrganisationError as error:
            stale = error.code == "stale"
            sentence = texts.LINK_STALE if stale else texts.ORGANISATION_ERRORS[error.code]
            typed = replace(seen or StoredItem(**vars(NEW)), **vars(profile))
            return self._form(request, typed, sentence, 409 if stale else 422, chosen)
        return self._desk.forward(request, AT, texts.ITEM_SAVED)

    def _list(
        self, request: Request, answer: ImportAnswer | None = None, code: int = 200
    ) -> Response:
        given = request.query_params
        category, use = given.get("category", ""), given.get("use", "")
        said = given.get("q", "").strip()[:50]
        with reading(self._desk.engine) as db:
            found = list_items(db)
            organisations = list_organisations(db)
        serving = {
            item.id: [each for each in organisations if item.id in each.services] for item in found
        }
        return self._desk.render(
            request,
            "resources/items.html",
            code,
            shown=[(i, serving[i.id]) for i in found if _fits(i, category, use, said)],
            asked={"category": category, "use": use, "q": said},
            categories=list(load_knowledge().categories.values()),
            answer=answer or ImportAnswer(),
        )

    def _form(
        self,
        request: Request,
        shown: StoredItem,
        problem: str = "",
        code: int = 200,
        chosen: set[int] | None = None,
    ) -> Response:
        with reading(self._desk.engine) as db:
            organisations = list_organisations(db)
            changes = changes_of(db, "item", shown.id) if shown.id else []
        linked = {each.id for each in organisations if shown.id and shown.id in each.services}
        return self._desk.render(
            request,
            "resources/item.html",
            code,
            shown=shown,
            headings=headings(),
            categories=list(load_knowledge().categories.values()),
            organisations=[each for each in organisations if each.active or each.id in linked],
            linked=linked,
            chosen=linked if chosen is None else chosen,
            changes=history(changes, {}),
            problem=problem,
        )


def _fits(item: StoredItem, category: str, use: str, said: str) -> bool:
    holds = " ".join((item.name, item.text, *item.departments, *item.telephones, *item.terms))
    return (
        (not category or category in (*item.categories, *item.also))
        and (not use or item.active == (use == "active"))
        and said.lower() in holds.lower()
    )


def _sentence(error: ServiceItemError) -> str:
    data = {"categories": JOIN.join(error.data.get("categories", ()))}
    return texts.ITEM_ERRORS[error.code].format(**data)


def _profile(posted: Posted) -> ItemProfile:
    return ItemProfile(
        name=first(posted, "name").strip(),
        heading=first(posted, "heading"),
        categories=tuple(posted.get("categories", [])),
        also=tuple(posted.get("also", [])),
        text=first(posted, "text").strip(),
        departments=words(first(posted, "departments")),
        telephones=words(first(posted, "telephones")),
        terms=words(first(posted, "terms")),
        source=first(posted, "source").strip()[:200],
        active=first(posted, "active") == "1",
    )
