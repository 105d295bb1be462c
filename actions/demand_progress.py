"""Submitted demands: every message goes to the service, which shows, keeps and rates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.between import ranking_of, say_turn
from actions.booking import BOOKING, hear_booking
from actions.database import engine, sender
from actions.services import Events, entity
from actions.turn import intent_of, take_turn, words_of
from bot.services.demand.chat import DemandChat
from bot.services.form.says import FormTurn
from bot.services.handoff.says import last_settled
from bot.storage.database import utc_now


class ActionDemandProgress(Action):
    """A question on a demand, a rating, a choice, or words that were asked for."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_demand_progress"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Say what a person settled last, where that is asked; then what the service says."""
        intent = intent_of(tracker)
        choice = entity(tracker, "choice")
        if choice and intent == "demand_choice":
            return _turn(dispatcher, tracker, domain, lambda chat: chat.choose(choice))
        said, ranking = words_of(tracker), ranking_of(tracker)
        if intent == "check_demand_status":
            _say_settled(dispatcher, tracker)
        return _turn(dispatcher, tracker, domain, lambda chat: chat.hear(said, ranking, intent))


def _say_settled(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    known = sender(tracker)
    if known is None:
        return
    with engine().begin() as db:
        settled = last_settled(db, known[0], utc_now())
    if settled:
        dispatcher.utter_message(text=settled)


def _turn(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    domain: dict[str, Any],
    run: Callable[[DemandChat], FormTurn],
) -> Events:
    turn = take_turn(dispatcher, tracker, DemandChat, run)
    if turn is None:
        return []
    if turn.question in BOOKING:
        return hear_booking(dispatcher, tracker, domain, turn.question)
    say_turn(turn, dispatcher, tracker, domain)
    return []
