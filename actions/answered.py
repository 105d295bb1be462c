"""What was answered last in this case: follow-ups and pronouns mean it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.choices import next_steps
from bot.services.resources.directory import Directory
from knowledge import ServiceItem, find_services, services_of
from nlu.follow_up import FollowUp, read_follow_up, read_loosely

SEARCHED = {"charge": ("免费",), "policy": ("政策", "免费")}
"""The words by which annex 3 tells of it, in the clause that is said."""
ANSWERS = {
    "contact": "utter_item_contact",
    "charge": "utter_charges_unknown",
    "policy": "utter_policies_unknown",
    "bring": "utter_materials_unknown",
    "details": "utter_item_details",
    "where": "utter_item_where",
    "time": "utter_item_time",
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


def contacts_of(items: Iterable[ServiceItem]) -> str:
    """Departments and telephones, each of them once."""
    told: dict[str, dict[str, None]] = {}
    for item in items:
        told.setdefault("、".join(item.departments), {}).update(dict.fromkeys(item.telephones))
    return "\n".join(f"{name}：{'、'.join(telephones)}" for name, telephones in told.items())


def say_of(
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
        response = ANSWERS.get(kind, ANSWERS["details"])
        dispatcher.utter_message(response=response, lines=lines)


def _clauses(text: str) -> list[str]:
    return [clause for clause in re.split("[，,；;。]", text) if clause]


def say_of_last(
    dispatcher: CollectingDispatcher, known: Directory, last: Answered, asked: FollowUp
) -> None:
    """What is asked of the last answer, then the next steps as choices."""
    about = services_of(known.knowledge, last.category)
    say_of(dispatcher, asked.kind, about, contacts_of(last.meant(asked.place)))
    buttons = next_steps(known.knowledge, last.category, {*last.before})
    dispatcher.utter_message(response="utter_next_steps", buttons=buttons)


def answer_loosely(dispatcher: CollectingDispatcher, tracker: Tracker, known: Directory) -> bool:
    """Answer short words that name nothing of their own, 要花好多钱嘛, by what was answered last.

    Whether they were such.
    """
    text = str((tracker.latest_message or {}).get("text") or "")
    last = answered_last(known, tracker)
    asked = read_follow_up(text) or read_loosely(text)
    named = find_services(known.knowledge, text, limit=1)
    if last is None or asked is None or asked.kind not in ANSWERS or named or text.startswith("/"):
        return False
    say_of_last(dispatcher, known, last, asked)
    return True
