"""The user's rating of a chat with a person: one to five stars, and words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Connection

from bot import handoff_texts as texts
from bot.model.handoff import CLOSED
from bot.model.handoff_words import read_stars, read_suggestion
from bot.model.message_text import clean
from bot.services.handoff.ownership import lock_conversation
from bot.services.handoff.rows import Handoff, change_handoff, get_handoffs, last_handoff
from bot.services.handoff.says import RATING
from bot.services.record import Origin
from bot.settings import Settings

WORDS_LONGEST = 1_000


def rate_handoff(
    db: Connection, handoff: Handoff, stars: int, words: str, origin: Origin
) -> Handoff:
    """Keep a rating, the first one counts; words given later are added to it."""
    values: dict[str, Any] = {"rated_at": origin.now}
    if handoff.rating is None:
        values["rating"] = stars
    if words:
        kept = "\n".join(filter(None, [handoff.rating_words, clean(words)]))
        values["rating_words"] = kept[:WORDS_LONGEST]
    return change_handoff(
        db, handoff, "handoff_rated", origin, values, stars=handoff.rating or stars
    )


def hear_rating(
    db: Connection,
    settings: Settings,
    user_id: int,
    text: str,
    choices: list[dict[str, Any]],
    origin: Origin,
) -> str | None:
    """What is said to a message that rates a chat which is over; None for all other messages.

    `text`: words, or the payload of a choice; `choices`: those offered last: only while the stars
    are among them do words without a mark or a number count as a rating.
    """
    handoff, stars, words = _read(db, user_id, text, choices)
    if handoff is None or (stars is None and handoff.rating is None):
        return None
    lock_conversation(db, user_id)
    handoff = get_handoffs(db, [handoff.id])[handoff.id]
    if not _in_time(handoff, settings, origin.now):
        return texts.RATING_OVER if text.startswith(RATING) else None
    if stars is None:
        rate_handoff(db, handoff, 0, words, origin)
        return texts.RATED_WORDS
    if handoff.rating is not None and handoff.rating != stars:
        return texts.RATED_ALREADY
    if handoff.rating is None:
        rate_handoff(db, handoff, stars, words, origin)
    if words:
        return texts.RATED_WORDS
    return texts.RATED_LOW if stars < 3 else texts.RATED


def _read(
    db: Connection, user_id: int, text: str, choices: list[dict[str, Any]]
) -> tuple[Handoff | None, int | None, str]:
    """The hand-off that is meant, the stars and the words."""
    if text.startswith(RATING):
        parts = text.removeprefix(RATING).split()
        if len(parts) != 2 or not all(p.isascii() and p.isdigit() and len(p) < 19 for p in parts):
            return None, None, ""
        found = get_handoffs(db, [int(parts[0])]).get(int(parts[0]))
        mine = found if found is not None and found.user_id == user_id else None
        return mine, min(max(int(parts[1]), 1), 5), ""
    if choices and str(choices[0].get("payload", "")).startswith(RATING):
        given = read_stars(text)
        return (last_handoff(db, user_id), *given) if given else (None, None, "")
    suggestion = read_suggestion(text)
    return (last_handoff(db, user_id), None, suggestion) if suggestion else (None, None, "")


def _in_time(handoff: Handoff, settings: Settings, now: datetime) -> bool:
    limit = timedelta(seconds=settings.handoff_rating_seconds)
    return (
        handoff.status == CLOSED
        and handoff.closed_at is not None
        and now < handoff.closed_at + limit
    )
