"""Working days, holidays, make-up days and office hours in China's time."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.model.calendar import Calendar, centre_calendar, local_date, moment_of
from knowledge import KnowledgeError
from knowledge.calendar import load_working_time, parse_clock
from knowledge.loader import FOLDER


def at(day: str, clock: str) -> datetime:
    """The UTC moment of China's clock."""
    return moment_of(date.fromisoformat(day), parse_clock(clock))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A copy of calendar.yml to change."""
    return Path(shutil.copy(FOLDER / "calendar.yml", tmp_path))


def changed(file: Path, old: str, new: str) -> Calendar:
    """The calendar of the file after a change of its text."""
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    return Calendar(load_working_time(file))


@pytest.mark.parametrize(
    ("day", "works", "name"),
    [
        ("2026-11-24", True, ""),  # Tuesday
        ("2026-11-28", False, ""),  # Saturday
        ("2026-10-01", False, "国庆节"),  # Thursday
        ("2026-10-07", False, "国庆节"),  # Wednesday
        ("2026-10-08", True, ""),
        ("2026-10-10", True, "国庆节"),  # Saturday, worked instead
        ("2026-09-20", True, "国庆节"),  # Sunday, worked instead
        ("2026-09-25", False, "中秋节"),
        ("2026-02-14", True, "春节"),  # Saturday, worked instead
        ("2026-02-23", False, "春节"),  # Monday
        ("2026-01-04", True, "元旦"),  # Sunday, worked instead
        ("2026-04-06", False, "清明节"),  # Monday
        ("2026-06-19", False, "端午节"),
        ("2026-05-09", True, "劳动节"),
    ],
)
def test_holidays_are_off_and_make_up_days_are_worked(day: str, works: bool, name: str) -> None:
    found = centre_calendar().day(date.fromisoformat(day))
    assert (found.works, found.name, found.certain) == (works, name, True)


@pytest.mark.parametrize(
    ("day", "works", "certain"),
    [
        ("2031-01-01", False, True),  # 元旦, by law every year
        ("2031-10-03", False, True),
        ("2031-10-06", True, False),  # Monday; the notice may give it off
        ("2031-10-11", False, False),  # Saturday; the notice may have it worked
        ("2027-02-05", False, True),  # 除夕, from the override table
        ("2027-02-09", True, False),
    ],
)
def test_beyond_the_official_data_law_and_weekday_decide(
    day: str, works: bool, certain: bool
) -> None:
    found = centre_calendar().day(date.fromisoformat(day))
    assert (found.works, found.certain) == (works, certain)


def test_the_alarm_is_raised_before_the_data_ends() -> None:
    centre = centre_calendar()
    assert centre.gap(date(2026, 6, 1), 45) is None
    assert centre.gap(date(2026, 11, 16), 45) is None, "until 31 December all is known"
    gap = centre.gap(date(2026, 11, 24), 45)
    assert gap is not None
    assert (gap.first, gap.year) == (date(2027, 1, 1), 2027)
    later = centre.gap(date(2027, 3, 1), 45)
    assert later is not None
    assert later.first == date(2027, 3, 1)


def test_the_alarm_ends_when_the_year_is_filled_in(file: Path) -> None:
    centre = changed(file, "complete: []", "complete: [2027]")
    assert centre.gap(date(2026, 11, 24), 45) is None
    assert centre.day(date(2027, 3, 1)).certain


def test_the_override_table_stands_above_the_official_data(file: Path) -> None:
    entry = 'days:\n  - {id: "2026-11-24", kind: holiday, name: 停电, source: 通知}\n'
    entry += '  - {id: "2026-11-28", kind: workday, name: 补班, source: 通知}\n'
    centre = changed(file, "days:\n", entry)
    assert not centre.is_workday(date(2026, 11, 24))
    assert centre.day(date(2026, 11, 28)).kind == "makeup"
    assert centre.next_workday(date(2026, 11, 24)) == date(2026, 11, 25)


def test_the_next_working_day_is_after_the_whole_holiday() -> None:
    assert centre_calendar().next_workday(date(2026, 10, 1)) == date(2026, 10, 8)
    assert centre_calendar().next_workday(date(2026, 10, 9)) == date(2026, 10, 9)
    assert centre_calendar().next_workday(date(2026, 10, 10)) == date(2026, 10, 10)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (("2026-11-24", "09:00"), ("2026-11-24", "09:00")),
        (("2026-11-24", "11:59"), ("2026-11-24", "11:59")),
        (("2026-11-24", "12:00"), ("2026-11-24", "14:00")),  # lunch
        (("2026-11-24", "07:00"), ("2026-11-24", "09:00")),
        (("2026-11-24", "17:30"), ("2026-11-25", "09:00")),
        (("2026-11-27", "18:00"), ("2026-11-30", "09:00")),  # Friday evening
        (("2026-09-30", "18:00"), ("2026-10-08", "09:00")),  # before 国庆
        (("2026-10-09", "18:00"), ("2026-10-10", "09:00")),  # a Saturday that is worked
    ],
)
def test_the_centre_opens_next(moment: tuple[str, str], opens: tuple[str, str]) -> None:
    centre = centre_calendar()
    assert centre.next_opening(at(*moment)) == at(*opens)
    assert centre.is_open(at(*moment)) == (moment == opens)


def test_working_time_passes_neither_at_lunch_nor_on_holidays() -> None:
    centre = centre_calendar()
    assert centre.add_working_time(at("2026-11-24", "11:30"), timedelta(hours=1)) == at(
        "2026-11-24", "14:30"
    )
    assert centre.add_working_time(at("2026-09-30", "17:00"), timedelta(hours=1)) == at(
        "2026-10-08", "09:30"
    )
    two_days = timedelta(hours=2 * 6.5)
    assert centre.add_working_time(at("2026-11-27", "09:00"), two_days) == at("2026-11-30", "17:30")


def test_office_hours_are_chinas_though_the_server_counts_in_utc() -> None:
    begin, end = centre_calendar().spans(date(2026, 11, 24))[0]
    assert (begin, end) == (datetime(2026, 11, 24, 1), datetime(2026, 11, 24, 4))
    assert local_date(datetime(2026, 11, 23, 16)) == date(2026, 11, 24)


def test_other_hours_are_a_change_of_data(file: Path) -> None:
    centre = changed(file, 'ends: "12:00"', 'ends: "11:30"')
    assert not centre.is_open(at("2026-11-24", "11:45"))


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('"09:00"', '"9:00"', "morning"),
        ('begins: "14:00"', 'begins: "11:00"', "afternoon"),
        ('ends: "12:00"', 'ends: "08:00"', "morning"),
        ('"2027-02-05"', '"2027-02-30"', "2027-02-30"),
        ("kind: holiday, name", "kind: feast, name", "2027-02-05"),
        ('"10-01"', '"13-01"', "13-01"),
        ("complete: []", "complete: [soon]", "complete"),
    ],
)
def test_a_malformed_calendar_is_refused_by_name(
    file: Path, old: str, new: str, named: str
) -> None:
    with pytest.raises(KnowledgeError, match=rf"^calendar\.yml: {named}"):
        changed(file, old, new)
