"""那电话呢, 收费吗, 还有别的吗: read against what was answered last in this case."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.centre import (
    ActionShowCapabilities,
    ActionShowContacts,
    ActionShowProcess,
    ActionShowStations,
)
from actions.choices import category_choices, next_steps
from actions.database import directory
from actions.own_facts import answer_of_own
from actions.services import Events, say_items
from bot.services.resources.directory import Directory
from knowledge import ServiceItem, contact_lines, services_of
from nlu.follow_up import FollowUp, read_follow_up

SHOWN = 3
"""Further items said at a time."""
OTHERWISE: dict[str, type[Action]] = {
    "contact": ActionShowContacts,
    "others": ActionShowCapabilities,
    "details": ActionShowProcess,
    "place": ActionShowStations,
}
"""What answers where nothing was answered before."""
SEARCHED = {"charge": ("免费",), "policy": ("政策", "免费")}
"""The words by which annex 3 tells of it, in the clause that is said."""
ANSWERS = {
    "contact": "utter_item_contact",
    "charge": "utter_charges_unknown",
    "policy": "utter_policies_unknown",
    "bring": "utter_materials_unknown",
}
"""What is said where the list does not tell."""


@dataclass(frozen=True)
class Answered:
    """What was answered last: the items, and the category that they were said for.

    `before`: ids of all items of the category that were said, one answer after the other.
    """

    category: str
    items: tuple[ServiceItem, ...]
    before: frozenset[str]

    def meant(self, place: int | None) -> tuple[ServiceItem, ...]:
        """The items that a follow-up means: one of them, or all."""
        if place is None or place >= len(self.items):
            return self.items
        return (self.items[place],)


def answered_last(known: Directory, tracker: Tracker) -> Answered | None:
    """What was answered last in this case, as it stands now at the desk."""
    kept = tracker.get_slot("answered") or {}
    of_id = {item.id: item for item in known.knowledge.services}
    items = tuple(of_id[each] for each in kept.get("items", ()) if each in of_id)
    before = frozenset(kept.get("before", ())) | {item.id for item in items}
    return Answered(kept["category"], items, before) if items else None


def answer_follow_up(dispatcher: CollectingDispatcher, tracker: Tracker, asked: FollowUp) -> Events:
    """Answer what is asked of the last answer; without one, as well as words alone allow."""
    if answer_of_own(dispatcher, tracker, asked.kind):
        return []
    known = directory(tracker)
    last = answered_last(known, tracker)
    if asked.kind == "place" or (last is None and asked.kind in OTHERWISE):
        return list(OTHERWISE[asked.kind]().run(dispatcher, tracker, {}))
    if last is None:
        lines = contact_lines(known.knowledge)
        _say_of(dispatcher, asked.kind, known.knowledge.services, lines)
        return []
    if asked.kind == "others":
        return _say_others(dispatcher, known, last)
    items = last.meant(asked.place)
    about = services_of(known.knowledge, last.category)
    _say_of(dispatcher, asked.kind, about, _contacts(items))
    buttons = next_steps(known.knowledge, last.category, {*last.before})
    dispatcher.utter_message(response="utter_next_steps", buttons=buttons)
    return []


def _say_others(dispatcher: CollectingDispatcher, known: Directory, last: Answered) -> Events:
    """The category's items that were not said yet; the other categories when there are none."""
    rest = services_of(known.knowledge, last.category)
    rest = [item for item in rest if item.id not in last.before][:SHOWN]
    if not rest:
        name = known.knowledge.categories[last.category].name
        dispatcher.utter_message(
            response="utter_no_other_items", category=name, buttons=category_choices()
        )
        return [SlotSet("misses", 0)]
    return say_items(dispatcher, known, rest, last.category, last.before)


def _say_of(
    dispatcher: CollectingDispatcher, kind: str, about: Iterable[ServiceItem], lines: str
) -> None:
    """What annex 3 says of it in the items `about`, and whom to ask for the rest (`lines`)."""
    words = SEARCHED.get(kind, ())
    clauses = (clause for item in about for clause in _clauses(item.text))
    found = [clause for clause in clauses if any(word in clause for word in words)]
    if found:
        said = "；".join(dict.fromkeys(found))
        dispatcher.utter_message(response=f"utter_{kind}_found", found=said, lines=lines)
    else:
        response = ANSWERS.get(kind, "utter_item_details")
        dispatcher.utter_message(response=response, lines=lines)


def _clauses(text: str) -> list[str]:
    return [clause for clause in re.split("[，,；;。]", text) if clause]


def _contacts(items: Iterable[ServiceItem]) -> str:
    """Departments and telephones, the same ones once."""
    return "\n".join(
        dict.fromkeys(f"{'、'.join(i.departments)}：{'、'.join(i.telephones)}" for i in items)
    )


class ActionFollowUp(Action):
    """A question that means what was answered last."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_follow_up"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Read the words again; they are a follow-up by their shape alone."""
        text = str(tracker.latest_message.get("text") or "")
        return answer_follow_up(dispatcher, tracker, read_follow_up(text) or FollowUp("details"))
