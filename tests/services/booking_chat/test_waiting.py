"""The waiting list in chat: joined, offered a seat, accepted, passed on, left."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from bot.services.booking.news import tell_due
from bot.services.booking.waiting_list import my_waiting
from bot.services.booking.work import tend_bookings
from bot.storage.database import reading
from bot.storage.tables import messages_out
from tests.services.booking_chat.person import WORDS, Person
from tests.services.booking_setup import DAY, book, people_in, session, slots
from tests.services.conftest import NOW
from tests.services.test_experts import change


def test_waiting_for_an_expert_who_retired_meanwhile_is_refused_with_a_way_on(
    person: Person,
) -> None:
    with person.engine.begin() as db:
        session(db, DAY + timedelta(days=1), experts=("patent",))
    person.say("3月20号想约周明老师")
    with person.engine.begin() as db:
        change(db, "trademark", active=False)
    assert person.tap("排候补") == {"utter_booking_refused"}
    assert "已不再接访" in person.heard
    assert person.tap("再看看时间") == {"utter_booking_none"}
    assert person.titles[-1] == "排候补，有空位通知我"


def test_waiting_list_moves_and_offer_is_taken_in_chat(person: Person) -> None:
    with person.engine.begin() as db:
        other = people_in(db, 1)[0]
        slot = slots(db, session(db, DAY + timedelta(days=1), ends="14:30"))[0]
        book(db, other, slot)
    person.say("3月12号下午商标专家")
    person.tap("排候补")
    with person.engine.begin() as db:
        session(db, DAY + timedelta(days=1), "15:00", "15:30")
        assert tend_bookings(db, NOW) == 1
        assert tell_due(db, NOW) == 1
        assert tell_due(db, NOW) == 0
        notice = db.scalar(sa.select(messages_out.c.body))
    assert "3月12日（周四）15:00—15:30" in notice["text"]
    choices = notice["choices"]
    assert [choice["title"] for choice in choices] == ["接受", "不要，让给下一位"]
    offered = choices[0]["payload"].split('"')[3]
    assert person.do("choose", offered) == {"utter_booking_ask_words_held"}
    person.say(WORDS)
    assert person.tap("确认") == {"utter_booking_confirmed"}
    assert person.do("choose", offered) == {"utter_booking_confirmed"}, "a late second tap"
    assert len(person.mine) == 1


def offered_seat(person: Person) -> None:
    """The person, who has booked before, stands in line and a seat is offered."""
    person.book()
    person.say("3月12号下午商标专家")
    person.tap("排候补")
    with person.engine.begin() as db:
        session(db, DAY + timedelta(days=1), "15:00", "15:30")
        tend_bookings(db, person.now)


def test_offer_is_accepted_in_words_with_what_was_told_before(person: Person) -> None:
    offered_seat(person)
    assert person.say("要这个") == {"utter_booking_confirmed"}
    assert person.values["when"] == "3月12日（周四）15:00—15:30"
    assert {b.company for b in person.mine} == {"永川某某陶瓷有限公司"}
    assert {b.status for b in person.mine} == {"confirmed"}


def test_topic_of_another_subject_is_not_taken_into_an_offer(person: Person) -> None:
    person.book()
    with person.engine.begin() as db:
        day = DAY + timedelta(days=1)
        values: dict[str, Any] = {"experts": ("metrology",), "categories": ("metrology",)}
        full = slots(db, session(db, day, "09:00", "09:30", **values))[0]
        book(db, people_in(db, 1)[0], full)
    person.say("3月12号上午计量专家")
    person.tap("排候补")
    with person.engine.begin() as db:
        session(db, day, "10:00", "10:30", **values)
        tend_bookings(db, person.now)
    assert person.say("接受") == {"utter_booking_ask_topic_held"}


def test_offer_is_declined_in_words_and_goes_to_the_next(person: Person) -> None:
    offered_seat(person)
    assert person.say("让给下一位") == {"utter_booking_dropped"}
    assert [b.status for b in person.mine] == ["confirmed"]
    assert person.do("choose", "accept") == {"utter_booking_gone"}


def test_waiting_list_is_left_in_words(person: Person) -> None:
    assert person.say("退出候补") == {"utter_booking_not_waiting"}
    assert person.say("查候补") == {"utter_booking_not_waiting"}
    for day in ("3月12号", "3月16号"):
        person.say(f"{day}上午商标专家")
        person.tap("排候补")
    assert person.say("退出候补") == {"utter_booking_which"}
    assert person.tap("候补：3月16日") == {"utter_booking_left"}
    assert person.say("不排了") == {"utter_booking_left"}
    with reading(person.engine) as db:
        assert my_waiting(db, person.user_id) == []
