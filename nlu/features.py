"""What the classifier sees of a message: characters, words, sounds and known terms."""

from __future__ import annotations

import re
from functools import cache

from pypinyin import lazy_pinyin

from knowledge import load_knowledge
from nlu.normalise import normalise
from nlu.segment import segment

_DIGITS = re.compile(r"\d+")


@cache
def _terms() -> tuple[tuple[str, str], ...]:
    return tuple(
        (term.lower(), item.id)
        for item in load_knowledge().services
        for term in item.terms
        if len(term) > 1
    )


def _grams(units: list[str], longest: int, mark: str) -> list[str]:
    return [
        mark + " ".join(units[start : start + length])
        for length in range(1, longest + 1)
        for start in range(len(units) - length + 1)
    ]


def features(text: str) -> list[str]:
    """Feature names of `text`, repeated as often as they occur."""
    plain = normalise(text)
    signs = ["^", *plain, "$"]
    # A long number is a number: which one says nothing.
    words = [_DIGITS.sub("0", w) if len(w) > 4 else w for w in segment(plain)]
    sounds = [s for s in lazy_pinyin(plain) if s.strip()]
    found = [f"t:{item}" for term, item in _terms() if term in plain]
    return [
        *_grams(signs, 4, "c:"),
        *_grams(words, 2, "w:"),
        *_grams(sounds, 3, "s:"),
        *found,
        f"n:{min(len(plain), 40) // 5}",
    ]
