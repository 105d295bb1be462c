"""Questions on the services: answered with annex 3, asked back, or turned away."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.choices import BOOK, FORM, category_choices, next_steps, person_choice
from actions.database import directory
from bot.model.answer.company import is_name_alone
from bot.model.answer.contacts import telephones_in
from bot.model.wording import squeeze
from bot.services.resources.directory import Directory
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


def show(dispatcher: CollectingDispatcher, known: Directory, item: ServiceItem) -> None:
    """Say one service item, and who serves it besides the departments that it names."""
    dispatcher.utter_message(
        response="utter_service",
        item=item.text,
        departments="、".join(item.departments),
        telephones="、".join(item.telephones),
    )
    if others := known.others.get(item.id):
        lines = "\n".join(f"{o.name}：{o.telephone}".rstrip("：") for o in others)
        dispatcher.utter_message(response="utter_service_organisations", lines=lines)


def answer_category(
    dispatcher: CollectingDispatcher, tracker: Tracker, category: str, limit: int = 2
) -> None:
    """Say the items that the message means, of `category` or named by new words."""
    known = directory(tracker)
    for item in items_meant(known, tracker.latest_message.get("text") or "", category, limit):
        show(dispatcher, known, item)


def items_meant(
    known: Directory, text: str, category: str | None, limit: int = 2
) -> list[ServiceItem]:
    """The items of a category that `text` means; words that no training has seen go first: the
    classifier cannot know what category they are of."""
    if named := known.newly_named(text):
        return named[:limit]
    return [match.item for match in find_services(known.knowledge, text, category, limit=limit)]


def answer_newly_named(
    dispatcher: CollectingDispatcher, known: Directory, tracker: Tracker
) -> bool:
    """Say the items that the message names by words from the desk; whether there were any."""
    items = known.newly_named(tracker.latest_message.get("text") or "")[:2]
    for item in items:
        show(dispatcher, known, item)
    return bool(items)


class ActionAnswerQuestion(Action):
    """A question of a known category, or a choice of a category or service item."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_answer_question"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Say the items meant, then the next steps as choices."""
        known = directory(tracker)
        chosen = entity(tracker, "service")
        category = entity(tracker, "category")
        intent = (tracker.latest_message.get("intent") or {}).get("name")
        text = tracker.latest_message.get("text") or ""
        if chosen:
            items = [item for item in known.knowledge.services if item.id == chosen]
        elif category:
            items = [m.item for m in find_services(known.knowledge, "", category, limit=5)]
        else:
            category = intent
            items = items_meant(known, text, category)
        if not items:
            dispatcher.utter_message(response="utter_ask_again", buttons=category_choices())
            return []
        for item in items:
            show(dispatcher, known, item)
        shown = {item.id for item in items}
        category = category or items[0].categories[0]
        dispatcher.utter_message(
            response="utter_next_steps", buttons=next_steps(known.knowledge, category, shown)
        )
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
        known = directory(tracker)
        if answer_newly_named(dispatcher, known, tracker):
            return [SlotSet("misses", 0)]
        torn = ranked(tracker)
        clear = [find_services(known.knowledge, text, category, limit=1) for category in torn]
        named = {m[0].item.id: m[0].item for m in clear if m and m[0].score >= CLEAR}
        if len(torn) == 2 and all(m and m[0].score >= CLEAR for m in clear):
            for item in named.values():
                show(dispatcher, known, item)
            return [SlotSet("misses", 0)]
        misses = int(tracker.get_slot("misses") or 0) + 1
        if misses > 1:
            dispatcher.utter_message(
                response="utter_call_a_person",
                lines=contact_lines(known.knowledge),
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
        """Count the miss, unless it is ours since the last training."""
        if names_only_itself(dispatcher, tracker.latest_message.get("text") or ""):
            return []
        known = directory(tracker)
        if answer_newly_named(dispatcher, known, tracker):
            return [SlotSet("misses", 0)]
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
