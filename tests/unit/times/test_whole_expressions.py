"""Whole expressions: their parts together, what cannot be, what is no time."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.times.expressions import TimeExpression, find_tokens, read_time, resolve
from tests.unit.times.moment import TUESDAY


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
