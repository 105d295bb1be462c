"""How words sound: syllables without tones, so that 检侧 meets 检测 and jiance meets both."""

from __future__ import annotations

import os
import re
from functools import cache, lru_cache

os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")  # single characters only: saves 40 MB

from pypinyin import Style, lazy_pinyin  # noqa: E402
from pypinyin.constants import PINYIN_DICT  # noqa: E402

_LATIN = re.compile(r"[a-z]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_BLURRED = (
    (re.compile("^([zcs])h"), r"\1"),
    (re.compile("^l(?!v)"), "n"),
    (re.compile("([ie])ng$"), r"\1n"),
)
"""What Chongqing speech and its typing do not tell apart: zh/z, l/n, eng/en, ing/in."""


@lru_cache(maxsize=30_000)
def syllable(character: str) -> str:
    """The blurred toneless syllable of one Chinese character."""
    return blur(lazy_pinyin(character, style=Style.NORMAL)[0])


@lru_cache(maxsize=2_000)
def blur(sound: str) -> str:
    """`sound` (a toneless syllable) without the differences of _BLURRED."""
    for pattern, replacement in _BLURRED:
        sound = pattern.sub(replacement, sound)
    return sound


def syllables(text: str) -> list[str]:
    """The syllables of a normalised text in order; other runs of letters and digits as they are."""
    found: list[str] = []
    for piece in re.findall(r"[\u4e00-\u9fff]|[a-z]+|\d+", text):
        if _HAN.match(piece):
            found.append(syllable(piece))
        elif _LATIN.match(piece):
            found.extend(typed_pinyin(piece) or [piece])
        else:
            found.append(piece)
    return found


@lru_cache(maxsize=5_000)
def typed_pinyin(word: str) -> tuple[str, ...]:
    """The blurred syllables of pinyin typed as letters (peixun); empty when it is none."""
    if len(word) < 4:
        return ()
    known = _all_syllables()
    ways: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 6), end):
            before = ways[start]
            if before is None or word[start:end] not in known:
                continue
            best = ways[end]
            if best is None or len(before) + 1 < len(best):
                ways[end] = (*before, word[start:end])
    split = ways[-1]
    return tuple(blur(part) for part in split) if split and len(split) > 1 else ()


@cache
def _all_syllables() -> frozenset[str]:
    common = range(0x4E00, 0x9FA6)
    sounds = {
        lazy_pinyin(chr(code), style=Style.NORMAL)[0] for code in common if code in PINYIN_DICT
    }
    return frozenset(s for s in sounds if s.isascii() and s.isalpha() and (len(s) > 1 or s in "ae"))
