"""A user's message while a person, or the queue, owns the conversation: kept, never answered by
the assistant; a few words work without it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.engine import Connection

from bot import handoff_texts as texts
from bot.model.handoff import ASSISTANT, BY_USER, CLAIMED, MESSAGE, SPECIALIST
from bot.model.handoff_words import BACK, END, LEAVE, read_word
from bot.services.handoff import says
from bot.services.handoff.handoffs import end_handoff
from bot.services.handoff.message_box import Heard, hear_in_box
from bot.services.handoff.ownership import lock_conversation, read_owner
from bot.services.handoff.requests import cancel_handoff, keep_case, leave_message
from bot.services.handoff.rows import Handoff, keep_words, open_handoff, take_off, write_handoff
from bot.services.notices import notify
from bot.services.record import Origin
from bot.settings import Settings

__all__ = ["Heard", "hear_user", "keep_for_person"]


def keep_for_person(db: Connection, user_id: int, message_id: int, origin: Origin) -> None:
    """A message that came while a person was being called is theirs: the desk sees it.

    All but the one that called. The conversation is locked by the caller.
    """
    handoff = open_handoff(db, user_id)
    if handoff is None or handoff.first_message_id == message_id:
        return
    keep_words(db, handoff, message_id, origin.now)


def hear_user(
    db: Connection, settings: Settings, user_id: int, heard: Heard, origin: Origin
) -> bool:
    """A message of a user whose conversation is not the assistant's.

    True when it is the assistant's after all: who leaves a message and taps a function of the
    menu has left it. Heard twice, it changes nothing more.
    """
    lock_conversation(db, user_id)
    owner = read_owner(db, user_id)
    handoff = open_handoff(db, user_id)
    if handoff is None or owner.kind == ASSISTANT or handoff.first_message_id == heard.message_id:
        return False
    text = heard.text or ""
    if owner.kind == SPECIALIST or handoff.status == CLAIMED:
        _hear_in_chat(db, handoff, heard, text, origin)
        return False
    if handoff.status == MESSAGE:
        return hear_in_box(db, handoff, heard, text, origin)
    _hear_in_queue(db, settings, handoff, heard, text, origin)
    return False


def _hear_in_chat(
    db: Connection, handoff: Handoff, heard: Heard, text: str, origin: Origin
) -> None:
    if heard.event:
        return
    handoff = keep_words(db, handoff, heard.message_id, origin.now)
    if read_word(text, END):
        end_handoff(db, handoff, BY_USER, origin)


def _hear_in_queue(
    db: Connection, settings: Settings, handoff: Handoff, heard: Heard, text: str, origin: Origin
) -> None:
    message_id = heard.message_id
    if text == says.BACK["payload"] or read_word(text, BACK):
        take_off(db, message_id)
        leave = keep_case if handoff.is_promised else cancel_handoff
        leave(db, handoff, origin, message_id)
    elif text == says.LEAVE["payload"] or read_word(text, LEAVE):
        leave_message(db, handoff, origin, message_id)
    elif text.startswith("/"):
        notify(db, handoff.user_id, texts.WAIT_MENU, origin.now, reply_to=message_id)
    elif not heard.event:
        handoff = keep_words(db, handoff, message_id, origin.now)
        _acknowledge(db, settings, handoff, heard, origin)


def _acknowledge(
    db: Connection, settings: Settings, handoff: Handoff, heard: Heard, origin: Origin
) -> None:
    """Say that it was received, and what follows, unless something was said a short while ago."""
    every = timedelta(seconds=settings.handoff_acknowledge_seconds)
    if handoff.warned_at is not None and origin.now < handoff.warned_at + every:
        return
    write_handoff(db, handoff, warned_at=origin.now)
    text = says.waiting(db, handoff)
    notify(db, handoff.user_id, text, origin.now, reply_to=heard.message_id)
