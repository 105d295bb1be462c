"""What a push says: words or a payload for the assistant, or a reply that needs no assistant."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import texts
from bot.gateway.compose import Choice
from bot.gateway.pending import BOOKING, DEMAND
from bot.model.booking_talk.offer_reply import reply_to_offer
from bot.model.handoff_words import read_word
from bot.model.numerals import value_of
from bot.services.booking.bookings import is_offered
from bot.storage.database import reading, utc_now
from bot.storage.tables import messages_out

LONGEST = 1_000
"""Characters that the assistant reads; a longer message is asked to be told shortly."""
UNREADABLE = {
    "image": texts.NO_PICTURE,
    "video": texts.NO_VIDEO,
    "shortvideo": texts.NO_VIDEO,
    "location": texts.NO_LOCATION,
    "link": texts.NO_LINK,
}
CLICKS = {
    "ask": "/ask_capabilities",
    "process": "/ask_process",
    "contact": "/ask_contact",
    "person": "/handoff_human",
    "stations": "/ask_stations",
    "form": "/start_demand_form",
    "demands": "/check_demand_status",
    "book": "/book_expert",
    "bookings": "/my_bookings",
}
"""Keys of the custom menu (bot/gateway/menu.py) and what they say to the assistant."""

NO_ANSWER = '/form_choice{"choice": "not_text"}'
"""What a picture says, and the like, while the demand form waits for an answer."""
NO_ANSWERS = {
    BOOKING: '/booking_choice{"choice": "not_text"}',
    DEMAND: '/demand_choice{"choice": "not_text"}',
}
"""The same while something else waits."""


_ORDINAL = re.compile(
    r"(?:(?:帮|给)?我?(?:要|选|约|就|想要|想约)|那就?|就要|就选|就约)?"
    r"(?:第(?P<number>[一二两三四五六七八九十]{1,3}|\d{1,2})(?:个|项|条|场|种|号)?|(?P<last>最后(?:那|一|那一)?个))"
    r"(?:时间|位子)?(?:吧|嘛|哈|哇|咯|了|好了|就行|就好|可以)?"
)
"""A choice by its place: 第二个, 就第3个吧, 最后一个."""
_HEAD = re.compile(r"[^，,（(]+")


@dataclass(frozen=True)
class Said:
    """`text` goes to the assistant, `reply` straight to the user; neither: nothing is said.

    `station`: scene of the QR code that was scanned.
    """

    text: str | None = None
    reply: str | None = None
    station: str | None = None


def read_message(engine: Engine, row: Any) -> Said:
    """What the inbox row `row` (columns of messages_in, users and conversations) says."""
    if row.kind == "event":
        return _event(row)
    if row.kind == "text" or (row.kind == "voice" and row.text):
        return _text(engine, row)
    if row.asking:
        return Said(text=NO_ANSWERS.get(row.asking, NO_ANSWER))
    if row.kind == "voice":
        return Said(reply=texts.NO_VOICE)
    return Said(reply=UNREADABLE.get(row.kind, texts.NO_KIND))


def _event(row: Any) -> Said:
    key = str(row.data.get("EventKey") or "")
    name = (row.event or "").lower()
    if name == "subscribe":
        return _welcome(key.removeprefix("qrscene_"))
    if name == "scan":
        return _welcome(key)
    if name == "click":
        return Said(text=CLICKS.get(key, "/ask_capabilities"))
    return Said()


def _welcome(scene: str) -> Said:
    # The platform sends the scene back as it was made; anything longer is not ours.
    station = scene if 0 < len(scene) <= 64 else None
    payload = "/welcome" + json.dumps({"station": station} if station else {}, ensure_ascii=False)
    return Said(text=payload, station=station)


def _text(engine: Engine, row: Any) -> Said:
    text = row.text or ""
    clicked = _clicked(engine, row)
    if clicked is not None:
        return Said(text=clicked)
    if not text:
        return Said(reply=texts.EMPTY_TEXT)
    if len(text) > LONGEST and not row.asking:
        return Said(reply=texts.TOO_LONG)
    chosen = choose(row.choices or [], text)
    if chosen is None and row.asking in (None, *NO_ANSWERS):  # in the form words are answers
        chosen = choose_in_words(row.choices or [], text)
    if chosen is not None:
        return Said(text=chosen)
    if row.asking not in NO_ANSWERS and (reply := _to_waiting_list(engine, row, text)):
        return Said(text=f'/booking_choice{{"choice": "{reply}"}}')
    # A slash makes Rasa take typed words for a payload: only the choices may do that.
    return Said(text=text.lstrip("/").strip() or "？")


def _to_waiting_list(engine: Engine, row: Any, text: str) -> str:
    """The answer that the words are to what the waiting list sent; empty when they are none."""
    reply = reply_to_offer(text)
    if reply in ("", "leave_waiting"):
        return reply
    with reading(engine) as db:
        return reply if is_offered(db, row.user_id, utc_now()) else ""


def choose(choices: list[Choice], text: str) -> str | None:
    """The payload meant by a typed number (1, １, 1.), a choice's title or other words for it."""
    typed = text.strip().rstrip(".、。 ")
    for number, choice in enumerate(choices, 1):
        title = choice["title"]
        if typed == title or typed == f"{number}. {title}":
            return str(choice["payload"])
        if read_word(text, set(choice.get("words", ()))):
            return str(choice["payload"])
        if not choice.get("numbered", True):
            continue
        if typed.isdecimal() and len(typed) < 3 and int(typed) == number:
            return str(choice["payload"])
    return None


def choose_in_words(choices: list[Choice], text: str) -> str | None:
    """The payload meant by 第二个, 最后一个, or by the end of a choice's title as in 排候补."""
    typed = text.strip(" \n。.，,!！~～")
    numbered = [choice for choice in choices if choice.get("numbered", True)]
    if found := _ORDINAL.fullmatch(typed):
        number = len(numbered) if found["last"] else int(value_of(found["number"]) or 0)
        return str(numbered[number - 1]["payload"]) if 0 < number <= len(numbered) else None
    if len(typed) < 2:
        return None
    heads = [_HEAD.match(choice["title"]) for choice in choices]
    meant = [
        choice
        for choice, head in zip(choices, heads, strict=True)
        if head and _ends_with(head.group(), typed)
    ]
    return str(meant[0]["payload"]) if len(meant) == 1 else None


def _ends_with(title: str, typed: str) -> bool:
    """Whether `typed` is the end of `title`; 5日 is none of 15日."""
    if not title.endswith(typed):
        return False
    before = title[: -len(typed)][-1:]
    return not (typed[0].isdigit() and before.isdigit())


def _clicked(engine: Engine, row: Any) -> str | None:
    """The payload of a tapped choice, whose id is `{messages_out.id}.{number}`."""
    out_id, _, number = str(row.data.get("bizmsgmenuid") or "").partition(".")
    if not (out_id.isascii() and out_id.isdigit() and number.isascii() and number.isdigit()):
        return None
    if len(out_id) > 18 or len(number) > 3:
        return None
    with reading(engine) as db:
        body = db.scalar(
            sa.select(messages_out.c.body).where(
                messages_out.c.id == int(out_id), messages_out.c.user_id == row.user_id
            )
        )
    choices = (body or {}).get("choices", [])
    return choices[int(number) - 1]["payload"] if 0 < int(number) <= len(choices) else None
