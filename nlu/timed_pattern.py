"""Regular expressions that give up: whatever somebody sends, no process is kept busy by it.

Patterns made of many words under a `*` can be matched in so many ways that some texts would take
hours; the standard library's cannot be stopped, and holds all other threads meanwhile.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import regex

PATIENCE = 0.2
"""Seconds for one text: a thousand times of what those that people write take."""
_too_hard: deque[str] = deque(maxlen=100)
"""Texts that have used up the patience of one pattern are not tried with others."""


class TimedPattern:
    """A pattern whose methods find nothing when that takes longer than PATIENCE."""

    def __init__(self, pattern: str) -> None:
        """Raises regex.error for a pattern that is none."""
        self._compiled = regex.compile(pattern)

    def fullmatch(self, text: str) -> regex.Match[str] | None:
        """The match of the whole text."""
        return self._tried(self._compiled.fullmatch, text)

    def match(self, text: str) -> regex.Match[str] | None:
        """The match at the start of the text."""
        return self._tried(self._compiled.match, text)

    def search(self, text: str) -> regex.Match[str] | None:
        """The first match in the text."""
        return self._tried(self._compiled.search, text)

    def without(self, text: str) -> str:
        """The text with all that matches taken out; the text itself when that takes too long."""
        try:
            return str(self._compiled.sub("", text, timeout=PATIENCE))
        except TimeoutError:
            return text

    def _tried(self, find: Callable[..., Any], text: str) -> regex.Match[str] | None:
        if text in _too_hard:
            return None
        try:
            found: regex.Match[str] | None = find(text, timeout=PATIENCE)
        except TimeoutError:
            _too_hard.append(text)
            return None
        return found


@lru_cache(maxsize=256)
def timed_pattern(pattern: str) -> TimedPattern:
    """`pattern`, made once."""
    return TimedPattern(pattern)
