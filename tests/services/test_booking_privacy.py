"""Deleting and exporting what bookings hold of a person."""

from __future__ import annotations

import json
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.services.booking.attendance import mark_attendance
from bot.services.booking.bookings import cancel_booking, free_slots, hold_slot, my_bookings
from bot.services.booking.individual import decline_individual
from bot.services.booking.waiting_list import join_waiting_list, my_waiting
from bot.services.personal_data import delete_personal_data, export_personal_data
from bot.services.record import Origin
from bot.storage.tables import events, metadata
from tests.services.booking_setup import DAY, DESK, book, session, slots
from tests.services.conftest import NOW
from tests.services.test_individual import ask

COMPANY, TOPIC, TELEPHONE = "永川陶瓷厂", "商标续展的事", "13912345678"


def stored(db: Connection, *words: str) -> set[str]:
    """Which of the words stand anywhere in the database."""
    rows = [row for table in metadata.sorted_tables for row in db.execute(sa.select(table))]
    text = json.dumps([list(map(str, row)) for row in rows], ensure_ascii=False)
    return {word for word in words if word in text}


def test_what_is_over_is_emptied(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        first, second = slots(db, session(db, ends="15:00"))
        cancel_booking(db, book(db, user, first, company=COMPANY, topic=TOPIC), NOW)
        came = book(db, user, second, company=COMPANY, topic=TOPIC)
        then = came.starts_at
        mark_attendance(db, came, attended=True, origin=Origin("desk", "specialist:1", then))
        decline_individual(db, ask(db, user, topic=TOPIC), "已满", DESK)
        assert stored(db, COMPANY, TOPIC, TELEPHONE) == {COMPANY, TOPIC, TELEPHONE}
        kept = delete_personal_data(db, user, now=then + timedelta(days=1)).kept
        assert (kept, stored(db, COMPANY, TOPIC, TELEPHONE)) == ((), set())
        confirmed = db.scalars(sa.select(events.c.data).where(events.c.kind == "booking_confirmed"))
        assert all(data["new"]["number"] and data["new"]["topic"] is None for data in confirmed)


def test_a_booking_to_come_binds_its_data_and_is_named(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        mine = book(db, user, slots(db, session(db))[0], company=COMPANY)
        request = ask(db, user)
        assert delete_personal_data(db, user, now=NOW).kept == (mine.number, request.number)
        assert my_bookings(db, user) == [mine]
        cancel_booking(db, mine, NOW)
        assert delete_personal_data(db, user, now=NOW).kept == (request.number,)


def test_what_is_held_or_waited_for_ends(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        made = session(db, ends="14:30")
        hold_slot(db, user, slots(db, made)[0], NOW)
        join_waiting_list(db, user, now=NOW, first=DAY, last=DAY, station="sanjiao")
        delete_personal_data(db, user, now=NOW)
        assert (my_bookings(db, user), my_waiting(db, user)) == ([], [])
        assert [slot.session_id for slot in free_slots(db, now=NOW)] == [made.id]


def test_all_of_it_stands_in_the_export(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        mine = book(db, user, slots(db, session(db))[0], company=COMPANY, topic=TOPIC)
        request = ask(db, user)
        join_waiting_list(db, user, now=NOW, first=DAY, last=DAY, station="sanjiao")
        exported = export_personal_data(db, user, now=NOW)
        json.dumps(exported)
    expected = {
        "bookings": {"number": mine.number, "topic": TOPIC, "starts_at": "2026-03-11 14:00:00"},
        "individual_requests": {"number": request.number, "telephone": TELEPHONE},
        "waiting_list": {"station": "sanjiao", "first": "2026-03-11", "status": "waiting"},
    }
    for part, values in expected.items():
        (row,) = exported[part]
        assert values.items() <= row.items()
