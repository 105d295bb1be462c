"""Opens the demand form: with what was told before its first question, or where it was left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.model.demand import local_date
from bot.model.field_error import FieldError
from bot.services.booking.bookings import my_bookings
from bot.services.demand.demands import list_demands
from bot.services.form import says
from bot.services.form.draft_rows import Draft
from bot.services.form.drafts import open_draft
from bot.services.form.says import FormTurn, Said
from bot.services.form.talk import CHANNEL, CONSENT, PREFILLED, FormTalk
from bot.services.form.told_before import Told, read_told, told_last

OF_BOOKING = {"stop_form": "cancel_booking", "correct_field": "my_bookings"}
"""What 取消, 公司名错了 mean to who has a booking and no form."""


def open_form(talk: FormTalk, told: Sequence[Told]) -> FormTurn:
    """Ask for consent where it was not given, else go on; `told` may hold answers."""
    open_draft(talk.db, talk.user_id, CHANNEL, talk.now, form=talk.form)
    draft = talk.draft()
    assert draft is not None
    if not told and not draft.answers:
        told = told_last(talk.db, talk.user_id, talk.message_id, talk.now)
    if draft.status == "consent":
        talk.state(draft, asking=CONSENT)
        consent = says.consent()
        if not read_told(talk.form, told, {}, local_date(talk.now)):
            return FormTurn([consent])
        then = Said("utter_form_consent_then", {}, consent.choices)
        return FormTurn([replace(consent, choices=[]), then])
    if draft.status == "paused":
        draft = talk.state(draft, status="filling")
    return take_told(talk, draft, told)


def take_told(talk: FormTalk, draft: Draft, told: Sequence[Told]) -> FormTurn:
    """Keep what was told before the form's first question; then go on."""
    values = read_told(talk.form, told, draft.answers, local_date(talk.now))
    try:
        told_in = talk.save(draft, values) if values else draft
    except FieldError:
        return go_on(talk, draft)  # it is asked in its turn
    turn = go_on(talk, told_in, first=not draft.answers)
    greeting, *rest = turn.said
    said = [greeting, *says.kept(talk.form, values, draft.answers), *rest]
    return FormTurn(said, turn.question, dict(values))


def go_on(talk: FormTalk, draft: Draft, first: bool = False) -> FormTurn:
    """The greeting that fits what is there, and the question where the draft goes on."""
    if draft.prefilled and draft.asking in (None, CONSENT, PREFILLED):
        talk.state(draft, asking=PREFILLED)
        return FormTurn([says.prefilled(talk.form, draft.answers, draft.prefilled)])
    resumed = draft.answers and not first
    greeting = "utter_form_resumed" if resumed else "utter_form_begin"
    return FormTurn([Said(greeting, talk.page(draft)), *talk.again(draft)])


def say_no_form(talk: FormTalk, first: str = "") -> FormTurn:
    """Nothing to stop, save, go back in: a booking may be meant, or nothing at all.

    `first`: the likeliest intent of what was said.
    """
    if first in OF_BOOKING and my_bookings(talk.db, talk.user_id, talk.now):
        return FormTurn([], OF_BOOKING[first])
    if first in ("stop_form", "go_back"):
        return FormTurn([Said("utter_nothing_open")])
    if list_demands(talk.db, talk.user_id):
        return FormTurn([Said("utter_form_submitted_already", {}, [says.MINE, says.START])])
    if first == "correct_field":
        return FormTurn([Said("utter_nothing_to_change", {}, [says.START])])
    return FormTurn([Said("utter_form_none", {}, [says.START])])
