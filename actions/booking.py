"""Booking an expert: every message goes to the service, which holds, books and asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.between import ranking_of, say_turn
from actions.services import Events, entity
from actions.turn import intent_of, take_turn, words_of
from bot.services.booking.chat import ACTIONS, BookingChat
from bot.services.form.says import FormTurn

BOOKING = tuple(ACTIONS)
"""Intents of messages about booking."""


class ActionBooking(Action):
    """A message about booking, a choice of it, or an answer that it waits for."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_booking"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Hand the message to the service and say what it says."""
        intent = intent_of(tracker)
        choice = entity(tracker, "choice")
        if choice and intent == "booking_choice":
            return _turn(dispatcher, tracker, domain, lambda chat: chat.choose(choice))
        return hear_booking(dispatcher, tracker, domain, intent)


def hear_booking(
    dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any], intent: str
) -> Events:
    """The latest message is about booking."""
    said, ranking = words_of(tracker), ranking_of(tracker)
    return _turn(dispatcher, tracker, domain, lambda chat: chat.hear(said, ranking, intent))


def _turn(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    domain: dict[str, Any],
    run: Callable[[BookingChat], FormTurn],
) -> Events:
    turn = take_turn(dispatcher, tracker, BookingChat, run)
    return say_turn(turn, dispatcher, tracker, domain) if turn is not None else []
