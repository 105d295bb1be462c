"""代为接件: staff fill in the demand form for who came to the window, telephoned or was visited."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import demand_texts as words
from bot.model.demand import local_date
from bot.model.demand_errors import DemandSourceError
from bot.model.errors import ConsentMissingError, FormIncompleteError
from bot.model.field_error import FieldError
from bot.model.rights import CENTRE, Staff, require_station
from bot.services.demand.quality_matters import (
    SUBMITTED,
    QualityMatter,
    read_quality_matter,
    settle_quality_matter,
)
from bot.services.demand.rows import Demand
from bot.services.demand.walk_ins import SOURCES, receive_demand
from bot.storage.database import reading, utc_now
from bot.texts import CONSENT
from bot.web.desk import demand_texts as texts
from bot.web.desk.desk import Desk
from bot.web.guard import Posted, first
from bot.web.h5.fields import ControlError, read_value
from bot.web.h5.views import (
    FieldView,
    also_wanted,
    refused_view,
    section_views,
    stored_view,
)
from knowledge import load_knowledge
from knowledge.form import load_form

KEY = "key"
"""The page's own mark: a double click is one demand."""
KEY_BYTES = 16


class WalkInPages:
    """Handlers of /demands/new."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._form = load_form()

    def routes(self) -> list[Route]:
        """Both of them."""
        page = self._desk.page
        return [
            Route("/demands/new", page(self.ask, right="demands_record"), methods=["GET"]),
            Route("/demands/new", page(self.receive, right="demands_record"), methods=["POST"]),
        ]

    def ask(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The empty form; of a quality matter, with the enterprise that it names."""
        known: dict[str, Any] = {}
        chosen: Posted = {KEY: [secrets.token_urlsafe(KEY_BYTES)]}
        with reading(self._desk.engine) as db:
            entry = _entry(db, request.query_params.get("entry", ""), staff)
        if entry is not None:
            names = ("contact", "telephone")
            known = {"company_name": entry.company, **{n: getattr(entry, n) for n in names}}
            chosen |= {
                "entry": [str(entry.id)],
                "source": [entry.source],
                "station": [entry.station],
            }
        views = {f.id: stored_view(f, known.get(f.id) or None) for f in self._form.fields}
        return self._page(request, staff, chosen, known, views)

    def receive(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Take the demand down, or show what is wrong with it."""
        answers, problems = self._read(posted)
        sentence = ""
        if not problems:
            try:
                with self._desk.engine.begin() as db:
                    demand = self._receive(db, answers, posted, staff)
                said = texts.RECEIVED.format(number=demand.number)
                return self._desk.forward(request, f"/demands/{demand.id}", said)
            except ConsentMissingError:
                sentence = texts.CONSENT_MISSING
            except DemandSourceError:
                sentence = texts.SOURCE_WRONG
            except FormIncompleteError as error:
                problems = error.problems
            except FieldError as error:
                problems = {error.field_id: error.code}
        views: dict[str, FieldView] = {}
        for field in self._form.fields:
            own = {n: c for n, c in problems.items() if n.split(".")[0] == field.id}
            views[field.id] = refused_view(field, posted, "0", own)
        sentence = sentence or texts.FORM_WRONG.format(n=len(problems))
        return self._page(request, staff, posted, answers, views, sentence)

    def _receive(
        self, db: Connection, answers: dict[str, Any], posted: Posted, staff: Staff
    ) -> Demand:
        entry, origin = _entry(db, first(posted, "entry"), staff), self._desk.origin(staff)
        demand = receive_demand(
            db,
            answers,
            first(posted, "source"),
            staff,
            origin,
            key=first(posted, KEY) or secrets.token_urlsafe(KEY_BYTES),
            consent=first(posted, "consent") == "1",
            station=first(posted, "station") or None,
        )
        if entry is not None and staff.role == CENTRE and entry.status == SUBMITTED:
            settle_quality_matter(db, entry, "", staff, origin, demand_id=demand.id)
        return demand

    def _read(self, posted: Posted) -> tuple[dict[str, Any], dict[str, str]]:
        """The answers that the form holds, and what is wrong: control name → code."""
        today = local_date(utc_now())
        answers: dict[str, Any] = {}
        problems: dict[str, str] = {}
        for field in self._form.fields:
            try:
                value = read_value(field, posted, today)
            except ControlError as error:
                problems.update(error.problems)
                continue
            if value is not None:
                answers[field.id] = value
        for name, value in list(answers.items()):
            answers.update(also_wanted(self._form, answers, name, value))
        return answers, problems

    def _page(
        self,
        request: Request,
        staff: Staff,
        chosen: Posted,
        answers: dict[str, Any],
        views: dict[str, FieldView],
        problem: str = "",
    ) -> Response:
        sections = section_views(self._form, answers, views)
        wrong = {view.field.section for view in views.values() if view.errors}
        opened = wrong | {sections[0].section.id} | {s.section.id for s in sections if s.done}
        return self._desk.render(
            request,
            "demands/walk_in.html",
            422 if problem else 200,
            sections=[replace(s, open=s.section.id in opened) for s in sections],
            chosen={name: first(chosen, name) for name in (KEY, "entry", "source", "station")},
            agreed=first(chosen, "consent") == "1",
            problem=problem,
            consent=CONSENT,
            sources=[(source, words.SOURCE_NAMES[source]) for source in SOURCES],
            stations=load_knowledge().stations,
        )


def _entry(db: Connection, text: str, staff: Staff) -> QualityMatter | None:
    """The entry of a 质量事项清单 that the demand comes from."""
    if not text.isdecimal() or len(text) > 10:
        return None
    found = read_quality_matter(db, int(text))
    require_station(staff, found.station)
    return found
