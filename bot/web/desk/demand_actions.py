"""What is done on the page of a demand: analysis, steps of matters, words, files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import demand_texts as words
from bot.model.demand import TRANSITIONS
from bot.model.demand_actor import by_staff
from bot.model.demand_errors import (
    AttachmentError,
    InquiryError,
    PlanError,
    StaleMatterError,
    StepError,
)
from bot.model.errors import ForbiddenError, NotFoundError, StaleDemandError
from bot.model.rights import ORGANISATION, Staff
from bot.services.actor_names import actor_names
from bot.services.demand.attachments import attach_file, read_file
from bot.services.demand.inquiries import add_inquiry, answer_inquiry, seen_inquiry
from bot.services.demand.matter_plans import MatterPlan, analyse_demand
from bot.services.demand.matter_rows import Matter, read_matter
from bot.services.demand.rating import rate_matter
from bot.services.demand.record_files import take_recorded_step
from bot.services.demand.rows import get_demand
from bot.services.record import record_read
from bot.services.resources.organisations import list_organisations
from bot.storage.database import utc_now
from bot.web.desk import demand_texts as texts
from bot.web.desk.demand_pages import download, show_demand
from bot.web.desk.demand_view import Refusal, step_line
from bot.web.desk.desk import Desk
from bot.web.given import number_of
from bot.web.guard import Posted, first
from bot.web.step_form import given_files, given_of
from bot.web.uploads import MEDIA_TYPES

Act = Callable[[Connection, Request, Posted, Staff], str]
"""Does it, and says so in a sentence."""


class RefusedActError(Exception):
    """Something was not done; the page shows why."""

    def __init__(self, refusal: Refusal, status: int) -> None:
        super().__init__(refusal.where)
        self.refusal = refusal
        self.status = status


class DemandActions:
    """Handlers under /demands/{demand} that change."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """All of them."""
        page, one = self._desk.page, "/demands/{demand:int}"
        step, kinds = f"{one}/matters/{{matter:int}}/{{step}}", tuple(MEDIA_TYPES)

        def post(path: str, act: Act, right: str) -> Route:
            return Route(path, page(self._acting(act), right=right), methods=["POST"])

        return [
            post(f"{one}/analysis", self.analyse, "demands_analyse"),
            Route(
                step,
                page(self._acting(self.step), right="demands", attached=kinds),
                methods=["POST"],
            ),
            post(f"{one}/inquiries", self.add, "demands_record"),
            post(f"{one}/inquiries/{{inquiry:int}}", self.answer, "demands_record"),
            Route(
                f"{one}/files",
                page(self._acting(self.attach), right="demands", attached=kinds),
                methods=["POST"],
            ),
            Route(f"{one}/files/{{file:int}}", page(self.file, right="demands"), methods=["GET"]),
        ]

    def analyse(self, db: Connection, request: Request, posted: Posted, staff: Staff) -> str:
        """Settle what the demand's matters are."""
        now = utc_now()
        seen = get_demand(db, request.path_params["demand"])
        try:
            analyse_demand(
                db, replace(seen, version=number_of(posted, "version")), _plans(posted),
                by_staff(staff), now,
            )  # fmt: skip
        except PlanError as error:
            sentence = texts.PLAN_ERRORS[error.code].format(**error.data)
            raise RefusedActError(Refusal("analysis", sentence), 422) from None
        except StaleDemandError:
            raise RefusedActError(Refusal("analysis", texts.STALE_DEMAND), 409) from None
        except StepError:
            raise RefusedActError(Refusal("top", texts.NOT_NOW), 409) from None
        return texts.ANALYSED

    def step(self, db: Connection, request: Request, posted: Posted, staff: Staff) -> str:
        """Take a step of a matter's life."""
        name, matter_id = request.path_params["step"], request.path_params["matter"]
        current = read_matter(db, matter_id)
        if name not in TRANSITIONS or current.demand_id != request.path_params["demand"]:
            raise NotFoundError(what="matter", id=matter_id)
        seen = replace(current, version=number_of(posted, "version"))
        where = f"{matter_id}:{name}"
        try:
            self._take(db, name, seen, request, posted, staff)
        except AttachmentError as error:
            sentence = f"{words.FILE_ERRORS[error.code]}{words.FILES_AGAIN}"
            raise RefusedActError(Refusal(where, sentence, (), posted), 422) from None
        except StaleMatterError as error:
            refusal = Refusal(where, texts.STALE, _since(db, error), posted)
            raise RefusedActError(refusal, 409) from None
        except StepError as error:
            refusal = Refusal(where, texts.step_error(error.code), (), posted)
            raise RefusedActError(refusal, 409 if error.code == "step_not_now" else 422) from None
        except ForbiddenError:
            raise RefusedActError(Refusal(where, texts.FORBIDDEN), 403) from None
        if name == "return" and staff.role == ORGANISATION:
            return texts.GIVEN_BACK
        done = texts.STEP_DONE_TOLD if TRANSITIONS[name].tells else texts.STEP_DONE
        return done.format(step=words.STEP_NAMES[name])

    def _take(
        self,
        db: Connection,
        name: str,
        seen: Matter,
        request: Request,
        posted: Posted,
        staff: Staff,
    ) -> None:
        """The step with what its form gave. Raises what take_recorded_step raises."""
        who, now = by_staff(staff), utc_now()
        if name in ("rate", "rate_badly"):
            words_given = first(posted, "words")
            rate_matter(db, seen, number_of(posted, "score"), words_given, who, now)
            return
        given, files = given_of(name, posted, now), given_files(self._desk.files(request))
        take_recorded_step(db, self._desk.settings.var, name, seen, who, now, given, files)

    def add(self, db: Connection, request: Request, posted: Posted, staff: Staff) -> str:
        """Write down what the enterprise added, asked or complained of."""
        kind, text = first(posted, "kind"), first(posted, "text")
        try:
            demand_id = request.path_params["demand"]
            add_inquiry(db, demand_id, kind, text, by_staff(staff), utc_now())
        except InquiryError as error:
            sentence = texts.INQUIRY_ERRORS[error.code]
            raise RefusedActError(Refusal("inquiry", sentence, (), posted), 422) from None
        return texts.SAID

    def answer(self, db: Connection, request: Request, posted: Posted, staff: Staff) -> str:
        """Answer a question or a complaint."""
        inquiry_id = request.path_params["inquiry"]
        seen = seen_inquiry(db, inquiry_id, number_of(posted, "version"))
        if seen.demand_id != request.path_params["demand"]:
            raise NotFoundError(what="inquiry", id=inquiry_id)
        try:
            answer_inquiry(db, seen, first(posted, "answer"), by_staff(staff), utc_now())
        except InquiryError as error:
            refusal = Refusal(f"answer:{inquiry_id}", texts.INQUIRY_ERRORS[error.code], (), posted)
            raise RefusedActError(refusal, 409 if error.code == "stale" else 422) from None
        return texts.ANSWERED

    def attach(self, db: Connection, request: Request, posted: Posted, staff: Staff) -> str:
        """Keep a file with the demand or a matter of it."""
        files, matter_id = self._desk.files(request).get("file", []), number_of(posted, "matter")
        where = f"files:{matter_id}"
        if not files:
            raise RefusedActError(Refusal(where, words.FILE_ERRORS["missing"]), 422)
        file, demand_id = files[0], request.path_params["demand"]
        try:
            attach_file(
                db, self._desk.settings.var, demand_id, file.name, file.media_type, file.content,
                by_staff(staff), utc_now(), matter_id=matter_id or None,
            )  # fmt: skip
        except AttachmentError as error:
            refusal = Refusal(where, words.FILE_ERRORS[error.code])
            raise RefusedActError(refusal, 422) from None
        return texts.FILE_KEPT.format(name=file.name)

    def file(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """A file to save."""
        with self._desk.engine.begin() as db:
            found, content = read_file(
                db, self._desk.settings.var, request.path_params["file"], by_staff(staff)
            )
            if found.demand_id != request.path_params["demand"]:
                raise NotFoundError(what="file", id=found.id)
            demand = get_demand(db, found.demand_id)
            about = {"demand": demand.id, "number": demand.number, "file": found.id}
            record_read(db, staff, "file", demand.user_id, utc_now(), **about)
        return download(content, found.name, found.media_type)

    def _acting(self, act: Act) -> Any:
        """The handler that does `act` and comes back to the demand's page."""

        def handle(request: Request, posted: Posted, staff: Staff) -> Response:
            try:
                with self._desk.engine.begin() as db:
                    said = act(db, request, posted, staff)
            except RefusedActError as error:
                with self._desk.engine.begin() as db:
                    return show_demand(self._desk, db, request, staff, error.refusal, error.status)
            path = f"/demands/{request.path_params['demand']}"
            return self._desk.forward(
                request, "/demands" if said == texts.GIVEN_BACK else path, said
            )

        return handle


def _since(db: Connection, error: StaleMatterError) -> tuple[str, ...]:
    """What was done meanwhile, in lines."""
    actors = actor_names(db, {step.actor for step in error.steps})
    known = {each.id: each for each in list_organisations(db)}
    return tuple(step_line(step, known, actors[step.actor]) for step in error.steps)


def _plans(posted: Posted) -> list[MatterPlan]:
    """The rows of the analysis that are ticked."""
    plans = []
    for place in posted.get("row", []):
        if first(posted, f"keep.{place}") == "1":
            service = first(posted, f"service.{place}")
            inside = None if not service else service != "outside"
            plans.append(
                MatterPlan(
                    first(posted, f"category.{place}") or None,
                    first(posted, f"wants.{place}"),
                    inside,
                    service if inside else None,
                    number_of(posted, f"matter.{place}") or None,
                )
            )
    return plans
