"""The pages of a draft: consent, the form that saves each field, review, submission."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import texts
from bot.model.errors import FormChangedError, FormIncompleteError
from bot.model.field_error import FieldError
from bot.services.demand.demands import submit_draft
from bot.services.form.check import check_form
from bot.services.form.draft_migration import migrate_draft
from bot.services.form.draft_rows import Draft, lock_draft
from bot.services.form.drafts import save_answers, set_state
from bot.services.notices import notify
from bot.services.personal_data import record_consent
from bot.storage.database import reading, utc_now
from bot.web.guard import Posted
from bot.web.h5.fields import ControlError, digest, read_value
from bot.web.h5.pages import ClosedError, Pages, first
from bot.web.h5.views import (
    FieldView,
    also_wanted,
    conflict_view,
    filled,
    refused_view,
    review_sections,
    section_views,
    stored_view,
    unfold,
)

CHANNEL = "h5"
BY_USER: dict[str, Any] = {"channel": CHANNEL, "actor": "user"}
SEEN = "seen."
"""Before a field's id: the mark of the value that the page shows."""


class DraftPages:
    """Handlers under /h5/form/{token}."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._form = pages.form

    def routes(self) -> list[Route]:
        """All of them."""
        pages = self._pages
        return [
            Route("/form/{token}", pages.endpoint(self.show)),
            Route("/form/{token}/consent", pages.endpoint(self.agree), methods=["POST"]),
            Route("/form/{token}/fields/{field}", pages.endpoint(self.save), methods=["POST"]),
            Route("/form/{token}/sync", pages.endpoint(self.sync), methods=["POST"]),
            Route("/form/{token}/review", pages.endpoint(self.review)),
            Route("/form/{token}/submit", pages.endpoint(self.submit), methods=["POST"]),
        ]

    def show(self, request: Request, posted: Posted) -> Response:
        """The whole form; before it, the consent."""
        with reading(self._pages.engine) as db:
            draft = self._pages.draft(db, request)
        if draft.status == "submitted":
            return self._pages.forward(request, "/demand")
        if draft.status == "consent":
            return self._pages.render(
                request,
                "consent.html",
                consent=texts.CONSENT,
                why=texts.FORM_CONSENT_WHY,
                action=f"{request.scope['root_path']}/form/{request.path_params['token']}/consent",
                hidden={},
            )
        draft, lost = self._present(draft)
        views = {
            f.id: stored_view(f, draft.answers.get(f.id), f.id in draft.prefilled)
            for f in self._form.fields
        }
        return self._pages.render(
            request,
            "form.html",
            sections=unfold(section_views(self._form, draft.answers, views)),
            filled=filled(self._form, draft.answers),
            form_version=self._form.version,
            prefilled=bool(draft.prefilled),
            lost=self._labels(lost),
        )

    def agree(self, request: Request, posted: Posted) -> Response:
        """Consent is given; saying so again changes nothing."""
        now = utc_now()
        with self._pages.engine.begin() as db:
            draft = self._locked(db, request)
            if draft.status == "consent":
                record_consent(db, draft.user_id, channel=CHANNEL, now=now)
                set_state(db, draft, status="filling", now=now, **BY_USER)
        return self._pages.forward(request, "")

    def save(self, request: Request, posted: Posted) -> Response:
        """Keep one field, unless it was changed elsewhere since the page showed it."""
        try:
            field = self._form.field(request.path_params["field"])
        except KeyError:
            raise ClosedError(404, "not_found") from None
        with self._pages.engine.begin() as db:
            draft = self._locked(db, request)
            if refusal := self._refusal(request, draft, posted):
                return refusal
            stored = draft.answers.get(field.id)
            seen = first(posted, SEEN + field.id)
            try:
                value = read_value(field, posted, self._pages.today())
            except ControlError as error:
                view = refused_view(field, posted, seen, error.problems)
                return self._saved(draft, posted, view, 422)
            if digest(stored) not in (seen, digest(value)):
                view = conflict_view(field, posted, seen, value, stored)
                return self._saved(draft, posted, view, 409)
            ticked = also_wanted(self._form, draft.answers, field.id, value)
            values = {field.id: value, **ticked}
            try:
                draft = save_answers(db, draft, values, now=utc_now(), form=self._form, **BY_USER)
            except FieldError as error:
                view = refused_view(field, posted, seen, {field.id: error.code})
                return self._saved(draft, posted, view, 422)
        view = stored_view(field, draft.answers.get(field.id))
        return self._saved(draft, posted, view, own=ticked)

    def sync(self, request: Request, posted: Posted) -> Response:
        """The fields that are no longer as the page shows them."""
        with reading(self._pages.engine) as db:
            draft = self._pages.draft(db, request)
        return self._refusal(request, draft, posted) or self._saved(draft, posted)

    def review(self, request: Request, posted: Posted) -> Response:
        """All answers and what is still missing."""
        with reading(self._pages.engine) as db:
            draft = self._pages.draft(db, request)
        if draft.status in ("submitted", "consent"):
            return self._pages.forward(request, "")
        draft, _ = self._present(draft)
        return self._review(request, draft)

    def submit(self, request: Request, posted: Posted) -> Response:
        """Submit what was reviewed; a second time leads to the same demand."""
        with self._pages.engine.begin() as db:
            draft = self._locked(db, request)
            if draft.status == "consent":
                return self._pages.forward(request, "")
            if draft.status != "submitted":
                if first(posted, "version") != str(draft.version):
                    return self._review(request, draft, 409, changed=True)
                try:
                    now = utc_now()
                    demand = submit_draft(db, draft, now=now, form=self._form, **BY_USER)
                    text = texts.SUBMITTED_ON_PAGE.format(number=demand.number)
                    notify(db, draft.user_id, text, now)
                except FormIncompleteError as error:
                    return self._review(request, draft, 422, problems=error.problems)
                except FormChangedError:
                    return self._pages.forward(request, "")
        return self._pages.forward(request, "/demand")

    def _locked(self, db: Connection, request: Request) -> Draft:
        """The draft of the link as it is now; nobody changes it before the transaction ends."""
        return lock_draft(db, self._pages.draft(db, request).id)

    def _present(self, draft: Draft) -> tuple[Draft, Mapping[str, str]]:
        """The draft in the present version of the form, and what no longer fits it."""
        if draft.form_version == self._form.version:
            return draft, {}
        with self._pages.engine.begin() as db:
            return migrate_draft(db, draft, now=utc_now(), form=self._form, **BY_USER)

    def _refusal(self, request: Request, draft: Draft, posted: Posted) -> Response | None:
        """Why the page can no longer be used as it is, and where to go on; None if it can."""
        message = None
        if draft.status == "submitted":
            message = texts.PAGE_SUBMITTED
        elif draft.status == "consent" or not (
            first(posted, "form") == str(draft.form_version) == str(self._form.version)
        ):
            message = texts.PAGE_FORM_CHANGED
        if message is None:
            return None
        go = self._pages.forward(request, "").headers["Location"]
        return JSONResponse({"message": message, "go": go}, 409)

    def _saved(
        self,
        draft: Draft,
        posted: Posted,
        view: FieldView | None = None,
        status: int = 200,
        own: Collection[str] = (),
    ) -> Response:
        """What the page shows anew: this field, others changed meanwhile, how far all is.

        `own`: fields that this very save changed besides.
        """
        module: Any = self._pages.templates.get_template("h5/field.html").module
        field_html = module.field
        others = []
        for field in self._form.fields:
            seen = first(posted, SEEN + field.id)
            value = draft.answers.get(field.id)
            if seen and seen != digest(value) and (view is None or field.id != view.field.id):
                shown = stored_view(field, value, field.id in draft.prefilled)
                label = "" if field.id in own else field.label
                others.append({"id": field.id, "label": label, "html": field_html(shown)})
        sections = section_views(self._form, draft.answers, {})
        return JSONResponse(
            {
                "html": field_html(view) if view else None,
                "others": others,
                "sections": {
                    s.section.id: {
                        "text": str(module.progress(s)).strip(),
                        "on": s.marked or s.done > 0,
                    }
                    for s in sections
                },
                "filled": filled(self._form, draft.answers),
            },
            status,
        )

    def _review(
        self,
        request: Request,
        draft: Draft,
        status: int = 200,
        problems: Mapping[str, str] | None = None,
        changed: bool = False,
    ) -> Response:
        if problems is None:
            problems = self._problems(draft.answers)
        return self._pages.render(
            request,
            "review.html",
            status,
            sections=review_sections(self._form, draft.answers, problems),
            problems=len(problems),
            version=draft.version,
            changed=changed,
        )

    def _labels(self, field_ids: Mapping[str, str]) -> list[str]:
        """The labels of fields that the form still has; others are named by nothing."""
        known = {field.id: field.label for field in self._form.fields}
        return [known[name] for name in field_ids if name in known]

    def _problems(self, answers: Mapping[str, Any]) -> Mapping[str, str]:
        """What keeps the form from being submitted: field id → code."""
        try:
            check_form(self._form, answers, self._pages.today())
        except FormIncompleteError as error:
            return error.problems
        return {}
