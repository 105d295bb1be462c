"""The demand form in chat: one message in, what is stored and said out.

The draft is the only truth. A message that is handled twice finds its number on the draft and
gets what was said the first time: nothing is stored twice, no field is passed over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.demand import local_date
from bot.model.errors import FormIncompleteError
from bot.model.field_error import FieldError
from bot.model.form import (
    asked_fields,
    first_open,
    next_field,
    next_place,
    place_of,
    previous_field,
    skip_values,
)
from bot.model.form_reading import Reading
from bot.model.form_turn import read_form_message
from bot.services import form_says as says
from bot.services.consents import record_consent
from bot.services.demands import list_demands, submit_draft
from bot.services.draft_rows import Draft, find_draft
from bot.services.drafts import migrate_draft, open_draft, save_answers, set_state
from bot.services.form_says import FormTurn, Said
from bot.services.page_links import document_address, form_address
from bot.settings import Settings
from bot.storage.tables import drafts
from bot.texts import field_error
from knowledge.form import DemandForm, load_form

CHANNEL, ACTOR = "wechat", "user"
CONSENT, PREFILLED, REVIEW, GIVE_UP = "consent", "prefilled", "review", "give_up"
"""What a draft asks besides fields."""
YES = ("affirm",)
BOOKINGS = ("book_expert", "my_bookings", "cancel_booking", "reschedule_booking")
SURE_OF_OTHER = 0.95
"""From this likelihood on 约个专利老师 is no name of a company."""
Ranking = Sequence[tuple[str, float]]


@dataclass(frozen=True)
class FormChat:
    """One message of a user: everything a turn needs. `now`: UTC without zone."""

    db: Connection
    settings: Settings
    user_id: int
    message_id: int
    now: datetime
    form: DemandForm = field(default_factory=load_form)

    def start(self) -> FormTurn:
        """Open the form, or go on where it was."""
        return self._once(self._start)

    def choose(self, choice: str) -> FormTurn:
        """A choice was tapped (see form_says.pick)."""
        return self._once(lambda: self._choose(choice))

    def hear(self, text: str, ranking: Ranking) -> FormTurn:
        """Words were said. `ranking`: the intents, the likeliest first."""
        return self._once(lambda: self._hear(text, ranking))

    # -- once --------------------------------------------------------------------------------

    def _once(self, turn: Any) -> FormTurn:
        before = self.db.execute(
            sa.select(drafts.c.last_reply).where(
                drafts.c.user_id == self.user_id, drafts.c.last_message_id == self.message_id
            )
        ).first()
        if before is not None and before.last_reply:
            return FormTurn.from_json(before.last_reply[0])
        made: FormTurn = turn()
        draft_id = self.db.scalar(
            sa.select(drafts.c.id)
            .where(drafts.c.user_id == self.user_id)
            .order_by(drafts.c.id.desc())
            .limit(1)
        )
        if draft_id is not None:
            self.db.execute(
                drafts.update()
                .where(drafts.c.id == draft_id)
                .values(last_message_id=self.message_id, last_reply=[made.to_json()])
            )
        return made

    @property
    def _origin(self) -> dict[str, Any]:
        return {"channel": CHANNEL, "actor": ACTOR, "now": self.now}

    # -- opening -----------------------------------------------------------------------------

    def _draft(self) -> Draft | None:
        draft = find_draft(self.db, self.user_id)
        if draft is None or draft.form_version == self.form.version:
            return draft
        return migrate_draft(self.db, draft, form=self.form, **self._origin)[0]

    def _no_form(self) -> FormTurn:
        if list_demands(self.db, self.user_id):
            return FormTurn([Said("utter_form_submitted_already", {}, [says.MINE, says.START])])
        return FormTurn([Said("utter_form_none", {}, [says.START])])

    def _state(self, draft: Draft, **values: Any) -> Draft:
        return set_state(self.db, draft, **self._origin, **values)

    def _start(self) -> FormTurn:
        open_draft(self.db, self.user_id, CHANNEL, self.now, form=self.form)
        draft = self._draft()
        assert draft is not None
        if draft.status == "consent":
            self._state(draft, asking=CONSENT)
            return FormTurn([says.consent()])
        if draft.status == "paused":
            draft = self._state(draft, status="filling")
        return self._go_on(draft)

    def _go_on(self, draft: Draft) -> FormTurn:
        """The greeting that fits what is there, and the question where the draft goes on."""
        if draft.prefilled and draft.asking in (None, CONSENT, PREFILLED):
            self._state(draft, asking=PREFILLED)
            choices = [says.pick("没有变化", "same"), says.pick("有变化", "differs")]
            lines = says.lines(self.form, {n: draft.answers[n] for n in draft.prefilled})
            filled = "\n".join(line for line in lines.split("\n") if "（未填）" not in line)
            return FormTurn([Said("utter_form_prefilled", {"lines": filled}, choices)])
        page = {"link": form_address(self.settings, draft.id, self.now)}
        greeting = "utter_form_resumed" if draft.answers else "utter_form_begin"
        return FormTurn([Said(greeting, page), *self._again(draft)])

    def _ask_open(self, draft: Draft) -> list[Said]:
        """Ask the first field without an answer; the review when there is none."""
        field = first_open(self.form, draft.answers)
        return self._ask(draft, field.id if field else None)

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

    def _ask(self, draft: Draft, path: str | None) -> list[Said]:
        if path is None:
            self._state(draft, asking=REVIEW, misses=0)
            return says.review(self.form, draft.answers)
        self._state(draft, asking=path)
        return says.ask(self.form, path, draft.answers)

    def _again(self, draft: Draft) -> list[Said]:
        """What the draft is asking, once more."""
        if draft.asking == CONSENT:
            return [says.consent()]
        if draft.asking in (PREFILLED, GIVE_UP, None):
            # Prefilled basics come with a draft of their own: nothing was skipped in it yet.
            return self._ask_open(draft)
        return self._ask(draft, None if draft.asking == REVIEW else draft.asking)

    # -- choices -----------------------------------------------------------------------------

    def _choose(self, choice: str) -> FormTurn:
        draft = self._draft()
        if draft is None or (draft.status == "consent" and draft.asking is None):
            return self._no_form()
        if choice == "agree":
            record_consent(self.db, self.user_id, channel=CHANNEL, now=self.now)
            return self._go_on(self._state(draft, status="filling", asking=None))
        if choice == "disagree":
            self._state(draft, status="given_up", asking=None)
            return FormTurn([Said("utter_form_no_consent")])
        if choice == "not_text":
            return FormTurn([Said("utter_form_not_text"), *self._again(draft)])
        if draft.status == "consent":
            return FormTurn([says.consent()])
        if draft.status == "paused":
            draft = self._state(draft, status="filling")
        if choice in ("same", "differs"):
            same = {name: draft.answers[name] for name in draft.prefilled}
            draft = self._save(draft, same)
            said = [] if choice == "same" else [Said("utter_form_how_to_change")]
            return FormTurn([*said, *self._ask_open(draft)])
        if choice == "change":
            return FormTurn([Said("utter_form_how_to_change")])
        if choice == "give_up":
            self._state(draft, status="given_up", asking=None)
            return FormTurn([Said("utter_form_given_up")])
        if choice == "go_on":
            return FormTurn(self._ask_open(draft))
        return self._command(draft, choice, "")

    # -- words -------------------------------------------------------------------------------

    def _hear(self, text: str, ranking: Ranking) -> FormTurn:
        draft = self._draft()
        if draft is None:
            return self._no_form()
        first = ranking[0][0] if ranking else ""
        if draft.status == "paused":
            draft = self._state(draft, status="filling")
            return self._go_on(draft)
        if draft.asking == CONSENT or draft.status == "consent":
            return self._hear_consent(draft, text, first)
        if draft.asking == PREFILLED and (
            first in YES or _says(text, "没变", "没有变", "一样", "不变")
        ):
            return self._choose("same")
        if draft.asking == GIVE_UP:
            if first in YES or _says(text, "放弃", "不要了", "清空", "删"):
                return self._choose("give_up")
            draft = self._state(draft, asking=None)
        if draft.asking == REVIEW and (
            first in YES or _says(text, "提交", "交了", "没问题", "无误")
        ):
            return self._command(draft, "submit", "")
        special = draft.asking in (PREFILLED, REVIEW, None)
        # At the review only corrections and commands are expected: a strict field stands for it.
        asking = "telephone" if special else str(draft.asking)
        today = local_date(self.now)
        reading = read_form_message(self.form, asking, text, ranking, draft.answers, today)
        if reading.kind == "answer" and self._is_about(("start_demand_form",), asking, ranking):
            return FormTurn(self._again(draft))
        if reading.kind == "answer" and self._is_about(BOOKINGS, asking, ranking):
            return FormTurn([Said("utter_form_waits"), *self._again(draft)], first)
        if special and reading.kind == "invalid":
            return FormTurn([Said("utter_form_how_to_change"), *self._again(draft)])
        return self._act(draft, asking, reading)

    def _is_about(self, intents: Sequence[str], asking: str, ranking: Ranking) -> bool:
        """Whether an answer plainly is no answer; a wish told at length may name anything."""
        first, chance = ranking[0] if ranking else ("", 0.0)
        kind = self.form.field(asking.partition(".")[0]).kind
        return kind != "long_text" and first in intents and chance >= SURE_OF_OTHER

    def _hear_consent(self, draft: Draft, text: str, first: str) -> FormTurn:
        if first in YES or _says(text, "同意", "可以填"):
            if not _says(text, "不同意"):
                return self._choose("agree")
            return self._choose("disagree")
        if first in ("deny", "stop_form"):
            return self._choose("disagree")
        return FormTurn([Said("utter_form_consent_first", {}, says.consent().choices)], first)

    def _act(self, draft: Draft, asking: str, reading: Reading) -> FormTurn:
        if reading.kind in ("answer", "correction"):
            return self._answer(draft, asking, reading)
        if reading.kind == "command":
            return self._command(draft, reading.command, reading.field)
        if reading.kind == "invalid":
            return self._refuse(draft, asking, reading.field or asking, reading.reason)
        if reading.kind == "handoff":
            return FormTurn([Said("utter_form_waits"), *self._again(draft)], "handoff_human")
        if reading.kind == "question" and reading.field and not reading.category:
            asked = place_of(self.form, reading.field, draft.answers).asked
            return FormTurn([says.about(asked), *self._again(draft)])
        if reading.kind == "question":
            return FormTurn([Said("utter_form_waits"), *self._again(draft)], reading.category)
        return FormTurn([Said("utter_form_chitchat"), *self._again(draft)])

    def _answer(self, draft: Draft, asking: str, reading: Reading) -> FormTurn:
        try:
            draft = self._save(draft, reading.values)
        except FieldError as error:
            return self._refuse(draft, asking, error.field_id or asking, error.code)
        self._state(draft, misses=0)
        said = says.kept(self.form, reading.values)
        if reading.kind == "correction" or draft.asking in (PREFILLED, REVIEW):
            return FormTurn([*said, *self._again(draft)], "", dict(reading.values))
        return FormTurn([*said, *self._ask_next(draft, asking)], "", dict(reading.values))

    def _save(self, draft: Draft, values: Mapping[str, Any]) -> Draft:
        return save_answers(self.db, draft, values, form=self.form, **self._origin)

    def _refuse(self, draft: Draft, asking: str, field_id: str, code: str) -> FormTurn:
        draft = self._state(draft, misses=draft.misses + 1)
        try:
            asked = place_of(self.form, field_id, draft.answers).asked
        except (KeyError, ValueError):
            asked = place_of(self.form, asking, draft.answers).asked
        return FormTurn(says.refused(asked, code, draft.misses))

    def _ask_next(self, draft: Draft, asking: str, leave: bool = False) -> list[Said]:
        """Ask what follows; fields that have an answer already are passed over."""
        path = next_place(self.form, asking, draft.answers, leave)
        here = asking.partition(".")[0]
        while path is not None and path != here and path in draft.answers:
            field = next_field(self.form, path, draft.answers)
            path = field.id if field else None
        return self._ask(draft, path or self._still_required(draft))

    # -- commands ----------------------------------------------------------------------------

    def _command(self, draft: Draft, command: str, field_id: str) -> FormTurn:
        page = {"link": form_address(self.settings, draft.id, self.now)}
        if command == "save":
            self._state(draft, status="paused")
            return FormTurn([Said("utter_form_saved", page)])
        if command == "cancel":
            self._state(draft, asking=GIVE_UP)
            choices = [
                says.pick("先保存，以后再填", "save"),
                says.pick("放弃，删除已填内容", "give_up"),
                says.pick("接着填", "go_on"),
            ]
            return FormTurn([Said("utter_form_give_up", {}, choices)])
        if command == "summary":
            lines = says.lines(self.form, draft.answers)
            said = [Said("utter_form_summary", {"lines": lines})]
            return FormTurn(said if draft.asking == REVIEW else [*said, *self._again(draft)])
        if command == "page":
            return FormTurn([Said("utter_form_page", page)])
        if command == "submit":
            return self._submit(draft)
        if command == "goto":
            return FormTurn(self._ask(draft, field_id))
        if command == "back":
            return FormTurn(self._back(draft))
        if command == "skip":
            return self._skip(draft)
        return FormTurn(self._again(draft))

    def _back(self, draft: Draft) -> list[Said]:
        asking = draft.asking or REVIEW
        if asking in (REVIEW, PREFILLED, GIVE_UP):
            fields = [f for f in self.form.fields if f.id in draft.answers and f.asked]
            return self._ask(draft, fields[-1].id) if fields else self._ask_open(draft)
        before = previous_field(self.form, asking, draft.answers)
        if before is None:
            return [Said("utter_form_first"), *self._again(draft)]
        return self._ask(draft, before.id)

    def _skip(self, draft: Draft) -> FormTurn:
        asking = draft.asking or REVIEW
        if asking in (REVIEW, PREFILLED, GIVE_UP):
            return FormTurn(self._again(draft))
        place = place_of(self.form, asking, draft.answers)
        if place.asked.required and place.column is None and place.field.id not in draft.answers:
            return FormTurn([Said("utter_form_required", {"label": place.field.label})])
        rows = place.field.kind == "rows"
        values = skip_values(self.form, asking, draft.answers) if rows else {}
        if not values and place.field.id not in draft.answers:
            values = {place.field.id: []} if place.field.kind in ("choices", "rows") else {}
        draft = self._state(self._save(draft, values) if values else draft, misses=0)
        leave = place.column is None or place.column.id == place.field.columns[0].id
        return FormTurn(self._ask_next(draft, asking, leave), "", values)

    def _submit(self, draft: Draft) -> FormTurn:
        try:
            demand = submit_draft(self.db, draft, form=self.form, **self._origin)
        except FormIncompleteError as error:
            first = next(iter(error.problems))
            lines = "\n".join(
                f"{self.form.field(name).label}：{field_error(code)}"
                for name, code in error.problems.items()
            )
            said = [Said("utter_form_incomplete", {"lines": lines}), *self._ask(draft, first)]
            return FormTurn(said)
        link = document_address(self.settings, demand.id, self.now)
        page = form_address(self.settings, draft.id, self.now)
        values = {"number": demand.number, "link": link, "page": page}
        return FormTurn([Said("utter_form_submitted", values)])


def _says(text: str, *words: str) -> bool:
    return any(word in text for word in words)
