"""Finds what a message names: service items, awards, certificates, instruments, standards …"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import zhconv
from rapidfuzz import fuzz

from knowledge import Knowledge
from nlu.sound import syllables

CLOSE = 88.0
"""A misspelt name of four characters or more is taken for the one it resembles this much."""
_STANDARD = re.compile(
    r"(?<![a-z])(gb ?/ ?t|gb ?/ ?z|gbz|gbt|gb|jjg|jjf|jgj ?/ ?t|jgj|hj ?/ ?t|hj|qc ?/ ?t|qb ?/ ?t|"
    r"jb ?/ ?t|ny ?/ ?t|sb ?/ ?t|hg ?/ ?t|yy ?/ ?t|yy|db ?\d{2} ?/ ?t|db ?\d{2}|iso ?/ ?iec|"
    r"qb|iso|iec|iatf|en|astm|q ?/ ?[a-z]{2,8}|t ?/ ?[a-z]{2,8})[ _-]?([a-z]?\d{2,6}(?:\.\d{1,3})?)"
    r"(?: ?[-—–:] ?((?:19|20)\d{2}))?",
)
_HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Found:
    """`kind` and canonical `value` of what stands in the message from `start` to `end`."""

    kind: str
    value: str
    start: int
    end: int
    sure: float  # 0 to 1


@dataclass(frozen=True)
class _Name:
    kind: str
    value: str
    text: str
    sounds: tuple[str, ...]


class TermFinder:
    """Looks for all names of the knowledge: as written, as they sound, and misspelt."""

    def __init__(self, knowledge: Knowledge) -> None:
        named = [(t.kind, t.name, (t.name, *t.aliases)) for t in knowledge.glossary]
        named += [("park", s.name, (s.name, *s.aliases)) for s in knowledge.stations]
        named += [("service_item", item.id, item.terms) for item in knowledge.services]
        self._names = [
            _Name(kind, value, plain, tuple(syllables(plain)))
            for kind, value, names in named
            for plain in (level(name) for name in names)
        ]
        self.words = tuple(sorted({n.text for n in self._names if 1 < len(n.text) < 9}))

    def find(self, text: str) -> list[Found]:
        """Everything named in `text`, in its order; within one kind nothing overlaps."""
        plain = level(text)
        names = [*self._written(plain), *self._sounding(plain)]
        # Misspellings are looked for only where nothing else is named: they are the least sure.
        found = [*_standards(plain), *(names or self._misspelt(plain))]
        kept: list[Found] = []
        for candidate in sorted(found, key=lambda f: (f.start - f.end, -f.sure, f.start)):
            if not any(
                k.kind == candidate.kind and k.start < candidate.end and candidate.start < k.end
                for k in kept
            ):
                kept.append(candidate)
        return sorted(kept, key=lambda f: (f.start, f.end, f.kind))

    def _written(self, plain: str) -> list[Found]:
        found = []
        for name in self._names:
            at = plain.find(name.text)
            while at >= 0:
                end = at + len(name.text)
                if _stands_alone(plain, name.text, at, end):
                    found.append(Found(name.kind, name.value, at, end, 1.0))
                at = plain.find(name.text, end)
        return found

    def _sounding(self, plain: str) -> list[Found]:
        """Homophones: Chinese names of three syllables or more, syllable by syllable."""
        spots = [i for i, char in enumerate(plain) if _HAN.match(char)]
        heard = [syllables(plain[i])[0] for i in spots]
        found = []
        for name in self._names:
            size = len(name.sounds)
            if size < 3 or not all(_HAN.match(char) for char in name.text):
                continue
            for at in range(len(heard) - size + 1):
                whole = spots[at + size - 1] - spots[at] == size - 1
                if whole and tuple(heard[at : at + size]) == name.sounds:
                    found.append(Found(name.kind, name.value, spots[at], spots[at] + size, 0.9))
        return found

    def _misspelt(self, plain: str) -> list[Found]:
        found = []
        for name in self._names:
            if not 4 <= len(name.text) <= len(plain):
                continue
            best = fuzz.partial_ratio_alignment(name.text, plain, score_cutoff=CLOSE)
            if best is not None:
                sure = round(best.score / 100, 2)
                found.append(Found(name.kind, name.value, best.dest_start, best.dest_end, sure))
        return found


def level(text: str) -> str:
    """`text` in one width, script and case, character by character: positions stay."""
    made = []
    for char in text:
        plain = zhconv.convert(unicodedata.normalize("NFKC", char), "zh-hans").lower()
        made.append(plain if len(plain) == 1 else char)
    return "".join(made)


def _standards(plain: str) -> list[Found]:
    found = []
    for match in _STANDARD.finditer(plain):
        prefix = match.group(1).replace(" ", "").upper()
        prefix = {"GBT": "GB/T"}.get(prefix, prefix)
        value = f"{prefix} {match.group(2).upper()}"
        if match.group(3):
            value += f"-{match.group(3)}"
        found.append(Found("standard_number", value, match.start(), match.end(), 1.0))
    return found


def _stands_alone(plain: str, name: str, start: int, end: int) -> bool:
    """Whether letters and digits do not run on: `en` does not stand in `iphone`."""
    if start and name[0].isascii() and plain[start - 1].isascii() and plain[start - 1].isalnum():
        return False
    return not (
        end < len(plain) and name[-1].isascii() and plain[end].isascii() and plain[end].isalnum()
    )
