"""A time slot is found by words: day, hours, place and subject; and what is told when none fits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.gateway.compose import compose
from bot.services.booking.waiting_list import my_waiting
from bot.storage.database import reading
from tests.services.booking_chat.person import WORDS, Person
from tests.services.booking_setup import DAY, book, people_in, session


def test_words_are_said_back_with_date_and_weekday_and_five_slots_shown(person: Person) -> None:
    assert person.say("下周三下午凤凰湖有没有搞商标的专家") == {"utter_booking_slots"}
    assert person.values["wish"] == "3月11日（周三）下午，凤凰湖，知识产权"
    assert len(person.titles) == 6
    assert person.titles[0] == "3月11日（周三）14:00"
    assert "（凤凰湖，商标注册与商标保护）" in person.heard
    assert len(compose([{"text": person.heard, "choices": person.choices}])) == 1, "one message"
    assert person.titles[5] == "换一批"
    person.tap("换一批")
    assert person.titles == ["3月11日（周三）16:30"]


def test_slots_of_several_sessions_name_park_and_field(person: Person) -> None:
    with person.engine.begin() as db:
        session(db, DAY, "09:00", "10:00", station="gangqiao", experts=("patent",))
    person.say("下周三知识产权的专家")
    assert person.titles[0] == "3月11日（周三）09:00 港桥 专利申请与专利导航"
    assert person.titles[2] == "3月11日（周三）14:00 凤凰湖 商标注册与商标保护"


def test_another_slot_instead_gives_the_first_back(person: Person) -> None:
    person.say("约商标专家")
    person.tap("3月11日（周三）14:00")
    person.say(WORDS)
    assert person.tap("换一个") == {"utter_booking_slots"}
    assert person.tap("3月11日（周三）15:00") == {"utter_booking_check"}
    assert len(person.mine) == 1
    person.say("算了不约了")
    assert person.mine == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("约2月30日的商标专家", "没有这个日期"),
        ("约昨天的商标专家", "已经过了"),
        ("约今年12月1号的商标专家", "45天以内"),
    ],
)
def test_impossible_dates_are_said_kindly_with_a_way_on(
    person: Person, text: str, reason: str
) -> None:
    assert person.say(text) == {"utter_booking_refused"}
    assert reason in person.values["reason"]
    assert person.tap("看最近可以约的") == {"utter_booking_slots"}


def test_nothing_free_shows_the_nearest_and_the_waiting_list(person: Person) -> None:
    person.say("3月12号上午有没有商标专家")
    assert person.turn.said[0].response == "utter_booking_none"
    assert person.titles[0].startswith("3月11日")
    assert person.tap("排候补") == {"utter_booking_waiting"}
    assert person.values["place"] == "1"
    person.do("hear", "", [], "my_bookings")
    assert person.tap("退出候补") == {"utter_booking_left"}
    with reading(person.engine) as db:
        assert my_waiting(db, person.user_id) == []


def test_slot_taken_meanwhile_is_told_with_others(person: Person) -> None:
    person.say("约商标专家")
    with person.engine.begin() as db:
        other = people_in(db, 1)[0]
        taken = int(person.choices[0]["payload"].split(":")[2].rstrip('"}'))
        book(db, other, taken)
    assert person.tap("3月11日（周三）14:00") == {"utter_booking_taken"}
    assert person.titles[0].startswith("3月11日（周三）14:30")


@pytest.mark.parametrize("text", ["上一步", "换个时间"])
def test_another_time_is_chosen_where_words_are_asked(person: Person, text: str) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    assert person.say(text) == {"utter_booking_slots"}


def test_another_day_in_words_keeps_the_subject(person: Person) -> None:
    with person.engine.begin() as db:
        session(db, DAY + timedelta(days=1), "09:00", "10:00")
    person.say("约商标专家")
    person.tap("3月11日")
    person.say("改到3月12号上午嘛")
    assert person.titles[0] == "3月12日（周四）09:00"


def test_seat_can_still_be_taken_after_looking_at_others(person: Person) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    person.say(WORDS)
    assert person.say("我想改时间") == {"utter_booking_slots"}
    assert person.say("还是刚才那个吧") == {"utter_booking_check"}
    assert person.say("我想改时间") == {"utter_booking_slots"}
    assert person.tap("还是约3月11日（周三）14:00") == {"utter_booking_check"}
    assert person.say("确认") == {"utter_booking_confirmed"}
    assert person.values["when"] == "3月11日（周三）14:00—14:30"


@pytest.mark.parametrize("wish", ["换个时间", "下午3点以后有没有", "3月10号的", "昨天有没有"])
@pytest.mark.parametrize("yes", ["好的", "可以", "就这个", "确认"])
def test_yes_to_other_time_slots_does_not_book_the_held_one(
    person: Person, wish: str, yes: str
) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    person.say(WORDS)
    person.say(wish)
    assert any(title.startswith("还是约3月11日（周三）14:00") for title in person.titles)
    assert person.say(yes) == {"utter_booking_choose"}
    assert [b.status for b in person.mine] == ["held"]


def test_yes_books_again_once_the_held_seat_was_proposed_anew(person: Person) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    person.say(WORDS)
    person.say("换个时间")
    assert "utter_booking_check" in person.say("可以两个人去不"), "proposed after the list"
    assert person.say("好的") == {"utter_booking_confirmed"}


def test_yes_to_the_only_other_time_slot_takes_that_one(person: Person) -> None:
    person.say("约商标专家")
    person.tap("3月11日（周三）14:00")
    person.say(WORDS)
    person.say("下午4点的")
    assert person.say("可以") == {"utter_booking_check"}
    assert person.values["when"].startswith("3月11日（周三）16:00")


def test_another_day_is_asked_about_the_same_subject_for_a_while(person: Person) -> None:
    with person.engine.begin() as db:
        session(db, DAY, "09:00", "12:00", experts=("metrology",), categories=("metrology",))
    person.say("3月10号有没有商标专家")
    person.say("周三上午呢，有没有")
    assert "知识产权" in person.values["wish"]
    person.now += timedelta(hours=1)
    person.say("下周三上午有没有专家")
    assert person.values["wish"] == "3月11日（周三）上午"


@pytest.mark.parametrize(
    ("text", "wish", "first", "count"),
    [
        ("下周三两点到四点之间约商标专家", "3月11日（周三）14:00—16:00", "14:00", 4),
        ("下周三下午三点以后的商标专家", "3月11日（周三）15:00以后", "15:00", 4),
        ("下周三下午三点之前约商标专家", "3月11日（周三）下午、15:00以前", "14:00", 2),
    ],
)
def test_span_of_hours_shows_what_lies_in_it(
    person: Person, text: str, wish: str, first: str, count: int
) -> None:
    assert person.say(text) == {"utter_booking_slots"}
    assert person.values["wish"].startswith(wish)
    assert person.titles[0].startswith(f"3月11日（周三）{first}")
    assert len(person.titles) == count
