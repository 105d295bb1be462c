"""Questions while something else waits for an answer: answered, then it goes on."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.centre import ActionShowCapabilities, ActionShowContacts, ActionShowProcess
from actions.handoff import ActionCallPerson, ActionComplain
from actions.services import answer_category
from bot.services.form.says import FormTurn
from knowledge import load_knowledge

OTHERS: dict[str, type[Action]] = {
    "ask_process": ActionShowProcess,
    "ask_contact": ActionShowContacts,
    "handoff_human": ActionCallPerson,
    "complain": ActionComplain,
    "ask_capabilities": ActionShowCapabilities,
}
"""Questions that an action answers."""
SIMPLE = {
    "bot_challenge",
    "privacy_question",
    "rate_service",
    "survey_participation",
    "thanks",
}
"""Those that a response of the same name answers."""
MADE_UP = ("fill_form", "fill_booking", "fill_demand", "nlu_fallback")
"""Put in front of the ranking by nlu.components.Decider."""


def ranking_of(tracker: Tracker) -> list[tuple[str, float]]:
    """The classifier's intents of the latest message, the likeliest first."""
    rows = (tracker.latest_message or {}).get("intent_ranking") or []
    return [(row["name"], row["confidence"]) for row in rows if row["name"] not in MADE_UP]


def say_turn(
    turn: FormTurn, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
) -> None:
    """Say what a service's turn says; a question that came in between is answered before."""
    if turn.question:
        answer_between(turn.question, dispatcher, tracker, domain)
    for said in turn.said:
        dispatcher.utter_message(response=said.response, buttons=said.choices, **said.values)


def answer_between(
    question: str, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
) -> None:
    """Answer a question that came in between, without choices: what waits has its own."""
    if question in load_knowledge().categories:
        answer_category(dispatcher, tracker, question)
    elif question in OTHERS:
        OTHERS[question]().run(dispatcher, tracker, domain)
    elif question in SIMPLE:
        dispatcher.utter_message(response=f"utter_{question}")
    else:
        dispatcher.utter_message(response="utter_out_of_scope")
    for message in dispatcher.messages:
        message["buttons"] = []
