"""Reminders: a day and an hour before, once each, with the clock moved."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import partial

import pytest
import time_machine
from sqlalchemy.engine import Connection, Engine

from bot.services.booking.bookings import Booking, cancel_booking, reschedule_booking
from bot.services.booking.notices import BookingNotice, claim_notices
from bot.storage.database import create_engine, utc_now
from tests.services.booking_setup import (
    HOUR,
    book,
    in_transaction,
    people_in,
    session,
    slots,
)
from tests.services.conftest import NOW, at_once

DAY_BEFORE = timedelta(days=1)
SECOND = timedelta(seconds=1)


def booked(db: Connection, user: int, now: datetime = NOW) -> Booking:
    """A booking of the first slot of a session."""
    return book(db, user, slots(db, session(db))[0], now)


def claimed(db: Connection, now: datetime) -> list[str]:
    """The kinds of what is to be told now."""
    return [notice.kind for notice in claim_notices(db, now)]


def test_reminders_are_due_a_day_and_an_hour_before_and_once(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        mine = booked(db, user)
        start = mine.starts_at
        assert claimed(db, start - DAY_BEFORE - SECOND) == []
        day = claim_notices(db, start - DAY_BEFORE)
        assert [(n.kind, n.user_id, n.booking_id) for n in day] == [("reminder_day", user, mine.id)]
        assert claimed(db, start - HOUR - SECOND) == []
        assert claimed(db, start - HOUR) == ["reminder_hour"]
        assert claimed(db, start + HOUR) == []


@pytest.mark.parametrize(
    ("ahead", "kinds"),
    [
        (timedelta(hours=30), ["reminder_day", "reminder_hour"]),
        (timedelta(hours=5), ["reminder_hour"]),
    ],
)
def test_who_books_late_is_not_reminded_of_what_is_over(
    engine: Engine, user: int, ahead: timedelta, kinds: list[str]
) -> None:
    with engine.begin() as db:
        made = session(db)
        mine = book(db, user, slots(db, made)[0], made.starts_at - ahead)
        told = claimed(db, mine.starts_at - DAY_BEFORE) + claimed(db, mine.starts_at - HOUR)
        assert told == kinds


def test_the_clock_runs_and_each_reminder_comes_once(engine: Engine, user: int) -> None:
    """The worker looks every half hour for ten days."""
    with engine.begin() as db:
        mine = booked(db, user)
    found: list[tuple[datetime, str]] = []
    with time_machine.travel(NOW, tick=False) as clock:
        while utc_now() < mine.ends_at:
            clock.shift(timedelta(minutes=30))
            with engine.begin() as db:
                found += [(utc_now(), notice.kind) for notice in claim_notices(db, utc_now())]
    assert found == [
        (mine.starts_at - DAY_BEFORE, "reminder_day"),
        (mine.starts_at - HOUR, "reminder_hour"),
    ]


def test_two_workers_remind_each_enterprise_once(engine: Engine) -> None:
    with engine.begin() as db:
        made = slots(db, session(db, seats=5))
        users = people_in(db, 30)
        mine = [book(db, user, slot) for user, slot in zip(users, made * 5, strict=True)]
    due = max(booking.starts_at for booking in mine) - DAY_BEFORE
    work = partial(in_transaction, engine, claim_notices, due)
    results = at_once([work] * 4)
    told = Counter(notice.booking_id for result in results for notice in result)
    assert told == Counter(booking.id for booking in mine)


def test_without_the_claim_two_workers_remind_twice(engine: Engine, user: int) -> None:
    """Negative control: two workers that both read what is due before either notes it."""
    with engine.begin() as db:
        mine = booked(db, user)
    due = mine.starts_at - DAY_BEFORE
    seen: list[list[BookingNotice]] = []
    for _ in range(2):
        with engine.connect() as db:  # never committed: as if the claim were not there
            seen.append(claim_notices(db, due))
            db.rollback()
    assert [len(each) for each in seen] == [1, 1]


def test_a_worker_that_dies_before_its_commit_has_told_nothing(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        mine = booked(db, user)
    due = mine.starts_at - DAY_BEFORE

    def die() -> None:
        with engine.begin() as db:
            assert claimed(db, due) == ["reminder_day"]
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        die()
    with engine.begin() as db:
        assert claimed(db, due) == ["reminder_day"]


def test_reminders_outlive_a_restart(engine: Engine, database_url: str, user: int) -> None:
    with engine.begin() as db:
        mine = booked(db, user)
        assert claimed(db, mine.starts_at - DAY_BEFORE) == ["reminder_day"]
    engine.dispose()
    restarted = create_engine(database_url)
    with restarted.begin() as db:
        assert claimed(db, mine.starts_at - DAY_BEFORE) == []
        assert claimed(db, mine.starts_at - HOUR) == ["reminder_hour"]
    restarted.dispose()


def test_after_a_long_outage_only_what_still_helps_is_said(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        mine = booked(db, user)
        assert claimed(db, mine.starts_at - HOUR / 2) == ["reminder_hour"]
        assert claimed(db, mine.starts_at) == []


def test_nothing_is_said_once_the_booking_has_begun(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        mine = booked(db, user)
        assert claimed(db, mine.starts_at) == []


def test_a_cancelled_booking_is_not_reminded_of(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        mine = booked(db, user)
        cancel_booking(db, mine, NOW)
        assert claimed(db, mine.starts_at - HOUR) == []


def test_a_moved_booking_is_reminded_of_at_its_new_time(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        first, second = slots(db, session(db, ends="16:00", minutes=60))
        mine = book(db, user, first)
        assert claimed(db, mine.starts_at - DAY_BEFORE) == ["reminder_day"]
        moved = reschedule_booking(db, mine, second, mine.starts_at - DAY_BEFORE)
        assert claimed(db, mine.starts_at - HOUR) == ["reminder_day"], "of the new time"
        assert claimed(db, moved.starts_at - HOUR) == ["reminder_hour"]


def test_what_is_due_comes_in_order_and_in_portions(engine: Engine) -> None:
    with engine.begin() as db:
        made = slots(db, session(db))
        mine = [book(db, user, slot) for user, slot in zip(people_in(db, 6), made, strict=True)]
        due = mine[-1].starts_at - DAY_BEFORE
        first, second, third = (claim_notices(db, due, limit=4) for _ in range(3))
        found = [notice.booking_id for notice in (*first, *second)]
        assert found == [booking.id for booking in mine]
        assert (len(first), len(second), third) == (4, 2, [])
