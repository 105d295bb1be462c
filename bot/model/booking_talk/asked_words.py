"""Where enterprise and topic are asked: whether a message gives them or wants something else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.model.wording import without_emoji

SURE = 0.8
"""From this probability on a message that names no enterprise is what the classifier takes it for.

Higher than for a message that stands alone: words of a topic (商标注册流程) look like questions.
"""
_STOPS = ("不约", "算了", "退出", "不要了", "放弃", "先不")
_STOP_INTENTS = ("stop_form", "cancel_booking", "deny")
_YES = ("affirm", "thanks", "greet", "goodbye", "chitchat")
_SAYS_NOTHING = re.compile(r"[\W\d_]*")

WORDS, STOP, OTHER, ABOUT_BOOKING, ASIDE, NOTHING = (
    "words",
    "stop",
    "other",
    "about_booking",
    "aside",
    "nothing",
)
"""Enterprise or topic; no booking; another time; something else about bookings; a question or a
wish that is met while the booking waits; an agreement, a greeting or a number that says neither."""


def names_stop(text: str) -> bool:
    """Whether a message says that the booking is given up."""
    return any(word in text for word in _STOPS)


def read_asked_words(
    text: str, ranking: Sequence[tuple[str, float]], topics: Sequence[str], booking: Sequence[str]
) -> str:
    """One of WORDS, STOP, OTHER, ABOUT_BOOKING, ASIDE, NOTHING.

    `topics`: intents whose messages may be topics (categories, out of scope); `booking`: intents
    about bookings. A message that names an enterprise is to be taken as WORDS before asking here.
    """
    plain = text.strip()
    if len(plain) < 8 and names_stop(plain):
        return STOP
    if len(plain) < 6 and "换" in plain:
        return OTHER
    if _SAYS_NOTHING.fullmatch(without_emoji(plain)):
        return NOTHING
    first, chance = ranking[0] if ranking else ("", 0.0)
    if not first or first in topics or chance < SURE:
        return WORDS
    if first in _STOP_INTENTS:
        return STOP
    if first == "go_back":
        return OTHER
    if first in booking:
        return ABOUT_BOOKING
    return NOTHING if first in _YES else ASIDE
