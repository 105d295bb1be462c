"""Days by week and by distance: 下周三, 周一到周三, 周末, 明天, 三天后, 这两天, 一周内."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from bot.model.times.days import weekday_of
from bot.model.times.tokens import (
    NOT_AFTER_NUMBER,
    NUMBER,
    WEEK,
    DayToken,
    Rule,
    number,
    one_day,
    span,
)

_D = "[一二三四五六日天七]|[1-7](?![\\d:.点时月号个天])"
_NOT_ALONE = r"(?![点时:教号月个天半十刻体西金起次趟定直共大早位家场楼八九些般a-z])"
"""What follows a numeral that is no weekday: 周三 五点, 周三 三教, 下周 一起."""
_NEXT = r"(?!(?<=一)(?:起(?!码)|次|趟|定|直|共)|金[厂件制加检属]|西格玛|体系|标一体|[cs](?![a-z]))"
_TAIL = (
    rf"(?P<tail>(?:\s*(?:到|至|-|~|,|和|或者?|跟|与|及|还是)\s*(?:{WEEK}(?:{_D})|(?:{_D}){_NOT_ALONE})"
    rf"|(?:{_D}){_NOT_ALONE})*)"
)
_IN_WEEK = re.compile(
    rf"(?P<week>上上?|这|本|当|下{{1,3}})(?:一)?个?{WEEK}(?!期|年|转|边)"
    rf"(?:\s*的?\s*{WEEK}?(?P<day>{_D})(?!(?<=三)教(?!授|师|导|练|育)){_NEXT}{_TAIL}|(?P<end>末)|\s*的?(?P<worked>工作日))?"
)
_BARE = re.compile(
    rf"(?<![一两几半\d])(?<!半个){WEEK}(?P<day>{_D}){_TAIL}|(?P<end>周末|双休日?|礼拜末)"
)
_DISTANT = {
    "大前天": -3, "前天": -2, "前日": -2, "昨天": -1, "昨日": -1, "昨晚": -1,
    "今天": 0, "今日": 0, "今儿": 0,
    "明天": 1, "明日": 1, "明儿": 1, "次日": 1,
    "大后天": 3, "大后日": 3, "外后天": 3, "后天": 2, "后日": 2, "后儿": 2,
}  # fmt: skip
_NEAR = re.compile(
    rf"(?P<week>下个?{WEEK}的?今天)|(?P<two>明后两?天|明后天|明天后天)|(?P<today>今明两?天|今天明天)|(?P<word>"
    + "|".join(sorted(_DISTANT, key=len, reverse=True))
    + ")|(?P<short>今|明|后)(?=上午|下午|早|中午|晚|夜)"
)
_UNIT = rf"(?P<unit>天|日|个?{WEEK}|个月|个半月)"
_COUNT = rf"{NOT_AFTER_NUMBER}(?P<count>{NUMBER}|半)\s*"


def _week_rule(found: re.Match[str], today: date) -> DayToken | None:
    said = found["week"]
    ahead = said.count("下") - said.count("上")
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=ahead)
    if found["end"]:
        return _from(found, monday + timedelta(days=5), monday + timedelta(days=6), today)
    if found["worked"]:
        return _from(found, monday, monday + timedelta(days=4), today)
    if not found["day"]:
        return _from(found, monday, monday + timedelta(days=6), today)
    token = _with_tail(found, monday + timedelta(days=weekday_of(found["day"])))
    return replace(token, kind="in_week") if token.kind == "day" else token


def _bare_rule(found: re.Match[str], today: date) -> DayToken | None:
    monday = today - timedelta(days=today.weekday())
    if found["end"]:
        return _from(found, monday + timedelta(days=5), monday + timedelta(days=6), today)
    day = monday + timedelta(days=weekday_of(found["day"]))
    if day < today:
        day += timedelta(days=7)
    token = _with_tail(found, day)
    return replace(token, kind="weekday") if token.kind == "day" else token


def _with_tail(found: re.Match[str], day: date) -> DayToken:
    """周一到周三, 周二三: the span from `day` to the last weekday that follows it."""
    others = re.findall(r"[一二三四五六日天七1-7]", re.sub(WEEK, "", found["tail"] or ""))
    if not others:
        return one_day(found, day)
    last = max(day + timedelta(days=(weekday_of(o) - day.weekday()) % 7) for o in others)
    return span(found, day, last)


def _near_rule(found: re.Match[str], today: date) -> DayToken | None:
    if found["week"]:
        return one_day(found, today + timedelta(days=7))
    if found["two"]:
        return span(found, today + timedelta(days=1), today + timedelta(days=2))
    if found["today"]:
        return span(found, today, today + timedelta(days=1))
    ahead = _DISTANT[found["word"]] if found["word"] else "今明后".index(found["short"])
    return one_day(found, today + timedelta(days=ahead))


def _after_rule(found: re.Match[str], today: date) -> DayToken | None:
    return one_day(found, _moved(found, today))


def _within_rule(found: re.Match[str], today: date) -> DayToken | None:
    return span(found, today, _moved(found, today))


def _some_days(found: re.Match[str], today: date) -> DayToken | None:
    return span(found, today + timedelta(days=2), today + timedelta(days=5))


def _these_days(found: re.Match[str], today: date) -> DayToken | None:
    count = found["count"]
    days = {"几": 4, "些": 4}.get(count) or number(count)
    return span(found, today, today + timedelta(days=days - 1))


def _moved(found: re.Match[str], today: date) -> date:
    unit, half = found["unit"], found["count"] == "半"
    count = 1 if half else number(found["count"])
    if unit in ("天", "日"):
        return today + timedelta(days=count)
    if "月" in unit:
        days = 15 if half else 0
        month = today.year * 12 + today.month - 1 + (0 if half else count)
        moved = date(month // 12, month % 12 + 1, min(today.day, 28))
        return today + timedelta(days=days) if half else moved
    return today + timedelta(weeks=count)


def _from(found: re.Match[str], first: date, last: date, today: date) -> DayToken:
    return span(found, max(first, today) if last >= today else first, last)


WEEK_RULES: tuple[Rule, ...] = (
    (re.compile(r"(?:过|隔)(?:个)?(?:两|几|两三)天(?:之?后|以后)?"), _some_days),
    (re.compile(rf"(?:再?过)?{_COUNT}{_UNIT}(?:之后|以后|过后|后(?!天))"), _after_rule),
    (re.compile(rf"再?过{_COUNT}{_UNIT}"), _after_rule),
    (re.compile(rf"{_COUNT}{_UNIT}(?:之内|以内|内)"), _within_rule),
    (
        re.compile(
            rf"(?:这|最?近|未来|接下来|往后)的?(?P<count>几|些|{NUMBER})(?:天|日)(?:之?内|里)?"
        ),
        _these_days,
    ),
    (_NEAR, _near_rule),
    (_IN_WEEK, _week_rule),
    (_BARE, _bare_rule),
)
