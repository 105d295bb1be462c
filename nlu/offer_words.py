"""What is said while free time slots of experts are offered: 港桥的, 后天呢, 换成计量, 排候补."""

from __future__ import annotations

from nlu.plain_words import bare_words, wordings

LONGEST = 30
"""Characters of a message that only narrows what was offered."""
ANY_TIME = {"waiting": "my_bookings", "wait": "book_expert"}
"""Those that mean the same when nothing is offered, and their intents."""
NARROWING = ("when_or_where", "subject", "soonest", "any")
"""Those that say which time slots are wanted."""


def read_offer_words(text: str) -> str:
    """A name of the section `offer` of plain_words.yml; empty for what may be anything else.

    A question on a service is nothing of it, whatever it names: 电子秤检定找谁.
    """
    said = bare_words(text)
    if not said or len(said) > LONGEST:
        return ""
    return next((name for name, words in wordings("offer").items() if words.fullmatch(said)), "")
