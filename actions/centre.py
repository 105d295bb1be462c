"""What the centre is and does: process, stations, notices, welcome."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answered import answer_loosely
from actions.choices import PROCESS, STATIONS, category_choices
from actions.database import directory
from actions.services import Events, entity
from bot.model.calendar import centre_calendar
from bot.model.handoff import hours_words
from bot.storage.database import utc_now
from knowledge import find_station, load_knowledge
from nlu.plainly import asks_for_hours, asks_to_stop_notices


class ActionShowProcess(Action):
    """The plan's chapter 五."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_show_process"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Say the steps, unless short words ask of the last answer: 可以上门不."""
        if answer_loosely(dispatcher, tracker, directory(tracker)):
            return []
        lines = "\n".join(
            f"{number}. {step.title}：{step.text}"
            for number, step in enumerate(load_knowledge().process, 1)
        )
        dispatcher.utter_message(response="utter_process", lines=lines, buttons=[STATIONS])
        return []


class ActionShowStations(Action):
    """Where the stations are, as far as the plan says, and when the centre works."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_show_stations"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Say them."""
        stations = load_knowledge().stations
        if not asks_for_hours(tracker.latest_message.get("text") or ""):
            dispatcher.utter_message(
                response="utter_stations",
                lines="\n".join(station.name for station in stations),
                visits="、".join(s.name for s in stations if s.expert_visits),
            )
        dispatcher.utter_message(
            response="utter_station_facts",
            hours=hours_words(centre_calendar(), utc_now()),
            buttons=[PROCESS],
        )
        return []


class ActionShowNotices(Action):
    """What we send without being asked: 别再给我发消息了, 还能收到提醒吗."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_show_notices"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Say what is sent, and how it ends."""
        text = str(tracker.latest_message.get("text") or "")
        stop = asks_to_stop_notices(text)
        dispatcher.utter_message(response="utter_notices_stop" if stop else "utter_notices")
        return []


class ActionShowCapabilities(Action):
    """What can be asked, with the eight categories to choose from."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_show_capabilities"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Say it."""
        dispatcher.utter_message(response="utter_capabilities")
        dispatcher.utter_message(response="utter_choose_category", buttons=category_choices())
        return []


class ActionWelcome(Action):
    """A new follower, or one who scanned a station's code."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_welcome"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Greet, naming the station when it is one of ours."""
        station = find_station(load_knowledge(), entity(tracker, "station") or "")
        if station is None:
            dispatcher.utter_message(response="utter_welcome", buttons=category_choices())
        else:
            dispatcher.utter_message(
                response="utter_welcome_station",
                station=station.name,
                buttons=category_choices(),
            )
        return []
