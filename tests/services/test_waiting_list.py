"""The waiting list: first come, first served, offers that run out and pass on."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy.engine import Connection, Engine

from bot.model.errors import BookingRuleError, SlotTakenError
from bot.services.booking.bookings import (
    Booking,
    cancel_booking,
    confirm_booking,
    expire_holds,
    free_slots,
    get_booking,
    hold_slot,
    my_bookings,
    reschedule_booking,
)
from bot.services.booking.notices import BookingNotice, claim_notices
from bot.services.booking.waiting_list import (
    WaitingEntry,
    join_waiting_list,
    leave_waiting_list,
    my_waiting,
    place_in_line,
)
from bot.services.booking.waiting_rows import get_entry
from bot.services.booking.work import tend_bookings
from knowledge.rota import load_rota
from tests.services.booking_setup import (
    DAY,
    at,
    book,
    in_transaction,
    people_in,
    session,
    slots,
    states,
)
from tests.services.conftest import NOW, at_once

RULES = load_rota().rules
OFFER = timedelta(minutes=RULES.offer_minutes)
MINUTE = timedelta(minutes=1)


def wait(db: Connection, user_id: int, **wish: Any) -> WaitingEntry:
    """The user waits for a seat on the day of the session."""
    given = {"now": NOW, "first": DAY, "last": DAY, **wish}
    return join_waiting_list(db, user_id, **given)


def offers(db: Connection, user_id: int, now: Any = NOW) -> list[Booking]:
    """What the user is offered."""
    return [booking for booking in my_bookings(db, user_id, now) if booking.status == "offered"]


def told(notices: list[BookingNotice]) -> list[tuple[int, str]]:
    """Whom what is said, without reminders."""
    return [(n.user_id, n.kind) for n in notices if not n.kind.startswith("reminder")]


def refusal(action: Any, *args: Any, **values: Any) -> str:
    """The code with which a rule forbids the action."""
    with pytest.raises(BookingRuleError) as caught:
        action(*args, **values)
    return caught.value.code


def full_slot(db: Connection, owner: int) -> tuple[int, Booking]:
    """A slot with one seat, and who has it."""
    slot = slots(db, session(db, ends="14:30"))[0]
    return slot, book(db, owner, slot)


def test_a_seat_given_back_is_offered_to_who_waits_longest(engine: Engine) -> None:
    with engine.begin() as db:
        owner, first, second = people_in(db, 3)
        slot, booked = full_slot(db, owner)
        entries = [wait(db, first), wait(db, second)]
        assert [place_in_line(db, entry) for entry in entries] == [1, 2]
        cancel_booking(db, booked, NOW)
        offer = offers(db, first)[0]
        assert (offer.time_slot_id, offer.hold_until) == (slot, NOW + OFFER)
        assert offers(db, second) == []
        assert place_in_line(db, get_entry(db, entries[1].id)) == 1
        assert told(claim_notices(db, NOW)) == [(first, "offer")]
        accepted = confirm_booking(db, offer, "商标续展", "永川陶瓷厂", NOW + MINUTE)
        assert (accepted.status, accepted.number) == ("confirmed", "ZJYY-2026-0002")
        assert get_entry(db, entries[0].id).status == "booked"


def test_an_offer_that_runs_out_passes_on_and_both_are_told_once(engine: Engine) -> None:
    with engine.begin() as db:
        owner, first, second = people_in(db, 3)
        slot, booked = full_slot(db, owner)
        lost, next_one = wait(db, first), wait(db, second)
        cancel_booking(db, booked, NOW)
        claim_notices(db, NOW)
        assert tend_bookings(db, NOW + OFFER - MINUTE) == 0
        tend_bookings(db, NOW + OFFER)
        assert (get_entry(db, lost.id).status, get_entry(db, next_one.id).status) == (
            "passed",
            "offered",
        )
        assert states(db, slot) == ["cancelled", "expired", "offered"]
        assert told(claim_notices(db, NOW + OFFER)) == [
            (first, "offer_passed"),
            (second, "offer"),
        ]
        tend_bookings(db, NOW + 2 * OFFER)
        assert states(db, slot)[-1] == "expired", "nobody waits any more"
        assert [free.time_slot_id for free in free_slots(db, now=NOW + 2 * OFFER)] == [slot]


def test_an_offer_declined_passes_on_at_once(engine: Engine) -> None:
    with engine.begin() as db:
        owner, first, second = people_in(db, 3)
        _, booked = full_slot(db, owner)
        wait(db, first), wait(db, second)
        cancel_booking(db, booked, NOW)
        cancel_booking(db, offers(db, first)[0], NOW)
        assert [len(offers(db, user)) for user in (first, second)] == [0, 1]
        assert my_waiting(db, first) == []


def test_nobody_takes_an_offered_seat(engine: Engine) -> None:
    with engine.begin() as db:
        owner, first, stranger = people_in(db, 3)
        slot, booked = full_slot(db, owner)
        wait(db, first)
        cancel_booking(db, booked, NOW)
        assert free_slots(db, now=NOW) == []
        with pytest.raises(SlotTakenError):
            hold_slot(db, stranger, slot, NOW)
        assert hold_slot(db, first, slot, NOW) == offers(db, first)[0], "who taps it gets it"


def test_who_happens_to_look_does_not_come_before_who_waits(engine: Engine) -> None:
    """The hold ran out, no worker came by, and somebody else asks first."""
    with engine.begin() as db:
        holder, first, stranger = people_in(db, 3)
        slot = slots(db, session(db, ends="14:30"))[0]
        hold_slot(db, holder, slot, NOW, minutes=10)
        wait(db, first)
        with pytest.raises(SlotTakenError):
            hold_slot(db, stranger, slot, NOW + 10 * MINUTE)
        assert len(offers(db, first, NOW + 10 * MINUTE)) == 1


WISHES: list[tuple[dict[str, Any], bool]] = [
    ({}, True),
    ({"category": "ip"}, True),
    ({"category": "brand"}, False),
    ({"station": "fenghuanghu", "expert": "trademark", "period": "afternoon"}, True),
    ({"station": "sanjiao"}, False),
    ({"expert": "patent"}, False),
    ({"period": "morning"}, False),
    ({"first": DAY - timedelta(days=2), "last": DAY + timedelta(days=2)}, True),
    ({"first": DAY + timedelta(days=1), "last": DAY + timedelta(days=2)}, False),
]
"""Who waits for what, and whether the seat that comes free is that."""


def test_only_what_was_waited_for_is_offered(engine: Engine) -> None:
    with engine.begin() as db:
        owner, waiting = people_in(db, 2)
        _, booked = full_slot(db, owner)
        for wish, fits in WISHES:
            each = db.begin_nested()
            wait(db, waiting, **wish)
            cancel_booking(db, booked, NOW)
            tend_bookings(db, NOW)
            assert bool(offers(db, waiting)) == fits, wish
            each.rollback()


def test_a_seat_left_by_moving_is_offered(engine: Engine) -> None:
    with engine.begin() as db:
        owner, waiting = people_in(db, 2)
        _, booked = full_slot(db, owner)
        wait(db, waiting, period="afternoon")
        there = slots(db, session(db, begins="10:00", ends="10:30"))[0]
        reschedule_booking(db, booked, there, NOW)
        assert len(offers(db, waiting)) == 1


def test_a_new_session_is_offered_to_who_waits_for_such_a_one(engine: Engine) -> None:
    with engine.begin() as db:
        waiting = people_in(db, 1)[0]
        wait(db, waiting, category="ip")
        made = session(db, ends="14:30")
        assert tend_bookings(db, NOW) == 1
        assert offers(db, waiting)[0].session_id == made.id


def test_a_session_is_offered_when_its_horizon_opens(engine: Engine) -> None:
    with engine.begin() as db:
        waiting = people_in(db, 1)[0]
        session(db, date(2026, 5, 20), ends="14:30")
        wait(db, waiting, first=date(2026, 5, 20), last=date(2026, 5, 20))
        assert tend_bookings(db, at(date(2026, 4, 4), "23:59")) == 0
        assert tend_bookings(db, at(date(2026, 4, 5), "08:00")) == 1


def test_what_is_free_is_offered_when_joining(engine: Engine) -> None:
    with engine.begin() as db:
        waiting = people_in(db, 1)[0]
        session(db)
        assert wait(db, waiting).status == "offered"


def test_an_offer_brings_what_is_known_of_the_enterprise(engine: Engine) -> None:
    with engine.begin() as db:
        owner, waiting = people_in(db, 2)
        other = slots(db, session(db, date(2026, 3, 9)))[0]
        book(db, waiting, other, company="永川陶瓷厂", topic="商标续展")
        _, booked = full_slot(db, owner)
        wait(db, waiting)
        cancel_booking(db, booked, NOW)
        offer = offers(db, waiting)[0]
        assert (offer.company, offer.topic) == ("永川陶瓷厂", "商标续展")


def test_who_has_another_booking_at_that_time_is_passed_over_and_goes_on_waiting(
    engine: Engine,
) -> None:
    with engine.begin() as db:
        owner, busy, second = people_in(db, 3)
        _, booked = full_slot(db, owner)
        entry = wait(db, busy, station="fenghuanghu")
        wait(db, second, station="fenghuanghu")
        book(db, busy, slots(db, session(db, station="sanjiao", experts=("patent",)))[0])
        cancel_booking(db, booked, NOW)
        assert len(offers(db, second)) == 1
        assert get_entry(db, entry.id).status == "waiting"


def test_waiting_twice_for_the_same_is_standing_once(engine: Engine) -> None:
    with engine.begin() as db:
        user = people_in(db, 1)[0]
        assert wait(db, user, category="ip") == wait(db, user, category="ip")
        assert wait(db, user).id != wait(db, user, category="ip").id
        assert len(my_waiting(db, user)) == 2


def test_one_person_stands_in_so_many_lines_only(engine: Engine) -> None:
    with engine.begin() as db:
        user = people_in(db, 1)[0]
        for days in range(RULES.waiting_per_user):
            wait(db, user, last=DAY + timedelta(days=days))
        assert refusal(wait, db, user, last=DAY + timedelta(days=20)) == "limit_waiting"


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"first": DAY, "last": DAY - timedelta(days=1)}, "bad_dates"),
    ({"first": date(2026, 2, 1), "last": date(2026, 3, 1)}, "bad_dates"),
    ({"last": date(2026, 12, 31)}, "bad_dates"),
    ({"station": "admin_centre"}, "unknown_station"),
    ({"category": "law"}, "unknown_category"),
    ({"expert": "nobody"}, "unknown_expert"),
]
"""Wishes that cannot come true, and why."""


def test_a_wish_that_cannot_come_true_is_refused(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        for wish, code in REFUSED:
            assert refusal(wait, db, user, **wish) == code, wish
        assert my_waiting(db, user) == []


def test_leaving_the_line_is_for_those_who_stand_in_it(engine: Engine) -> None:
    with engine.begin() as db:
        user, other = people_in(db, 2)
        entry = wait(db, user)
        by_chat = {"channel": "wechat", "actor": "user"}
        assert not leave_waiting_list(db, entry.id, other, NOW, **by_chat)
        assert leave_waiting_list(db, entry.id, user, NOW, **by_chat)
        assert not leave_waiting_list(db, entry.id, user, NOW, **by_chat)
        session(db)
        assert tend_bookings(db, NOW) == 0


def test_waiting_ends_with_its_last_day(engine: Engine) -> None:
    with engine.begin() as db:
        entry = wait(db, people_in(db, 1)[0])
        tend_bookings(db, at(DAY, "23:59"))
        assert get_entry(db, entry.id).status == "waiting"
        tend_bookings(db, at(DAY + timedelta(days=1), "00:00"))
        assert get_entry(db, entry.id).status == "over"


def test_two_workers_offer_a_seat_once(engine: Engine) -> None:
    with engine.begin() as db:
        holder, *waiting = people_in(db, 5)
        slot = slots(db, session(db, ends="14:30"))[0]
        hold_slot(db, holder, slot, NOW, minutes=10)
        for user in waiting:
            wait(db, user)
    later = NOW + 10 * MINUTE
    at_once([partial(in_transaction, engine, tend_bookings, later)] * 2)
    with engine.begin() as db:
        assert states(db, slot) == ["expired", "offered"]
        assert [len(offers(db, user, later)) for user in waiting] == [1, 0, 0, 0]
        assert told(claim_notices(db, later)) == [(waiting[0], "offer")]


def test_what_two_workers_expire_is_expired_once(engine: Engine) -> None:
    with engine.begin() as db:
        made = slots(db, session(db, seats=2))
        users = people_in(db, 12)
        for user, slot in zip(users, made * 2, strict=True):
            hold_slot(db, user, slot, NOW, minutes=10)
    later = NOW + 10 * MINUTE
    results = at_once([partial(in_transaction, engine, expire_holds, later)] * 2)
    ended = [booking.id for result in results for booking in result]
    assert len(ended) == len(set(ended)) == 12


def test_a_confirmation_and_an_expiry_at_once_end_in_one_of_both(engine: Engine) -> None:
    with engine.begin() as db:
        user = people_in(db, 1)[0]
        slot = slots(db, session(db, ends="14:30"))[0]
        held = hold_slot(db, user, slot, NOW, minutes=10)
    last_moment = held.hold_until - timedelta(seconds=1)
    confirm = partial(
        in_transaction, engine, confirm_booking, held, "商标", "永川陶瓷厂", last_moment
    )
    expire = partial(in_transaction, engine, expire_holds, held.hold_until)
    confirmed, expired = at_once([confirm, expire])
    with engine.begin() as db:
        status = get_booking(db, held.id).status
    if isinstance(confirmed, Booking):
        assert (status, expired) == ("confirmed", [])
    else:
        assert (status, [booking.id for booking in expired]) == ("expired", [held.id])
