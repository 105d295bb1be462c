"""The page of a matter for a department or organisation without sign-in, behind a signed link."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot import demand_texts as words
from bot.model.calendar import local_time
from bot.model.demand import ENDED, ORGANISATION, TRANSITIONS, local_date, steps_for
from bot.model.demand_actor import DemandActor, by_link
from bot.model.demand_errors import AttachmentError, StaleMatterError, StepError
from bot.model.errors import ForbiddenError, LinkError, NotFoundError
from bot.services.actor_names import actor_names
from bot.services.demand.attachments import attach_file, files_of, read_file
from bot.services.demand.matter_rows import read_matter
from bot.services.demand.news import matter_name
from bot.services.demand.record_files import (
    other_files,
    records_with_files,
    take_recorded_step,
)
from bot.services.demand.views import see_matter
from bot.services.page_links import MATTER, read_matter_link
from bot.services.resources.organisations import get_organisation
from bot.storage.database import utc_now
from bot.web.given import number_of
from bot.web.guard import Posted
from bot.web.h5.pages import ClosedError, Pages
from bot.web.h5.views import review_sections
from bot.web.step_form import given_files, given_of, step_title, usual_first
from bot.web.uploads import MEDIA_TYPES

FILES = "files"
"""Where the page shows what is wrong with a file sent by itself."""


class MatterPages:
    """Handlers under /h5/matter/{token}."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def routes(self) -> list[Route]:
        """All of them."""
        endpoint, at = self._pages.endpoint, "/matter/{token}"
        kinds, check = tuple(MEDIA_TYPES), self._subject
        return [
            Route(at, endpoint(self.show)),
            Route(f"{at}/files", endpoint(self.attach, kinds, check), methods=["POST"]),
            Route(f"{at}/files/{{file:int}}", endpoint(self.file), methods=["GET"]),
            Route(f"{at}/{{step}}", endpoint(self.step, kinds, check), methods=["POST"]),
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
                given, files = given_of(name, posted, now), given_files(self._pages.files(request))
                take_recorded_step(db, self._pages.settings.var, name, seen, who, now, given, files)
        except StaleMatterError:
            refusal, code = words.STEP_ERRORS["stale_matter"], 409
        except AttachmentError as error:
            refusal, code = f"{words.FILE_ERRORS[error.code]}{words.FILES_AGAIN}", 422
        except StepError as error:
            refusal, code = words.STEP_ERRORS[error.code], 422
        except ForbiddenError:
            refusal, code = words.STEP_ERRORS["forbidden"], 403
        except NotFoundError:
            raise ClosedError(410, "passed_on", MATTER) from None
        return self._answer(request, matter_id, who, name, refusal, posted, code)

    def attach(self, request: Request, posted: Posted) -> Response:
        """Keep files with the matter, and with no other."""
        matter_id, who = self._subject(request)
        files, refusal = given_files(self._pages.files(request)), ""
        try:
            with self._pages.engine.begin() as db:
                demand_id = read_matter(db, matter_id).demand_id
                for file in files:
                    attach_file(
                        db, self._pages.settings.var, demand_id, file.name, file.media_type,
                        file.content, who, utc_now(), matter_id=matter_id,
                    )  # fmt: skip
        except AttachmentError as error:
            refusal = words.FILE_ERRORS[error.code]
        except NotFoundError:
            raise ClosedError(410, "passed_on", MATTER) from None
        if not files:
            refusal = words.FILE_ERRORS["missing"]
        return self._answer(request, matter_id, who, FILES, refusal, posted, 422)

    def file(self, request: Request, posted: Posted) -> Response:
        """A file of the matter, or of the whole demand, to save."""
        matter_id, who = self._subject(request)
        with self._pages.engine.begin() as db:
            try:
                demand, _ = see_matter(db, matter_id, who, utc_now())  # the look is noted
                var, number = self._pages.settings.var, request.path_params["file"]
                found, content = read_file(db, var, number, who)
            except NotFoundError:
                raise ClosedError(410, "passed_on", MATTER) from None
        if found.demand_id != demand.id or found.matter_id not in (None, matter_id):
            raise ClosedError(404, "not_found", MATTER)
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name)}"}
        return Response(content, media_type=found.media_type, headers=headers)

    def _answer(
        self,
        request: Request,
        matter_id: int,
        who: DemandActor,
        step: str,
        refusal: str,
        posted: Posted,
        code: int,
    ) -> Response:
        """The page anew, with what was refused."""
        if not refusal:
            token = request.path_params["token"]
            return RedirectResponse(f"{request.scope['root_path']}/matter/{token}", 303)
        with self._pages.engine.begin() as db:
            return self._page(db, request, matter_id, who, step, refusal, posted, code)

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
        state, files = view.matter.state, files_of(db, demand.id, who)
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
            steps=[
                (step, step_title(step, state))
                for step in usual_first(steps_for(state, ORGANISATION), state)
            ],
            done=[(each, _due(each.at)) for each in reversed(view.steps)],
            records=records_with_files(view.records, files),
            files=other_files(files, matter_id),
            demand_files=other_files(files, None),
            may_attach=view.matter.state not in ENDED,
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
