"""Words said to the form: read by what it asks, then kept, obeyed, answered or refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.model.demand import local_date
from bot.model.field_error import FieldError
from bot.model.form import place_of
from bot.model.form_talk.reading import Reading
from bot.model.form_talk.turn import read_form_message
from bot.model.reply import read_reply
from bot.services.form import says
from bot.services.form.choosing import choose
from bot.services.form.consenting import BOOKINGS, hear_consent
from bot.services.form.draft_rows import Draft
from bot.services.form.opening import go_on, say_no_form
from bot.services.form.orders import obey
from bot.services.form.says import FormTurn, Said
from bot.services.form.talk import CONSENT, GIVE_UP, PREFILLED, REVIEW, FormTalk
from bot.services.form.told_before import Told
from nlu.plainly import read_leaving

SAME = r"没有?变化?|没得变化|一样|不变"
SEND = r"提交|上交|交|报上去|发出去"
"""What says yes to the form's own questions, besides the usual words."""
ELSEWHERE = (*BOOKINGS, "check_demand_status", "ask_capabilities")
"""No answers, however much 查进度 looks like a name."""
ENDS = ("stop_form", "go_back")
"""结束, 返回: of nothing, where the consent was put aside."""
SURE_OF_OTHER = 0.95
"""From this likelihood on 约个专利老师 is no name of a company."""
STRICT = "telephone"
"""Stands for what is asked where only corrections and commands are expected: a strict field."""


def hear(talk: FormTalk, told: Told) -> FormTurn:
    """Let who reads what the draft asks read the words."""
    draft = talk.draft()
    if draft is None:
        return say_no_form(talk, told.first)
    if draft.status == "paused":
        return go_on(talk, talk.state(draft, status="filling"))
    if draft.status == "consent" and draft.asking is None and told.first in ENDS:
        return say_no_form(talk, told.first)
    asking = CONSENT if draft.status == "consent" else draft.asking
    return READERS.get(asking, hear_answer)(talk, draft, told)


def _hear_prefilled(talk: FormTalk, draft: Draft, told: Told) -> FormTurn:
    if reply := read_reply(told.text, told.ranking, yes=SAME):
        return choose(talk, "same" if reply == "yes" else "differs")
    return hear_answer(talk, draft, told)


def _hear_leaving(talk: FormTalk, draft: Draft, told: Told) -> FormTurn:
    if leaving := read_leaving(told.text):
        return choose(talk, leaving)
    if read_reply(told.text, told.ranking) == "yes":
        return choose(talk, "save")
    return hear_answer(talk, talk.state(draft, asking=None), told)


def _hear_review(talk: FormTalk, draft: Draft, told: Told) -> FormTurn:
    if read_reply(told.text, told.ranking, yes=SEND) == "yes":
        return obey(talk, draft, "submit")
    return hear_answer(talk, draft, told)


def hear_answer(talk: FormTalk, draft: Draft, told: Told) -> FormTurn:
    """Words where a field is asked for, or where it may be put right."""
    special = draft.asking in (PREFILLED, REVIEW, None)
    asking = STRICT if special else str(draft.asking)
    today = local_date(talk.now)
    reading = read_form_message(talk.form, asking, *told, draft.answers, today)
    if reading.kind == "answer" and _is_about(talk, ("start_demand_form",), asking, told):
        return FormTurn(talk.again(draft))
    if reading.kind == "answer" and _is_about(talk, ELSEWHERE, asking, told):
        return FormTurn([Said("utter_form_waits"), *talk.again(draft)], told.first)
    if special and reading.kind == "invalid":
        return FormTurn([Said("utter_form_how_to_change"), *talk.again(draft)])
    return _act(talk, draft, asking, reading)


READERS: dict[str | None, Callable[[FormTalk, Draft, Told], FormTurn]] = {
    CONSENT: hear_consent,
    PREFILLED: _hear_prefilled,
    GIVE_UP: _hear_leaving,
    REVIEW: _hear_review,
}
"""Who reads words, by what the draft asks besides fields."""


def _is_about(talk: FormTalk, intents: Sequence[str], asking: str, told: Told) -> bool:
    """Whether an answer plainly is no answer; a wish told at length may name anything."""
    kind = talk.form.field(asking.partition(".")[0]).kind
    return kind != "long_text" and told.first in intents and told.chance >= SURE_OF_OTHER


def _act(talk: FormTalk, draft: Draft, asking: str, reading: Reading) -> FormTurn:
    """Do what the reading of the words says."""
    if reading.kind in ("answer", "correction"):
        return _keep(talk, draft, asking, reading)
    if reading.kind == "command":
        if reading.values:
            draft = talk.save(draft, reading.values)
        return obey(talk, draft, reading.command, reading.field)
    if reading.kind == "invalid":
        return _refuse(talk, draft, asking, reading)
    if reading.kind == "handoff":
        return FormTurn([Said("utter_form_waits"), *talk.again(draft)], "handoff_human")
    if reading.kind == "question" and reading.field and not reading.category:
        asked = place_of(talk.form, reading.field, draft.answers).asked
        return FormTurn([says.about(asked), *talk.again(draft)])
    if reading.kind == "question":
        return FormTurn([Said("utter_form_waits"), *talk.again(draft)], reading.category)
    said = CHATS.get(reading.category, "utter_form_chitchat")
    return FormTurn([Said(said), *talk.again(draft)])


CHATS = {"complain": "utter_form_grumble", "rate_service": "utter_form_rate_later"}
"""What is said to chat in the middle of the form, by the intent; else that it goes on."""


def _keep(talk: FormTalk, draft: Draft, asking: str, reading: Reading) -> FormTurn:
    """Store the answers, say them back, ask what follows."""
    before = draft.answers
    try:
        draft = talk.save(draft, reading.values)
    except FieldError as error:
        wrong = Reading("invalid", field=error.field_id, reason=error.code)
        return _refuse(talk, draft, asking, wrong)
    talk.state(draft, misses=0)
    said = says.kept(talk.form, reading.values, before)
    elsewhere = asking.partition(".")[0] not in reading.values
    if reading.kind == "correction" or elsewhere or draft.asking in (PREFILLED, REVIEW):
        return FormTurn([*said, *talk.again(draft)], "", dict(reading.values))
    return FormTurn([*said, *talk.ask_next(draft, asking)], "", dict(reading.values))


def _refuse(talk: FormTalk, draft: Draft, asking: str, reading: Reading) -> FormTurn:
    """Say why the answer is not taken, of the field that it was read for."""
    draft = talk.state(draft, misses=draft.misses + 1)
    try:
        asked = place_of(talk.form, reading.field or asking, draft.answers).asked
    except (KeyError, ValueError):
        asked = place_of(talk.form, asking, draft.answers).asked
    return FormTurn(says.refused(asked, reading.reason, draft.misses, reading.near))
