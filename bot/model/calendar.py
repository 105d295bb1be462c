"""Working days and office hours of the centre, in China's time.

Days are `date`s of China; moments are UTC without zone, as in the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

import chinese_calendar

from bot.model.demand import CHINA, local_date
from knowledge.calendar import WorkingTime, load_working_time

__all__ = [
    "CHINA",
    "Calendar",
    "CalendarGap",
    "Day",
    "centre_calendar",
    "local_date",
    "local_time",
    "moment_of",
]
LONGEST_SEARCH = 60
"""Days off in a row that no calendar has; a search that goes on longer is a broken table."""


@dataclass(frozen=True)
class Day:
    """What a day is. `kind`: workday, weekend, holiday, makeup; `certain`: officially fixed."""

    kind: str
    name: str = ""
    certain: bool = True

    @property
    def works(self) -> bool:
        """Whether the centre is open on it."""
        return self.kind in ("workday", "makeup")


@dataclass(frozen=True)
class CalendarGap:
    """Days are needed from `first` on of which only the weekday is known; `year` lacks its data."""

    first: date
    year: int


def local_time(moment: datetime) -> datetime:
    """A UTC moment by China's clock, without zone."""
    return moment + CHINA


def moment_of(day: date, clock: time) -> datetime:
    """The UTC moment at which China's clock shows `clock` on `day`."""
    return datetime.combine(day, clock) - CHINA


class Calendar:
    """The centre's calendar.

    A day is looked up in the override table, then in the official data (chinesecalendar), then
    among the days off of every year; beyond all these the weekday decides, marked uncertain.
    """

    def __init__(self, working_time: WorkingTime) -> None:
        self._own = working_time

    def day(self, day: date) -> Day:
        """What `day` is."""
        if day in self._own.days:
            kind, name = self._own.days[day]
            return Day("makeup" if kind == "workday" else kind, name)
        official = self._official(day)
        if official is not None:
            return official
        certain = day.year in self._own.complete
        if by_law := self._own.yearly.get((day.month, day.day)):
            return Day("holiday", by_law)
        return Day("weekend" if day.isoweekday() > 5 else "workday", certain=certain)

    def is_workday(self, day: date) -> bool:
        """Whether the centre works on `day`: make-up days do, holidays on weekdays do not."""
        return self.day(day).works

    def next_workday(self, day: date) -> date:
        """`day` itself when it is worked, else the first after it."""
        for ahead in range(LONGEST_SEARCH):
            if self.is_workday(day + timedelta(days=ahead)):
                return day + timedelta(days=ahead)
        raise ValueError(f"no working day within {LONGEST_SEARCH} days of {day}")

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """Office hours of `day` as UTC moments, without the lunch break; none on a day off."""
        if not self.is_workday(day):
            return []
        return [(moment_of(day, begins), moment_of(day, ends)) for begins, ends in self._own.hours]

    @property
    def working_day(self) -> timedelta:
        """The office hours of one day, without the lunch break."""
        day = date.min
        spans = [datetime.combine(day, e) - datetime.combine(day, b) for b, e in self._own.hours]
        return sum(spans, timedelta())

    def is_open(self, moment: datetime) -> bool:
        """Whether somebody is there."""
        return any(begin <= moment < end for begin, end in self.spans(local_date(moment)))

    def next_opening(self, moment: datetime) -> datetime:
        """`moment` itself within office hours, else when the centre opens next."""
        return next(begin for begin, _ in self._spans_from(moment))

    def add_working_time(self, moment: datetime, span: timedelta) -> datetime:
        """The moment at which `span` of office hours has passed since `moment`."""
        for begin, end in self._spans_from(moment):
            if span <= end - begin:
                return begin + span
            span -= end - begin
        raise AssertionError("office hours never end")

    def gap(self, today: date, days_ahead: int) -> CalendarGap | None:
        """Where the official data ends, if that is within `days_ahead`: the alarm to raise."""
        last = today + timedelta(days=days_ahead)
        for year in range(today.year, last.year + 1):
            if year not in self._own.complete and self._official(date(year, 1, 1)) is None:
                return CalendarGap(max(today, date(year, 1, 1)), year)
        return None

    def _spans_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What is left of office hours from `moment` on."""
        day = local_date(moment)
        while True:
            day = self.next_workday(day)
            for begin, end in self.spans(day):
                if end > moment:
                    yield max(begin, moment), end
            day += timedelta(days=1)

    def _official(self, day: date) -> Day | None:
        """What the State Council's notice says; None for a year it is not known of."""
        try:
            off, name = chinese_calendar.get_holiday_detail(day)
        except NotImplementedError:
            return None
        weekend = day.isoweekday() > 5
        if off:
            return Day("holiday", HOLIDAYS.get(name or "", "")) if name else Day("weekend")
        return Day("makeup", HOLIDAYS.get(name or "", "")) if weekend else Day("workday")


HOLIDAYS = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
}
"""chinesecalendar's names in Chinese."""


@cache
def centre_calendar() -> Calendar:
    """The calendar of knowledge/calendar.yml."""
    return Calendar(load_working_time())
