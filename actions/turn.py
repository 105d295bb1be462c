"""A message handed to the service that talks about its subject: who wrote it, and which words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.engine import Connection

from actions.database import sender, settings, writing
from bot.services.form.says import FormTurn
from bot.settings import Settings
from bot.storage.database import utc_now

Chat = TypeVar("Chat")


def intent_of(tracker: Tracker) -> str:
    """The intent by which the latest message came here."""
    return str(((tracker.latest_message or {}).get("intent") or {}).get("name"))


def words_of(tracker: Tracker) -> str:
    """What the user wrote; empty where a menu or a choice says an intent instead."""
    text = str((tracker.latest_message or {}).get("text") or "")
    return "" if text.startswith("/") else text


def take_turn(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    chat: Callable[[Connection, Settings, int, int, datetime], Chat],
    run: Callable[[Chat], FormTurn],
) -> FormTurn | None:
    """What the service says to the latest message, in one transaction.

    None, and a word on it, where nobody knows who wrote (rasa shell).
    """
    known = sender(tracker)
    if known is None:
        dispatcher.utter_message(response="utter_form_only_in_wechat")
        return None
    with writing() as db:
        return run(chat(db, settings(), *known, utc_now()))
