"""The consent that the form begins with: given or refused, or something else said instead."""

from __future__ import annotations

from bot.model.answer.company import is_name_alone
from bot.model.demand import local_date
from bot.model.form_talk.reading import COMMANDS
from bot.model.reply import read_reply
from bot.model.wording import asks, requests
from bot.services.consents import record_consent
from bot.services.form import says
from bot.services.form.draft_rows import Draft
from bot.services.form.opening import say_no_form, take_told
from bot.services.form.says import FormTurn, Said
from bot.services.form.talk import CHANNEL, FormTalk
from bot.services.form.told_before import Told, read_told, told_before
from knowledge import load_knowledge
from nlu.follow_up import read_follow_up
from nlu.plainly import said_plainly

AGREE, DISAGREE = r"同意|愿意|可以填写?|开始填写?", r"不同意|不愿意|拒绝"
"""What gives the consent or refuses it, besides the usual words."""
BOOKINGS = ("book_expert", "my_bookings", "cancel_booking", "reschedule_booking")
WISHES = (*BOOKINGS, "check_demand_status", "handoff_human", "complain")
"""Served at once where the consent is asked for, which can be given later."""
OF_FORM = ("start_demand_form", *COMMANDS)
"""Intents of messages about the form itself: before consent there is nothing to be done with it."""
SURE_OF_WISH = 0.5


def choose_consent(talk: FormTalk, draft: Draft, choice: str) -> FormTurn:
    """A choice was tapped before the consent is given: without it nothing else is done."""
    if choice == "agree":
        record_consent(talk.db, talk.user_id, channel=CHANNEL, now=talk.now)
        told = told_before(talk.db, talk.user_id, talk.message_id, talk.now)
        return take_told(talk, talk.state(draft, status="filling"), told)
    if choice == "disagree":
        talk.state(draft, status="given_up", asking=None)
        return FormTurn([Said("utter_form_no_consent")])
    if draft.asking is None:
        return say_no_form(talk)
    if choice == "not_text":
        return FormTurn([Said("utter_form_not_text"), *talk.again(draft)])
    return FormTurn([says.consent()])


def hear_consent(talk: FormTalk, draft: Draft, told: Told) -> FormTurn:
    """Words to the consent: yes, no, a wish that needs none, answers come too early."""
    reply = read_reply(told.text, told.ranking, yes=AGREE, no=DISAGREE)
    if reply or told.first == "stop_form":
        return choose_consent(talk, draft, "agree" if reply == "yes" else "disagree")
    wish = said_plainly(told.text) or (told.first if told.chance >= SURE_OF_WISH else "")
    if wish in WISHES and not is_name_alone(told.text):
        talk.state(draft, asking=None)  # 填需求表 comes back to the consent
        return FormTurn([], wish)
    consent = says.consent()
    if wish != "follow_up":
        if read_told(talk.form, [told], {}, local_date(talk.now)):
            return FormTurn([Said("utter_form_consent_then", {}, consent.choices)])
        if told.first in OF_FORM:
            return FormTurn([consent])  # what it is for stands there
    return _answer_first(talk, draft, told)


def _answer_first(talk: FormTalk, draft: Draft, told: Told) -> FormTurn:
    """A question is answered; the consent is asked for once more, then it can wait."""
    question = _question(told)
    if draft.misses:
        talk.state(draft, asking=None, misses=0)
        return FormTurn([Said("utter_form_consent_later", {}, [says.START])], question)
    talk.state(draft, misses=1)
    first_said = Said("utter_form_consent_first", {}, says.consent().choices)
    return FormTurn([first_said], question)


def _question(told: Told) -> str:
    """What is asked, as a category or an intent; nothing where nothing is."""
    if read_follow_up(told.text):
        return "follow_up"
    # 我们做玻璃的 asks nothing, whatever category it resembles.
    about = told.first in load_knowledge().categories and not (
        asks(told.text) or requests(told.text)
    )
    return "" if about or told.first == "out_of_scope" else told.first
