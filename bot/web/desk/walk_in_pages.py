"""代为接件: staff fill in the demand form for who came to the window, telephoned or was visited.

What is filled in is kept whenever the page is sent: to leave and resume it, and when something in
it is wrong.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import demand_texts as words
from bot.model.demand import DESK_SOURCES, local_date
from bot.model.demand_errors import DemandSourceError
from bot.model.errors import ConsentMissingError, FormIncompleteError, NotFoundError
from bot.model.rights import CENTRE, Staff, require_station
from bot.services.demand.quality_matters import (
    SUBMITTED,
    QualityMatter,
    read_quality_matter,
    settle_quality_matter,
)
from bot.services.demand.walk_ins import (
    WalkIn,
    keep_answers,
    open_walk_in,
    read_walk_in,
    submit_walk_in,
)
from bot.services.record import record_read
from bot.storage.database import reading, utc_now
from bot.texts import CONSENT
from bot.web.desk import demand_texts as texts
from bot.web.desk.desk import Desk
from bot.web.desk.saved_walk_in_pages import SAVED
from bot.web.given import number_of, read_number
from bot.web.guard import Posted, first
from bot.web.h5.changes import Changes, read_changes
from bot.web.h5.draft_pages import SEEN
from bot.web.h5.fields import digest
from bot.web.h5.views import FieldView, refused_view, section_views, stored_view
from knowledge import load_knowledge
from knowledge.form import load_form

KEY = "key"
"""The page's own mark: a double click is one demand."""
KEY_BYTES = 16


