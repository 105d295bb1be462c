"""What is said while free time slots of experts are offered: 港桥的, 后天呢, 换成计量, 排候补."""

from __future__ import annotations

import re

from nlu.decide import Decision
from nlu.normalise import normalise
from nlu.plain_words import bare_words, wordings

LONGEST = 20
"""Characters of a message that only narrows what was offered."""
ANY_TIME = {"waiting": "my_bookings", "wait": "book_expert"}
"""Those that mean the same when nothing is offered, and their intents."""
_ASKS = re.compile(r"[?？]|吗|么$|[不没]$|没得$|没有$|能不能|可不可以")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:.](\d\d)(?!\d)")
ON_SLOTS = (
    "ask_contact",
    "affirm",
    "deny",
    "chitchat",
    "save_for_later",
    "correct_field",
    "go_back",
)
"""What sentences that choose among time slots are taken for."""
_REPEATED = re.compile(r"(.{1,6})\1\1")
"""Nobody says it; the wordings, made of words that hold one another, would take long over it."""
NARROWING = ("when_or_where", "subject", "soonest", "any")
"""Those that say which time slots are wanted."""


def read_offer_words(text: str) -> str:
    """A name of the section `offer` of plain_words.yml; empty for what may be anything else.

    A question on a service is nothing of it, whatever it names: 电子秤检定找谁.
    """
    said = bare_words(_CLOCK.sub(r"\1点\2分", normalise(text)))
    if not said or len(said) > LONGEST or _REPEATED.search(said):
        return ""
    return next((name for name, words in wordings("offer").items() if words.fullmatch(said)), "")


def of_waiting_list(text: str) -> str:
    """The intent of words on the waiting list where nothing is offered; else empty.

    排队 is at the window then, and a question puts nobody on a list.
    """
    said = read_offer_words(text)
    if "排队" in text and not re.search("候补|等位", text) or said == "wait" and _ASKS.search(text):
        return ""
    return ANY_TIME.get(said, "")


def narrows_offer(text: str, decision: Decision) -> bool:
    """Whether words are on the time slots that are offered, and no question of their own.

    Besides whole wordings, a sentence that names a day or a place as one that suits or not, asks
    nothing, and is not surely about something else (`decision`); or that names one to the point
    and is not understood otherwise.
    """
    if read_offer_words(text):
        return True
    if decision.kind == "answer" and decision.intent not in ON_SLOTS:
        return False
    said = bare_words(text)
    found = {name: bool(words.search(said)) for name, words in wordings("slot_talk").items()}
    fits = found["names"] and found["chooses"] or found["dated"] and decision.kind != "answer"
    return len(said) <= LONGEST and fits and not found["asks"]
