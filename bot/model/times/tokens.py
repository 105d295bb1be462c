"""The pieces of a time expression, and numerals in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.model.numerals import value_of

NUMBER = r"(?:\d{1,2}|[二三四五]?十[一二三四五六七八九]?|[一二两三四五六七八九])"
"""A numeral of a day, an hour or a count, in digits or in Chinese."""
NOT_AFTER_NUMBER = r"(?<![\d.一二三四五六七八九十第])"
WEEK = "(?:周|星期|礼拜)"


@dataclass(frozen=True)
class DayToken:
    """Words for a day or a span, at `start` to `end` of the text.

    `last` None with a `first`: open at the end. `first` None: `problem` says why. `kind`: `day`
    (one day), `weekday` (the coming one), `in_week` (that of a named week), `span`, `dotted`
    (9.30, a date or an hour).
    """

    start: int
    end: int
    first: date | None
    last: date | None
    kind: str = "day"
    problem: str = ""


@dataclass(frozen=True)
class PeriodToken:
    """上午, 下午, 中午, 晚上: `period` is morning, afternoon, noon or evening."""

    start: int
    end: int
    period: str


@dataclass(frozen=True)
class ClockToken:
    """Words for an hour. `until`: the end of a span of hours, or of one that only has an end."""

    start: int
    end: int
    at: tuple[int, int] | None
    until: tuple[int, int] | None = None


Token = DayToken | PeriodToken | ClockToken
Rule = tuple[re.Pattern[str], Callable[[re.Match[str], date], "DayToken | None"]]


def number(word: str) -> int:
    """The value of a numeral that NUMBER has found."""
    value = value_of(word)
    return int(value) if value is not None else -1


def one_day(found: re.Match[str], day: date) -> DayToken:
    """The token of one day."""
    return DayToken(found.start(), found.end(), day, day)


def span(found: re.Match[str], first: date, last: date | None) -> DayToken:
    """The token of several days."""
    return DayToken(found.start(), found.end(), first, last, "span")


def wrong(found: re.Match[str], problem: str) -> DayToken:
    """The token of words that name no day."""
    return DayToken(found.start(), found.end(), None, None, "day", problem)
