"""The demand form beside a chat: to read, and to fill in with the enterprise's agreement."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.model.demand import local_date
from bot.model.errors import ConsentMissingError, DraftClosedError, NotFoundError
from bot.model.field_error import FieldError
from bot.model.rights import Staff
from bot.services.form.draft_at_desk import agree_to_editing, editable_draft, has_agreed
from bot.services.form.draft_rows import Draft, find_draft
from bot.services.form.drafts import save_answers
from bot.services.handoff.queue import current_handoff, is_current, seen_handoff
from bot.services.record import record_read
from bot.storage.database import reading, utc_now
from bot.texts import CONSENT
from bot.web.desk import chat_texts as texts
from bot.web.desk.chat_actions import refusing
from bot.web.desk.chat_view import is_mine
from bot.web.desk.desk import Desk
from bot.web.guard import Posted, first
from bot.web.h5.fields import ControlError, digest, read_value
from bot.web.h5.views import (
    FieldView,
    also_wanted,
    filled,
    refused_view,
    section_views,
    stored_view,
    unfold,
)
from knowledge.form import FormField, load_form

SEEN = "seen"
"""The mark of the value that the page showed when the field was opened for editing."""


class ChatDraft:
    """Handlers of the draft of a chat's user."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._form = load_form()

    def routes(self) -> list[Route]:
        """All of them."""
        page, at = self._desk.page, "/chats/{handoff:int}/draft"
        return [
            Route(at, page(self.show, right="chats"), methods=["GET"]),
            Route(f"{at}/agreement", page(refusing(self.agree), right="chats"), methods=["POST"]),
            Route(f"{at}/{{field}}", page(self.field, right="chats"), methods=["GET"]),
            Route(f"{at}/{{field}}", page(refusing(self.save), right="chats"), methods=["POST"]),
        ]

    def show(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The whole draft to read."""
        handoff_id = request.path_params["handoff"]
        with self._desk.engine.begin() as db:  # writing: that it was read is noted
            handoff = seen_handoff(db, handoff_id, staff)
            if not is_current(staff, handoff, utc_now()):
                return self._desk.render(
                    request, "chat/side.html", tab="draft", handoff_id=handoff_id, ended=True
                )
            record_read(db, staff, "draft", handoff.user_id, utc_now(), handoff=handoff_id)
            return self._whole(db, request, staff)

    def agree(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The enterprise agreed to its form being filled in."""
        if first(posted, "agreed") != "1":
            return PlainTextResponse(texts.NO_AGREEMENT, 422)
        with self._desk.engine.begin() as db:
            agree_to_editing(db, request.path_params["handoff"], staff, self._desk.origin(staff))
            return self._whole(db, request, staff)

    def field(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """One field: to edit with `edit=1`, else to read."""
        field = self._field_of(request)
        with reading(self._desk.engine) as db:
            handoff = current_handoff(db, request.path_params["handoff"], staff, utc_now())
            draft = find_draft(db, handoff.user_id)
            editable = is_mine(handoff, staff) and has_agreed(db, handoff)
        if draft is None:
            return PlainTextResponse(texts.DRAFT_CLOSED, 409)
        view = stored_view(field, draft.answers.get(field.id), field.id in draft.prefilled)
        if editable and request.query_params.get("edit") == "1":
            return self._edit(request, view)
        return self._read(request, view, editable)

    def save(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Keep one field, unless somebody changed it since it was opened."""
        field, seen = self._field_of(request), first(posted, SEEN)
        origin = self._desk.origin(staff)
        try:
            with self._desk.engine.begin() as db:
                draft = editable_draft(db, request.path_params["handoff"], staff, origin)
                stored = draft.answers.get(field.id)
                try:
                    value = read_value(field, posted, local_date(origin.now))
                except ControlError as error:
                    return self._edit(request, refused_view(field, posted, seen, error.problems))
                if digest(stored) not in (seen, digest(value)):
                    changed = stored_view(field, stored)
                    return self._edit(
                        request, FieldView(field, posted, changed.base), changed.lines
                    )
                draft = self._store(db, draft, field, value, staff)
        except FieldError as error:
            refused = refused_view(field, posted, seen, {field.id: error.code})
            return self._edit(request, refused)
        except ConsentMissingError:
            return PlainTextResponse(texts.NO_AGREEMENT, 409)
        except DraftClosedError:
            return PlainTextResponse(texts.DRAFT_CLOSED, 409)
        return self._read(request, stored_view(field, draft.answers.get(field.id)), True)

    def _store(
        self, db: Connection, draft: Draft, field: FormField, value: Any, staff: Staff
    ) -> Draft:
        origin = self._desk.origin(staff)
        return save_answers(
            db,
            draft,
            {field.id: value, **also_wanted(self._form, draft.answers, field.id, value)},
            channel=origin.channel,
            actor=origin.actor,
            now=origin.now,
            version=draft.version,
            form=self._form,
        )

    def _field_of(self, request: Request) -> FormField:
        try:
            return self._form.field(request.path_params["field"])
        except KeyError:
            raise NotFoundError(what="field", id=request.path_params["field"]) from None

    def _whole(self, db: Connection, request: Request, staff: Staff) -> Response:
        handoff = current_handoff(db, request.path_params["handoff"], staff, utc_now())
        draft = find_draft(db, handoff.user_id)
        answers = draft.answers if draft else {}
        prefilled = draft.prefilled if draft else ()
        views = {
            field.id: stored_view(field, answers.get(field.id), field.id in prefilled)
            for field in self._form.fields
        }
        return self._desk.render(
            request,
            "chat/side.html",
            tab="draft",
            handoff_id=handoff.id,
            ended=False,
            draft=draft,
            mine=is_mine(handoff, staff),
            consent=CONSENT,
            editable=draft is not None and is_mine(handoff, staff) and has_agreed(db, handoff),
            sections=unfold(section_views(self._form, answers, views)),
            filled=filled(self._form, answers),
        )

    def _read(self, request: Request, view: FieldView, editable: bool) -> Response:
        return self._desk.render(
            request,
            "chat/draft_field.html",
            v=view,
            editable=editable,
            handoff_id=request.path_params["handoff"],
        )

    def _edit(
        self, request: Request, view: FieldView, theirs: tuple[str, ...] | None = None
    ) -> Response:
        return self._desk.render(
            request,
            "chat/draft_edit.html",
            v=view,
            theirs=theirs,
            handoff_id=request.path_params["handoff"],
        )
