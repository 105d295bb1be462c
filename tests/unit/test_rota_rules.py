"""Which day a pattern means, how a session is cut, and what the rules of booking say."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.model.booking import (
    FreeSlot,
    booking_number,
    clean_booking_number,
    company_key,
    distance,
    may_still_change,
    offer_deadline,
    slot_problem,
)
from bot.model.calendar import centre_calendar, moment_of
from bot.model.rota import (
    SessionPlan,
    bookable_span,
    clock_of,
    nth_weekday,
    pattern_day,
    slots_of,
    time_problem,
)
from knowledge import KnowledgeError
from knowledge.calendar import parse_clock
from knowledge.loader import FOLDER
from knowledge.rota import load_rota

RULES = load_rota().rules
NOW = datetime(2026, 3, 2, 1, 0)
PATTERN = replace(load_rota().patterns[0], week=1, weekday=4, on_holiday="next")


def at(day: str, clock: str) -> datetime:
    """The UTC moment of China's clock."""
    return moment_of(date.fromisoformat(day), parse_clock(clock))


def plan(begins: str, ends: str, minutes: int = 30, day: str = "2026-03-11") -> SessionPlan:
    """A session of one expert."""
    return SessionPlan(
        station="fenghuanghu",
        starts_at=at(day, begins),
        ends_at=at(day, ends),
        slot_minutes=minutes,
        seats=1,
        categories=("ip",),
        experts=("trademark",),
        notice_minutes=120,
        horizon_days=45,
    )


@pytest.mark.parametrize(
    ("year", "month", "week", "weekday", "day"),
    [
        (2026, 3, 2, 3, date(2026, 3, 11)),  # 三月第二个周三
        (2026, 7, 1, 3, date(2026, 7, 1)),  # the month begins with one
        (2026, 12, -1, 4, date(2026, 12, 31)),
        (2026, 2, -1, 7, date(2026, 2, 22)),
        (2027, 2, 4, 1, date(2027, 2, 22)),
    ],
)
def test_the_nth_weekday_of_a_month(
    year: int, month: int, week: int, weekday: int, day: date
) -> None:
    assert nth_weekday(year, month, week, weekday) == day


def test_a_session_in_the_holidays_is_held_on_the_first_day_after_them() -> None:
    found = pattern_day(PATTERN, 2026, 10, centre_calendar())
    assert (found.named, found.held) == (date(2026, 10, 1), date(2026, 10, 8))


def test_a_pattern_may_leave_holidays_out() -> None:
    skipping = replace(PATTERN, on_holiday="skip")
    assert pattern_day(skipping, 2026, 10, centre_calendar()).held is None
    assert pattern_day(skipping, 2026, 11, centre_calendar()).held == date(2026, 11, 5)


def test_a_session_never_slips_into_the_next_month() -> None:
    last_friday = replace(PATTERN, week=-1, weekday=6)  # Saturday, 31 October 2026
    found = pattern_day(last_friday, 2026, 10, centre_calendar())
    assert (found.named, found.held) == (date(2026, 10, 31), None)


def test_a_saturday_worked_instead_is_a_day_like_others() -> None:
    saturday = replace(PATTERN, week=2, weekday=6)
    assert pattern_day(saturday, 2026, 10, centre_calendar()).held == date(2026, 10, 10)


def test_a_session_is_cut_into_slots_around_lunch() -> None:
    found = slots_of(plan("11:00", "15:00", 45), centre_calendar())
    clocks = [(clock_of(begin), clock_of(end)) for begin, end in found]
    assert clocks == [("11:00", "11:45"), ("14:00", "14:45")]


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        (plan("14:00", "17:00"), ""),
        (plan("09:00", "17:30"), ""),
        (plan("08:00", "10:00"), "outside_hours"),
        (plan("12:00", "13:30"), "outside_hours"),
        (plan("16:00", "18:00"), "outside_hours"),
        (plan("14:10", "17:00"), "off_grid"),
        (plan("14:00", "17:00", 20), "off_grid"),
        (plan("14:00", "14:00"), "off_grid"),
        (plan("17:00", "14:00"), "off_grid"),
        (plan("14:00", "17:00", day="2026-02-25"), "past"),
        (plan("14:00", "17:00", day="2026-03-14"), "day_off"),
        (plan("14:00", "17:00", day="2026-10-01"), "day_off"),
        (plan("14:00", "17:00", day="2026-10-10"), ""),
        (replace(plan("14:00", "17:00"), seats=0), "no_seats"),
        (replace(plan("14:00", "17:00"), horizon_days=93), "horizon"),
    ],
)
def test_a_session_must_fit_office_hours_and_working_days(made: SessionPlan, problem: str) -> None:
    assert time_problem(made, centre_calendar(), NOW, any_day=False) == problem


def test_the_desk_may_hold_a_session_on_a_saturday() -> None:
    saturday = plan("14:00", "17:00", day="2026-03-14")
    assert time_problem(saturday, centre_calendar(), NOW, any_day=True) == ""
    assert len(slots_of(saturday, centre_calendar())) == 6


def test_a_slot_is_booked_from_its_horizon_until_its_notice() -> None:
    starts = at("2026-03-11", "14:00")
    opens, closes = bookable_span(starts, 120, 7)
    assert (opens, closes) == (at("2026-03-04", "00:00"), at("2026-03-11", "12:00"))
    instant = timedelta(seconds=1)
    cases = {
        opens - instant: "horizon",
        opens: "",
        closes - instant: "",
        closes: "notice",
        starts - instant: "notice",
        starts: "past",
    }
    assert {now: slot_problem(starts, opens, closes, now) for now in cases} == cases


