"""质量专家: the directory of experts as the centre keeps it, by hand or as a workbook."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.model.calendar import local_date
from bot.model.resource_errors import ExpertError
from bot.model.rights import Staff
from bot.services.booking import says
from bot.services.booking.desk_rota import see_rota
from bot.services.booking.substitutes import sessions_without_expert
from bot.services.record import record_read
from bot.services.resources.expert_sheet import export_experts, import_experts
from bot.services.resources.experts import (
    ExpertProfile,
    StoredExpert,
    get_expert,
    list_experts,
    save_expert,
    seen_expert,
)
from bot.services.resources.history import changes_of
from bot.services.resources.organisations import list_organisations
from bot.services.resources.sheets import words
from bot.storage.database import reading, utc_now
from bot.web.desk import resource_texts as texts
from bot.web.desk.demand_pages import download
from bot.web.desk.desk import Desk
from bot.web.desk.resource_changes import history
from bot.web.desk.resource_import import ImportAnswer, take_workbook
from bot.web.desk.rota_pages import visited_stations
from bot.web.given import number_of
from bot.web.guard import Posted, first
from knowledge import load_knowledge
from knowledge.rota import load_rota

AT = "/experts"
CHANGE = "resources_change"
NEW = StoredExpert("", "", "", ())


class ExpertPages:
    """Handlers under /experts."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """All of them."""
        page, one = self._desk.page, f"{AT}/{{expert}}"
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
        """Those that fit, with each one's next session."""
        return self._list(request, staff)

    def export(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """All of them as a workbook, to be changed and brought back."""
        with self._desk.engine.begin() as db:
            content = export_experts(db, staff)
            record_read(db, staff, "export", None, utc_now(), name=texts.EXPERT_WORKBOOK)
        return download(content, texts.EXPERT_WORKBOOK)

    def import_(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Add, change and retire by a workbook, wholly or not at all."""
        answer = take_workbook(self._desk, request, staff, import_experts)
        if answer.problem:
            return self._list(request, staff, answer, 422)
        return self._desk.forward(request, AT, answer.done)

    def ask(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The form for a new one."""
        return self._form(request, NEW)

    def show(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """One of them."""
        with reading(self._desk.engine) as db:
            found = get_expert(db, request.path_params["expert"])
        return self._form(request, found)

    def save(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Keep what the form says; of who retires, the sessions left are named."""
        profile, seen = _profile(posted), None
        try:
            with self._desk.engine.begin() as db:
                if "expert" in request.path_params:
                    version = number_of(posted, "version")
                    seen = seen_expert(db, request.path_params["expert"], version)
                saved = save_expert(db, seen, profile, staff, self._desk.origin(staff))
                lacking = sessions_without_expert(db, utc_now())
        except ExpertError as error:
            if error.code == "stale" and seen is not None:
                with reading(self._desk.engine) as db:
                    return self._form(request, get_expert(db, seen.id), error.code, 409)
            return self._form(request, replace(seen or NEW, **vars(profile)), error.code, 422)
        left = sum(saved.id in session.experts for session in lacking)
        said = texts.EXPERT_RETIRED.format(n=left) if left else texts.SAVED
        return self._desk.forward(request, AT, said)

    def _list(
        self, request: Request, staff: Staff, answer: ImportAnswer | None = None, code: int = 200
    ) -> Response:
        given = request.query_params
        category, use = given.get("category", ""), given.get("use", "")
        said = given.get("q", "").strip()[:50]
        today = local_date(utc_now())
        ahead = today + timedelta(days=load_rota().rules.horizon_days)
        coming: dict[str, tuple[int, str]] = {}
        with reading(self._desk.engine) as db:
            found = list_experts(db)
            for session, _ in see_rota(db, staff, today, ahead):
                for expert in session.experts if session.status == "open" else ():
                    when = f"{says.time_text(session.starts_at)} {says.short_name(session.station)}"
                    coming.setdefault(expert, (session.id, when))
        return self._desk.render(
            request,
            "resources/experts.html",
            code,
            shown=[each for each in found if _fits(each, category, use, said)],
            coming=coming,
            stations=dict(visited_stations()),
            asked={"category": category, "use": use, "q": said},
            categories=list(load_knowledge().categories.values()),
            answer=answer or ImportAnswer(),
        )

    def _form(
        self, request: Request, shown: StoredExpert, problem: str = "", code: int = 200
    ) -> Response:
        with reading(self._desk.engine) as db:
            organisations = list_organisations(db, active_only=True)
            changes = changes_of(db, "expert", shown.id) if shown.id else []
        return self._desk.render(
            request,
            "resources/expert.html",
            code,
            shown=shown,
            categories=list(load_knowledge().categories.values()),
            stations=visited_stations(),
            organisations=organisations,
            changes=history(changes, {}),
            problem=texts.EXPERT_ERRORS.get(problem, ""),
        )


def _fits(expert: StoredExpert, category: str, use: str, said: str) -> bool:
    holds = " ".join((expert.name, expert.organisation, expert.field, *expert.terms))
    return (
        (not category or category in expert.categories)
        and (not use or expert.active == (use == "active"))
        and said.lower() in holds.lower()
    )


def _profile(posted: Posted) -> ExpertProfile:
    return ExpertProfile(
        name=first(posted, "name").strip(),
        organisation=first(posted, "organisation").strip(),
        field=first(posted, "field").strip(),
        categories=tuple(posted.get("categories", [])),
        terms=words(first(posted, "terms")),
        stations=tuple(posted.get("stations", [])),
        availability=first(posted, "availability").strip(),
        confirms=first(posted, "confirms") == "1",
        source=first(posted, "source").strip()[:200],
        sample=first(posted, "sample") == "1",
        active=first(posted, "active") == "1",
    )
