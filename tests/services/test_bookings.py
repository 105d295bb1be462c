"""Booking, cancelling and moving: the rules, bad input, and what is on record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.model.errors import BookingRuleError, SlotTakenError
from bot.services.booking.bookings import (
    cancel_booking,
    confirm_booking,
    expire_holds,
    find_booking,
    free_slots,
    get_booking,
    hold_slot,
    my_bookings,
    reschedule_booking,
)
from bot.storage.tables import events
from knowledge.rota import load_rota
from tests.services.booking_setup import DAY, HOUR, at, book, people_in, session, slots, states
from tests.services.conftest import NOW

RULES = load_rota().rules
MINUTE = timedelta(minutes=1)


def refusal(action: Any, *args: Any, **values: Any) -> str:
    """The code with which a rule forbids the action."""
    with pytest.raises(BookingRuleError) as caught:
        action(*args, **values)
    return caught.value.code


def test_a_held_seat_is_confirmed_with_a_number(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        slot = slots(db, session(db))[0]
        held = hold_slot(db, user, slot, NOW)
        assert (held.status, held.number) == ("held", None)
        assert held.hold_until == NOW + RULES.hold_minutes * MINUTE
        booked = confirm_booking(
            db,
            held,
            " 商标\n续展 ",
            "永川陶瓷厂",
            NOW + MINUTE,
            contact="李敏",
            telephone="13912345678",
        )
        assert (booked.status, booked.number) == ("confirmed", "ZJYY-2026-0001")
        assert (booked.topic, booked.company) == ("商标 续展", "永川陶瓷厂")
        assert (booked.contact, booked.telephone) == ("李敏", "13912345678")
        assert (booked.station, booked.starts_at) == ("fenghuanghu", at(DAY, "14:00"))
        assert (booked.experts, booked.category) == (("trademark",), "ip")
        assert my_bookings(db, user) == [booked]


def test_a_booking_is_filed_under_what_was_asked_about(engine: Engine) -> None:
    with engine.begin() as db:
        slot = slots(db, session(db, seats=3, categories=("ip", "brand")))[0]
        users = people_in(db, 3)
        wished = ("brand", "testing", "")
        filed = [
            hold_slot(db, user, slot, NOW, category=category).category
            for user, category in zip(users, wished, strict=True)
        ]
        assert filed == ["brand", "", ""]


def test_a_hold_runs_out(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        slot = slots(db, session(db, ends="14:30"))[0]
        held = hold_slot(db, user, slot, NOW, minutes=10)
        late = NOW + 10 * MINUTE
        assert expire_holds(db, late - timedelta(seconds=1)) == []
        assert refusal(confirm_booking, db, held, "商标", "永川陶瓷厂", late) == "hold_expired"
        assert [(b.id, b.status, b.seat) for b in expire_holds(db, late)] == [
            (held.id, "expired", None)
        ]
        assert refusal(confirm_booking, db, held, "商标", "永川陶瓷厂", late) == "state"
        assert expire_holds(db, late) == []
        (other,) = people_in(db, 1)
        assert book(db, other, slot, late).status == "confirmed"


def test_the_next_one_gets_a_hold_that_ran_out_without_any_worker(engine: Engine) -> None:
    with engine.begin() as db:
        slot = slots(db, session(db, ends="14:30"))[0]
        first, second = people_in(db, 2)
        hold_slot(db, first, slot, NOW, minutes=10)
        with pytest.raises(SlotTakenError):
            hold_slot(db, second, slot, NOW + 9 * MINUTE)
        assert hold_slot(db, second, slot, NOW + 10 * MINUTE).status == "held"
        assert states(db, slot) == ["expired", "held"]


def test_a_second_click_holds_confirms_and_cancels_once(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        slot = slots(db, session(db, seats=2))[0]
        held = hold_slot(db, user, slot, NOW)
        assert hold_slot(db, user, slot, NOW + MINUTE) == held
        first = confirm_booking(db, held, "商标", "永川陶瓷厂", NOW)
        assert confirm_booking(db, held, "别的", "别的公司", NOW + MINUTE) == first
        assert refusal(hold_slot, db, user, slot, NOW) == "already_booked"
        gone = cancel_booking(db, first, NOW)
        assert cancel_booking(db, first, NOW + MINUTE) == gone
        assert states(db, slot) == ["cancelled"]


def test_holding_another_slot_gives_the_first_up_only_when_it_is_had(engine: Engine) -> None:
    with engine.begin() as db:
        first, second, full = slots(db, session(db, ends="15:30"))
        user, other = people_in(db, 2)
        book(db, other, full)
        held = hold_slot(db, user, first, NOW)
        with pytest.raises(SlotTakenError):
            hold_slot(db, user, full, NOW)
        assert get_booking(db, held.id).status == "held"
        hold_slot(db, user, second, NOW)
        assert (states(db, first), states(db, second)) == (["cancelled"], ["held"])


def test_past_slots_and_days_beyond_the_horizon_are_refused(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        made = session(db)
        slot = slots(db, made)[0]
        assert refusal(hold_slot, db, user, slot, made.starts_at) == "past"
        assert refusal(hold_slot, db, user, slot, made.starts_at - HOUR) == "notice"
        assert refusal(hold_slot, db, user, slot, NOW - timedelta(days=40)) == "horizon"
        assert refusal(hold_slot, db, user, slot + 999, NOW) == "no_such_slot"
        assert states(db, slot) == []


def test_a_foreign_number_is_refused_like_one_that_does_not_exist(engine: Engine) -> None:
    with engine.begin() as db:
        mine, foreign = people_in(db, 2)
        slot = slots(db, session(db))[0]
        booked = book(db, foreign, slot)
        assert find_booking(db, booked.number or "", mine) is None
        assert find_booking(db, "ZJYY-2026-9999", mine) is None
        assert find_booking(db, "zjyy－2026－1", foreign) == booked
        for junk in ("", "\x00", "' OR 1=1 --", "ZJYY", "ZLXQ-2026-0001", "九" * 500):
            assert find_booking(db, junk, foreign) is None


REFUSED_WORDS = [
    ("", "永川陶瓷厂", "topic_missing"),
    ("商标", " \n\t", "company_missing"),
    ("商标", "\x00\x1f", "company_missing"),
    ("长" * 501, "永川陶瓷厂", "too_long"),
    ("商标", "长" * 101, "too_long"),
]
"""Topic, enterprise, and why they are refused."""


def test_bad_words_are_refused_and_the_hold_stays(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        held = hold_slot(db, user, slots(db, session(db))[0], NOW)
        for topic, company, code in REFUSED_WORDS:
            assert refusal(confirm_booking, db, held, topic, company, NOW) == code
        assert get_booking(db, held.id) == held


def test_odd_words_are_kept_as_they_are(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        held = hold_slot(db, user, slots(db, session(db))[0], NOW)
        words = "=cmd|' /C calc'!A0 <b>“引号”</b> \ud800 😀"
        booked = confirm_booking(db, held, words, "ﷺ" * 100, NOW)
        assert booked.topic == "=cmd|' /C calc'!A0 <b>“引号”</b> 😀"


def test_an_enterprise_has_only_so_many_bookings_to_come(engine: Engine) -> None:
    with engine.begin() as db:
        days = [date(2026, 3, day) for day in (9, 10, 11, 12, 13)][: RULES.per_company + 1]
        made = [slots(db, session(db, day))[0] for day in days]
        users = people_in(db, len(days))
        first = book(db, users[0], made[0], company="永川（东鹏）陶瓷")
        for user, slot in zip(users[1:-1], made[1:-1], strict=True):
            book(db, user, slot, company="永川(东鹏) 陶瓷。")
        colleague = hold_slot(db, users[-1], made[-1], NOW)
        assert refusal(confirm_booking, db, colleague, "商标", "永川（东鹏）陶瓷", NOW) == "limit"
        assert confirm_booking(db, colleague, "商标", "帝欧洁具", NOW).number is not None
        cancel_booking(db, first, NOW)
        again = hold_slot(db, users[0], made[0], NOW)
        assert confirm_booking(db, again, "商标", "永川（东鹏）陶瓷", NOW).status == "confirmed"


def test_a_refused_confirmation_draws_no_number(engine: Engine) -> None:
    with engine.begin() as db:
        first, second = slots(db, session(db, ends="15:00"))
        a, b = people_in(db, 2)
        assert book(db, a, first, company="永川陶瓷厂").number == "ZJYY-2026-0001"
        held = hold_slot(db, b, second, NOW)
        assert refusal(confirm_booking, db, held, "商标", "永川陶瓷厂", NOW) == "limit_session"
        assert confirm_booking(db, held, "商标", "帝欧洁具", NOW).number == "ZJYY-2026-0002"


def test_a_person_cannot_be_in_two_places(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        here = slots(db, session(db, minutes=60))
        there = slots(db, session(db, begins="14:30", station="sanjiao", experts=("patent",)))
        book(db, user, here[0])
        assert refusal(hold_slot, db, user, there[0], NOW) == "overlap"
        assert hold_slot(db, user, there[1], NOW).status == "held"


def test_one_person_books_no_more_than_the_limit(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        days = [date(2026, 3, day) for day in (9, 10, 11, 12, 13)][: RULES.per_company + 1]
        made = [slots(db, session(db, day))[0] for day in days]
        booked = [book(db, user, slot, company=f"公司{n}") for n, slot in enumerate(made[:-1])]
        assert refusal(hold_slot, db, user, made[-1], NOW) == "limit"
        held = hold_slot(db, user, made[-1], NOW, moving=booked[0])
        assert held.status == "held", "to move one is not to have one more"
        assert reschedule_booking(db, booked[0], made[-1], NOW).time_slot_id == made[-1]


def test_after_the_cut_off_only_the_centre_cancels_and_moves(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        made = session(db, seats=2)
        first, second = slots(db, made)[:2]
        mine = book(db, user, first)
        late = made.starts_at - RULES.cancel_minutes * MINUTE
        assert refusal(cancel_booking, db, mine, late) == "cut_off"
        assert refusal(reschedule_booking, db, mine, second, late) == "cut_off"
        assert refusal(cancel_booking, db, mine, made.starts_at, cut_off=False) == "past"
        desk = {"cut_off": False, "channel": "desk", "actor": "specialist:1"}
        assert cancel_booking(db, mine, late + HOUR, **desk).status == "cancelled"


def test_moving_keeps_the_number_and_frees_the_old_seat(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        first, second = slots(db, session(db, ends="15:00"))
        mine = book(db, user, first)
        moved = reschedule_booking(db, mine, second, NOW)
        assert (moved.id, moved.number) == (mine.id, mine.number)
        assert moved.starts_at == at(DAY, "14:30")
        assert [slot.time_slot_id for slot in free_slots(db, now=NOW)] == [first]
        assert reschedule_booking(db, moved, second, NOW) == moved, "a second click"


def test_the_old_seat_is_kept_when_the_new_one_is_not_to_be_had(engine: Engine) -> None:
    with engine.begin() as db:
        made = session(db, ends="15:30")
        first, full, free = slots(db, made)
        user, other = people_in(db, 2)
        book(db, other, full)
        mine = book(db, user, first)
        with pytest.raises(SlotTakenError) as caught:
            reschedule_booking(db, mine, full, NOW)
        assert [slot.time_slot_id for slot in caught.value.alternatives] == [free]
        assert get_booking(db, mine.id) == mine


def test_a_hold_on_the_new_slot_is_used_up_by_the_move(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        first = slots(db, session(db))[0]
        there = slots(db, session(db, begins="10:00", ends="10:30"))[0]
        mine = book(db, user, first)
        hold_slot(db, user, there, NOW, moving=mine)
        moved = reschedule_booking(db, mine, there, NOW + MINUTE)
        assert (moved.status, states(db, there)) == ("confirmed", ["confirmed", "cancelled"])
        assert my_bookings(db, user) == [moved]


def test_only_a_confirmed_booking_is_moved(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        first, second = slots(db, session(db, ends="15:00"))
        held = hold_slot(db, user, first, NOW)
        assert refusal(reschedule_booking, db, held, second, NOW) == "state"
        mine = confirm_booking(db, held, "商标", "永川陶瓷厂", NOW)
        cancel_booking(db, mine, NOW)
        assert refusal(reschedule_booking, db, mine, second, NOW) == "state"


def test_my_bookings_are_mine_and_still_to_come(engine: Engine) -> None:
    with engine.begin() as db:
        late, early = session(db, date(2026, 3, 12)), session(db, DAY)
        mine, other = people_in(db, 2)
        second = book(db, mine, slots(db, late)[0])
        first = book(db, mine, slots(db, early)[0])
        book(db, other, slots(db, early)[1])
        hold_slot(db, mine, slots(db, early)[3], NOW, minutes=10)
        later = NOW + 10 * MINUTE
        assert [b.id for b in my_bookings(db, mine, later)] == [first.id, second.id]
        assert [b.id for b in my_bookings(db, mine, first.ends_at)] == [second.id]


def test_every_change_is_on_record_with_old_and_new(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        first, second = slots(db, session(db, ends="15:00"))
        mine = book(db, user, first, company="永川陶瓷厂")
        reschedule_booking(db, mine, second, NOW, channel="h5")
        cancel_booking(db, mine, NOW, channel="desk", actor="specialist:1")
        mine_only = events.c.user_id == user, events.c.kind.like("booking%")
        query = sa.select(events).where(*mine_only).order_by(events.c.id)
        rows = db.execute(query).all()
    assert [(r.kind, r.channel, r.actor) for r in rows] == [
        ("booking_held", "wechat", "user"),
        ("booking_confirmed", "wechat", "user"),
        ("booking_moved", "h5", "user"),
        ("booking_cancelled", "desk", "specialist:1"),
    ]
    assert (rows[1].data["old"]["status"], rows[1].data["new"]["status"]) == ("held", "confirmed")
    assert rows[2].data["old"]["time_slot_id"] == first
    assert rows[2].data["new"]["time_slot_id"] == second
    assert rows[3].data["new"] == {"status": "cancelled", "seat": None}


def test_a_booking_that_fails_midway_leaves_nothing(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        slot = slots(db, session(db))[0]

    def break_off() -> None:
        with engine.begin() as db:
            book(db, user, slot)
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        break_off()
    with engine.begin() as db:
        assert states(db, slot) == []
        assert book(db, user, slot).number == "ZJYY-2026-0001"
