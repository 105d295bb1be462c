"""Listing free time slots: what is asked for, and what comes nearest."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.engine import Connection, Engine

from bot.model.booking import FreeSlot
from bot.model.calendar import local_time
from bot.services.booking.bookings import alternatives, free_slots, hold_slot
from bot.services.booking.free_slots import free_days
from tests.services.booking_setup import DAY, HOUR, at, book, people_in, session, slots
from tests.services.conftest import NOW

FRIDAY = date(2026, 3, 13)


def shown(found: list[FreeSlot]) -> list[str]:
    """The slots as a person would read them."""
    return [f"{local_time(slot.starts_at):%m-%d %H:%M} {slot.station}" for slot in found]


@pytest.fixture
def rota(engine: Engine) -> None:
    """Three sessions in two parks."""
    with engine.begin() as db:
        session(db, ends="15:00", categories=("ip", "brand"))
        session(db, FRIDAY, "09:00", "10:00", experts=("metrology",), categories=("metrology",))
        session(db, FRIDAY, "10:00", "11:00", station="gangqiao", experts=("patent",))


WISHES: list[tuple[dict[str, Any], list[str]]] = [
    ({"limit": 2}, ["03-11 14:00 fenghuanghu", "03-11 14:30 fenghuanghu"]),
    ({"limit": 2, "offset": 2}, ["03-13 09:00 fenghuanghu", "03-13 09:30 fenghuanghu"]),
    ({"category": "metrology"}, ["03-13 09:00 fenghuanghu", "03-13 09:30 fenghuanghu"]),
    ({"category": "brand"}, ["03-11 14:00 fenghuanghu", "03-11 14:30 fenghuanghu"]),
    ({"station": "gangqiao"}, ["03-13 10:00 gangqiao", "03-13 10:30 gangqiao"]),
    ({"station": "sanjiao"}, []),
    ({"expert": "patent", "limit": 1}, ["03-13 10:00 gangqiao"]),
    ({"first": FRIDAY, "last": FRIDAY, "limit": 1}, ["03-13 09:00 fenghuanghu"]),
    ({"last": date(2026, 3, 10)}, []),
    ({"period": "afternoon", "limit": 1}, ["03-11 14:00 fenghuanghu"]),
    ({"period": "morning", "limit": 1}, ["03-13 09:00 fenghuanghu"]),
    ({"clock": "10:40"}, ["03-13 10:30 gangqiao"]),
    ({"clock": "14:30"}, ["03-11 14:30 fenghuanghu"]),
    ({"clock": "11:00"}, []),
    ({"clock": "14:00", "clock_to": "14:45"}, ["03-11 14:00 fenghuanghu"]),
    (
        {"clock": "10:30", "clock_to": "23:59", "last": FRIDAY, "first": FRIDAY},
        ["03-13 10:30 gangqiao"],
    ),
    ({"clock_to": "09:30"}, ["03-13 09:00 fenghuanghu"]),
    ({"category": "ip", "station": "gangqiao", "first": DAY, "last": DAY}, []),
]
"""What is asked for, and what a person is shown."""


@pytest.mark.usefixtures("rota")
def test_slots_are_found_by_what_is_asked_for(engine: Engine) -> None:
    with engine.begin() as db:
        for wish, found in WISHES:
            assert shown(free_slots(db, now=NOW, **wish)) == found, wish


@pytest.mark.usefixtures("rota")
def test_days_are_told_with_their_free_seats_and_full_ones_with_none(engine: Engine) -> None:
    with engine.begin() as db:
        assert free_days(db, now=NOW) == {DAY: 2, FRIDAY: 4}
        assert free_days(db, now=NOW, category="ip", station="gangqiao") == {FRIDAY: 2}
        for person in people_in(db, 2):
            found = free_slots(db, now=NOW, first=DAY, last=DAY)
            hold_slot(db, person, found[0].time_slot_id, NOW)
        assert free_days(db, now=NOW)[DAY] == 0
        assert free_days(db, now=NOW + timedelta(minutes=10))[DAY] == 2, "the holds ran out"
        assert DAY not in free_days(db, now=at(DAY, "12:45")), "the notice has begun"


def test_a_slot_is_told_with_all_that_matters(engine: Engine) -> None:
    with engine.begin() as db:
        made = session(db, ends="14:30", seats=3, experts=("trademark", "patent"))
        slot = slots(db, made)[0]
        hold_slot(db, people_in(db, 1)[0], slot, NOW)
        assert free_slots(db, now=NOW) == [
            FreeSlot(
                time_slot_id=slot,
                session_id=made.id,
                station="fenghuanghu",
                starts_at=at(DAY, "14:00"),
                ends_at=at(DAY, "14:30"),
                experts=("patent", "trademark"),
                categories=("ip",),
                seats_left=2,
                field="专利申请与专利导航；商标注册与商标保护",
            )
        ]


def test_full_slots_are_not_shown_and_holds_that_ran_out_are_no_holds(engine: Engine) -> None:
    with engine.begin() as db:
        full, held = slots(db, session(db, ends="15:00"))
        first, second = people_in(db, 2)
        book(db, first, full)
        hold_slot(db, second, held, NOW, 10)
        assert free_slots(db, now=NOW) == []
        later = free_slots(db, now=NOW + timedelta(minutes=10))
        assert [slot.time_slot_id for slot in later] == [held]


def test_only_what_can_be_booked_now_is_shown(engine: Engine) -> None:
    with engine.begin() as db:
        near = session(db, ends="14:30")
        session(db, date(2026, 5, 20))  # beyond 45 days
        assert [slot.session_id for slot in free_slots(db, now=NOW)] == [near.id]
        assert free_slots(db, now=near.starts_at - 2 * HOUR) == [], "the notice has begun"
        assert len(free_slots(db, now=at(date(2026, 4, 5), "00:00"))) == 5
        assert free_slots(db, now=at(date(2026, 4, 4), "23:59")) == []


def nearest(db: Connection, **wish: object) -> list[str]:
    """The alternatives as a person would read them."""
    return shown(alternatives(db, now=NOW, **wish))  # type: ignore[arg-type]


@pytest.mark.usefixtures("rota")
def test_alternatives_are_near_in_time_and_on_the_subject(engine: Engine) -> None:
    with engine.begin() as db:
        assert nearest(db, category="ip", station="sanjiao", first=FRIDAY, limit=2) == [
            "03-13 10:00 gangqiao",
            "03-13 10:30 gangqiao",
        ]
        there = nearest(db, category="ip", station="fenghuanghu", first=FRIDAY, limit=1)
        assert there == ["03-11 14:30 fenghuanghu"], "the wanted park two days earlier"
        assert nearest(db, category="testing", first=FRIDAY) == [], "another subject is no help"
        assert nearest(db, first=DAY, period="afternoon", limit=1) == ["03-11 14:00 fenghuanghu"]
        day_before = FRIDAY - timedelta(days=1)
        assert nearest(db, category="ip", first=day_before, limit=1) == ["03-11 14:30 fenghuanghu"]
        same_expert = nearest(db, category="ip", expert="patent", first=day_before, limit=1)
        assert same_expert == ["03-13 10:00 gangqiao"]
