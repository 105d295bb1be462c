"""Questions on the services: answered with annex 3, asked back, or turned away."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.choices import BOOK, FORM, category_choices, next_steps, person_choice
from bot.model.answer.company import is_name_alone
from bot.model.answer.contacts import telephones_in
from bot.model.wording import squeeze
from knowledge import ServiceItem, contact_lines, find_services, load_knowledge

CLEAR = 84.0
"""A term this well met names its category, though the classifier is torn between two."""
Events = list[dict[str, Any]]


def entity(tracker: Tracker, name: str) -> str | None:
    """The value of an entity in the latest message."""
    return next(tracker.get_latest_entity_values(name), None)


def ranked(tracker: Tracker) -> list[str]:
    """The two likeliest categories of the latest message."""
    known = load_knowledge().categories
    rows = tracker.latest_message.get("intent_ranking") or []
    return [row["name"] for row in rows if row["name"] in known][:2]


def show(dispatcher: CollectingDispatcher, item: ServiceItem, **extra: Any) -> None:
    """Say one row of annex 3."""
    dispatcher.utter_message(
        response="utter_service",
        item=item.text,
        departments="、".join(item.departments),
        telephones="、".join(item.telephones),
        **extra,
    )


def answer_category(
    dispatcher: CollectingDispatcher, text: str, category: str, limit: int = 2
) -> list[ServiceItem]:
    """Say the items of `category` that `text` means."""
    items = [m.item for m in find_services(load_knowledge(), text, category, limit=limit)]
    for item in items:
        show(dispatcher, item)
    return items


class ActionAnswerQuestion(Action):
    """A question of a known category, or a choice of a category or service item."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_answer_question"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Say the items meant, then the next steps as choices."""
        knowledge = load_knowledge()
        chosen = entity(tracker, "service")
        category = entity(tracker, "category")
        intent = (tracker.latest_message.get("intent") or {}).get("name")
        text = tracker.latest_message.get("text") or ""
        if chosen:
            items = [item for item in knowledge.services if item.id == chosen]
        elif category:
            items = [m.item for m in find_services(knowledge, "", category, limit=5)]
        else:
            category = intent
            items = [m.item for m in find_services(knowledge, text, category, limit=2)]
        if not items:
            dispatcher.utter_message(response="utter_ask_again", buttons=category_choices())
            return []
        for item in items:
            show(dispatcher, item)
        shown = {item.id for item in items}
        category = category or items[0].categories[0]
        dispatcher.utter_message(response="utter_next_steps", buttons=next_steps(category, shown))
        return [SlotSet("misses", 0)]


def names_only_itself(dispatcher: CollectingDispatcher, text: str) -> bool:
    """A name or a telephone where nothing was asked: ask what it is for; whether it was so."""
    if not (is_name_alone(text) or telephones_in(text) == [squeeze(text)]):
        return False
    dispatcher.utter_message(
        response="utter_name_alone", buttons=[FORM, BOOK, person_choice("asked")]
    )
    return True


class ActionAskBack(Action):
    """An unsure reading: offer the likeliest categories; the second time, a person."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_ask_back"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Answer both when both are named in so many words; else ask."""
        text = tracker.latest_message.get("text") or ""
        if names_only_itself(dispatcher, text):
            return []
        knowledge = load_knowledge()
        torn = ranked(tracker)
        clear = [find_services(knowledge, text, category, limit=1) for category in torn]
        named = {m[0].item.id: m[0].item for m in clear if m and m[0].score >= CLEAR}
        if len(torn) == 2 and all(m and m[0].score >= CLEAR for m in clear):
            for item in named.values():
                show(dispatcher, item)
            return [SlotSet("misses", 0)]
        misses = int(tracker.get_slot("misses") or 0) + 1
        if misses > 1:
            dispatcher.utter_message(
                response="utter_call_a_person",
                lines=contact_lines(load_knowledge()),
                buttons=[person_choice("misses"), *category_choices()],
            )
            return [SlotSet("misses", 0)]
        if torn:
            dispatcher.utter_message(response="utter_ask_back", buttons=category_choices(torn))
        else:
            dispatcher.utter_message(response="utter_ask_again", buttons=category_choices())
        return [SlotSet("misses", misses)]


class ActionReject(Action):
    """Not ours: say so; the second time in a row, with the telephones."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_reject"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Count the miss."""
        if names_only_itself(dispatcher, tracker.latest_message.get("text") or ""):
            return []
        misses = int(tracker.get_slot("misses") or 0) + 1
        if misses > 1:
            dispatcher.utter_message(
                response="utter_out_of_scope_again",
                lines=contact_lines(load_knowledge()),
                buttons=[person_choice("misses")],
            )
            return [SlotSet("misses", 0)]
        dispatcher.utter_message(response="utter_out_of_scope")
        return [SlotSet("misses", misses)]
