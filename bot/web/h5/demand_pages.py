"""The pages of a submitted demand: its number and next step, its document, change, withdrawal."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import texts
from bot.demand_texts import STATE_NAMES
from bot.model.demand import MAY_CHANGE, MAY_WITHDRAW, local_date
from bot.model.errors import FormIncompleteError, NotFoundError
from bot.model.field_error import FieldError
from bot.services.demand.demands import change_demand, withdraw_demand
from bot.services.demand.document import demand_docx
from bot.services.demand.progress import progress_lines
from bot.services.demand.rows import Demand, get_demand, lock_demand
from bot.services.page_links import DOCUMENT, document_token
from bot.storage.database import reading, utc_now
from bot.web.guard import Posted
from bot.web.h5.changes import read_changes
from bot.web.h5.draft_pages import BY_USER
from bot.web.h5.pages import ClosedError, Pages, first
from bot.web.h5.views import FieldView, review_sections, section_views, stored_view
from knowledge import load_knowledge

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
REASON_LONGEST = 300
"""Characters of a reason: it is read in a list at the desk."""


class DemandPages:
    """Handlers of what became of a draft."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._form = pages.form

    def routes(self) -> list[Route]:
        """All of them."""
        pages = self._pages
        return [
            Route("/form/{token}/demand", pages.endpoint(self.show)),
            Route("/form/{token}/change", pages.endpoint(self.edit), methods=["GET"]),
            Route("/form/{token}/change", pages.endpoint(self.change), methods=["POST"]),
            Route("/form/{token}/withdraw", pages.endpoint(self.ask), methods=["GET"]),
            Route("/form/{token}/withdraw", pages.endpoint(self.withdraw), methods=["POST"]),
            Route("/document/{token}", pages.endpoint(self.document)),
        ]

    def show(self, request: Request, posted: Posted) -> Response:
        """The number, what happens next, all answers, and what may be done."""
        with reading(self._pages.engine) as db:
            demand = self._demand(db, request)
            progress = progress_lines(db, demand) if demand is not None else []
        if demand is None:
            return self._pages.forward(request, "")
        return self._pages.render(
            request,
            "demand.html",
            demand=demand,
            progress=progress,
            state=STATE_NAMES[demand.status],
            submitted_on=local_date(demand.submitted_at),
            changed=demand.version > 1 and demand.status != "withdrawn",
            withdrawn=demand.status == "withdrawn",
            steps=[step for step in load_knowledge().process if step.id != "collect"],
            sections=review_sections(self._form, demand.answers, {}),
            document=document_token(self._pages.settings, demand.id, utc_now()),
            may_change=demand.status in MAY_CHANGE,
            may_withdraw=demand.status in MAY_WITHDRAW,
        )

    def document(self, request: Request, posted: Posted) -> Response:
        """The filled form to download."""
        with reading(self._pages.engine) as db:
            try:
                demand = get_demand(db, self._pages.subject(request, DOCUMENT))
            except NotFoundError:
                raise ClosedError(410, "deleted", DOCUMENT) from None
        day = local_date(demand.submitted_at)
        name = quote(f"{texts.FORM_TITLE}-{demand.number}.docx")
        return Response(
            demand_docx(self._form, demand.answers, demand.number, day),
            media_type=WORD,
            headers={
                "Content-Disposition": (
                    f"attachment; filename=\"{demand.number}.docx\"; filename*=UTF-8''{name}"
                )
            },
        )

    def edit(self, request: Request, posted: Posted) -> Response:
        """The demand's answers to be changed."""
        with reading(self._pages.engine) as db:
            demand = self._demand(db, request)
        if demand is None or demand.status not in MAY_CHANGE:
            return self._pages.forward(request, "/demand")
        return self._edit(request, demand, {})

    def change(self, request: Request, posted: Posted) -> Response:
        """Keep what was changed, with its reason."""
        reason = first(posted, "reason")
        with self._pages.engine.begin() as db:
            demand = self._demand(db, request, lock=True)
            if demand is None or demand.status not in MAY_CHANGE:
                return self._pages.forward(request, "/demand")
            found = read_changes(self._form, demand.answers, posted, self._pages.today())
            values, views, problems = found.values, found.views, found.problems
            unclear = _reason_problem(reason)
            if not (problems or unclear or found.conflict):
                try:
                    change_demand(
                        db, demand, values, reason, now=utc_now(), form=self._form, **BY_USER
                    )
                    return self._pages.forward(request, "/demand")
                except FormIncompleteError as error:
                    problems = error.problems
                except FieldError as error:
                    problems = {error.field_id: error.code}
        for name in {*problems} & {*views}:
            views[name] = replace(views[name], errors={name: texts.field_error(problems[name])})
        return self._edit(request, demand, views, 422, reason, unclear)

    def ask(self, request: Request, posted: Posted) -> Response:
        """Whether the demand is really to be withdrawn, and why."""
        with reading(self._pages.engine) as db:
            demand = self._demand(db, request)
        if demand is None or demand.status not in MAY_WITHDRAW:
            return self._pages.forward(request, "/demand")
        return self._pages.render(request, "withdraw.html", demand=demand, reason="", problem="")

    def withdraw(self, request: Request, posted: Posted) -> Response:
        """Take the demand back."""
        reason = first(posted, "reason")
        with self._pages.engine.begin() as db:
            demand = self._demand(db, request, lock=True)
            if demand is None or demand.status not in MAY_WITHDRAW:
                return self._pages.forward(request, "/demand")
            if problem := _reason_problem(reason):
                return self._pages.render(
                    request, "withdraw.html", 422, demand=demand, reason=reason, problem=problem
                )
            withdraw_demand(db, demand, reason, now=utc_now(), **BY_USER)
        return self._pages.forward(request, "/demand")

    def _demand(self, db: Connection, request: Request, lock: bool = False) -> Demand | None:
        """The demand that the link's draft became; None while it is none."""
        draft = self._pages.draft(db, request)
        if draft.demand_id is None:
            return None
        return (lock_demand if lock else get_demand)(db, draft.demand_id)

    def _edit(
        self,
        request: Request,
        demand: Demand,
        views: dict[str, FieldView],
        status: int = 200,
        reason: str = "",
        unclear: str = "",
    ) -> Response:
        shown = {
            field.id: views.get(field.id) or stored_view(field, demand.answers.get(field.id))
            for field in self._form.fields
        }
        sections = section_views(self._form, demand.answers, shown)
        wrong = {v.field.section for v in shown.values() if v.errors or v.theirs}
        opened = wrong or {sections[0].section.id}
        return self._pages.render(
            request,
            "change.html",
            status,
            demand=demand,
            sections=[replace(s, open=s.section.id in opened) for s in sections],
            reason=reason,
            unclear=unclear,
            refused=status != 200,
        )


def _reason_problem(reason: str) -> str:
    """What is wrong with a reason; empty when nothing is."""
    if not reason:
        return texts.REASON_MISSING
    return texts.field_error("too_long") if len(reason) > REASON_LONGEST else ""
