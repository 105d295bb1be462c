"""Several day words of one message as one day or span: 下周 周三, 周三或者周四, 12月5号周六."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.model.times.tokens import DayToken, Token

_BETWEEN = re.compile(
    r"[\s,的(]*(?:(?:起|开始|一直|直)?[到至]|-|~|或者?|和|跟|与|及|还是|/|都行|也行|要么)*[\s的]*"
)
_BESIDE = re.compile(r"[\s,(是就的]*")


def joined_days(tokens: Sequence[Token], level: str) -> DayToken | None:
    """The day or span that all day tokens together mean."""
    days = [t for t in tokens if isinstance(t, DayToken)]
    valid = [t for t in days if t.first is not None]
    if not valid:
        return days[0] if days else None
    others = [t for t in tokens if not isinstance(t, DayToken)]
    made = valid[0]
    for token in valid[1:]:
        made = _joined(made, token, _gap(made, token, others, level), others)
    return made


def _gap(one: DayToken, other: DayToken, others: Sequence[Token], level: str) -> str:
    """What stands between two days, without hours and parts of the day."""
    gap, at = "", one.end
    for token in others:
        if at <= token.start < other.start:
            gap, at = gap + level[at : token.start], token.end
    return gap + level[at : other.start]


def _joined(one: DayToken, other: DayToken, gap: str, others: Sequence[Token]) -> DayToken:
    assert one.first is not None
    assert other.first is not None
    single = one.kind != "span" and other.kind != "span"
    weekdays = [token for token in (one, other) if token.kind in ("weekday", "in_week")]
    if single and len(weekdays) == 1:
        named, fixed = weekdays[0], other if weekdays[0] is one else one
        if named.first == fixed.first or (
            named.kind == "weekday" and _weekday(named) == _weekday(fixed)
        ):
            return replace(fixed, start=one.start, end=other.end)
        if _BESIDE.fullmatch(gap):
            return replace(fixed, problem="weekday_mismatch")
    if (inside := _inside(one, other) or _inside(other, one)) is not None:
        return replace(inside, start=one.start, end=other.end)
    if _BETWEEN.fullmatch(gap):
        return _spanned(one, other)
    # Two days that do not belong together: the one with an hour, else what was said last.
    return one if _has_hour(one, others) and not _has_hour(other, others) else other


def _weekday(token: DayToken) -> int:
    return token.first.weekday() if token.first else -1


def _inside(wide: DayToken, narrow: DayToken) -> DayToken | None:
    """`narrow` when it falls into the span `wide`; a bare weekday is the one within a week."""
    if wide.kind != "span" or wide.first is None or narrow.first is None:
        return None
    last = wide.last or date.max
    if narrow.kind == "weekday":
        monday = wide.first - timedelta(days=wide.first.weekday())
        within = monday + timedelta(days=narrow.first.weekday())
        if (last - wide.first).days <= 6 and wide.first <= within <= last:
            return replace(narrow, first=within, last=within, kind="day")
    if wide.first <= narrow.first and (narrow.last or date.max) <= last:
        return narrow
    return None


def _spanned(one: DayToken, other: DayToken) -> DayToken:
    first, second, last = one.first, other.first, other.last
    assert first is not None
    assert second is not None
    if other.kind == "weekday" and second < first:
        second = second + timedelta(days=7 * (1 + (first - second).days // 7))
        last = second
    begin = min(first, second)
    end = None if one.last is None or last is None else max(one.last, last)
    return DayToken(one.start, other.end, begin, end, "span")


def _has_hour(day: DayToken, others: Sequence[Token]) -> bool:
    return any(0 <= t.start - day.end <= 2 or 0 <= day.start - t.end <= 2 for t in others)
