"""Days by number and month: 12月5号, 5号, 12.5, 下个月初, 月底, 三月第二个周三, 2月30号."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from bot.model.times.tokens import (
    NOT_AFTER_NUMBER,
    NUMBER,
    WEEK,
    DayToken,
    Rule,
    number,
    one_day,
    span,
    wrong,
)

RECENT = 90
"""Days: a date without a year that is past by no more was meant, and is past."""
_MONTH = r"(?:\d{1,2}|十[一二]?|[一二三四五六七八九]|元)"
_MONTH_SAID = (
    rf"(?:(?P<year>今年|明年|来年|后年|20\d\d年|{NOT_AFTER_NUMBER}\d\d年)\s*的?\s*)?"
    rf"{NOT_AFTER_NUMBER}(?P<month>{_MONTH})月份?(?!饼)"
    r"|(?P<relative>这个?月|本月|当月|下{1,3}个?月|上个?月|次月)份?"
)
_WEEKDAY = "[一二三四五六日天七1-7]"
_ENDS = (
    r"(?=$|[\s,.!?;)~]|上|下午|早|中午|晚|那天|当天|行|可|约|能|有|去|来|到|至|-|或|和|得|要|的)"
)
_PART = (
    rf"\s*的?\s*(?:(?P<day>{NUMBER})\s*(?:[日号](?!楼|窗)|{_ENDS})"
    rf"|第(?P<nth>[一二三四五1-5])个?{WEEK}(?P<nth_day>{_WEEKDAY})?"
    rf"|最后(?:一|1)?个?{WEEK}(?P<last_day>{_WEEKDAY})?"
    r"|(?P<part>(?:二?十|1|10|2|20)几[日号]|最后一?天|月?底(?:那天|当天|那一天|最后一?天)|月?初|月?头(?!一)|上旬|月?中旬|月?中(?!午|间)|下旬"
    r"|月?底|月?末|月?尾)(?:几天|那几天)?)"
)
_LAST_DAYS = 25
"""月底 begins with this day; 月初 ends with the 10th."""


def _month_rule(found: re.Match[str], today: date) -> DayToken | None:
    """A month, alone or with a day or a part of it."""
    part = _PART_AT.match(found.string, found.end())
    end = part.end() if part else found.end()
    whole = re.compile(r".*", re.S).match(found.string, found.start(), end)
    assert whole is not None
    if found["relative"]:
        year, month = _relative_month(found["relative"], today)
        return _in_month(whole, part, year, month, today)
    month = 1 if found["month"] == "元" else number(found["month"])
    if not 1 <= month <= 12:
        return wrong(whole, "impossible_date")
    day = number(part["day"]) if part and part["day"] else 0
    year = _said_year(found["year"], today) or year_of(month, day, today)
    return _in_month(whole, part, year, month, today)


def _part_rule(found: re.Match[str], today: date) -> DayToken | None:
    """5号, 月底, 第二个周三 without a month: in this one, or in the next when it is over."""
    token = _in_month(found, found, today.year, today.month, today)
    if token is None or token.problem:
        return token
    if token.last is not None and token.last < today:
        year, month = _shifted(today, 1)
        return _in_month(found, found, year, month, today)
    return token


def _numeric(found: re.Match[str], today: date) -> DayToken | None:
    month, day = int(found["month"]), int(found["day"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    token = _day_in(found, year_of(month, day, today), month, day)
    dotted = found["mark"] == "." and found["unit"] is None
    return DayToken(*_fields(token), "dotted", token.problem) if dotted else token


def _full(found: re.Match[str], today: date) -> DayToken | None:
    return _day_in(found, int(found["year"]), number(found["month"]), number(found["day"]))


def _known_day(found: re.Match[str], today: date) -> DayToken | None:
    month, day = (3, 15) if "15" in found.group() else (12, 25)
    return _day_in(found, year_of(month, day, today), month, day)


def _year_part(found: re.Match[str], today: date) -> DayToken | None:
    end = date(today.year, 12, 31)
    if found["end"]:
        return span(found, max(today, date(today.year, 12, 20)), end)
    if found["within"]:
        return span(found, today, end)
    return span(found, date(today.year + 1, 1, 1), date(today.year + 1, 12, 31))


def year_of(month: int, day: int, today: date) -> int:
    """The year that a month and day without one mean: the next time, unless it was just now."""
    if (month, day or 31) >= (today.month, today.day):
        return today.year
    this_year = date(today.year, month, min(day or 28, 28))
    return today.year if (today - this_year).days <= RECENT else today.year + 1


def _said_year(said: str | None, today: date) -> int | None:
    if said is None:
        return None
    ahead = {"今年": 0, "明年": 1, "来年": 1, "后年": 2}
    if said in ahead:
        return today.year + ahead[said]
    year = int(said[:-1])
    return year if year > 99 else 2000 + year


def _relative_month(said: str, today: date) -> tuple[int, int]:
    ahead = said.count("下") - said.count("上") + (said == "次月")
    return _shifted(today, ahead)


def _shifted(today: date, months: int) -> tuple[int, int]:
    count = today.year * 12 + today.month - 1 + months
    return count // 12, count % 12 + 1


def _in_month(
    whole: re.Match[str], part: re.Match[str] | None, year: int, month: int, today: date
) -> DayToken | None:
    """The part of a month, or all of it; what is past of it is cut off."""
    last = monthrange(year, month)[1]
    if part is None:
        return _from_today(whole, date(year, month, 1), date(year, month, last), today)
    if part["day"]:
        return _day_in(whole, year, month, number(part["day"]))
    if part["nth"] or part["last_day"] or "最后" in part.group() and not part["part"]:
        return _week_in(whole, part, year, month, today)
    first_day, last_day = _bounds(part["part"], last)
    if first_day == last_day:
        return one_day(whole, date(year, month, last))
    return _from_today(whole, date(year, month, first_day), date(year, month, last_day), today)


def _bounds(part: str, last: int) -> tuple[int, int]:
    """First and last day of 月初, 中旬 … in a month of `last` days."""
    if "天" in part:
        return last, last
    if "几" in part:
        return (21, min(29, last)) if part[0] in "2二" else (11, 19)
    if any(word in part for word in ("初", "头", "上旬")):
        return 1, 10
    if "中" in part:
        return 11, 20
    return (21 if part == "下旬" else min(_LAST_DAYS, last)), last


def _from_today(whole: re.Match[str], first: date, last: date, today: date) -> DayToken:
    return span(whole, max(first, today) if last >= today else first, last)


def _day_in(whole: re.Match[str], year: int, month: int, day: int) -> DayToken:
    try:
        return one_day(whole, date(year, month, day))
    except ValueError:
        return wrong(whole, "impossible_date")


def _week_in(
    whole: re.Match[str], part: re.Match[str], year: int, month: int, today: date
) -> DayToken | None:
    """The nth or last weekday of a month, or its nth or last calendar week."""
    nth = number(part["nth"]) if part["nth"] else 0
    said = part["nth_day"] or part["last_day"]
    first = date(year, month, 1)
    last = date(year, month, monthrange(year, month)[1])
    if said is None:
        begin = last if not nth else first + timedelta(days=7 * (nth - 1))
        monday = begin - timedelta(days=begin.weekday())
        return _from_today(whole, max(first, monday), min(last, monday + timedelta(days=6)), today)
    weekday = weekday_of(said)
    if not nth:
        return one_day(whole, last - timedelta(days=(last.weekday() - weekday) % 7))
    day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    return one_day(whole, day) if day <= last else wrong(whole, "impossible_date")


def weekday_of(said: str) -> int:
    """0 for 一 or 1 to 6 for 日, 天, 七 or 7."""
    return (
        "一二三四五六日".find(said)
        if said in "一二三四五六日"
        else (6 if said in "天七" else int(said) - 1)
    )


def _fields(token: DayToken) -> tuple[int, int, date | None, date | None]:
    return token.start, token.end, token.first, token.last


_PART_AT = re.compile(_PART)
_NOT_A_DAY = (
    "(?!专家|老师|楼|窗|线|厅|会议|厂|门|馆|公馆|院|店|车|文件"
    "|令|机|样|球|电池|铁|柜|仓|位|码|桌|选)"
)
"""3号楼, 3号专家, 5号线: numbers of other things."""
DAY_RULES: tuple[Rule, ...] = (
    (
        re.compile(
            rf"(?<!\d)(?P<year>20\d\d)\s*[年./-]\s*(?P<month>{_MONTH})\s*[月./-]\s*(?P<day>{NUMBER})(?:\s*[日号])?(?!\d)"
        ),
        _full,
    ),
    (
        re.compile(r"(?<!\d)(?P<year>20\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?!\d)"),
        _full,
    ),
    (re.compile(_MONTH_SAID), _month_rule),
    (
        re.compile(
            r"(?<![\d.a-z/:])(?<![^_]-)(?P<month>\d{1,2})(?P<mark>[./-])(?P<day>\d{1,2})(?P<unit>[日号])?"
            r"(?![\d./:%]|-(?!\d{1,2}[./月])|\s*(?:点|个|人|天|家|万|元|倍|级|版|kg|mm|[a-z]))"
        ),
        _numeric,
    ),
    (
        re.compile(r"(?<!\d)315(?=那天|当天|前|后|晚会|期间|之)|圣诞节?(?=那天|当天|前|后|之)"),
        _known_day,
    ),
    (
        re.compile(
            rf"(?<![\d.第选挂a-z一二三四五六七八九十])(?P<day>{NUMBER})(?:号|(?<=\d)日|(?<=十)日){_NOT_A_DAY}"
            r"(?P<nth>$^)?(?P<nth_day>$^)?(?P<last_day>$^)?(?P<part>$^)?"
        ),
        _part_rule,
    ),
    (
        re.compile(
            rf"(?P<day>$^)?(?:第(?P<nth>[一二三四五1-5])个{WEEK}(?P<nth_day>{_WEEKDAY})"
            rf"|最后一?个{WEEK}(?P<last_day>{_WEEKDAY})"
            r"|(?P<part>(?<![\d第])(?:二?十|10|20)几[日号]|月(?:底|末)(?:那天|当天|那一天|最后一?天)|月初|月头|月中旬?|月底|月末|月尾|[上中下]旬|最后一天))(?:那?几天)?"
        ),
        _part_rule,
    ),
    (
        re.compile(r"(?P<end>年底|年末|今年底)|(?P<within>今年内?|年内)|(?P<next>明年|来年)"),
        _year_part,
    ),
)
