"""What follows a tap on one of the form's choices: only those of what is asked now count."""

from __future__ import annotations

from collections.abc import Callable

from bot.services.form import says
from bot.services.form.consenting import choose_consent
from bot.services.form.draft_rows import Draft
from bot.services.form.drafts import open_draft
from bot.services.form.opening import say_no_form
from bot.services.form.orders import obey
from bot.services.form.says import FormTurn, Said
from bot.services.form.talk import CHANNEL, CONSENT, GIVE_UP, PREFILLED, FormTalk


def choose(talk: FormTalk, choice: str) -> FormTurn:
    """`choice`: the name that the payload gives it (says.py), or `not_text` for a picture."""
    draft = talk.draft()
    if draft is None:
        return say_no_form(talk)
    if draft.status == "consent" or draft.asking == CONSENT:
        return choose_consent(talk, draft, choice)
    if choice == "not_text":
        return FormTurn([Said("utter_form_not_text"), *talk.again(draft)])
    if OFFERED.get(choice) == CONSENT:
        return FormTurn(talk.again(draft))  # a button of before
    if draft.status == "paused":
        draft = talk.state(draft, status="filling")
    if choice in OFFERED and draft.asking != OFFERED[choice]:
        return FormTurn(talk.again(draft))
    act = ACTS.get(choice)
    return act(talk, draft) if act else obey(talk, draft, choice)


def _keep_prefilled(talk: FormTalk, draft: Draft) -> Draft:
    return talk.save(draft, {name: draft.answers[name] for name in draft.prefilled})


def _same(talk: FormTalk, draft: Draft) -> FormTurn:
    return FormTurn(talk.ask_open(_keep_prefilled(talk, draft)))


def _differs(talk: FormTalk, draft: Draft) -> FormTurn:
    asked = talk.ask_open(_keep_prefilled(talk, draft))
    return FormTurn([Said("utter_form_how_to_change"), *asked])


def _change(talk: FormTalk, draft: Draft) -> FormTurn:
    return FormTurn([Said("utter_form_how_to_change")])


def _give_up(talk: FormTalk, draft: Draft) -> FormTurn:
    talk.state(draft, status="given_up", asking=None)
    return FormTurn([Said("utter_form_given_up")])


def _go_on(talk: FormTalk, draft: Draft) -> FormTurn:
    return FormTurn(talk.ask_open(draft))


def _ask_restart(talk: FormTalk, draft: Draft) -> FormTurn:
    talk.state(draft, asking=GIVE_UP)
    return FormTurn([says.restart()])


def _restart(talk: FormTalk, draft: Draft) -> FormTurn:
    """Give this draft up and begin another, with nothing in it."""
    talk.state(draft, status="given_up", asking=None)
    made = open_draft(talk.db, talk.user_id, CHANNEL, talk.now, form=talk.form)
    made = talk.save(made, dict.fromkeys(made.prefilled))  # what stood in the last demand too
    return FormTurn([Said("utter_form_restarted"), *talk.ask_open(made)])


OFFERED = {
    "agree": CONSENT,
    "disagree": CONSENT,
    "same": PREFILLED,
    "differs": PREFILLED,
    "give_up": GIVE_UP,
    "restart": GIVE_UP,
}
"""What must be asked for a choice to count: its button may be one of before."""
ACTS: dict[str, Callable[[FormTalk, Draft], FormTurn]] = {
    "same": _same,
    "differs": _differs,
    "change": _change,
    "give_up": _give_up,
    "go_on": _go_on,
    "ask_restart": _ask_restart,
    "restart": _restart,
}
"""What a choice does; the others are commands, which may be typed as well."""
