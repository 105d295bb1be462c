"""Brings what people type into one spelling: width, script, marks, emoji and numerals."""

from __future__ import annotations

import re
import unicodedata

import zhconv

from knowledge.centre import load_centre

_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\u20e3]+|\\[[\u4e00-\u9fff]{1,3}\\]"
)
"""Pictographs, and WeChat's own spelling of its stickers: [微笑]."""
_REPEATED = re.compile(r"([^\d\s])\1{2,}")
_MARKS = re.compile(r"([!?。，、~…,.;:])\1+")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\ufeff\ud800-\udfff]")

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "幺": 1}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
_SPELT = re.compile(r"(?<![第每])[零〇一二三四五六七八九两幺十百千万]{2,}")
_COUNTED = re.compile(
    r"(?<![一二三四五六七八九十第])([一二两三四五六七八九十])(?=[天年月号块元米台家级星吨岁])"
)
_NOT_NUMBERS = re.compile(
    "一一|千万|万一|一万一|百万|三五|七八|三三|五五|一二|二三|三四|四五|五六|六七|八九|九九|十万|千百|"
    "一千零一"
)
"""Written like numbers, but said for 'if', 'by all means', 'a few', or too vague to be one."""
_WORDS_WITH_NUMERALS = (
    *load_centre().towns,
    "千分",
    "百分",
    "万用表",
    "一一对应",
    "十堰",
    "三三制",
)


def normalise(text: str) -> str:
    """`text` in one spelling: NFKC, simplified script, lower case, no emoji, numbers in digits.

    Blanks are kept as single spaces. Never fails; an empty string for what has no words.
    """
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    plain = zhconv.convert(plain, "zh-hans").lower()
    plain = _EMOJI.sub(" ", plain)
    plain = _MARKS.sub(r"\1", _REPEATED.sub(r"\1\1", plain))
    return " ".join(numerals(plain).split())


def numerals(text: str) -> str:
    """Chinese numerals as digits where they are numbers: 九零零一 → 9001, 三百五 → 350."""
    spelt = _SPELT.sub(_spelt, text)
    return _COUNTED.sub(lambda found: str(_value(found.group(1))), spelt)


def _spelt(found: re.Match[str]) -> str:
    word = found.group()
    after = found.string[found.start() : found.end() + 2]
    if _NOT_NUMBERS.fullmatch(word) or any(name in after for name in _WORDS_WITH_NUMERALS):
        return word
    if not any(c in _DIGITS for c in word):
        return word
    if all(c in _DIGITS for c in word):
        return "".join(str(_DIGITS[c]) for c in word)
    return str(_value(word))


def _value(word: str) -> int:
    """The value of a numeral with units, 0 to 99,999,999; 三百五 is 350, as people say it."""
    total, digit, unit = 0, 0, 1
    ten_thousands = 0
    for position, char in enumerate(word):
        if char in _DIGITS:
            digit = _DIGITS[char]
            if digit == 0:
                unit = 1  # 一千零五: what follows the zero is no longer counted in hundreds
            elif position == len(word) - 1 and unit >= 100:
                digit *= unit // 10
        elif char == "万":
            ten_thousands, total, digit, unit = (total + digit or 1) * 10_000, 0, 0, 10_000
        else:
            unit = _UNITS[char]
            total += (digit or 1) * unit
            digit = 0
    return ten_thousands + total + digit
