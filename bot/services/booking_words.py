"""What people write into a booking, checked for length and put in one form."""

from __future__ import annotations

from bot.model.booking import LONGEST
from bot.model.errors import BookingRuleError


def check_words(**words: str) -> dict[str, str]:
    """The texts (topic, company, contact, telephone) without needless blanks.

    Raises BookingRuleError too_long, company_missing, topic_missing.
    """
    clean = {name: " ".join(text.split()) for name, text in words.items()}
    for name, text in clean.items():
        if len(text) > LONGEST[name]:
            raise BookingRuleError("too_long", field=name, longest=LONGEST[name])
    for name in ("company", "topic"):
        if name in clean and not clean[name]:
            raise BookingRuleError(f"{name}_missing")
    return clean
