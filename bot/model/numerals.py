"""Chinese and mixed numerals as values: 一千三, 1.2万, 两百三, 百把, 2千."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
    "俩": 2,
    "幺": 1,
    "洞": 0,
    "拐": 7,
    "仨": 3,
    "壹": 1,
    "贰": 2,
    "叁": 3,
    "肆": 4,
    "伍": 5,
    "陆": 6,
    "柒": 7,
    "捌": 8,
    "玖": 9,
}
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10_000}
CHARACTERS = "".join((*DIGITS, *UNITS))
NUMERAL = re.compile(
    rf"(?:\d+(?:[,，]\d{{3}})*(?:\.\d+)?[十百千万]?[{CHARACTERS}\d]*|[{CHARACTERS}][{CHARACTERS}\d]*)"
)
"""Finds a run that may be one numeral, in digits, in Chinese, or mixed."""


def spelt_digits(text: str) -> str:
    """`text` with every Chinese digit as a digit: 幺三九八三零零 → 1398300."""
    return "".join(str(DIGITS[c]) if c in DIGITS else c for c in text)


def value_of(word: str) -> Decimal | None:
    """The value of one numeral, None when it is none. 一千三 is 1300, 二零零八 is 2008."""
    word = word.replace(",", "").replace("，", "")
    if re.fullmatch(r"\d+(?:\.\d+)?", word):
        return Decimal(word)
    if all(c in DIGITS or c.isdigit() for c in word):
        return Decimal(spelt_digits(word)) if word else None
    mixed = re.fullmatch(r"(\d+(?:\.\d+)?)(.*)", word)
    if mixed:
        return _with_digits(mixed.group(1), mixed.group(2))
    return _chinese(word)


def _with_digits(number: str, rest: str) -> Decimal | None:
    """2千, 1.2万, 1千2, 3百五十."""
    if not rest or rest[0] not in UNITS:
        return None
    unit = UNITS[rest[0]]
    try:
        total = Decimal(number) * unit
    except InvalidOperation:
        return None
    tail = rest[1:]
    if not tail:
        return total
    after = value_of(tail)
    if after is None or after >= unit:
        return None
    if len(spelt_digits(tail)) == 1 and unit >= 100:
        after *= unit // 10
    return total + after


def _chinese(word: str) -> Decimal | None:
    total, digit, unit, ten_thousands = 0, -1, 1, 0
    for position, char in enumerate(word):
        if char in DIGITS or char.isdigit():
            if digit > 0:
                return None  # 三四十: a range, no number
            digit = DIGITS.get(char, int(char) if char.isdigit() else 0)
            if digit == 0:
                unit = 1  # 一千零五: what follows the zero is not counted in hundreds
            elif position == len(word) - 1 and unit >= 100:
                digit *= unit // 10
        elif char == "万":
            ten_thousands, total, digit, unit = (total + max(digit, 0) or 1) * 10_000, 0, -1, 10_000
        elif char in UNITS:
            unit = UNITS[char]
            total += (digit if digit > 0 else 1) * unit
            digit = -1
        else:
            return None
    return Decimal(ten_thousands + total + max(digit, 0))
