"""Holidays and the days off around them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.model.times.expressions import read_time
from bot.model.times.festivals import FESTIVALS, days_off, next_festival
from tests.unit.times.moment import days


@pytest.mark.parametrize(
    ("text", "now", "first", "last"),
    [
        ("国庆后", "2026-09-30 16:50", "10-08", "…"),
        ("国庆后", "2026-10-03 11:00", "10-08", "…"),
        ("节后第一天", "2026-10-03 11:00", "10-08", "10-08"),
        ("节后第一个工作日", "2027-02-04 09:00", "02-15", "02-15"),
        ("国庆节后的第一个星期三", "2026-10-03 11:00", "10-14", "10-14"),
        ("国庆前", "2026-09-28 09:00", "09-28", "09-30"),
        ("春节后", "2026-02-04 09:10", "02-24", "…"),
        ("过完年", "2027-02-04 09:10", "02-13", "…"),
        ("年前", "2027-02-01 09:10", "02-01", "02-04"),
        ("端午后", "2026-06-15 13:10", "06-22", "…"),
        ("清明后", "2026-02-26 08:20", "04-07", "…"),
        ("元旦那天", "2026-12-31 23:50", "01-01", "01-01"),
    ],
)
def test_holidays_are_known(text: str, now: str, first: str, last: str) -> None:
    assert days(text, datetime.fromisoformat(now)) == (first, last)


def test_a_holiday_beyond_the_tables_is_said_to_be_unknown() -> None:
    now = datetime(2036, 2, 20, 9)
    assert read_time("春节后", now).problem == "unknown_date"
    assert next_festival(now.date(), "春节") is None
    assert days_off("国庆", 2040) is not None


@pytest.mark.parametrize("name", FESTIVALS)
def test_days_off_begin_before_they_end(name: str) -> None:
    for year in range(2026, 2036):
        found = days_off(name, year)
        assert found is not None
        assert timedelta() <= found[1] - found[0] <= timedelta(days=9)
