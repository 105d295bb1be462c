"""The demand form: every message goes to the service, which keeps and asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.between import ranking_of, say_turn
from actions.booking import BOOKING, hear_booking
from actions.database import engine, sender, settings
from actions.services import Events, entity
from bot.services.form.chat import FormChat
from bot.services.form.says import FormTurn
from bot.storage.database import utc_now


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
        ranking = ranking_of(tracker)
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
    if turn.question in BOOKING:
        return hear_booking(dispatcher, tracker, domain, turn.question)  # the form stays as it is
    say_turn(turn, dispatcher, tracker, domain)
    return [SlotSet(name, value) for name, value in turn.stored.items()]
