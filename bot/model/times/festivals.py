"""When a holiday begins and ends, for those who say 国庆后 or 年前."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from bot.model.calendar import centre_calendar

_LUNAR = {
    2026: ("02-17", "06-19", "09-25"),
    2027: ("02-06", "06-09", "09-15"),
    2028: ("01-26", "05-28", "10-03"),
    2029: ("02-13", "06-16", "09-22"),
    2030: ("02-03", "06-05", "09-12"),
    2031: ("01-23", "06-24", "10-01"),
    2032: ("02-11", "06-12", "09-19"),
    2033: ("01-31", "06-01", "09-08"),
    2034: ("02-19", "06-20", "09-27"),
    2035: ("02-08", "06-10", "09-16"),
}
"""正月初一, 端午 and 中秋 in the common calendar (农历, GB/T 33661-2017)."""
_USUAL = {"春节": (-1, 6), "劳动节": (0, 4), "国庆": (0, 6)}
"""Days off before and after the day itself, as long as no notice says otherwise.

Weekends next to the long ones are usually worked for it; until the notice they end as here.
"""
FESTIVALS = ("元旦", "春节", "清明", "劳动节", "端午", "中秋", "国庆")


def next_festival(today: date, name: str = "") -> tuple[date, date] | None:
    """First and last day off of the festival that is on or comes next; any when not named.

    None where nothing is known: the lunar calendar is tabled until 2035.
    """
    spans = [
        span
        for each in ((name,) if name else FESTIVALS)
        for year in (today.year, today.year + 1)
        if (span := days_off(each, year)) and span[1] >= today
    ]
    return min(spans, default=None)


@lru_cache(maxsize=200)
def days_off(name: str, year: int) -> tuple[date, date] | None:
    """First and last day of the days off around a festival, weekends beside it counted in."""
    day = festival_day(name, year)
    if day is None:
        return None
    before, after = _USUAL.get(name, (0, 0))
    usual = {day + timedelta(days=number) for number in range(before, after + 1)}
    first = last = day
    while _off(first - timedelta(days=1), usual):
        first -= timedelta(days=1)
    while _off(last + timedelta(days=1), usual):
        last += timedelta(days=1)
    return first, last


def _off(day: date, usual: set[date]) -> bool:
    found = centre_calendar().day(day)
    if found.certain or len(usual) == 1:
        return not found.works
    return day in usual


def festival_day(name: str, year: int) -> date | None:
    """The day itself; of 春节 the lunar New Year's Day."""
    fixed = {"元旦": (1, 1), "劳动节": (5, 1), "国庆": (10, 1)}
    if name in fixed:
        return date(year, *fixed[name])
    if name == "清明":  # the usual approximation of the solar term, right for 2001 to 2099
        in_century = year % 100
        return date(year, 4, int(in_century * 0.2422 + 4.81) - in_century // 4)
    lunar = _LUNAR.get(year)
    if lunar is None:
        return None
    return date.fromisoformat(f"{year}-{lunar[('春节', '端午', '中秋').index(name)]}")
