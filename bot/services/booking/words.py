"""What people write into a booking, checked for length and put in one form."""

from __future__ import annotations

import re

from bot.model.booking import LONGEST
from bot.model.errors import BookingRuleError

NOT_TEXT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
"""What PostgreSQL or UTF-8 cannot hold, and line breaks."""


def check_words(**words: str) -> dict[str, str]:
    """The texts (topic, company, contact, telephone) on one line, without needless blanks.

    Raises BookingRuleError too_long, company_missing, topic_missing.
    """
    clean = {name: " ".join(NOT_TEXT.sub(" ", text).split()) for name, text in words.items()}
    for name, text in clean.items():
        if len(text) > LONGEST[name]:
            raise BookingRuleError("too_long", field=name, longest=LONGEST[name])
    for name in ("company", "topic"):
        if name in clean and not clean[name]:
            raise BookingRuleError(f"{name}_missing")
    return clean
