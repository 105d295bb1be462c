"""Chinese time expressions, each against a moment; dates are written as a person checks them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from bot.model.times.expressions import TimeExpression, find_tokens, read_time, resolve
from bot.model.times.festivals import FESTIVALS, days_off, next_festival

TUESDAY = datetime(2026, 11, 24, 9, 30)


def days(text: str, now: datetime = TUESDAY) -> tuple[str, str]:
    """First and last day as month-day; "" for none, "…" for an open end."""
    read = read_time(text, now)
    first = f"{read.first:%m-%d}" if read.first else ""
    last = f"{read.last:%m-%d}" if read.last else ("…" if read.first else "")
    return first, last


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("今天", "11-24"),
        ("明天", "11-25"),
        ("明儿", "11-25"),
        ("后天", "11-26"),
        ("大后天", "11-27"),
        ("外后天", "11-27"),
        ("三天后", "11-27"),
        ("一个星期后", "12-01"),
        ("两周后", "12-08"),
        ("半个月后", "12-09"),
        ("周五", "11-27"),
        ("礼拜四", "11-26"),
        ("星期天", "11-29"),
        ("周天", "11-29"),
        ("周1", "11-30"),
        ("这周五", "11-27"),
        ("下周三", "12-02"),
        ("下个礼拜三", "12-02"),
        ("下星期天", "12-06"),
        ("下下周一", "12-07"),
        ("下周的今天", "12-01"),
        ("12月5号", "12-05"),
        ("十二月五号", "12-05"),
        ("12月5日", "12-05"),
        ("12.5", "12-05"),
        ("12/5", "12-05"),
        ("12-5", "12-05"),
        ("2026-12-05", "12-05"),
        ("２０２６年１２月５日", "12-05"),
        ("20261205", "12-05"),
        ("25号", "11-25"),
        ("五号", "12-05"),
        ("三十号", "11-30"),
        ("下个月5号", "12-05"),
        ("下月5日", "12-05"),
        ("本月25号", "11-25"),
        ("这个月最后一天", "11-30"),
        ("月底那天", "11-30"),
        ("12月第二个周三", "12-09"),
        ("十一月最后一个周五", "11-27"),
        ("12月5号周六", "12-05"),
        ("周六12月5号", "12-05"),
        ("下周 周三", "12-02"),
        ("冬天 12月5", "12-05"),
    ],
)
def test_a_day_is_found(text: str, day: str) -> None:
    assert days(text) == (day, day)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("下周", "11-30", "12-06"),
        ("这周", "11-24", "11-29"),
        ("下下周", "12-07", "12-13"),
        ("下周工作日", "11-30", "12-04"),
        ("周末", "11-28", "11-29"),
        ("下周末", "12-05", "12-06"),
        ("这个月", "11-24", "11-30"),
        ("下个月", "12-01", "12-31"),
        ("12月", "12-01", "12-31"),
        ("月底", "11-25", "11-30"),
        ("月初", "12-01", "12-10"),
        ("下个月初", "12-01", "12-10"),
        ("12月中旬", "12-11", "12-20"),
        ("12月下旬", "12-21", "12-31"),
        ("12月第二周", "12-07", "12-13"),
        ("明后天", "11-25", "11-26"),
        ("这两天", "11-24", "11-25"),
        ("三天内", "11-24", "11-27"),
        ("周一到周三", "11-30", "12-02"),
        ("下周一至周五", "11-30", "12-04"),
        ("下周三四都行", "12-02", "12-03"),
        ("下周二、四", "12-01", "12-03"),
        ("周四或者下周一", "11-26", "11-30"),
        ("1号到10号之间", "12-01", "12-10"),
        ("12月3号到7号这几天", "12-03", "12-07"),
        ("3号、4号这两天", "12-03", "12-04"),
        ("从25号起到28号", "11-25", "11-28"),
        ("12.3-12.5", "12-03", "12-05"),
        ("周五之前", "11-24", "11-27"),
        ("月底前", "11-24", "11-30"),
        ("元旦前", "11-24", "12-31"),
        ("下周三之后", "12-03", "…"),
        ("下周三起", "12-02", "…"),
        ("元旦后", "01-04", "…"),
    ],
)
def test_a_span_is_found(text: str, first: str, last: str) -> None:
    assert days(text) == (first, last)


@pytest.mark.parametrize(
    ("text", "period", "time"),
    [
        ("上午", "morning", ""),
        ("早上", "morning", ""),
        ("一大早", "morning", ""),
        ("下午", "afternoon", ""),
        ("十点半", "morning", "10:30"),
        ("两点", "afternoon", "14:00"),
        ("三点一刻", "afternoon", "15:15"),
        ("三点三刻", "afternoon", "15:45"),
        ("差十分三点", "afternoon", "14:50"),
        ("14:30", "afternoon", "14:30"),
        ("14：30", "afternoon", "14:30"),
        ("2:30", "afternoon", "14:30"),
        ("14点30分", "afternoon", "14:30"),
        ("14.30", "afternoon", "14:30"),
        ("九点四十", "morning", "09:40"),
        ("十点零五", "morning", "10:05"),
        ("上午9时", "morning", "09:00"),
        ("下午四点过", "afternoon", "16:00"),
        ("下午三点左右", "afternoon", "15:00"),
        ("3pm", "afternoon", "15:00"),
        ("晚上八点", "", "20:00"),
        ("中午", "", "12:00"),
        ("中午十二点半", "", "12:30"),
        ("下午上午都行", "", ""),
        ("早一点", "", ""),
        ("第一点建议", "", ""),
        ("有几点想问", "", ""),
    ],
)
def test_the_hour_is_found(text: str, period: str, time: str) -> None:
    read = read_time(text, TUESDAY)
    assert (read.period, read.time) == (period, time)


@pytest.mark.parametrize(
    ("text", "time", "time_to"),
    [
        ("九点到十点", "09:00", "10:00"),
        ("下午两点到四点", "14:00", "16:00"),
        ("两到四点", "14:00", "16:00"),
        ("下午2-4", "14:00", "16:00"),
        ("9:30-10:30", "09:30", "10:30"),
        ("十一点到一点", "11:00", "13:00"),
        ("四点之前", "", "16:00"),
        ("两点以后", "14:00", "23:59"),
    ],
)
def test_a_span_of_hours_is_found(text: str, time: str, time_to: str) -> None:
    read = read_time(text, TUESDAY)
    assert (read.time, read.time_to) == (time, time_to)


def test_all_parts_of_an_expression_go_together() -> None:
    expected = TimeExpression(date(2026, 12, 2), date(2026, 12, 2), "morning", "09:30")
    for text in ("下周三上午九点半", "上午九点半，下周三", "9:30 下周三", "下周三 9.30"):
        assert read_time(text, TUESDAY) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2月30日", "impossible_date"),
        ("11月31号", "impossible_date"),
        ("13月5号", "impossible_date"),
        ("三十二号", "impossible_date"),
        ("明天二十五点", "impossible_time"),
        ("昨天", "past"),
        ("上周五", "past"),
        ("11月20号", "past"),
        ("这个月5号", "past"),
        ("这周一", "past"),
        ("今天上午九点", "past"),
        ("正月初八", "lunar_date"),
        ("农历腊月二十", "lunar_date"),
        ("12月5号周五", "weekday_mismatch"),
        ("下周五12月5号", "weekday_mismatch"),
        ("明天晚上", "outside_hours"),
        ("明天上午", ""),
        ("2月28日", ""),
    ],
)
def test_what_cannot_be_is_said(text: str, problem: str) -> None:
    assert read_time(text, TUESDAY).problem == problem


def test_an_impossible_day_is_no_other_day() -> None:
    assert read_time("2月30日上午", TUESDAY) == TimeExpression(
        period="morning", problem="impossible_date"
    )


def test_the_past_is_allowed_where_it_is_looked_up() -> None:
    tokens = find_tokens("上周五", TUESDAY)
    assert resolve(tokens, "上周五", TUESDAY, past_allowed=True).problem == ""


@pytest.mark.parametrize(
    ("text", "now", "day"),
    [
        ("周三下午", "2026-11-18 10:05", "11-18"),  # still ahead
        ("周三", "2026-11-18 10:05", "11-25"),
        ("周三下午", "2026-11-18 15:00", "11-25"),
        ("周三下午四点", "2026-11-18 15:00", "11-18"),
        ("今天周三", "2026-11-18 10:05", "11-18"),
        ("周三", "2026-11-29 20:10", "12-02"),  # a Sunday: the next week begins tomorrow
        ("下周三", "2026-11-29 20:10", "12-02"),
        ("下下周三", "2026-11-29 20:10", "12-09"),
        ("周一", "2026-11-20 18:40", "11-23"),  # a Friday evening
        ("下周一", "2026-11-20 18:40", "11-23"),
        ("今天", "2026-07-06 00:30", "07-06"),  # half past midnight
    ],
)
def test_a_bare_weekday_is_the_coming_one(text: str, now: str, day: str) -> None:
    assert days(text, datetime.fromisoformat(now)) == (day, day)


@pytest.mark.parametrize(
    ("text", "now", "expected"),
    [
        ("后天", "2026-12-30 15:20", "2027-01-01"),
        ("下周一", "2026-12-31 23:50", "2027-01-04"),
        ("1月5号", "2026-12-30 15:20", "2027-01-05"),
        ("5号", "2026-12-30 15:20", "2027-01-05"),
        ("下个月8号", "2026-12-30 15:20", "2027-01-08"),
        ("明年一月三号", "2026-12-30 15:20", "2027-01-03"),
        ("2月29号", "2028-02-25 09:00", "2028-02-29"),
        ("月底那天", "2028-02-25 09:00", "2028-02-29"),
        ("下周二", "2028-02-25 09:00", "2028-02-29"),
        ("三天后", "2026-02-26 08:20", "2026-03-01"),
    ],
)
def test_years_and_months_end(text: str, now: str, expected: str) -> None:
    read = read_time(text, datetime.fromisoformat(now))
    assert read.first == read.last == date.fromisoformat(expected)


def test_a_leap_day_is_impossible_in_other_years() -> None:
    assert read_time("29号", datetime(2026, 2, 26, 8)).problem == "impossible_date"
    assert read_time("29号", datetime(2028, 2, 26, 8)).problem == ""


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


@pytest.mark.parametrize(
    "text",
    [
        "下周三教有没有接访",
        "下周六西格玛",
        "下周五金厂",
        "下周3C认证",
    ],
)
def test_a_word_after_the_week_is_no_weekday(text: str) -> None:
    assert days(text) == ("11-30", "12-06")


@pytest.mark.parametrize(
    ("text", "first", "time"),
    [
        ("周三三点", "11-25", "15:00"),
        ("周三三教三点", "11-25", "15:00"),
        ("周五十点半", "11-27", "10:30"),
        ("周五11月27号十点", "11-27", "10:00"),
        ("十点三教", "", "10:00"),
        ("十二月三号三教", "12-03", ""),
    ],
)
def test_numerals_beside_each_other_are_told_apart(text: str, first: str, time: str) -> None:
    read = read_time(text, TUESDAY)
    assert (days(text)[0], read.time) == (first, time)


@pytest.mark.parametrize(
    "text",
    [
        "3号楼",
        "选3号专家",
        "GB 1234",
        "一共5个人",
        "上周期",
        "周期",
        "一点都不懂",
        "第3条",
        "两个人",
    ],
)
def test_other_numbers_are_no_time(text: str) -> None:
    assert find_tokens(text, TUESDAY) == []


def test_the_clock_of_the_machine_does_not_matter() -> None:
    with time_machine.travel(datetime(2031, 5, 5, 5, 5)):
        assert days("明天") == ("11-25", "11-25")


@given(
    st.text(
        alphabet="今明后天上下周月日号点半一二三十0123456789.:-/年底初前后到 的三教国庆",
        max_size=30,
    )
)
def test_any_words_are_read(text: str) -> None:
    read = read_time(text, TUESDAY)
    if read.first is not None and read.last is not None:
        assert read.first <= read.last
