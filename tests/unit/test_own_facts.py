"""几楼, 编号多少, 带什么: answered from what the user has booked or submitted."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker
from sqlalchemy.engine import Engine

import actions.database
import actions.own_facts
from actions.follow_up import ActionFollowUp
from bot.services.booking.bookings import hold_slot
from tests.services.booking_setup import book, people, session, slots
from tests.services.conftest import NOW, add_user
from tests.services.demand_setup import submitted
from tests.unit.test_handoff_actions import run, tracker

ANSWERED = {"category": "ip", "items": ["trademark"]}


@pytest.fixture
def booked(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> int:
    """A user with a booking."""
    monkeypatch.setattr(actions.database, "engine", lambda: engine)
    monkeypatch.setattr(actions.own_facts, "utc_now", lambda: NOW)
    (user,) = people(engine, 1)
    with engine.begin() as db:
        book(db, user, slots(db, session(db))[0])
    return user


def asked(engine: Engine, user: int, text: str, *before: str) -> list[dict[str, Any]]:
    """What is said to `text`; `before`: what was spoken of, "answered" or intents, in order."""
    seen: Tracker = tracker(engine, user, text, "follow_up", {"answered": ANSWERED})
    seen.events[:] = [
        {"event": "slot", "name": "answered"}
        if each == "answered"
        else {"event": "user", "parse_data": {"intent": {"name": each}}}
        for each in before
    ]
    return run(ActionFollowUp(), seen)


@pytest.mark.parametrize(
    ("text", "response", "value"),
    [
        ("编号多少来着", "utter_booking_its_number", "number"),
        ("几楼", "utter_booking_its_place", "place"),
        ("要带啥子去", "utter_booking_its_bring", "topic"),
        ("几点去", "utter_booking_its_when", "when"),
        ("哪个专家", "utter_booking_its_who", "field"),
    ],
)
def test_after_a_booking_it_is_meant(
    engine: Engine, booked: int, text: str, response: str, value: str
) -> None:
    (said,) = asked(engine, booked, text, "answered", "fill_booking", "thanks")
    assert said["response"] == response
    assert said[value]


def test_what_was_answered_since_is_meant_before_the_booking(engine: Engine, booked: int) -> None:
    said = asked(engine, booked, "要带啥子去", "fill_booking", "answered")
    assert (said[0]["response"], said[0]["lines"]) == (
        "utter_materials_unknown",
        "区市场监管局：49876254",
    )
    (when,) = asked(engine, booked, "几点去", "fill_booking", "answered")
    assert when["response"] == "utter_booking_its_when"


def test_a_seat_that_is_only_held_has_no_number_and_no_topic(engine: Engine, booked: int) -> None:
    with engine.begin() as db:
        other = add_user(db, "oOther")
        hold_slot(db, other, slots(db, session(db, begins="09:00", ends="09:30"))[0], NOW)
    (number,) = asked(engine, other, "编号多少", "fill_booking")
    assert number["response"] == "utter_booking_no_number_yet"
    bring = asked(engine, other, "带什么", "fill_booking")
    assert bring[0]["response"] == "utter_materials_unknown"
    (where,) = asked(engine, other, "几楼", "fill_booking")
    assert where["response"] == "utter_booking_its_place"


def test_without_a_booking_one_is_offered(engine: Engine, booked: int) -> None:
    with engine.begin() as db:
        other = submitted(db).user_id
    (said,) = asked(engine, other, "几点去")
    assert said["response"] == "utter_no_bookings"
    assert [b["title"] for b in said["buttons"]] == ["约专家"]
    (number,) = asked(engine, other, "编号多少来着")
    assert number == {**number, "response": "utter_demand_numbers", "numbers": "ZLXQ-2026-0001"}
    (place, _) = asked(engine, other, "几楼")
    assert place["response"] == "utter_stations"
