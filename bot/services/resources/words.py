"""Words that people list in one field or cell, parted by 、 or a comma."""

from __future__ import annotations

import re
from collections.abc import Collection

PARTING = re.compile(r"[、，,;；\n]+")


def read_words(text: str) -> tuple[str, ...]:
    """The words, each once."""
    return tuple(dict.fromkeys(word.strip() for word in PARTING.split(text) if word.strip()))


def words_fit(words: Collection[str], longest: int, most: int) -> bool:
    """Whether there are at most so many, none empty or longer."""
    return len(words) <= most and all(0 < len(word) <= longest for word in words)
