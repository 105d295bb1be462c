"""The demand form in chat: one message in, what is stored and said out.

The draft is the only truth. A message that is handled twice finds its number on the draft and
gets what was said the first time: nothing is stored twice, no field is passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.answer.company import is_name_alone
from bot.model.demand import local_date
from bot.model.field_error import FieldError
from bot.model.form import place_of
from bot.model.form_talk.reading import COMMANDS, Reading
from bot.model.form_talk.turn import read_form_message
from bot.model.reply import read_reply
from bot.model.wording import asks, requests
from bot.services.booking.bookings import my_bookings
from bot.services.consents import record_consent
from bot.services.demand.demands import list_demands
from bot.services.form import says
from bot.services.form.draft_rows import Draft
from bot.services.form.drafts import open_draft
from bot.services.form.orders import obey
from bot.services.form.says import FormTurn, Said
from bot.services.form.talk import CHANNEL, CONSENT, GIVE_UP, PREFILLED, REVIEW, FormTalk
from bot.services.form.told_before import Told, read_told, told_before
from bot.settings import Settings
from bot.storage.tables import drafts
from knowledge import load_knowledge
from knowledge.form import DemandForm, load_form
from nlu.follow_up import read_follow_up
from nlu.plainly import read_leaving, said_plainly

SAME = r"没有?变化?|没得变化|一样|不变"
SEND = r"提交|上交|交|报上去|发出去"
AGREE, DISAGREE = r"同意|愿意|可以填写?|开始填写?", r"不同意|不愿意|拒绝"
"""What says yes or no to the form's own questions, besides the usual words."""
BOOKINGS = ("book_expert", "my_bookings", "cancel_booking", "reschedule_booking")
OF_FORM = ("start_demand_form", *COMMANDS)
"""Intents of messages about the form itself: before consent there is nothing to be done with it."""
OF_BOOKING = {"stop_form": "cancel_booking", "correct_field": "my_bookings"}
"""What 取消, 公司名错了 mean to who has a booking and no form."""
ELSEWHERE = (*BOOKINGS, "check_demand_status", "ask_capabilities")
"""No answers, however much 查进度 looks like a name."""
WISHES = (*BOOKINGS, "check_demand_status", "handoff_human", "complain")
"""Served at once where the consent is asked for, which can be given later."""
ANSWERS = ("agree", "disagree")
SURE_OF_WISH = 0.5
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

    @cached_property
    def talk(self) -> FormTalk:
        """The same user, to be asked and obeyed."""
        return FormTalk(self.db, self.settings, self.user_id, self.now, self.form)

    def start(self, text: str = "", ranking: Ranking = ()) -> FormTurn:
        """Open the form, or go on where it was; `text` may hold answers besides the wish."""
        return self._once(lambda: self._start(text, ranking))

    def choose(self, choice: str) -> FormTurn:
        """A choice was tapped (see says.pick)."""
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

    # -- opening -----------------------------------------------------------------------------

    def _start(self, text: str, ranking: Ranking) -> FormTurn:
        open_draft(self.db, self.user_id, CHANNEL, self.now, form=self.form)
        draft = self.talk.draft()
        assert draft is not None
        if draft.status == "consent":
            self.talk.state(draft, asking=CONSENT)
            return FormTurn([says.consent()])
        if draft.status == "paused":
            draft = self.talk.state(draft, status="filling")
        return self._take_told(draft, [(text, ranking)] if text else [])

    def _take_told(self, draft: Draft, told: Sequence[Told]) -> FormTurn:
        """Keep what was told before the form's first question; then go on."""
        values = read_told(self.form, told, draft.answers, local_date(self.now))
        try:
            told_in = self.talk.save(draft, values) if values else draft
        except FieldError:
            return self._go_on(draft)  # it is asked in its turn
        turn = self._go_on(told_in, first=not draft.answers)
        greeting, *rest = turn.said
        said = [greeting, *says.kept(self.form, values, draft.answers), *rest]
        return FormTurn(said, turn.question, dict(values))

    def _no_form(self, first: str = "") -> FormTurn:
        """Nothing to stop, save, go back in: a booking may be meant, or nothing at all."""
        if first in OF_BOOKING and my_bookings(self.db, self.user_id, self.now):
            return FormTurn([], OF_BOOKING[first])
        if first in ("stop_form", "go_back"):
            return FormTurn([Said("utter_nothing_open")])
        if list_demands(self.db, self.user_id):
            return FormTurn([Said("utter_form_submitted_already", {}, [says.MINE, says.START])])
        return FormTurn([Said("utter_form_none", {}, [says.START])])

    def _go_on(self, draft: Draft, first: bool = False) -> FormTurn:
        """The greeting that fits what is there, and the question where the draft goes on."""
        if draft.prefilled and draft.asking in (None, CONSENT, PREFILLED):
            self.talk.state(draft, asking=PREFILLED)
            choices = [says.pick("没有变化", "same"), says.pick("有变化", "differs")]
            lines = says.lines(self.form, {n: draft.answers[n] for n in draft.prefilled})
            filled = "\n".join(line for line in lines.split("\n") if "（未填）" not in line)
            return FormTurn([Said("utter_form_prefilled", {"lines": filled}, choices)])
        resumed = draft.answers and not first
        greeting = "utter_form_resumed" if resumed else "utter_form_begin"
        return FormTurn([Said(greeting, self.talk.page(draft)), *self.talk.again(draft)])

    def _choose(self, choice: str) -> FormTurn:
        draft = self.talk.draft()
        if draft is None or (
            draft.status == "consent" and draft.asking is None and choice not in ANSWERS
        ):
            return self._no_form()
        if choice in ANSWERS and draft.status != "consent":
            return FormTurn(self.talk.again(draft))  # a button of before
        if choice == "agree":
            record_consent(self.db, self.user_id, channel=CHANNEL, now=self.now)
            told = told_before(self.db, self.user_id, self.message_id, self.now)
            return self._take_told(self.talk.state(draft, status="filling", asking=None), told)
        if choice == "disagree":
            self.talk.state(draft, status="given_up", asking=None)
            return FormTurn([Said("utter_form_no_consent")])
        if choice == "not_text":
            return FormTurn([Said("utter_form_not_text"), *self.talk.again(draft)])
        if draft.status == "consent":
            return FormTurn([says.consent()])
        if draft.status == "paused":
            draft = self.talk.state(draft, status="filling")
        if choice in ("same", "differs") and draft.asking == PREFILLED:
            same = {name: draft.answers[name] for name in draft.prefilled}
            draft = self.talk.save(draft, same)
            said = [] if choice == "same" else [Said("utter_form_how_to_change")]
            return FormTurn([*said, *self.talk.ask_open(draft)])
        if choice == "change":
            return FormTurn([Said("utter_form_how_to_change")])
        if choice == "give_up" and draft.asking == GIVE_UP:
            self.talk.state(draft, status="given_up", asking=None)
            return FormTurn([Said("utter_form_given_up")])
        if choice == "go_on":
            return FormTurn(self.talk.ask_open(draft))
        if choice in ("same", "differs", "give_up"):
            return FormTurn(self.talk.again(draft))  # a button of before
        return obey(self.talk, draft, choice)

    def _hear(self, text: str, ranking: Ranking) -> FormTurn:
        draft = self.talk.draft()
        first = ranking[0][0] if ranking else ""
        if draft is None:
            return self._no_form(first)
        if draft.status == "paused":
            draft = self.talk.state(draft, status="filling")
            return self._go_on(draft)
        if draft.asking == CONSENT or draft.status == "consent":
            return self._hear_consent(draft, text, ranking)
        if draft.asking == PREFILLED and (reply := read_reply(text, ranking, yes=SAME)):
            return self._choose("same" if reply == "yes" else "differs")
        if draft.asking == GIVE_UP:
            leaving = read_leaving(text) or ("save" if read_reply(text, ranking) == "yes" else "")
            if leaving:
                return self._choose(leaving)
            draft = self.talk.state(draft, asking=None)
        if draft.asking == REVIEW and read_reply(text, ranking, yes=SEND) == "yes":
            return obey(self.talk, draft, "submit", "")
        special = draft.asking in (PREFILLED, REVIEW, None)
        # At the review only corrections and commands are expected: a strict field stands for it.
        asking = "telephone" if special else str(draft.asking)
        today = local_date(self.now)
        reading = read_form_message(self.form, asking, text, ranking, draft.answers, today)
        if reading.kind == "answer" and self._is_about(("start_demand_form",), asking, ranking):
            return FormTurn(self.talk.again(draft))
        if reading.kind == "answer" and self._is_about(ELSEWHERE, asking, ranking):
            return FormTurn([Said("utter_form_waits"), *self.talk.again(draft)], first)
        if special and reading.kind == "invalid":
            return FormTurn([Said("utter_form_how_to_change"), *self.talk.again(draft)])
        return self._act(draft, asking, reading)

    def _is_about(self, intents: Sequence[str], asking: str, ranking: Ranking) -> bool:
        """Whether an answer plainly is no answer; a wish told at length may name anything."""
        first, chance = ranking[0] if ranking else ("", 0.0)
        kind = self.form.field(asking.partition(".")[0]).kind
        return kind != "long_text" and first in intents and chance >= SURE_OF_OTHER

    def _hear_consent(self, draft: Draft, text: str, ranking: Ranking) -> FormTurn:
        first, chance = ranking[0] if ranking else ("", 0.0)
        reply = read_reply(text, ranking, yes=AGREE, no=DISAGREE)
        if reply or first == "stop_form":
            return self._choose("agree" if reply == "yes" else "disagree")
        wish = said_plainly(text) or (first if chance >= SURE_OF_WISH else "")
        if wish in WISHES and not is_name_alone(text):
            self.talk.state(draft, asking=None)  # 填需求表 comes back to the consent
            return FormTurn([], wish)
        told = read_told(self.form, [(text, ranking)], {}, local_date(self.now))
        consent = says.consent()
        if told and wish != "follow_up":
            return FormTurn([Said("utter_form_consent_then", {}, consent.choices)])
        if first in OF_FORM and wish != "follow_up":
            return FormTurn([consent])  # what it is for stands there
        return self._answer_before_consent(draft, text, first)

    def _answer_before_consent(self, draft: Draft, text: str, first: str) -> FormTurn:
        """A question is answered; the consent is asked for once more, then it can wait."""
        # 我们做玻璃的 asks nothing, whatever category it resembles.
        about = first in load_knowledge().categories and not (asks(text) or requests(text))
        question = "" if about or first == "out_of_scope" else first
        question = "follow_up" if read_follow_up(text) else question
        if draft.misses:
            self.talk.state(draft, asking=None, misses=0)
            return FormTurn([Said("utter_form_consent_later", {}, [says.START])], question)
        self.talk.state(draft, misses=1)
        first_said = Said("utter_form_consent_first", {}, says.consent().choices)
        return FormTurn([first_said], question)

    def _act(self, draft: Draft, asking: str, reading: Reading) -> FormTurn:
        if reading.kind in ("answer", "correction"):
            return self._answer(draft, asking, reading)
        if reading.kind == "command":
            if reading.values:
                draft = self.talk.save(draft, reading.values)
            return obey(self.talk, draft, reading.command, reading.field)
        if reading.kind == "invalid":
            return self._refuse(draft, asking, reading)
        if reading.kind == "handoff":
            return FormTurn([Said("utter_form_waits"), *self.talk.again(draft)], "handoff_human")
        if reading.kind == "question" and reading.field and not reading.category:
            asked = place_of(self.form, reading.field, draft.answers).asked
            return FormTurn([says.about(asked), *self.talk.again(draft)])
        if reading.kind == "question":
            return FormTurn([Said("utter_form_waits"), *self.talk.again(draft)], reading.category)
        return FormTurn([Said("utter_form_chitchat"), *self.talk.again(draft)])

    def _answer(self, draft: Draft, asking: str, reading: Reading) -> FormTurn:
        before = draft.answers
        try:
            draft = self.talk.save(draft, reading.values)
        except FieldError as error:
            wrong = Reading("invalid", field=error.field_id, reason=error.code)
            return self._refuse(draft, asking, wrong)
        self.talk.state(draft, misses=0)
        said = says.kept(self.form, reading.values, before)
        elsewhere = asking.partition(".")[0] not in reading.values
        if reading.kind == "correction" or elsewhere or draft.asking in (PREFILLED, REVIEW):
            return FormTurn([*said, *self.talk.again(draft)], "", dict(reading.values))
        return FormTurn([*said, *self.talk.ask_next(draft, asking)], "", dict(reading.values))

    def _refuse(self, draft: Draft, asking: str, reading: Reading) -> FormTurn:
        draft = self.talk.state(draft, misses=draft.misses + 1)
        try:
            asked = place_of(self.form, reading.field or asking, draft.answers).asked
        except (KeyError, ValueError):
            asked = place_of(self.form, asking, draft.answers).asked
        return FormTurn(says.refused(asked, reading.reason, draft.misses, reading.near))
