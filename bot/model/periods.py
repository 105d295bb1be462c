"""Periods of reports: the one before (环比) and the same of last year (同比). Days are China's."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.model.demand import CHINA


@dataclass(frozen=True)
class Period:
    """From `first` to `last`, both included."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        """The UTC moment at which it begins."""
        return datetime.combine(self.first, time.min) - CHINA

    @property
    def ends(self) -> datetime:
        """The UTC moment at which it is over."""
        return datetime.combine(self.last + timedelta(days=1), time.min) - CHINA


def month(year: int, number: int) -> Period:
    """A month of the calendar."""
    return Period(date(year, number, 1), date(year, number, monthrange(year, number)[1]))


def period_before(period: Period) -> Period:
    """As many whole months before, for whole months; else as many days before."""
    months = _whole_months(period)
    last = period.first - timedelta(days=1)
    if not months:
        return Period(period.first - (period.last - period.first) - timedelta(days=1), last)
    return Period(_months_back(period.first, months), last)


def year_before(period: Period) -> Period:
    """The same days of the year before; a whole month stays whole (29th of February)."""
    first, last = (_year_back(day) for day in (period.first, period.last))
    if _whole_months(period):
        last = last.replace(day=monthrange(last.year, last.month)[1])
    return Period(first, last)


def _whole_months(period: Period) -> int:
    """How many months of the calendar it is; 0 when it is not whole ones."""
    ends = (period.last + timedelta(days=1)).day == 1
    if period.first.day != 1 or not ends:
        return 0
    return (period.last.year - period.first.year) * 12 + period.last.month - period.first.month + 1


def _months_back(day: date, months: int) -> date:
    place = day.year * 12 + day.month - 1 - months
    return date(place // 12, place % 12 + 1, 1)


def _year_back(day: date) -> date:
    last = monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=min(day.day, last))
