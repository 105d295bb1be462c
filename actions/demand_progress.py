"""Submitted demands: every message goes to the service, which shows, keeps and rates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.between import ranking_of, say_turn
from actions.booking import BOOKING, hear_booking
from actions.choices import person_choice
from actions.database import sender, writing
from actions.handoff import complained
from actions.services import Events, entity
from actions.turn import intent_of, take_turn, words_of
from bot.handoff_texts import NO_MESSAGE
from bot.services.demand.chat import DemandChat
from bot.services.demand.demands import list_demands
from bot.services.form.says import FormTurn
from bot.services.handoff.own_message import add_to_message, hear_of_message
from bot.services.handoff.says import last_settled
from bot.services.record import Origin
from bot.storage.database import utc_now
from knowledge.centre import centre_facts
from nlu.decide import ABOUT_DEMAND
from nlu.plainly import about_message, demand_order, names_message


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
        if intent == ABOUT_DEMAND:
            return hear_demand(dispatcher, tracker, domain)
        said, ranking = words_of(tracker), ranking_of(tracker)
        return _turn(dispatcher, tracker, domain, lambda chat: chat.hear(said, ranking, intent))


def hear_demand(
    dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
) -> Events:
    """The latest message is about a demand, a complaint, or a message that was left."""
    said, ranking = words_of(tracker), ranking_of(tracker)
    if _add_to_message(dispatcher, tracker, said):
        return []
    if about_message(said):
        if _say_message(dispatcher, tracker, said):
            return []
    else:
        _say_settled(dispatcher, tracker)
    return _turn(dispatcher, tracker, domain, lambda chat: chat.hear(said, ranking, ABOUT_DEMAND))


def _add_to_message(dispatcher: CollectingDispatcher, tracker: Tracker, said: str) -> bool:
    """What is to be added belongs to a message that was left, where no demand was submitted."""
    order, words = demand_order(said)
    known = sender(tracker)
    if known is None or order != "addition" or not words:
        return False
    with writing() as db:
        if list_demands(db, known[0]):
            return False
        added = add_to_message(db, *known, Origin("wechat", "user", utc_now()))
    if added:
        dispatcher.utter_message(text=added)
    return bool(added)


def _say_settled(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    known = sender(tracker)
    if known is None:
        return
    with writing() as db:
        settled = last_settled(db, known[0], utc_now())
    if settled:
        dispatcher.utter_message(text=settled)


def _say_message(dispatcher: CollectingDispatcher, tracker: Tracker, said: str) -> bool:
    """How a complaint or a message that was left stands; False where it must be a demand's."""
    known = sender(tracker)
    if known is None:
        return False
    with writing() as db:
        state = hear_of_message(db, known[0], said, Origin("wechat", "user", utc_now()))
        demands = bool(list_demands(db, known[0]))
    if state is None and demands and not names_message(said):
        return False
    buttons = [] if state else [person_choice("asked")]
    if state is None and complained(tracker):
        dispatcher.utter_message(response="utter_complaint_only_said", buttons=buttons)
        return True
    dispatcher.utter_message(text=state or NO_MESSAGE.format(**centre_facts()), buttons=buttons)
    return True


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
    return say_turn(turn, dispatcher, tracker, domain)
