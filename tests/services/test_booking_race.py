"""Who gets the last seat when all want it at once: one, on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

import bot.services.booking.seats
from bot.model.errors import BookingRuleError, RotaError, SlotTakenError
from bot.services.booking.bookings import Booking, confirm_booking, hold_slot, reschedule_booking
from bot.services.booking.rota import plan_month
from bot.storage.booking_tables import bookings, rota_sessions, seats
from bot.storage.database import TRANSIENT
from knowledge.rota import load_rota
from tests.services.booking_setup import (
    DESK,
    book,
    in_transaction,
    one_seat,
    people,
    people_in,
    session,
    slots,
    states,
)
from tests.services.conftest import NOW, at_once

RACERS = 200
UNIQUE_SEAT = next(index for index in bookings.indexes if index.name == "uq_bookings_seat")


def patiently(engine: Engine, action: Callable[..., Any], *args: Any) -> Any:
    """`action` in a transaction of its own; who finds the database busy asks again."""
    for _ in range(10):
        try:
            return in_transaction(engine, action, *args)
        except TRANSIENT:
            continue
    raise AssertionError("the database stays busy")


def race(engine: Engine, users: list[int], slot_id: int) -> list[Any]:
    """What each got that wanted the slot at the same moment."""
    return at_once([partial(patiently, engine, hold_slot, u, slot_id, NOW) for u in users])


def kinds(results: list[Any]) -> Counter[str]:
    """How many got what."""
    return Counter(type(result).__name__ for result in results)


@contextmanager
def without_unique_seat(engine: Engine) -> Iterator[None]:
    """The database does not watch over seats; afterwards it does again."""
    with engine.begin() as db:
        UNIQUE_SEAT.drop(db)
    try:
        yield
    finally:
        with engine.begin() as db:
            db.execute(bookings.delete())
            UNIQUE_SEAT.create(db)


@pytest.fixture
def looked_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody saw the free seat before the first one took it."""
    monkeypatch.setattr(bot.services.booking.seats, "free_seats", lambda db, time_slot_id: [1])


def test_200_users_race_for_the_last_seat_and_one_wins(engine: Engine) -> None:
    slot_id = one_seat(engine)
    with engine.begin() as db:
        other = session(db, begins="15:00", station="gangqiao", experts=("patent",))
        free = slots(db, other)
    results = race(engine, people(engine, RACERS), slot_id)
    assert kinds(results) == {"Booking": 1, "SlotTakenError": RACERS - 1}
    for lost in results:
        if isinstance(lost, SlotTakenError):
            assert [slot.time_slot_id for slot in lost.alternatives] == free[:3]
    with engine.begin() as db:
        assert states(db, slot_id) == ["held"]


@pytest.mark.usefixtures("looked_before")
def test_one_wins_though_all_saw_the_seat_free(engine: Engine) -> None:
    slot_id = one_seat(engine)
    results = race(engine, people(engine, 40), slot_id)
    assert kinds(results) == {"Booking": 1, "SlotTakenError": 39}
    with engine.begin() as db:
        assert states(db, slot_id) == ["held"]


@pytest.mark.usefixtures("looked_before")
def test_without_the_constraint_the_seat_is_oversold(engine: Engine) -> None:
    """Negative control: the same race as above, the unique index dropped."""
    slot_id = one_seat(engine)
    with without_unique_seat(engine):
        results = race(engine, people(engine, 40), slot_id)
        with engine.begin() as db:
            assert states(db, slot_id) == ["held"] * 40
    assert kinds(results) == {"Booking": 40}


def test_as_many_win_as_there_are_seats(engine: Engine) -> None:
    with engine.begin() as db:
        slot_id = slots(db, session(db, ends="14:30", seats=7))[0]
    results = race(engine, people(engine, 40), slot_id)
    assert kinds(results) == {"Booking": 7, "SlotTakenError": 33}
    won = [result for result in results if isinstance(result, Booking)]
    assert sorted(booking.seat or 0 for booking in won) == [1, 2, 3, 4, 5, 6, 7]


def test_a_seat_that_does_not_exist_cannot_be_booked(engine: Engine, user: int) -> None:
    """Whoever writes into the table, past every service."""
    slot_id = one_seat(engine)
    row = {"time_slot_id": slot_id, "status": "confirmed", "channel": "desk", "user_id": user}
    row |= {"created_at": NOW, "changed_at": NOW}
    with pytest.raises(IntegrityError), engine.begin() as db:
        db.execute(bookings.insert().values(**row, seat=2))
    with pytest.raises(IntegrityError), engine.begin() as db:
        db.execute(bookings.insert().values(**row))  # active without a seat
    with engine.begin() as db:
        db.execute(bookings.insert().values(**row, seat=1))
    with pytest.raises(IntegrityError), engine.begin() as db:
        db.execute(seats.delete())  # not under somebody who sits there


