"""The page of a matter for a department or organisation without sign-in, behind a signed link."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot import demand_texts as words
from bot.model.calendar import local_time
from bot.model.demand import ORGANISATION, TRANSITIONS, local_date, steps_for
from bot.model.demand_actor import DemandActor, by_link
from bot.model.demand_errors import StaleMatterError, StepError
from bot.model.errors import ForbiddenError, LinkError, NotFoundError
from bot.services.actor_names import actor_names
from bot.services.demand.matter_rows import read_matter
from bot.services.demand.news import matter_name
from bot.services.demand.organisations import get_organisation
from bot.services.demand.steps import take_step
from bot.services.demand.views import see_matter
from bot.services.page_links import MATTER, read_matter_link
from bot.storage.database import utc_now
from bot.web.given import number_of
from bot.web.guard import Posted
from bot.web.h5.pages import ClosedError, Pages
from bot.web.h5.views import review_sections
from bot.web.step_form import given_of


class MatterPages:
    """Handlers under /h5/matter/{token}."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def routes(self) -> list[Route]:
        """Both of them."""
        endpoint, at = self._pages.endpoint, "/matter/{token}"
        return [
            Route(at, endpoint(self.show)),
            Route(f"{at}/{{step}}", endpoint(self.step), methods=["POST"]),
        ]

    def show(self, request: Request, posted: Posted) -> Response:
        """What is asked for, how it stands, what may be done."""
        matter_id, who = self._subject(request)
        with self._pages.engine.begin() as db:  # writing: the look is noted
            return self._page(db, request, matter_id, who)

    def step(self, request: Request, posted: Posted) -> Response:
        """Accept, return, schedule, begin, record or complete."""
        matter_id, who = self._subject(request)
        name = request.path_params["step"]
        if name not in TRANSITIONS:
            raise ClosedError(404, "not_found", MATTER)
        refusal, code = "", 200
        try:
            with self._pages.engine.begin() as db:
                now = utc_now()
                seen = replace(read_matter(db, matter_id), version=number_of(posted, "version"))
                take_step(db, name, seen, who, now, given_of(name, posted, now))
        except StaleMatterError:
            refusal, code = words.STEP_ERRORS["stale_matter"], 409
        except StepError as error:
            refusal, code = words.STEP_ERRORS[error.code], 422
        except ForbiddenError:
            refusal, code = words.STEP_ERRORS["forbidden"], 403
        except NotFoundError:
            raise ClosedError(410, "passed_on", MATTER) from None
        if not refusal:
            token = request.path_params["token"]
            return RedirectResponse(f"{request.scope['root_path']}/matter/{token}", 303)
        with self._pages.engine.begin() as db:
            return self._page(db, request, matter_id, who, name, refusal, posted, code)

    def _subject(self, request: Request) -> tuple[int, DemandActor]:
        try:
            matter_id, organisation_id = read_matter_link(
                self._pages.settings, request.path_params["token"], utc_now()
            )
        except LinkError as error:
            status = 410 if error.code == "expired" else 403
            raise ClosedError(status, error.code, MATTER) from None
        return matter_id, by_link(organisation_id)

    def _page(
        self,
        db: Connection,
        request: Request,
        matter_id: int,
        who: DemandActor,
        step: str = "",
        refusal: str = "",
        typed: Posted | None = None,
        code: int = 200,
    ) -> Response:
        now = utc_now()
        try:
            demand, view = see_matter(db, matter_id, who, now)
        except NotFoundError:
            raise ClosedError(410, "passed_on", MATTER) from None
        assert who.organisation_id is not None
        held = {name: values[0] for name, values in (typed or {}).items()}
        return self._pages.render(
            request,
            "matter.html",
            code,
            demand=demand,
            matter=view.matter,
            name=matter_name(view.matter),
            organisation=get_organisation(db, who.organisation_id),
            due=_due(view.deadline.due_at) if view.deadline else "",
            late=view.deadline is not None and view.deadline.due_at <= now,
            starts=_due(view.matter.starts_at) if view.matter.starts_at else "",
            steps=steps_for(view.matter.state, ORGANISATION),
            done=[(each, _due(each.at)) for each in reversed(view.steps)],
            records=view.records,
            actors=actor_names(db, {each.actor for each in view.steps}),
            sections=review_sections(self._pages.form, demand.answers, {}),
            refused=step,
            refusal=refusal,
            held=held,
            today=local_date(now),
            words=words,
        )


def _due(moment: datetime) -> str:
    local = local_time(moment)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
