"""Bookings that one has: listed, rescheduled, cancelled, and never those of others."""

from __future__ import annotations

from datetime import timedelta

from bot.services.booking.bookings import my_bookings
from bot.storage.database import reading
from tests.services.booking_chat.person import Person
from tests.services.booking_setup import DAY, book, people_in, session, slots
from tests.services.conftest import NOW


def test_cancelling_is_asked_once_more(person: Person) -> None:
    number = person.book()
    assert person.say("取消预约") == {"utter_booking_sure"}
    assert person.say("不取消了") == {"utter_booking_kept"}
    assert len(person.mine) == 1
    person.say(f"取消 {number}")
    asked = person.turn
    assert person.tap("确定取消") == {"utter_booking_cancelled"}
    assert person.mine == []
    person.turn = asked
    assert person.tap("确定取消") == {"utter_booking_gone"}


def test_too_late_to_cancel(person: Person) -> None:
    person.book()
    person.now = person.mine[0].starts_at - timedelta(hours=1)
    assert person.say("取消预约") == {"utter_booking_refused"}
    assert "不足2小时" in person.values["reason"]
    assert len(person.mine) == 1


def test_rescheduling_keeps_the_old_until_the_new_is_had(person: Person) -> None:
    number = person.book()
    with person.engine.begin() as db:
        session(db, DAY + timedelta(days=2))
    person.say("周三的改到3月13号下午")
    assert person.tap("3月13日（周五）15:00") == {"utter_booking_move_check"}
    assert {b.status for b in person.mine} == {"held", "confirmed"}
    asked = person.turn
    assert person.tap("确认改期") == {"utter_booking_moved"}
    (moved,) = person.mine
    assert (moved.number, moved.status) == (number, "confirmed")
    assert person.values["when"] == "3月13日（周五）15:00—15:30"
    person.turn = asked
    assert person.tap("确认改期") == {"utter_booking_moved"}
    assert len(person.mine) == 1


def test_foreign_number_and_no_number_are_told_the_same(person: Person) -> None:
    with person.engine.begin() as db:
        other = people_in(db, 1)[0]
        foreign = book(db, other, slots(db, session(db, DAY + timedelta(days=1)))[0])
    assert person.say(f"取消预约 {foreign.number}") == {"utter_booking_unknown"}
    told = person.turn
    person.say("取消预约 ZJYY-2026-9999")
    assert person.turn == told
    assert person.do("choose", f"cancel_sure:{foreign.id}") == {"utter_booking_gone"}
    with reading(person.engine) as db:
        assert my_bookings(db, other, NOW)[0].status == "confirmed"


def test_own_bookings_are_listed_with_ways_to_change_them(person: Person) -> None:
    assert person.say("我的预约") == {"utter_no_bookings"}
    number = person.book()
    assert person.say("我的预约") == {"utter_my_bookings"}
    assert number in person.values["lines"]
    assert [title[:2] for title in person.titles] == ["改期", "取消"]


def test_what_a_booking_asks_is_asked_once_more(person: Person) -> None:
    """接着预约 after a talk with a person."""
    person.say("约商标专家")
    person.tap("3月11日")
    assert "utter_booking_ask_words_held" in person.do("hear", "", [], "my_bookings")
    person.say("永川某某陶瓷有限公司，商标续展")
    assert "utter_booking_check" in person.do("hear", "", [], "my_bookings")
