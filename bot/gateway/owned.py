"""The turn's part of a hand-off: messages that are a person's, taps and words that need none."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Engine

from bot import handoff_texts as texts
from bot.gateway.read_message import Said
from bot.model.handoff import ASSISTANT
from bot.model.handoff_words import read_suggestion
from bot.services.handoff.chat import Heard, hear_user
from bot.services.handoff.ownership import read_owner
from bot.services.handoff.rating import hear_rating
from bot.services.handoff.says import BACK, LEAVE, RATING
from bot.services.record import Origin
from bot.settings import Settings
from bot.storage.database import reading, utc_now

TAPS = (BACK["payload"], LEAVE["payload"])


class OwnerChangedError(Exception):
    """The conversation changed hands during the turn: the message is read again and goes there."""


def origin() -> Origin:
    """The user, now."""
    return Origin("wechat", "user", utc_now())


def is_for_person(row: Any) -> bool:
    """Whether the inbox row came for a person, or while one is waited for."""
    return row.handoff_id is not None or row.owner_kind != ASSISTANT


def hear(engine: Engine, settings: Settings, row: Any, said: Said) -> bool:
    """Keep the message for the person; True when it is the assistant's after all.

    What is tapped, and what is typed for it, counts as read; voice only by its recognised words:
    to the form that waits meanwhile it says something else.
    """
    event = row.kind == "event"
    text = said.text if event or row.kind == "text" else row.text if row.kind == "voice" else None
    if event and row.event != "CLICK":
        return False
    with engine.begin() as db:
        return hear_user(db, settings, row.user_id, Heard(row.id, text, event), origin())


def answer_of_desk(engine: Engine, settings: Settings, row: Any, said: Said) -> str | None:
    """What is said to a rating, or to a tap on what is over; None when the assistant is asked."""
    text = said.text or ""
    if text in TAPS:
        return texts.NOT_WAITING
    choices = row.choices or []
    stars_offered = bool(choices) and str(choices[0].get("payload", "")).startswith(RATING)
    if not (text.startswith(RATING) or stars_offered or read_suggestion(text)):
        return None
    with engine.begin() as db:
        return hear_rating(db, settings, row.user_id, text, choices, origin())


def changed_hands(engine: Engine, row: Any) -> bool:
    """Whether the conversation's owner is another than when `row` was read."""
    with reading(engine) as db:
        return read_owner(db, row.user_id).version != row.version