def test_the_cut_off_is_exact() -> None:
    starts = at("2026-03-11", "14:00")
    cut_off = starts - timedelta(minutes=RULES.cancel_minutes)
    assert may_still_change(starts, cut_off - timedelta(seconds=1), RULES)
    assert not may_still_change(starts, cut_off, RULES)


@pytest.mark.parametrize(
    ("made_at", "until"),
    [
        (("2026-03-09", "10:00"), ("2026-03-09", "11:00")),
        (("2026-03-09", "22:15"), ("2026-03-10", "09:00")),  # counts from 8:00
        (("2026-03-10", "03:00"), ("2026-03-10", "09:00")),
        (("2026-03-11", "11:30"), ("2026-03-11", "12:00")),  # booking ends before the hour
    ],
)
def test_an_offer_leaves_time_by_day(made_at: tuple[str, str], until: tuple[str, str]) -> None:
    assert offer_deadline(at(*made_at), 60, at("2026-03-11", "12:00"), RULES) == at(*until)


@pytest.mark.parametrize(
    "typed",
    [
        "ZJYY-2026-0012",
        "zjyy-2026-0012",
        "ＺＪＹＹ－２０２６－００１２",
        "ZJYY20260012",
        "zjyy—2026—12",
    ],
)
def test_a_number_is_understood_however_it_is_typed(typed: str) -> None:
    assert clean_booking_number(typed) == booking_number(2026, 12) == "ZJYY-2026-0012"


def test_spellings_of_an_enterprise_are_one_enterprise() -> None:
    spellings = ["重庆永川(东鹏)陶瓷有限公司", " 重庆永川（东鹏）陶瓷 有限公司。"]
    assert len({company_key(name) for name in spellings}) == 1
    assert company_key("东鹏陶瓷") != company_key("帝欧陶瓷")


def test_alternatives_keep_the_subject_before_place_and_time() -> None:
    def slot(number: int, station: str, starts: datetime, categories: tuple[str, ...]) -> FreeSlot:
        end = starts + timedelta(minutes=30)
        return FreeSlot(number, number, station, starts, end, ("e",), categories, 1)

    wanted = slot(0, "fenghuanghu", at("2026-03-11", "14:00"), ("ip",))
    others = [
        slot(1, "fenghuanghu", at("2026-03-11", "14:30"), ("testing",)),
        slot(2, "gangqiao", at("2026-03-12", "14:00"), ("ip",)),
        slot(3, "fenghuanghu", at("2026-03-13", "14:00"), ("ip", "brand")),
        slot(4, "fenghuanghu", at("2026-03-11", "16:00"), ("ip",)),
    ]
    ordered = sorted(others, key=lambda other: distance(wanted, other))
    assert [other.time_slot_id for other in ordered] == [4, 3, 2, 1]


def test_sample_data_says_that_it_is_sample() -> None:
    rota = load_rota()
    assert all(expert.sample for expert in rota.experts.values())
    assert all(pattern.sample for pattern in rota.patterns)
    assert all("示例" in entry.source for entry in (*rota.experts.values(), *rota.patterns))


def test_experts_of_all_categories_visit_all_three_parks() -> None:
    rota = load_rota()
    assert len({c for p in rota.patterns for c in p.categories}) == 8
    assert {p.station for p in rota.patterns} == {"fenghuanghu", "gangqiao", "sanjiao"}


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("rota.yml", "station: gangqiao", "station: admin_centre", "gangqiao_testing: station"),
        ("rota.yml", "experts: [testing]", "experts: [nobody]", "gangqiao_testing: experts"),
        ("rota.yml", "experts: [testing]", "experts: [brand]", "gangqiao_testing: categories"),
        ("rota.yml", "week: 1", "week: 5", "gangqiao_testing: week"),
        ("rota.yml", "weekday: 3", "weekday: 0", "fenghuanghu_ip: weekday"),
        ("rota.yml", 'begins: "14:00"', 'begins: "14:10"', "fenghuanghu_ip: times"),
        ("rota.yml", "slot_minutes: 30", "slot_minutes: 25", "fenghuanghu_ip: slot_minutes"),
        ("rota.yml", "seats: 2", "seats: 0", "fenghuanghu_ip: seats"),
        ("rota.yml", "seats: 2", "seats: two", "fenghuanghu_ip: seats"),
        ("rota.yml", "on_holiday: next", "on_holiday: maybe", "fenghuanghu_ip: on_holiday"),
        ("rota.yml", "hold_minutes: 10", "hold_minutes: 0", "booking: hold_minutes"),
        ("rota.yml", "hold_minutes: 10", "hold_minute: 10", "booking: hold_minute"),
        ("rota.yml", 'quiet_from: "21:00"', 'quiet_from: "late"', "booking: times"),
        ("experts.yml", "categories: [ip, brand]", "categories: [law]", "trademark: categories"),
        ("experts.yml", "name: 周明, ", "", "trademark: name"),
    ],
)
def test_a_malformed_rota_is_refused_by_name(
    tmp_path: Path, file: str, old: str, new: str, named: str
) -> None:
    for each in FOLDER.glob("*.yml"):
        shutil.copy(each, tmp_path)
    text = (tmp_path / file).read_text("utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(KnowledgeError, match=rf"^{file}: {named}"):
        load_rota(tmp_path)
