"""The demand form: every message goes to the service, which keeps and asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.between import ranking_of, say_turn
from actions.booking import BOOKING, hear_booking
from actions.demand_progress import hear_demand
from actions.services import Events, entity
from actions.turn import intent_of, take_turn, words_of
from bot.services.demand.chat import DemandChat
from bot.services.form.chat import FormChat
from bot.services.form.says import START, FormTurn, Said
from nlu.decide import ABOUT_DEMAND
from nlu.plainly import begins_again

CORRECTION = "correct_field"


class ActionStartForm(Action):
    """Open the form, or go on with it."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_start_form"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Ask for consent, greet, or ask the next question."""
        said, ranking = words_of(tracker), ranking_of(tracker)
        if intent_of(tracker) == "agree":
            return _turn(dispatcher, tracker, domain, _agree)
        return _turn(dispatcher, tracker, domain, lambda chat: _begin(chat, said, ranking))


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
        if choice and intent_of(tracker) == "form_choice":
            return _turn(dispatcher, tracker, domain, lambda chat: chat.choose(choice))
        if intent_of(tracker) == CORRECTION:  # no form asks, or it would be its answer
            turn = take_turn(dispatcher, tracker, DemandChat, DemandChat.change)
            if turn is None or turn.said:
                return say_turn(turn, dispatcher, tracker, domain) if turn else []
        ranking = ranking_of(tracker)
        text = (tracker.latest_message or {}).get("text") or ""
        if begins_again(text):
            return _turn(dispatcher, tracker, domain, lambda chat: _begin(chat, text, ranking))
        return _turn(dispatcher, tracker, domain, lambda chat: chat.hear(text, ranking))


def _agree(chat: FormChat) -> FormTurn:
    """同意 while nothing asks for it: the consent that was put aside is asked for again."""
    draft = chat.talk.draft()
    if draft is not None and draft.status == "consent":
        return chat.start()
    return FormTurn([Said("utter_nothing_to_agree", {}, [START])])


def _begin(chat: FormChat, said: str, ranking: list[tuple[str, float]]) -> FormTurn:
    """Open the form; where one is begun and is to be begun again, ask first."""
    draft = chat.talk.draft()
    if draft is not None and draft.answers and begins_again(said):
        return chat.choose("ask_restart")
    return chat.start(said, ranking)


def _turn(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    domain: dict[str, Any],
    run: Callable[[FormChat], FormTurn],
) -> Events:
    turn = take_turn(dispatcher, tracker, FormChat, run)
    if turn is None:
        return []
    if turn.question in BOOKING:
        return hear_booking(dispatcher, tracker, domain, turn.question)  # the form stays as it is
    if turn.question == ABOUT_DEMAND:
        return hear_demand(dispatcher, tracker, domain)
    events = say_turn(turn, dispatcher, tracker, domain)
    return [*events, *(SlotSet(name, value) for name, value in turn.stored.items())]
