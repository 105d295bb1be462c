"""A user leaves a message: what is said is kept, what is asked meanwhile is answered shortly.

When in doubt, words are the message: what is asked of the office is answered and drops nothing,
only a short plain refusal does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot import handoff_texts as texts
from bot.model.answer.contacts import telephones_in
from bot.model.calendar import centre_calendar
from bot.model.handoff import hours_words
from bot.model.handoff_words import BACK, DONE, DROP, read_word
from bot.model.wording import asks, requests, surely_asks
from bot.services.handoff import says
from bot.services.handoff.hours import answered_now
from bot.services.handoff.requests import drop_message, keep_message
from bot.services.handoff.rows import Handoff, keep_words, take_off, words_of, write_handoff
from bot.services.notices import notify
from bot.services.record import Origin
from bot.services.resources.directory import read_knowledge
from bot.storage.tables import messages_out
from knowledge import CLEAR, find_services
from knowledge.centre import centre_facts
from nlu.plainly import asks_for_station, said_in_box

FULL_RECEIPT = timedelta(seconds=60)
"""So long after it was said how a message is ended, a receipt needs not say it again."""

NO_PART = ("standing", "to_person")
"""Said of the message, or instead of it: never kept with it."""


@dataclass(frozen=True)
class Heard:
    """A message of the inbox. `text`: words said, or the payload ("/…") of a tap; None: neither.

    `event`: a tap in the menu or the like, no message of its own.
    """

    message_id: int
    text: str | None
    event: bool = False


def hear_in_box(db: Connection, handoff: Handoff, heard: Heard, text: str, origin: Origin) -> bool:
    """True when the message is the assistant's after all. The conversation is locked."""
    message_id = heard.message_id
    aside = "" if text.startswith("/") else said_in_box(text)
    if aside == "to_person" and answered_now(db, origin.now)(handoff.station):
        aside = "leave_for"
    elsewhere = text.startswith("/") and text not in (says.LEAVE["payload"], says.BACK["payload"])
    ends = not surely_asks(text)
    if ends and (read_word(text, DROP) or aside == "refuse"):
        take_off(db, message_id)
        drop_message(db, handoff, origin, message_id)
    elif text == says.BACK["payload"] or (ends and read_word(text, DONE | BACK)):
        take_off(db, message_id)
        keep_message(db, handoff, origin, message_id)
    elif elsewhere or aside == "leave_for":
        take_off(db, message_id)
        keep_message(db, handoff, origin, message_id, quietly=True)
        return True
    elif not heard.event and not text.startswith("/"):
        _answer(db, handoff, message_id, text, aside, origin)
    return False


def _answer(
    db: Connection, handoff: Handoff, message_id: int, text: str, aside: str, origin: Origin
) -> None:
    """Every message gets a word, once: an answer, or a receipt of what is kept."""
    said = _answer_aside(db, handoff, text, aside, origin)
    if said and (aside in NO_PART or asks(text)):
        take_off(db, message_id)
    else:
        handoff = keep_words(db, handoff, message_id, origin.now)
        said = said or _answer_question(db, text) or _receipt(db, handoff, text, origin)
    answered = sa.select(messages_out.c.id).where(messages_out.c.reply_to == message_id)
    if db.scalar(answered.limit(1)) is None:
        notify(db, handoff.user_id, said, origin.now, reply_to=message_id)


def _answer_aside(db: Connection, handoff: Handoff, text: str, aside: str, origin: Origin) -> str:
    """What is said to words on the office or the message itself; empty for all others."""
    now, facts, calendar = origin.now, centre_facts(), centre_calendar()
    values = {**facts, "hours": hours_words(calendar, now), "opening": says.opening(now)}
    if aside == "standing":
        count = len(words_of(db, handoff))
        return texts.MESSAGE_SO_FAR.format(count=count) if count else texts.MESSAGE_NONE_YET
    if aside in ("to_person", "person_now"):
        somebody = answered_now(db, now)(handoff.station)
        return (texts.SOMEBODY_NOW if somebody else texts.NOBODY_NOW).format(**values)
    if aside == "telephone":
        return texts.NO_NIGHT_TELEPHONE.format(**values)
    if aside == "hours":
        return (texts.HOURS_NOW if calendar.is_open(now) else texts.HOURS).format(**values)
    if asks_for_station(text):
        stations = "、".join(station.name for station in read_knowledge(db).stations)
        return texts.STATIONS_IN_BOX.format(stations=stations, **facts)
    return ""


def _answer_question(db: Connection, text: str) -> str:
    """Department and telephone of the service that a question names; empty without one."""
    if not (asks(text) or requests(text)):
        return ""
    found = find_services(read_knowledge(db), text, limit=1)
    if not found or found[0].score < CLEAR:
        return ""
    item = found[0].item
    told = texts.ITEM_IN_BOX.format(
        item=item.text,
        departments="、".join(item.departments),
        telephones="、".join(item.telephones),
    )
    return f"{told}\n\n{texts.MESSAGE_GOES_ON_SHORT}"


def _receipt(db: Connection, handoff: Handoff, text: str, origin: Origin) -> str:
    if telephones_in(text):
        return texts.MESSAGE_TELEPHONE
    told = handoff.warned_at
    if told is not None and len(words_of(db, handoff)) > 1 and origin.now < told + FULL_RECEIPT:
        return texts.MESSAGE_MORE_SHORT
    write_handoff(db, handoff, warned_at=origin.now)
    return texts.MESSAGE_MORE
