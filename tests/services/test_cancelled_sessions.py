"""A session is cancelled while others book in it or move their bookings."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.model.errors import BookingRuleError, SlotTakenError
from bot.services.booking import moves, rota_changes
from bot.services.booking.bookings import Booking, get_booking, hold_slot, reschedule_booking
from bot.services.booking.rota_changes import cancel_session
from bot.services.booking.seats import get_time_slot, take_seat
from bot.services.record import Origin
from tests.conftest import wait_for
from tests.services.booking_setup import (
    DAY,
    DESK,
    HOUR,
    book,
    in_transaction,
    people_in,
    session,
    slots,
)
from tests.services.conftest import NOW

USER = Origin("wechat", "user", NOW)


def test_a_booking_that_moved_away_meanwhile_outlives_the_cancelled_session(
    engine: Engine, user: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = rota_changes._upcoming
    with engine.begin() as db:
        made, other = session(db), session(db, DAY + timedelta(days=1))
        booked, there = book(db, user, slots(db, made)[0]), slots(db, other)[0]

        def then_moved(db: Connection, session_id: int) -> list[Booking]:
            found = listed(db, session_id)
            reschedule_booking(db, booked, there, NOW)
            return found

        monkeypatch.setattr(rota_changes, "_upcoming", then_moved)
        assert cancel_session(db, made.id, "专家临时出差", DESK) == []
        kept = get_booking(db, booked.id)
        assert (kept.status, kept.time_slot_id) == ("confirmed", there)


def test_who_saw_the_slot_before_its_session_was_cancelled_gets_no_seat(
    engine: Engine, user: int
) -> None:
    with engine.begin() as db:
        made, other = session(db), session(db, DAY + timedelta(days=1))
        seen = get_time_slot(db, slots(db, made)[0])
        booked = book(db, user, slots(db, other)[0])
        cancel_session(db, made.id, "专家临时出差", DESK)
        assert take_seat(db, seen, "held", USER, user_id=user, hold_until=NOW + HOUR) is None
        with pytest.raises(SlotTakenError):
            moves._move(db, booked, seen, USER)
        assert get_booking(db, booked.id) == booked


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite: one writer
def test_a_session_is_cancelled_once_those_just_taking_a_seat_are_done(engine: Engine) -> None:
    with engine.begin() as db:
        user, late = people_in(db, 2)
        made = session(db)
        first, second, *_ = slots(db, made)
    with ThreadPoolExecutor(1) as pool, engine.connect() as watching:

        def waits() -> bool:
            query = sa.text("select count(*) from pg_locks where not granted")
            return bool(watching.execute(query).scalar()) or cancelled.done()

        with engine.begin() as db:
            held = hold_slot(db, user, first, NOW)
            cancelled = pool.submit(
                in_transaction, engine, cancel_session, made.id, "专家临时出差", DESK
            )
            wait_for(waits)
        assert [each.booking.id for each in cancelled.result(20)] == [held.id]
    with engine.begin() as db:
        assert get_booking(db, held.id).status == "session_cancelled"
        assert get_booking(db, held.id).seat is None
        with pytest.raises(BookingRuleError, match="no_such_slot"):
            hold_slot(db, late, second, NOW)
