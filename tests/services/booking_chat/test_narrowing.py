"""Wishes are kept from message to message: each replaces its own part, and what lacks is said."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.services.booking.rota import plan_month
from bot.services.booking.waiting_list import my_waiting
from bot.storage.database import reading
from tests.services.booking_chat.person import Person
from tests.services.booking_setup import DAY, DESK, session


@pytest.fixture
def choosing(person: Person) -> Person:
    """Somebody to whom trademarks at 凤凰湖, patents at 港桥 and metrology can be offered."""
    with person.engine.begin() as db:
        session(db, DAY, "09:00", "11:00", station="gangqiao", experts=("patent",))
        scales = {"experts": ("metrology",), "categories": ("metrology",)}
        session(db, DAY + timedelta(days=1), "09:00", "10:00", **scales)  # type: ignore[arg-type]
    return person


def test_each_message_replaces_its_own_part(choosing: Person) -> None:
    choosing.say("约专家")
    for text, wish in (
        ("知识产权", "知识产权"),
        ("港桥园区的", "港桥，知识产权"),
        ("下周三", "3月11日（周三），港桥，知识产权"),
        ("上午呢", "3月11日（周三）上午，港桥，知识产权"),
        ("换成凤凰湖", "3月11日（周三）上午，凤凰湖，知识产权"),
        ("下午也行", "3月11日（周三），凤凰湖，知识产权"),
        ("港桥也可以", "3月11日（周三），知识产权"),
        ("下午两点", "3月11日（周三）14:00，知识产权"),
        ("上午下午都可以", "3月11日（周三），知识产权"),
        ("凤凰湖的", "3月11日（周三），凤凰湖，知识产权"),
        ("凤凰湖和港桥都可以", "3月11日（周三），知识产权"),
        ("凤凰湖的", "3月11日（周三），凤凰湖，知识产权"),
        ("随便哪天都行", "凤凰湖，知识产权"),
        ("哪个园区都行", "知识产权"),
        ("那计量呢", "计量"),
    ):
        choosing.say(text)
        assert choosing.values["wish"] == wish, text


def test_another_place_does_not_change_the_subject(person: Person) -> None:
    with person.engine.begin() as db:
        plan_month(db, 2026, 3, DESK)
    person.say("想约个专家看下我们的标准")
    assert person.values["wish"] == "标准"
    for text in ("下个礼拜随便哪天下午", "凤凰湖", "上午也行"):
        person.say(text)
        assert "标准" in person.values["wish"]
        assert "凤凰湖近期没有标准专家" in person.heard or text.startswith("下个")
    assert person.values["wish"] == "3月9日（周一）至3月15日（周日），凤凰湖，标准"
    assert "商标" not in person.heard + "".join(person.titles)


def test_what_cannot_be_had_is_said_and_what_is_nearest(choosing: Person) -> None:
    choosing.say("约商标专家")
    assert choosing.say("三教") == {"utter_booking_none"}
    assert "三教近期没有知识产权专家的空位" in choosing.heard
    assert choosing.titles[0].startswith("3月11日")
    choosing.say("3月20号的")
    assert choosing.heard.startswith("3月20日（周五），三教，知识产权：三教近期没有")


def test_one_part_given_up_is_nearer_than_all(choosing: Person) -> None:
    choosing.say("3月11号上午凤凰湖的商标专家")
    assert choosing.turn.said[0].response == "utter_booking_none"
    assert any("14:00 凤凰湖" in title for title in choosing.titles), "another hour"
    assert any("09:00 港桥" in title for title in choosing.titles), "another place"


def test_past_day_is_refused_and_the_wish_stays(choosing: Person) -> None:
    choosing.say("约商标专家")
    choosing.say("港桥的")
    assert choosing.say("昨天有没得") == {"utter_booking_refused"}
    assert "已经过了" in choosing.heard
    choosing.say("下周三呢")
    assert choosing.values["wish"] == "3月11日（周三），港桥，知识产权"


def test_a_booking_on_another_subject_begins_anew(choosing: Person) -> None:
    choosing.say("约商标专家")
    choosing.say("港桥的")
    choosing.say("我想约个计量专家")
    assert choosing.values["wish"] == "计量"
    choosing.say("约专家")
    assert choosing.values["wish"] == "最近的接访"


def test_expert_and_subject_fit_together(choosing: Person) -> None:
    choosing.say("约商标专家")
    choosing.say("陈静老师")
    assert "专利申请与专利导航" in choosing.values["wish"]
    choosing.say("换成计量")
    assert choosing.values["wish"] == "计量"


def test_another_expert_and_another_place(choosing: Person) -> None:
    choosing.say("约商标专家")
    assert "专利申请与专利导航" in choosing.heard + "".join(choosing.titles)
    choosing.say("换个专家")
    assert choosing.titles[0].startswith("3月11日（周三）14:00")
    choosing.say("换个专家")
    assert choosing.titles[0].startswith("3月11日（周三）09:00 港桥 专利")
    choosing.say("凤凰湖的")
    assert choosing.say("换个园区") == {"utter_booking_slots"}
    assert "港桥" in choosing.heard + choosing.titles[0]


def test_only_expert_has_no_other_beside(person: Person) -> None:
    person.say("约商标专家")
    assert person.say("换个专家") == {"utter_booking_no_other_expert"}


def test_place_that_is_too_far_is_not_offered_again(choosing: Person) -> None:
    choosing.say("约知识产权专家")
    assert "港桥" in choosing.heard + choosing.titles[0]
    choosing.say("港桥太远了")
    assert choosing.titles[0].startswith("3月11日（周三）14:00")


def test_the_only_slot_is_taken_by_a_yes_and_of_several_one_is_asked_for(person: Person) -> None:
    person.say("约商标专家")
    assert person.say("好，就这个") == {"utter_booking_choose"}
    assert person.mine == []
    person.say("下午3点的")
    assert person.say("好，就这个") == {"utter_booking_ask_words_held"}
    assert [b.status for b in person.mine] == ["held"]


def test_line_is_not_joined_for_what_is_still_free(person: Person) -> None:
    person.say("约商标专家")
    person.say("换一批")
    person.say("都不行")
    assert person.turn.said[0].response == "utter_booking_no_more"
    assert person.tap("排候补") == {"utter_booking_wait_for"}
    assert person.mine == []


@pytest.mark.parametrize("text", ["算了不约了", "先不约了", "不约了"])
def test_giving_up_with_nothing_booked(choosing: Person, text: str) -> None:
    assert choosing.say(text) == {"utter_booking_stopped"}
    choosing.say("约商标专家")
    assert choosing.say(text) == {"utter_booking_stopped"}


def test_giving_up_the_search_keeps_what_is_booked(person: Person) -> None:
    number = person.book()
    person.say("约商标专家")
    assert person.say("取消") == {"utter_booking_kept"}
    assert [b.number for b in person.mine] == [number]
    person.say("凤凰湖的专家")
    assert person.values["wish"] == "凤凰湖", "the search was over"


def test_other_times_with_slots_offered_and_nothing_booked(choosing: Person) -> None:
    choosing.say("约商标专家")
    first = choosing.titles
    assert choosing.say("不对，我想改成别的时间") == {"utter_booking_slots"}
    assert not set(first[:5]) & set(choosing.titles)
    choosing.say("改到下下周")
    assert choosing.values["wish"].startswith("3月16日（周一）至3月22日（周日）")


def test_booking_is_not_moved_by_words_on_what_is_offered(person: Person) -> None:
    number = person.book()
    person.say("约商标专家")
    person.say("3月11号下午")
    assert [b.number for b in person.mine] == [number]
    assert person.say("把我约的改到下下周") != {"utter_booking_slots"}


def test_new_time_of_a_booking_is_narrowed(person: Person) -> None:
    person.book()
    with person.engine.begin() as db:
        session(db, date(2026, 3, 13), "09:00", "11:00")
    person.say("改期")
    person.say("3月13号的")
    assert person.titles[0] == "3月13日（周五）09:00"
    assert person.tap("3月13日") == {"utter_booking_move_check"}
    person.say("10点的")
    assert person.tap("3月13日（周五）10:00") == {"utter_booking_move_check"}
    assert person.tap("确认改期") == {"utter_booking_moved"}


def test_waiting_list_for_what_is_full_is_joined_at_once(choosing: Person) -> None:
    choosing.say("3月20号上午约商标专家")
    assert choosing.say("没得合适的，帮我排个候补") == {"utter_booking_waiting"}
    assert choosing.values["wish"] == "3月20日（周五）上午，知识产权"
    assert choosing.say("查候补") == {"utter_my_bookings"}
    assert "第1位" in choosing.heard


def test_waiting_list_for_what_is_free_asks_for_what_else(choosing: Person) -> None:
    choosing.say("约商标专家")
    assert choosing.say("排候补") == {"utter_booking_wait_for"}
    assert choosing.mine == []
    assert choosing.say("3月20号上午") == {"utter_booking_waiting"}
    with reading(choosing.engine) as db:
        (entry,) = my_waiting(db, choosing.user_id)
    assert (entry.first, entry.category, entry.period) == (date(2026, 3, 20), "ip", "morning")
    choosing.say("3月19号下午")
    assert choosing.turn.said[0].response == "utter_booking_none", "waited for once"


@pytest.mark.parametrize("text", ["明年6月上午", "6月20号上午", "2月30号上午", "昨天上午"])
def test_nobody_stands_in_line_for_a_time_that_is_refused(person: Person, text: str) -> None:
    person.say("约3月11号下午的商标专家")
    person.say("排候补")
    assert person.say(text) == {"utter_booking_refused"}
    with reading(person.engine) as db:
        assert my_waiting(db, person.user_id) == []
    assert person.say("3月20号上午") == {"utter_booking_waiting"}, "it is asked for still"


def test_nobody_stands_in_line_for_what_was_said_long_ago(choosing: Person) -> None:
    choosing.say("3月20号上午约商标专家")
    choosing.now += timedelta(minutes=30)
    assert choosing.say("排候补") == {"utter_booking_wait_for"}
    with reading(choosing.engine) as db:
        assert my_waiting(db, choosing.user_id) == []


def test_another_subject_is_no_topic_of_the_seat_that_is_held(choosing: Person) -> None:
    choosing.say("约商标专家")
    choosing.tap("3月11日（周三）14:00")
    choosing.say("永川某某陶瓷有限公司，商标续展")
    choosing.say("换成计量")
    assert choosing.values["wish"] == "计量"
    assert choosing.say("确认") == {"utter_booking_choose"}, "a yes is to what was said last"
    assert choosing.say("还是刚才那个") == {"utter_booking_ask_topic_held"}


def test_held_seat_stays_while_others_are_looked_at(choosing: Person) -> None:
    choosing.say("约商标专家")
    choosing.tap("3月11日（周三）14:00")
    assert choosing.say("港桥上午有没有") == {"utter_booking_slots"}
    assert [b.station for b in choosing.mine] == ["fenghuanghu"]
    choosing.tap("3月11日（周三）09:00")
    assert [b.station for b in choosing.mine] == ["gangqiao"]
