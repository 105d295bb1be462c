"""那电话呢, 收费吗, 在哪里做, 还有别的吗: read against what was answered last in this case."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answered import Answered, answered_last, say_of, say_of_last
from actions.centre import ActionShowCapabilities, ActionShowProcess, ActionShowStations
from actions.choices import category_choices
from actions.contacts import ActionShowContacts
from actions.database import directory
from actions.own_facts import answer_of_own
from actions.services import Events, say_items
from bot.services.resources.directory import Directory
from knowledge import contact_lines, services_of
from nlu.follow_up import FollowUp, read_follow_up, read_loosely

SHOWN = 3
"""Further items said at a time."""
OTHERWISE: dict[str, type[Action]] = {
    "contact": ActionShowContacts,
    "others": ActionShowCapabilities,
    "details": ActionShowProcess,
    "place": ActionShowStations,
    "where": ActionShowStations,
    "departments": ActionShowContacts,
}
"""What answers where nothing was answered before."""


def answer_follow_up(dispatcher: CollectingDispatcher, tracker: Tracker, asked: FollowUp) -> Events:
    """Answer what is asked of the last answer; without one, as well as words alone allow."""
    if answer_of_own(dispatcher, tracker, asked.kind):
        return []
    if asked.kind == "access":
        dispatcher.utter_message(response="utter_station_access")
        return []
    known = directory(tracker)
    last = answered_last(known, tracker)
    if asked.kind == "place" or (last is None and asked.kind in OTHERWISE):
        return list(OTHERWISE[asked.kind]().run(dispatcher, tracker, {}))
    if last is None:
        lines = contact_lines(known.knowledge)
        say_of(dispatcher, asked.kind, known.knowledge.services, lines)
        return []
    if asked.kind == "others":
        return _say_others(dispatcher, known, last)
    if asked.kind == "departments":
        items = last.meant(asked.place)
        named = dict.fromkeys(name for item in items for name in item.departments)
        dispatcher.utter_message(response="utter_item_departments", departments="、".join(named))
        return []
    say_of_last(dispatcher, known, last, asked)
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
        asked = read_follow_up(text) or read_loosely(text) or FollowUp("details")
        return answer_follow_up(dispatcher, tracker, asked)
