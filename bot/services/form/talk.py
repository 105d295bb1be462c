"""Asks the questions of the demand form, one after another; the draft is where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from bot.model.form import asked_fields, first_open, next_field, next_place
from bot.services.form import says
from bot.services.form.draft_migration import migrate_draft
from bot.services.form.draft_rows import Draft, find_draft
from bot.services.form.drafts import save_answers, set_state
from bot.services.form.says import Said
from bot.services.page_links import form_address
from bot.settings import Settings
from knowledge.form import DemandForm

CONSENT, PREFILLED, REVIEW, GIVE_UP = "consent", "prefilled", "review", "give_up"
"""What a draft asks besides fields."""
CHANNEL, ACTOR = "wechat", "user"


@dataclass(frozen=True)
class FormTalk:
    """A user who fills the form in chat, at one message. `now`: UTC without zone."""

    db: Connection
    settings: Settings
    user_id: int
    message_id: int
    now: datetime
    form: DemandForm

    @property
    def origin(self) -> dict[str, Any]:
        """Who changes the draft, when and where, as the services take it."""
        return {"channel": CHANNEL, "actor": ACTOR, "now": self.now}

    def draft(self) -> Draft | None:
        """The open draft, brought to the form as it is now; None without one."""
        draft = find_draft(self.db, self.user_id)
        if draft is None or draft.form_version == self.form.version:
            return draft
        return migrate_draft(self.db, draft, form=self.form, **self.origin)[0]

    def state(self, draft: Draft, **values: Any) -> Draft:
        """The draft with its state changed: `status`, `asking` or `misses`."""
        return set_state(self.db, draft, **self.origin, **values)

    def save(self, draft: Draft, values: Mapping[str, Any]) -> Draft:
        """The draft with answers stored. Raises FieldError."""
        return save_answers(self.db, draft, values, form=self.form, **self.origin)

    def page(self, draft: Draft) -> dict[str, str]:
        """The link to the draft's page, as the responses take it."""
        return {"link": form_address(self.settings, draft.id, self.now)}

    def ask_open(self, draft: Draft) -> list[Said]:
        """Ask the first field without an answer; the review when there is none."""
        field = first_open(self.form, draft.answers)
        return self.ask(draft, field.id if field else None)

    def _still_required(self, draft: Draft) -> str | None:
        """What must be asked before the review: fields skipped may stay empty."""
        return next(
            (
                field.id
                for field in asked_fields(self.form, draft.answers)
                if field.required and field.id not in draft.answers
            ),
            None,
        )

    def ask(self, draft: Draft, path: str | None) -> list[Said]:
        """Ask the place of this path; without one there is nothing left but the review."""
        if path is None:
            self.state(draft, asking=REVIEW, misses=0)
            return says.review(self.form, draft.answers)
        self.state(draft, asking=path)
        return says.ask(self.form, path, draft.answers)

    def again(self, draft: Draft) -> list[Said]:
        """What the draft is asking, once more."""
        if draft.asking == CONSENT:
            return [says.consent()]
        if draft.asking in (PREFILLED, GIVE_UP, None):
            # Prefilled basics come with a draft of their own: nothing was skipped in it yet.
            return self.ask_open(draft)
        return self.ask(draft, None if draft.asking == REVIEW else draft.asking)

    def ask_next(self, draft: Draft, asking: str, leave: bool = False) -> list[Said]:
        """Ask what follows; fields that have an answer already are passed over."""
        path = next_place(self.form, asking, draft.answers, leave)
        here = asking.partition(".")[0]
        while path is not None and path != here and path in draft.answers:
            field = next_field(self.form, path, draft.answers)
            path = field.id if field else None
        return self.ask(draft, path or self._still_required(draft))
