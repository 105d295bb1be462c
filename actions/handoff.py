"""A person is wanted: asked for, offered and taken, or required by a rule."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.choices import person_choice
from actions.database import directory, sender, settings, writing
from actions.services import Events, entity
from bot.model.calendar import centre_calendar
from bot.model.handoff import REASONS, hours_words
from bot.services.handoff.requests import request_handoff
from bot.services.record import Origin
from bot.storage.database import utc_now
from knowledge import contact_lines, load_knowledge
from knowledge.handoff import needs_person
from nlu.plainly import asks_where_to_complain, telephone_unanswered, wants_to_leave_message


class ActionCallPerson(Action):
    """转人工, in words or by a choice that was offered."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_call_person"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Hand the conversation over; outside WeChat say whom to ring up."""
        reason = entity(tracker, "reason") or "asked"
        call_person(dispatcher, tracker, reason if reason in REASONS else "asked")
        return []


APOLOGIES = ("utter_complain", "utter_complain_more", "utter_complain_again")
"""The first time in a case, the second, and from then on."""


class ActionComplain(Action):
    """A complaint: a rule may pass it to a person at once; else one is offered."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_complain"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Apologise, or hand over."""
        text = tracker.latest_message.get("text") or ""
        if needs_person("complain", text):
            call_person(dispatcher, tracker, "rule")
            return []
        response = _apology(tracker, text)
        angry = response in APOLOGIES
        dispatcher.utter_message(
            response=response,
            hours=hours_words(centre_calendar(), utc_now()),
            buttons=[person_choice("anger" if angry else "asked")],
        )
        return []


def _apology(tracker: Tracker, text: str) -> str:
    """The response that fits; who complains again does not hear the same again."""
    if telephone_unanswered(text):
        return "utter_telephone_unanswered"
    if asks_where_to_complain(text):
        return "utter_complain_where"
    again = max(complained(tracker) - 1, 0)  # the message itself stands among them
    return APOLOGIES[min(again, len(APOLOGIES) - 1)]


def complained(tracker: Tracker) -> int:
    """How often somebody complained in this case."""
    parses = (e.get("parse_data") or {} for e in tracker.events or [] if e.get("event") == "user")
    return sum((parse.get("intent") or {}).get("name") == "complain" for parse in parses)


def call_person(dispatcher: CollectingDispatcher, tracker: Tracker, reason: str) -> None:
    """Ask for a person. The user hears of it from the service: the conversation is no longer the
    assistant's, and what it says here is dropped unless that had happened before."""
    known = sender(tracker)
    if known is None:
        dispatcher.utter_message(
            response="utter_person_by_telephone", lines=contact_lines(directory(tracker).knowledge)
        )
        return
    if settings().human_desk == "wechat":
        # Only the answer to a message can hand the user to the platform's desk; see compose.
        dispatcher.utter_message(
            response="utter_person_of_platform", json_message={"transfer": True}
        )
        return
    user_id, message_id = known
    with writing() as db:
        request_handoff(
            db,
            user_id,
            Origin("wechat", "user", utc_now()),
            reason=reason,
            message_id=message_id,
            category=_last_category(tracker),
            message=wants_to_leave_message(str((tracker.latest_message or {}).get("text") or "")),
        )
    dispatcher.utter_message(response="utter_person_called")


def _last_category(tracker: Tracker) -> str | None:
    """The category that was spoken of last in this case."""
    known = load_knowledge().categories
    for event in reversed(tracker.events or []):
        if event.get("event") != "user":
            continue
        parse = event.get("parse_data") or {}
        chosen = [e["value"] for e in parse.get("entities") or [] if e.get("entity") == "category"]
        for name in (*chosen, (parse.get("intent") or {}).get("name")):
            if name in known:
                return str(name)
    return None
