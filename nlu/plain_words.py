"""Reads the wordings of plain_words.yml: named regular expressions for whole messages."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from knowledge import load_knowledge
from nlu.normalise import normalise
from nlu.timed_pattern import TimedPattern, timed_pattern

FILE = Path(__file__).with_name("plain_words.yml")
_MARKS = re.compile(r"[\s，。！？、；：,.!?;:~～…“”\"'‘’()（）【】\-—_/|]+")
_PART = re.compile(r"\{([a-z_]+)\}")
_FOLDED = re.compile(r"\s+")
"""Where YAML folds a line the file breaks it: no pattern has blanks of its own."""


def bare_words(text: str) -> str:
    """`text` in one spelling, without blanks and marks."""
    return _MARKS.sub("", normalise(text))


def _places() -> list[str]:
    """What the stations are called, the longest first."""
    stations = load_knowledge().stations
    return sorted(
        {bare_words(n) for s in stations for n in (s.name, *s.aliases)}, key=lambda n: -len(n)
    )


@lru_cache
def wordings(kind: str) -> dict[str, TimedPattern]:
    """The patterns of a section of the file, {name: pattern}, in its order."""
    read = yaml.safe_load(FILE.read_text("utf-8"))
    parts = {"places": "|".join(map(re.escape, _places()))}
    for name, written in read["parts"].items():
        parts[name] = _pattern(written, parts)
    return {name: timed_pattern(_pattern(written, parts)) for name, written in read[kind].items()}


def _pattern(written: Any, parts: dict[str, str]) -> str:
    """One pattern of a text or a list of alternatives. Raises KeyError for an unknown part."""
    if isinstance(written, list):
        return "(?:" + "|".join(_pattern(each, parts) for each in written) + ")"
    return _PART.sub(lambda found: parts[found[1]], _FOLDED.sub("", written))


def says(name: str, text: str) -> bool:
    """Whether the whole of `text` is a wording of `plain` in the file."""
    return bool(wordings("plain")[name].fullmatch(bare_words(text)))
