"""Questions that are unsure or none of ours: asked back, or turned away."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answered import answer_loosely
from actions.choices import category_choices, person_choice
from actions.database import directory
from actions.services import Events, likeliest, names_only_itself, ranked, say_items
from knowledge import CLEAR, Knowledge, ServiceItem, contact_lines, find_matters, find_services
from nlu.plainly import says_nothing

LIKELY = 0.4
"""A category at least this likely is offered rather than given up, and answered where a term of
its own says the same."""


class ActionAskBack(Action):
    """An unsure reading: offer the likeliest categories; the second time, a person."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_ask_back"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Answer what is named in so many words; else ask."""
        text = tracker.latest_message.get("text") or ""
        if names_only_itself(dispatcher, text):
            return []
        known = directory(tracker)
        if answer_loosely(dispatcher, tracker, known):
            return [SlotSet("misses", 0)]
        if says_nothing(text):
            dispatcher.utter_message(response="utter_ask_again", buttons=category_choices())
            return []
        torn = ranked(tracker)
        if named := known.newly_named(text)[:2] or clearly_named(known.knowledge, text, tracker):
            category = next((c for c in torn if c in named[0].categories), named[0].categories[0])
            return say_items(dispatcher, known, named, category)
        misses = int(tracker.get_slot("misses") or 0) + 1
        if misses > 1 and likeliest(tracker) < LIKELY:
            dispatcher.utter_message(
                response="utter_call_a_person",
                lines=contact_lines(known.knowledge),
                buttons=[person_choice("misses"), *category_choices()],
            )
            return [SlotSet("misses", 0)]
        person = [person_choice("misses")] if misses > 1 else []
        if torn:
            buttons = [*category_choices(torn), *person]
            dispatcher.utter_message(response="utter_ask_back", buttons=buttons)
        else:
            dispatcher.utter_message(response="utter_ask_again", buttons=category_choices())
        return [SlotSet("misses", misses)]


def clearly_named(knowledge: Knowledge, text: str, tracker: Tracker) -> list[ServiceItem]:
    """The items that words name though the classifier is unsure.

    Several joined matters; both categories between which it is torn; or the likeliest category,
    where a term of its own fits best.
    """
    torn = ranked(tracker)
    if several := find_matters(knowledge, text):
        return several
    clear = [find_services(knowledge, text, category, limit=1) for category in torn]
    named = {m[0].item.id: m[0].item for m in clear if m and m[0].score >= CLEAR}
    if len(torn) == 2 and all(m and m[0].score >= CLEAR for m in clear):
        return list(named.values())
    best = [m.item for m in find_services(knowledge, text) if m.score >= CLEAR]
    if torn and best and likeliest(tracker) >= LIKELY:
        return [item for item in best if torn[0] in (*item.categories, *item.also)][:2]
    return []


class ActionReject(Action):
    """Not ours: say so; the second time in a row, with the telephones."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_reject"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Count the miss, unless it is ours since the last training."""
        if names_only_itself(dispatcher, tracker.latest_message.get("text") or ""):
            return []
        known = directory(tracker)
        if answer_loosely(dispatcher, tracker, known):
            return [SlotSet("misses", 0)]
        if named := known.newly_named(tracker.latest_message.get("text") or "")[:2]:
            return say_items(dispatcher, known, named, named[0].categories[0])
        misses = int(tracker.get_slot("misses") or 0) + 1
        if misses > 1:
            dispatcher.utter_message(
                response="utter_out_of_scope_again",
                lines=contact_lines(known.knowledge),
                buttons=[person_choice("misses")],
            )
            return [SlotSet("misses", 0)]
        dispatcher.utter_message(response="utter_out_of_scope")
        return [SlotSet("misses", misses)]
