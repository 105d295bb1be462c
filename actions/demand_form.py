"""The demand form: every message goes to the service, which keeps and asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.centre import ActionShowCapabilities, ActionShowContacts, ActionShowProcess
from actions.database import engine, sender, settings
from actions.services import Events, answer_category, entity
from bot.services.form_chat import FormChat
from bot.services.form_says import FormTurn
from bot.storage.database import utc_now
from knowledge import load_knowledge

OTHERS: dict[str, type[Action]] = {
    "ask_process": ActionShowProcess,
    "ask_contact": ActionShowContacts,
    "handoff_human": ActionShowContacts,
    "ask_capabilities": ActionShowCapabilities,
}
"""Questions in the middle of the form that an action answers."""
SIMPLE = {
    "bot_challenge",
    "book_expert",
    "cancel_booking",
    "complain",
    "my_bookings",
    "privacy_question",
    "rate_service",
    "reschedule_booking",
    "survey_participation",
    "thanks",
}
"""Those that a response of the same name answers."""


class ActionStartForm(Action):
    """Open the form, or go on with it."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_start_form"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Ask for consent, greet, or ask the next question."""
        return _turn(dispatcher, tracker, domain, lambda chat: chat.start())


class ActionFillForm(Action):
    """A message while the form waits for an answer, or a choice of the form."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_fill_form"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Hand the message to the service and say what it says."""
        choice = entity(tracker, "choice")
        message = tracker.latest_message or {}
        if choice and (message.get("intent") or {}).get("name") == "form_choice":
            return _turn(dispatcher, tracker, domain, lambda chat: chat.choose(choice))
        ranking = [
            (row["name"], row["confidence"])
            for row in message.get("intent_ranking") or []
            if row["name"] not in ("fill_form", "nlu_fallback")
        ]
        text = message.get("text") or ""
        return _turn(dispatcher, tracker, domain, lambda chat: chat.hear(text, ranking))


def _turn(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    domain: dict[str, Any],
    run: Callable[[FormChat], FormTurn],
) -> Events:
    known = sender(tracker)
    if known is None:
        dispatcher.utter_message(response="utter_form_only_in_wechat")
        return []
    with engine().begin() as db:
        turn = run(FormChat(db, settings(), *known, utc_now()))
    if turn.question:
        _answer(turn.question, dispatcher, tracker, domain)
        for message in dispatcher.messages:
            message["buttons"] = []  # they would stand below the form's question
    for said in turn.said:
        dispatcher.utter_message(response=said.response, buttons=said.choices, **said.values)
    return [SlotSet(name, value) for name, value in turn.stored.items()]


def _answer(
    question: str, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
) -> None:
    """Answer a question that came in between."""
    if question in load_knowledge().categories:
        answer_category(dispatcher, tracker.latest_message.get("text") or "", question)
    elif question in OTHERS:
        OTHERS[question]().run(dispatcher, tracker, domain)
    elif question in SIMPLE:
        dispatcher.utter_message(response=f"utter_{question}")
    else:
        dispatcher.utter_message(response="utter_out_of_scope")