def test_a_double_click_holds_one_seat(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        slot_id = slots(db, session(db, ends="14:30", seats=5))[0]
    results = race(engine, [user] * 8, slot_id)
    assert len({result.id for result in results}) == 1
    with engine.begin() as db:
        assert states(db, slot_id) == ["held"]


def test_a_double_click_confirms_once(engine: Engine, user: int) -> None:
    held = in_transaction(engine, hold_slot, user, one_seat(engine), NOW)
    confirm = partial(patiently, engine, confirm_booking, held, "商标续展", "永川陶瓷厂", NOW)
    results = at_once([confirm] * 8)
    assert {result.number for result in results} == {"ZJYY-2026-0001"}


def test_who_holds_several_slots_at_once_keeps_one(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        wanted = slots(db, session(db))
    at_once([partial(patiently, engine, hold_slot, user, slot, NOW) for slot in wanted])
    with engine.begin() as db:
        active = db.scalars(sa.select(bookings.c.id).where(bookings.c.status == "held"))
        assert len(list(active)) == 1


def test_confirmations_at_once_get_numbers_in_a_row(engine: Engine) -> None:
    with engine.begin() as db:
        wanted = slots(db, session(db, seats=4))
    users = people(engine, 24)
    pairs = zip(users, wanted * 4, strict=True)
    results = at_once([partial(patiently, engine, book, user, slot) for user, slot in pairs])
    numbers = sorted(getattr(result, "number", repr(result)) for result in results)
    assert numbers == [f"ZJYY-2026-{n:04d}" for n in range(1, 25)]


def test_an_enterprise_stays_within_its_limit_however_many_of_it_book(engine: Engine) -> None:
    limit = load_rota().rules.per_company
    days = [day for day in range(9, 14) for _ in range(2)]
    with engine.begin() as db:
        wanted = [
            slots(db, session(db, NOW.date().replace(day=day), f"{hour}:00", f"{hour}:30"))[0]
            for day, hour in zip(days, (10, 15) * 5, strict=True)
        ]
        holds = [
            hold_slot(db, user, slot, NOW)
            for user, slot in zip(people_in(db, 10), wanted, strict=True)
        ]
    confirm = [
        partial(patiently, engine, confirm_booking, held, "体系认证", "永川陶瓷厂", NOW)
        for held in holds
    ]
    results = at_once(confirm)
    assert kinds(results) == {"Booking": limit, "BookingRuleError": 10 - limit}
    refused = {result.code for result in results if isinstance(result, BookingRuleError)}
    assert refused == {"limit"}


def test_those_who_move_to_the_last_seat_keep_theirs_if_they_lose(engine: Engine) -> None:
    with engine.begin() as db:
        here = slots(db, session(db, seats=4))
        there = slots(db, session(db, begins="10:00", ends="10:30"))[0]
        mine = [book(db, user, slot) for user, slot in zip(people_in(db, 4), here, strict=False)]
    results = at_once(
        [partial(patiently, engine, reschedule_booking, each, there, NOW) for each in mine]
    )
    assert kinds(results) == {"Booking": 1, "SlotTakenError": 3}
    with engine.begin() as db:
        query = sa.select(bookings.c.time_slot_id).where(bookings.c.seat.is_not(None))
        places = Counter(db.scalars(query))
    assert places[there] == 1
    assert sum(places.values()) == 4, "nobody is left without a seat"


def test_an_expert_is_never_in_two_places(engine: Engine) -> None:
    parks = ("fenghuanghu", "gangqiao", "sanjiao")
    spans = [("14:00", "15:00"), ("14:30", "16:00"), ("15:45", "17:00")]
    plans = [{"station": park, "begins": b, "ends": e} for park in parks for b, e in spans]

    def add(db: Connection, values: dict[str, str]) -> Any:
        return session(db, **values)  # type: ignore[arg-type]

    results = at_once([partial(patiently, engine, add, plan) for plan in plans])
    made = sorted((r for r in results if not isinstance(r, RotaError)), key=lambda s: s.starts_at)
    assert 1 <= len(made) <= 2
    assert all(one.ends_at <= next_.starts_at for one, next_ in zip(made, made[1:], strict=False))
    assert {r.code for r in results if isinstance(r, RotaError)} == {"expert_busy"}


def test_a_month_planned_by_two_at_once_is_planned_once(engine: Engine) -> None:
    results = at_once([partial(patiently, engine, plan_month, 2026, 4, DESK)] * 2)
    patterns = [session.pattern for plan in results for session in plan.made]
    with engine.begin() as db:
        stored = list(db.scalars(sa.select(rota_sessions.c.pattern)))
    assert sorted(patterns) == sorted(stored)
    assert len(stored) == len(set(stored)) == len(load_rota().patterns)
