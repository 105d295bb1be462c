"""Who comes and about what: read from words, put right, and never taken from other wishes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.settings import Settings
from bot.storage.booking_tables import bookings
from bot.storage.database import reading
from tests.services.booking_chat.person import WORDS, Person
from tests.services.booking_setup import session
from tests.services.conftest import add_user, ready_draft


def test_enterprise_and_topic_known_from_the_form_are_not_asked(
    engine: Engine, tmp_path: Path, model: Any
) -> None:
    with engine.begin() as db:
        session(db, experts=("metrology",), categories=("metrology",))
        user = add_user(db)
        ready_draft(db, user)
    known = Person(engine, Settings(var=tmp_path, secret="s" * 32), model, user)
    known.say("约个计量专家")
    assert known.tap("3月11日") == {"utter_booking_check"}
    assert known.values["company"] == "重庆永川计量检测有限公司"
    assert known.values["topic"] == "建立计量标准、计量检定、校准"


def test_question_in_between_is_answered_and_the_seat_stays(person: Person) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    person.say(WORDS)
    assert "utter_booking_check" in person.say("电子秤检定找谁")
    assert person.turn.question == "metrology"
    assert person.mine[0].status == "held"


@pytest.mark.parametrize("text", ["取消", "算了不约了", "不想约了", "取消预约"])
def test_giving_up_is_no_topic(person: Person, text: str) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    assert person.say(text) == {"utter_booking_dropped"}
    assert person.mine == []


@pytest.mark.parametrize("text", ["确认", "好的", "你好", "1", "13", "[微笑]", "谢谢", "？？"])
def test_what_names_neither_enterprise_nor_topic_is_asked_again(person: Person, text: str) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    assert person.say(text) == {"utter_booking_ask_words_held"}
    assert person.say(WORDS) == {"utter_booking_check"}
    assert (person.values["company"], person.values["topic"]) == (WORDS[:10], "商标续展")


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("转人工", "handoff_human"),
        ("你是机器人吗", "bot_challenge"),
    ],
)
def test_other_wish_is_no_enterprise(person: Person, text: str, question: str) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    person.say("商标续展")
    assert "utter_booking_ask_company_held" in person.say(text)
    assert person.turn.question == question
    assert person.mine[0].status == "held"


@pytest.mark.parametrize("text", ["我要填需求表", "我那个需求办到哪一步了"])
def test_form_has_to_wait_for_the_booking(person: Person, text: str) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    assert person.say(text) == {"utter_booking_first", "utter_booking_ask_words_held"}
    assert person.mine[0].status == "held"


@pytest.mark.parametrize(
    ("text", "company", "topic"),
    [
        ("企业名称写错了，是重庆茶店精密机械厂", "重庆茶店精密机械厂", "商标续展"),
        ("不对，企业是重庆板桥锻压厂", "重庆板桥锻压厂", "商标续展"),
        ("事项改成商标转让", "永川某某陶瓷有限公司", "商标转让"),
    ],
)
def test_what_was_proposed_is_put_right_in_words(
    person: Person, text: str, company: str, topic: str
) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    person.say(WORDS)
    assert person.say(text) == {"utter_booking_check"}
    assert (person.values["company"], person.values["topic"]) == (company, topic)


def test_one_of_the_two_is_asked_anew(person: Person) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    person.say(WORDS)
    assert person.say("改下事项") == {"utter_booking_ask_topic_held"}
    assert person.say("商标转让") == {"utter_booking_check"}
    assert person.values["company"] == "永川某某陶瓷有限公司"


@pytest.mark.parametrize("text", ["停车场地磅检定", "充电桩检测", "缴费"])
def test_topic_that_sounds_like_a_follow_up_is_the_topic(person: Person, text: str) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    person.say(WORDS)
    person.say("改下事项")
    assert person.say(text) == {"utter_booking_check"}
    assert person.values["topic"] == text


@pytest.mark.parametrize("text", ["计量电话多少", "不知道", "商标怎么注册"])
def test_question_is_no_enterprise(person: Person, text: str) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    person.say("商标续展")
    assert "utter_booking_ask_company_held" in person.say(text)


def test_name_without_its_kind_and_topic_as_in_the_example(person: Person) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    person.say("重庆港桥木业，商标转让")
    assert (person.values["company"], person.values["topic"]) == ("重庆港桥木业", "商标转让")


def test_telephone_and_name_are_taken_where_all_is_checked(person: Person) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    person.say(WORDS)
    assert person.say("我叫李强，电话139 8300 1234") == {"utter_booking_check"}
    assert person.values["telephone"] == "13983001234"
    person.tap("确认")
    with reading(person.engine) as db:
        row = db.execute(sa.select(bookings.c.contact, bookings.c.telephone)).one()
    assert tuple(row) == ("李强", "13983001234")


def test_telephone_among_the_words_is_the_telephone(person: Person) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    assert person.say("13983001234") == {"utter_booking_noted", "utter_booking_ask_words_held"}
    assert "13983001234" in person.heard
    assert "联系电话" not in person.heard, "it is not asked again"
    person.say(WORDS)
    person.tap("确认")
    with reading(person.engine) as db:
        assert db.scalar(sa.select(bookings.c.telephone)) == "13983001234"


def test_place_is_no_topic_and_a_topic_can_be_corrected(person: Person) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    assert "utter_booking_waits" in person.say("凤凰湖在哪里")
    person.say(WORDS)
    assert person.say("想咨询商标转让") == {"utter_booking_check"}
    assert person.values["topic"] == "商标转让"


def test_what_is_said_to_be_the_topic_is_no_enterprise(person: Person) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    person.say("老板姓李")
    assert person.turn.said[-1].response == "utter_booking_ask_words_held", "a name is no topic"
    person.say("商标转让")
    assert person.say("就是想问商标续展") == {"utter_booking_ask_company_held"}
    assert person.values["topic"] == "商标续展"
    person.say("重庆一句茶叶有限公司")
    assert "联系人：姓李" in person.heard


def test_a_question_that_nobody_understands_gets_no_service(person: Person) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    assert "utter_booking_unanswered" in person.say("可以两个人去不")
    assert person.turn.question == ""


@pytest.mark.parametrize("text", ["", "😀😀😀", "啊" * 3000, "{wish}", "=cmd|' /C calc'!A0"])
def test_odd_words_break_nothing(person: Person, text: str) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    person.say(text)
    person.say(text)
    assert person.mine[0].status in ("held", "confirmed")


@pytest.mark.parametrize("text", ["周老师", "周明老师", "明天上午我们厂要停电", "下午我们公司开会"])
def test_expert_or_day_is_neither_enterprise_nor_topic(person: Person, text: str) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    assert "utter_booking_ask_words_held" in person.say(text)
    assert person.say(WORDS) == {"utter_booking_check"}
    assert (person.values["company"], person.values["topic"]) == (WORDS[:10], "商标续展")


def test_another_expert_where_words_are_asked_shows_their_time_slots(person: Person) -> None:
    with person.engine.begin() as db:
        session(db, begins="09:00", ends="10:00", station="gangqiao", experts=("patent",))
    person.say("约知识产权专家")
    person.tap("3月11日（周三）14:00")
    assert person.say("陈静老师") == {"utter_booking_slots"}
    assert person.mine[0].status == "held"
