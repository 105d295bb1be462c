"""Hours and halves of the day."""

from __future__ import annotations

import pytest

from bot.model.times.expressions import read_time
from tests.unit.times.moment import TUESDAY, days


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
