"""The pages on which corrections are approved, and a new model is trained, put live, taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.model.errors import LearningError, TrainingError
from bot.model.learning import CAN_GO_LIVE, PROPOSED, READY, UNDER_WAY
from bot.model.rights import Staff
from bot.services.record import Origin
from bot.services.transcript import training
from bot.services.transcript.learning import (
    approve_candidate,
    count_candidates,
    list_candidates,
    reject_candidate,
)
from bot.storage.database import reading
from bot.web.desk import transcript_texts as texts
from bot.web.desk.desk import Desk
from bot.web.given import number_of, read_number
from bot.web.guard import Posted, first


class LearningPages:
    """Handlers of 学习."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """All of them."""
        page = self._desk.page
        candidate, run = "/learning/candidates/{number:int}", "/learning/runs/{number:int}"
        decide = page(self.decide, right="learning_approve")
        return [
            Route("/learning", page(self.show, right="learning"), methods=["GET"]),
            Route(candidate, decide, methods=["POST"]),
            Route("/learning/runs", page(self.runs, right="learning"), methods=["GET"]),
            Route("/learning/runs", page(self.train, right="models"), methods=["POST"]),
            Route(f"{run}/live", page(self.live, right="models"), methods=["POST"]),
            Route(f"{run}/back", page(self.back, right="models"), methods=["POST"]),
        ]

    def show(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Corrections in one state, and the trainings."""
        return self._show(request, staff)

    def runs(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The trainings alone, as htmx asks for them while one is under way."""
        return self._desk.render(request, "training_runs.html", **self._runs(staff))

    def decide(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Approve with the words and intent as they stand in the form, or reject."""
        number, version = request.path_params["number"], number_of(posted, "version")
        if first(posted, "decision") == "approve":
            text, intent = first(posted, "text"), first(posted, "intent")
            return self._change(
                request,
                staff,
                lambda db, o: approve_candidate(
                    db, staff, number, version, o, text=text, intent=intent
                ),
                texts.APPROVED,
            )
        return self._change(
            request,
            staff,
            lambda db, o: reject_candidate(db, staff, number, version, o),
            texts.REJECTED,
        )

    def train(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Begin a training."""
        return self._change(
            request, staff, lambda db, o: training.request_training(db, staff, o), texts.TRAINING
        )

    def live(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Let the assistant answer with a run's model."""
        number = request.path_params["number"]
        return self._change(
            request, staff, lambda db, o: training.put_live(db, staff, number, o), texts.LIVE
        )

    def back(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Let it answer with the one before."""
        number = request.path_params["number"]
        return self._change(
            request, staff, lambda db, o: training.take_back(db, staff, number, o), texts.TAKEN_BACK
        )

    def _change(
        self, request: Request, staff: Staff, change: Callable[[Connection, Origin], Any], said: str
    ) -> Response:
        try:
            with self._desk.engine.begin() as db:
                change(db, self._desk.origin(staff))
        except (LearningError, TrainingError) as error:
            return self._show(request, staff, texts.PROBLEMS[error.code])
        return self._desk.forward(request, "/learning", said)

    def _show(self, request: Request, staff: Staff, problem: str = "") -> Response:
        status = request.query_params.get("status", PROPOSED)
        status = status if status in texts.CANDIDATES else PROPOSED
        after = read_number(request.query_params.get("after", "")) or None
        with reading(self._desk.engine) as db:
            page = list_candidates(db, staff, status, after=after)
            counts = count_candidates(db)
        return self._desk.render(
            request,
            "learning.html",
            422 if problem else 200,
            page=page,
            counts=counts,
            shown=status,
            problem=problem,
            **texts.intent_choices(),
            **self._runs(staff),
        )

    def _runs(self, staff: Staff) -> dict[str, Any]:
        with reading(self._desk.engine) as db:
            runs = training.list_runs(db, staff)
        changing = any(
            run.live and not any(e["line"] == training.ANSWERING for e in run.lines) for run in runs
        )
        return {
            "runs": runs,
            "busy": any(run.status in UNDER_WAY for run in runs),
            "moving": changing or any(run.status in UNDER_WAY for run in runs),
            "can_go_live": CAN_GO_LIVE,
            "newest_ready": next((run.id for run in runs if run.status == READY), None),
            "words": texts,
        }
