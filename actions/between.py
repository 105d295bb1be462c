"""Questions while something else waits for an answer: answered, then it goes on."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.centre import ActionShowCapabilities, ActionShowNotices, ActionShowProcess
from actions.contacts import ActionShowContacts
from actions.follow_up import answer_follow_up
from actions.handoff import ActionCallPerson, ActionComplain
from actions.own_data import ActionMyData
from actions.services import Events, answer_category, likeliest
from bot.model.transcript import classified
from bot.services.form.says import FormTurn
from knowledge import load_knowledge
from nlu.decide import SURE
from nlu.follow_up import read_follow_up

OTHERS: dict[str, type[Action]] = {
    "ask_process": ActionShowProcess,
    "ask_contact": ActionShowContacts,
    "handoff_human": ActionCallPerson,
    "complain": ActionComplain,
    "ask_capabilities": ActionShowCapabilities,
    "privacy_question": ActionMyData,
    "ask_notices": ActionShowNotices,
}
"""Questions that an action answers."""
SIMPLE = {
    "bot_challenge",
    "rate_service",
    "survey_participation",
    "thanks",
}
"""Those that a response of the same name answers."""
LEADING = ("utter_next_steps", "utter_choose_category", "utter_privacy_ways")
"""Responses that only lead to choices: without these they say nothing."""


def ranking_of(tracker: Tracker) -> list[tuple[str, float]]:
    """The classifier's intents of the latest message, the likeliest first."""
    rows = classified(tracker.latest_message or {})
    return [(row["name"], row["confidence"]) for row in rows]


def say_turn(
    turn: FormTurn, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
) -> Events:
    """Say what a service's turn says; a question that came in between is answered before."""
    events: Events = []
    if turn.question:
        events = answer_between(turn.question, dispatcher, tracker, domain)
    for said in turn.said:
        dispatcher.utter_message(response=said.response, buttons=said.choices, **said.values)
    return events


def answer_between(
    question: str, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
) -> Events:
    """Answer a question that came in between, without choices: what waits has its own."""
    events: Events = []
    follows = read_follow_up(str((tracker.latest_message or {}).get("text") or ""))
    if question in load_knowledge().categories and not (follows and likeliest(tracker) < SURE):
        events = answer_category(dispatcher, tracker, question)
    elif follows:
        answer_follow_up(dispatcher, tracker, follows)
    elif question in OTHERS:
        OTHERS[question]().run(dispatcher, tracker, domain)
    elif question in SIMPLE:
        dispatcher.utter_message(response=f"utter_{question}")
    else:
        dispatcher.utter_message(response="utter_out_of_scope")
    kept = [each for each in dispatcher.messages if each.get("response") not in LEADING]
    dispatcher.messages[:] = [{**message, "buttons": []} for message in kept]
    return events
