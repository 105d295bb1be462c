"""Days told from a holiday: 国庆后, 年前, 节后第一天, 过完年; lunar dates are not resolved."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.model.calendar import centre_calendar
from bot.model.times.days import weekday_of
from bot.model.times.festivals import festival_day, next_festival
from bot.model.times.tokens import WEEK, DayToken, Rule, number, one_day, span, wrong

_NAMES = {
    "元旦": "元旦节?|阳历年|跨年",
    "春节": "春节|过年|大年(?!初)|新春",
    "清明": "清明节?",
    "劳动节": "五一(?:劳动)?节?(?!点|号|月|般|起|个)|劳动节|5[.·]?1(?=假|节|放|小长假|前|后|之)",
    "端午": "端午节?|端阳节?",
    "中秋": "中秋节?|八月十五节",
    "国庆": "国庆节?|双节"
    "|十一(?=假|节|长假|黄金周|期间|放|前|后|之|过)|10[.·]1(?=假|节|放|前|后|之)",
}
_WHICH = (
    rf"(?:(?P<week>(?:第[一1]个?|那一?个?){WEEK}"
    r"(?:(?P<weekday>[一二三四五六日天])(?!起(?!码)|下(?!午)|教|直))?|[一1]周内)"
    r"|(?:上班的?)?第?(?P<nth>[一二三四五两1-5]|头一?|首)个?(?P<unit>工作日|天|日|班)(?:上班)?)?"
)
"""Of the days after a holiday: 第一周, 那周三, 头一天, 第二个工作日."""
_LAST = r"(?:\s*的?\s*最后[一1]?个?(?P<last>工作日|天|班))?"
_AFTER = (
    r"(?:过后|之后|以后|过完|收假后?|结束后?|回来|完了?|后(?![天日]))\s*的?\s*"
    rf"{_WHICH}"
)
_FESTIVAL = re.compile(
    r"(?:过完|过了|放完|等|过)?(?:(?P<name>"
    + "|".join(f"(?:(?P<of{place}>{words}))" for place, words in enumerate(_NAMES.values()))
    + r")(?:放假|假期|长假|小长假|节假日|期间|那几天|节)?)(?:"
    + rf"(?P<itself>那天|当天|那一天)|(?P<after>{_AFTER})"
    + rf"|(?P<before>之前|以前|前(?!台|面|后|往|[天日])|来之前){_LAST})?"
)
_UNNAMED_AFTER = re.compile(
    "(?P<spring>过完年|过了年|年后|年过完|开年后?|翻过?年(?!后)?|翻了年|新年后)|"
    "放完假|收假后?|收了假|节后|假后|长假后|假期(?:结束)?后|放假(?:回来|后)|过完节|过了节|收假回来|上班(?=第?[一头首]天)"
)
_REST_AFTER = re.compile(rf"\s*的?\s*{_WHICH}")
_UNNAMED_BEFORE = re.compile(
    rf"(?:(?P<spring>年前|过年前)(?=$|[^\d])|节前|放假之?前|假前|收工前){_LAST}"
)
_LUNAR_DATE = re.compile(
    r"(?:农历|阴历|古历|腊月|冬月|正月)[\s的初一二三四五六七八九十廿\d月号]*(?:以?后|之后|以?前|之前)?|大年初[一二三四五六七八九]|元宵节?|重阳节?"
)


def _named(found: re.Match[str], today: date) -> DayToken | None:
    name = next(name for place, name in enumerate(_NAMES) if found[f"of{place}"])
    days = next_festival(today, name)
    if days is None:
        return wrong(found, "unknown_date")
    if found["itself"]:
        day = festival_day(name, days[1].year)
        return one_day(found, day) if day else wrong(found, "unknown_date")
    if found["before"]:
        return _before(found, today, days[0])
    begun = re.match(r"过完|过了|放完", found.group())
    if not found["after"] and not begun:
        return span(found, max(days[0], today), days[1])
    return _after(found, days[1], found)


def _after_unnamed(found: re.Match[str], today: date) -> DayToken | None:
    name = ("元旦" if "翻" in found.group() else "春节") if found["spring"] else ""
    days = next_festival(today, name)
    if days is None:
        return wrong(found, "unknown_date")
    rest = _REST_AFTER.match(found.string, found.end())
    assert rest is not None
    whole = re.compile(r".*", re.S).match(found.string, found.start(), rest.end())
    assert whole is not None
    return _after(whole, days[1], rest)


def _before_unnamed(found: re.Match[str], today: date) -> DayToken | None:
    days = next_festival(today, "春节" if found["spring"] else "")
    if days is None:
        return wrong(found, "unknown_date")
    return _before(found, today, days[0])


def _before(found: re.Match[str], today: date, first: date) -> DayToken:
    """Until the day before the holiday; its last day or working day when that is said."""
    last = first - timedelta(days=1)
    if not found["last"]:
        return span(found, today, last)
    while found["last"] != "天" and not centre_calendar().is_workday(last):
        last -= timedelta(days=1)
    return one_day(found, last)


def _after(whole: re.Match[str], last: date, rest: re.Match[str]) -> DayToken:
    """From the day after the holiday on; its first week or weekday; its nth (working) day."""
    first = last + timedelta(days=1)
    if rest["weekday"]:
        ahead = (weekday_of(rest["weekday"]) - first.weekday()) % 7
        return one_day(whole, first + timedelta(days=ahead))
    if rest["week"]:
        return span(whole, first, first + timedelta(days=6 - first.weekday()))
    if not rest["nth"]:
        return span(whole, first, None)
    count = 1 if rest["nth"][0] in "头首" else number(rest["nth"])
    if rest["unit"] in ("工作日", "班") or "上班" in whole.group():
        for _ in range(count):
            first = centre_calendar().next_workday(first) + timedelta(days=1)
        return one_day(whole, first - timedelta(days=1))
    return one_day(whole, first + timedelta(days=count - 1))


def _lunar(found: re.Match[str], today: date) -> DayToken | None:
    return wrong(found, "lunar_date")


FESTIVAL_RULES: tuple[Rule, ...] = (
    (_LUNAR_DATE, _lunar),
    (_UNNAMED_AFTER, _after_unnamed),
    (_UNNAMED_BEFORE, _before_unnamed),
    (_FESTIVAL, _named),
)
