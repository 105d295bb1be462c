"""那电话呢, 收费吗, 还有别的吗: read against what was answered last in this case."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.centre import ActionShowCapabilities, ActionShowContacts, ActionShowProcess
from actions.choices import category_choices, next_steps
from actions.database import directory
from actions.services import Events, say_items
from bot.services.resources.directory import Directory
from knowledge import Knowledge, ServiceItem, contact_lines, services_of
from nlu.follow_up import FollowUp, read_follow_up

SHOWN = 3
"""Further items said at a time."""
OTHERWISE: dict[str, type[Action]] = {
    "contact": ActionShowContacts,
    "others": ActionShowCapabilities,
    "details": ActionShowProcess,
}
"""What answers where nothing was answered before."""


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
    known = directory(tracker)
    last = answered_last(known, tracker)
    if last is None:
        if asked.kind == "charge":
            return _say_charges(dispatcher, known.knowledge, known.knowledge.services)
        return list(OTHERWISE[asked.kind]().run(dispatcher, tracker, {}))
    if asked.kind == "others":
        return _say_others(dispatcher, known, last)
    items = last.meant(asked.place)
    if asked.kind == "charge":
        _say_charges(dispatcher, known.knowledge, items, last.category)
    else:
        response = "utter_item_contact" if asked.kind == "contact" else "utter_item_details"
        dispatcher.utter_message(response=response, lines=_contacts(items))
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


def _say_charges(
    dispatcher: CollectingDispatcher,
    knowledge: Knowledge,
    items: Iterable[ServiceItem],
    category: str = "",
) -> Events:
    """What annex 3 says is free, and whom to ask for the rest: no price stands in it."""
    lines = _contacts(items) if category else contact_lines(knowledge)
    about = services_of(knowledge, category) if category else knowledge.services
    free = [clause for item in about for clause in _clauses(item.text) if "免费" in clause]
    if free:
        dispatcher.utter_message(response="utter_free", free="；".join(free), lines=lines)
    else:
        dispatcher.utter_message(response="utter_charges_unknown", lines=lines)
    return []


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
