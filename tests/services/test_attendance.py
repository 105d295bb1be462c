"""The desk's side: who comes, who came, who walked in, who telephoned."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from bot.model.errors import BookingRuleError, SlotTakenError
from bot.services.booking.attendance import book_at_desk, mark_attendance, session_bookings
from bot.services.booking.bookings import hold_slot, my_bookings
from bot.services.booking.notices import claim_notices
from bot.services.record import Origin
from knowledge.rota import load_rota
from tests.services.booking_setup import DESK, HOUR, book, people_in, session, slots
from tests.services.conftest import NOW

WORDS = {"topic": "商标续展", "company": "永川陶瓷厂", "telephone": "13912345678"}


def desk(moment: datetime) -> Origin:
    """The desk at another time."""
    return Origin("desk", "specialist:1", moment)


def refusal(action: Any, *args: Any, **values: Any) -> str:
    """The code with which a rule forbids the action."""
    with pytest.raises(BookingRuleError) as caught:
        action(*args, **values)
    return caught.value.code


def test_a_session_lists_who_comes_in_order_of_time(engine: Engine) -> None:
    with engine.begin() as db:
        made = session(db)
        first, second, third = slots(db, made)[:3]
        a, b, c = people_in(db, 3)
        late = book(db, a, third)
        held = hold_slot(db, b, second, NOW)
        soon = book(db, c, first)
        assert session_bookings(db, made.id) == [soon, held, late]


def test_attendance_is_noted_and_put_right(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        mine = book(db, user, slots(db, session(db))[0])
        early = desk(mine.starts_at - timedelta(days=1))
        assert refusal(mark_attendance, db, mine, attended=True, origin=early) == "not_yet"
        then = desk(mine.starts_at)
        assert mark_attendance(db, mine, attended=False, origin=then).status == "missed"
        came = mark_attendance(db, mine, attended=True, origin=then)
        assert came.status == "attended"
        assert mark_attendance(db, came, attended=True, origin=then) == came


def test_nobody_attends_what_was_only_held(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        held = hold_slot(db, user, slots(db, session(db))[0], NOW)
        then = desk(held.starts_at)
        assert refusal(mark_attendance, db, held, attended=True, origin=then) == "state"


def test_the_desk_books_for_who_telephones_without_notice(engine: Engine) -> None:
    with engine.begin() as db:
        made = session(db, ends="14:30")
        slot = slots(db, made)[0]
        booked = book_at_desk(db, slot, origin=desk(made.starts_at - HOUR / 2), **WORDS)
        assert (booked.status, booked.user_id, booked.channel) == ("confirmed", None, "desk")
        assert (booked.number, booked.telephone) == ("ZJYY-2026-0001", "13912345678")
        assert claim_notices(db, made.starts_at) == []


def test_the_desk_cannot_oversell_either(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        slot = slots(db, session(db, ends="14:30"))[0]
        hold_slot(db, user, slot, NOW)
        with pytest.raises(SlotTakenError):
            book_at_desk(db, slot, origin=DESK, **WORDS)


def test_a_walk_in_takes_a_free_seat_and_has_come(engine: Engine) -> None:
    with engine.begin() as db:
        made = session(db, ends="14:30")
        slot = slots(db, made)[0]
        now = desk(made.starts_at + HOUR / 4)
        assert book_at_desk(db, slot, origin=now, arrived=True, **WORDS).status == "attended"
        with pytest.raises(SlotTakenError):
            book_at_desk(db, slot, origin=now, arrived=True, **WORDS)
        assert refusal(book_at_desk, db, slot, origin=desk(made.ends_at), **WORDS) == "past"


def test_the_limit_of_an_enterprise_holds_at_the_desk_unless_put_aside(engine: Engine) -> None:
    limit = load_rota().rules.per_company_session
    with engine.begin() as db:
        made = slots(db, session(db))
        for slot in made[:limit]:
            book_at_desk(db, slot, origin=DESK, **WORDS)
        assert refusal(book_at_desk, db, made[limit], origin=DESK, **WORDS) == "limit_session"
        assert book_at_desk(db, made[limit], origin=DESK, limits=False, **WORDS).number


def test_who_has_the_account_sees_what_the_desk_booked_and_is_reminded(
    engine: Engine, user: int
) -> None:
    with engine.begin() as db:
        first, second = slots(db, session(db, ends="15:00"))
        hold_slot(db, user, first, NOW)
        booked = book_at_desk(db, second, origin=DESK, user_id=user, **WORDS)
        assert booked in my_bookings(db, user)
        due = claim_notices(db, booked.starts_at - timedelta(days=1))
        assert [(n.user_id, n.kind) for n in due] == [(user, "reminder_day")]
        again = refusal(book_at_desk, db, second, origin=DESK, user_id=user, **WORDS)
        assert again == "already_booked"
