"""Words as a search compares them, cut into pieces of one and two characters.

Chinese has no blanks between words: a search for 计量 or for a name has to find any two characters
that stand side by side.
"""

from __future__ import annotations

import re
import unicodedata

import zhconv

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_RUN = re.compile(r"[^\W_]+")
MOST_GRAMS = 12
"""Pieces of a query that are looked up; what is longer is compared with the words themselves."""


def fold(text: str) -> str:
    """`text` in one width, script and case."""
    return str(zhconv.convert(unicodedata.normalize("NFKC", text), "zh-hans")).lower()


def runs(text: str) -> list[str]:
    """The unbroken runs of letters, digits and characters of `text`, folded."""
    return _RUN.findall(fold(text))


def grams(text: str) -> set[str]:
    """All pieces under which `text` is found."""
    found: set[str] = set()
    for run in runs(text):
        found.update(run[at : at + 2] for at in range(len(run) - 1))
        found.update(_HAN.findall(run))
        if len(run) == 1:
            found.add(run)
    return found


def wanted_grams(query: str) -> list[str]:
    """The pieces that a text found by `query` must have; empty when the query has no words."""
    wanted: dict[str, None] = {}
    for run in runs(query):
        pieces = [run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]
        wanted.update(dict.fromkeys(pieces))
    return list(wanted)[:MOST_GRAMS]


def says(text: str, query: str) -> bool:
    """Whether every run of `query` stands unbroken in `text`."""
    plain = fold(text)
    return all(run in plain for run in runs(query))
