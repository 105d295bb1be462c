"""The action server's way to the services: settings and engine, made at first use."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from rasa_sdk import Tracker
from sqlalchemy.engine import Connection, Engine

from bot.services.resources.directory import Directory, read_directory
from bot.settings import Settings, read_settings
from bot.storage.database import create_engine, reading
from knowledge import load_knowledge


@cache
def settings() -> Settings:
    """The settings that the supervisor started this process with."""
    return read_settings(demo=bool(os.environ.get("BOT_DEMO")))


@cache
def engine() -> Engine:
    """The product's database."""
    return create_engine(settings().database)


def writing() -> AbstractContextManager[Connection]:
    """A transaction on the product's database: each action's only way to change anything."""
    return engine().begin()


def sender(tracker: Tracker) -> tuple[int, int] | None:
    """(users.id, messages_in.id) that the gateway sent along; None outside it (rasa shell)."""
    metadata: dict[str, Any] = (tracker.latest_message or {}).get("metadata") or {}
    user, message = metadata.get("user_id"), metadata.get("message_id")
    return (int(user), int(message)) if user and message else None


def directory(tracker: Tracker) -> Directory:
    """The service items as they stand at the desk; in rasa shell, those of knowledge/."""
    if sender(tracker) is None:
        return Directory(load_knowledge(), {})
    with reading(engine()) as db:
        return read_directory(db)