class WalkInPages:
    """Handlers of /demands/new, and of a form that is gone on with."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._form = load_form()

    def routes(self) -> list[Route]:
        """All of them."""
        page, right = self._desk.page, "demands_record"
        return [
            Route("/demands/new", page(self.ask, right=right), methods=["GET"]),
            Route("/demands/new", page(self.receive, right=right), methods=["POST"]),
            Route(f"{SAVED}/{{draft:int}}", page(self.resume, right=right), methods=["GET"]),
        ]

    def ask(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The empty form; of a quality matter, with the enterprise that it names."""
        known: dict[str, Any] = {}
        chosen: Posted = {KEY: [secrets.token_urlsafe(KEY_BYTES)]}
        with reading(self._desk.engine) as db:
            entry = _entry(db, read_number(request.query_params.get("entry", "")), staff)
        if entry is not None:
            names = ("contact", "telephone")
            known = {"company_name": entry.company, **{n: getattr(entry, n) for n in names}}
            chosen |= {
                "entry": [str(entry.id)],
                "source": [entry.source],
                "station": [entry.station],
            }
        views = {
            f.id: replace(stored_view(f, known.get(f.id) or None), base=digest(None))
            for f in self._form.fields
        }
        return self._page(request, staff, chosen, known, views)

    def resume(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """A form as far as it was filled in."""
        with self._desk.engine.begin() as db:
            try:
                walk_in = read_walk_in(db, request.path_params["draft"], staff)
            except NotFoundError:
                return self._desk.forward(request, SAVED, texts.GONE)
            draft = walk_in.draft
            record_read(db, staff, "draft", draft.user_id, utc_now(), draft=draft.id)
        views = {f.id: stored_view(f, draft.answers.get(f.id)) for f in self._form.fields}
        return self._page(request, staff, _chosen(walk_in), draft.answers, views)

    def receive(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Keep what is filled in; take the demand down where that is asked and all is right."""
        try:
            with self._desk.engine.begin() as db:
                walk_in, found = self._keep(db, posted, staff)
        except (ConsentMissingError, DemandSourceError) as error:
            missing = isinstance(error, ConsentMissingError)
            found = read_changes(self._form, {}, posted, local_date(utc_now()))
            typed = {f.id: _typed(found, f.id, posted) for f in self._form.fields}
            views = {f.id: refused_view(f, posted, digest(None), {}) for f in self._form.fields}
            views |= {n: found.views[n] for n in found.views if found.views[n].errors}
            sentence = texts.CONSENT_MISSING if missing else texts.SOURCE_WRONG
            return self._page(request, staff, posted, typed, views, sentence)
        if walk_in.draft.demand_id is not None:
            return self._desk.forward(request, f"/demands/{walk_in.draft.demand_id}")
        anew = texts.KEPT_ANEW if _is_gone(posted, walk_in) else ""
        if found.problems or found.conflict:
            n = len(found.problems)
            sentence = anew + (texts.KEPT_WRONG.format(n=n) if n else texts.KEPT_CONFLICT)
            return self._refused(request, staff, walk_in, posted, found, sentence)
        if first(posted, "act") == "keep":
            return self._desk.forward(request, f"{SAVED}/{walk_in.draft.id}", anew + texts.KEPT)
        try:
            with self._desk.engine.begin() as db:
                return self._submit(db, request, walk_in, staff)
        except FormIncompleteError as error:
            found.problems = dict(error.problems)
            sentence = texts.FORM_WRONG.format(n=len(found.problems))
            return self._refused(request, staff, walk_in, posted, found, sentence)

    def _keep(self, db: Connection, posted: Posted, staff: Staff) -> tuple[WalkIn, Changes]:
        """The form with all of it kept that fits, and what came of each field."""
        origin = self._desk.origin(staff)
        walk_in = open_walk_in(
            db,
            first(posted, "source"),
            staff,
            origin,
            key=first(posted, KEY) or secrets.token_urlsafe(KEY_BYTES),
            consent=first(posted, "consent") == "1",
            station=first(posted, "station") or None,
            quality_matter_id=number_of(posted, "entry") or None,
        )
        if walk_in.draft.demand_id is not None:
            return walk_in, Changes()
        if _is_gone(posted, walk_in):  # its answers are deleted: the page's are all there is
            posted = {name: given for name, given in posted.items() if not name.startswith(SEEN)}
        found = read_changes(self._form, walk_in.draft.answers, posted, local_date(origin.now))
        draft, problems = keep_answers(db, walk_in, found.values, origin)
        found.problems |= problems
        return replace(walk_in, draft=draft), found

    def _submit(self, db: Connection, request: Request, walk_in: WalkIn, staff: Staff) -> Response:
        origin = self._desk.origin(staff)
        demand = submit_walk_in(db, walk_in, origin)
        entry = _entry(db, walk_in.quality_matter_id or 0, staff)
        if entry is not None and staff.role == CENTRE and entry.status == SUBMITTED:
            settle_quality_matter(db, entry, "", staff, origin, demand_id=demand.id)
        said = texts.RECEIVED.format(number=demand.number)
        return self._desk.forward(request, f"/demands/{demand.id}", said)

    def _refused(
        self,
        request: Request,
        staff: Staff,
        walk_in: WalkIn,
        posted: Posted,
        found: Changes,
        sentence: str,
    ) -> Response:
        """The form as kept, with what was typed where it could not be kept."""
        answers = walk_in.draft.answers
        views: dict[str, FieldView] = {}
        for each in self._form.fields:
            own = {n: c for n, c in found.problems.items() if n.split(".")[0] == each.id}
            known = answers.get(each.id)
            views[each.id] = stored_view(each, known)
            if own:
                views[each.id] = refused_view(each, posted, digest(known), own)
            elif found.views[each.id].theirs:
                views[each.id] = found.views[each.id]
        return self._page(request, staff, _chosen(walk_in), answers, views, sentence)

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
        wrong = {view.field.section for view in views.values() if view.errors or view.theirs}
        opened = wrong | {sections[0].section.id} | {s.section.id for s in sections if s.done}
        names = (KEY, "entry", "source", "station", "draft")
        return self._desk.render(
            request,
            "demands/walk_in.html",
            422 if problem else 200,
            sections=[replace(s, open=s.section.id in opened) for s in sections],
            chosen={name: first(chosen, name) for name in names},
            agreed=first(chosen, "consent") == "1",
            problem=problem,
            consent=CONSENT,
            sources=[(source, words.SOURCE_NAMES[source]) for source in DESK_SOURCES],
            stations=load_knowledge().stations,
        )


def _chosen(walk_in: WalkIn) -> Posted:
    """What the page of a kept form holds besides its fields; it was agreed to before."""
    return {
        KEY: [walk_in.key],
        "entry": [str(walk_in.quality_matter_id or "")],
        "source": [walk_in.source],
        "station": [walk_in.station or ""],
        "consent": ["1"],
        "draft": [str(walk_in.draft.id)],
    }


def _is_gone(posted: Posted, walk_in: WalkIn) -> bool:
    """Whether the form that the page showed was given up meanwhile; `walk_in` is a new one."""
    return number_of(posted, "draft") not in (0, walk_in.draft.id)


def _typed(found: Changes, name: str, posted: Posted) -> Any:
    """What counts as an answer for the section to be open."""
    return found.values.get(name) or first(posted, name) or None


def _entry(db: Connection, number: int, staff: Staff) -> QualityMatter | None:
    """The entry of a 质量事项清单 that the demand comes from."""
    if not number:
        return None
    found = read_quality_matter(db, number)
    require_station(staff, found.station)
    return found
