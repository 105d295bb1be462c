"""Booking an expert as a conversation. The time is Monday, 2 March 2026, 9:00 in China."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from sqlalchemy.engine import Engine

from bot.gateway.compose import compose
from bot.services.booking.bookings import my_bookings
from bot.services.booking.chat import BookingChat
from bot.services.booking.individual import my_requests
from bot.services.booking.news import tell_due
from bot.services.booking.rows import Booking
from bot.services.booking.waiting_list import my_waiting
from bot.services.booking.work import tend_bookings
from bot.services.consents import has_consent, record_consent, withdraw_consent
from bot.services.form.says import FormTurn
from bot.settings import ROOT, Settings
from bot.storage.booking_tables import booking_chats, bookings
from bot.storage.database import reading
from bot.storage.resource_tables import organisations
from bot.storage.tables import messages_out
from knowledge import load_knowledge
from nlu.classifier import rank
from nlu.evaluate import MODEL
from nlu.model_file import load_classifier
from tests.services.booking_setup import DAY, book, people_in, session, slots
from tests.services.conftest import NOW, add_user, ready_draft
from tests.services.demand_setup import technical
from tests.services.test_experts import change

RESPONSES = {
    name: texts[0]["text"]
    for path in (ROOT / "domain" / "responses").glob("*.yml")
    for name, texts in yaml.safe_load(path.read_text(encoding="utf-8"))["responses"].items()
}
"""What is said: a value that a response needs and does not get fails the test."""
WORDS = "永川某某陶瓷有限公司，商标续展"


@pytest.fixture(scope="module")
def model() -> Any:
    """The classifier in use."""
    return load_classifier(MODEL)


@dataclass
class Person:
    """Someone who talks about booking."""

    engine: Engine
    settings: Settings
    model: Any
    user_id: int
    now: datetime = NOW
    message: int = 0
    turn: FormTurn = field(default_factory=lambda: FormTurn([]))
    heard: str = ""

    def do(self, how: str, *args: Any, again: bool = False) -> set[str]:
        """One message; the names of the responses that were said."""
        self.message += 0 if again else 1
        with self.engine.begin() as db:
            chat = BookingChat(db, self.settings, self.user_id, self.message, self.now)
            self.turn = getattr(chat, how)(*args)
        self.heard = "\n".join(RESPONSES[s.response].format(**s.values) for s in self.turn.said)
        return {said.response for said in self.turn.said}

    def say(self, text: str, again: bool = False) -> set[str]:
        """Words."""
        return self.do("hear", text, rank(self.model, text), again=again)

    def tap(self, title: str, again: bool = False) -> set[str]:
        """The choice whose title begins so."""
        payload = next(c["payload"] for c in self.choices if c["title"].startswith(title))
        return self.do("choose", json.loads(payload[payload.index("{") :])["choice"], again=again)

    @property
    def choices(self) -> list[dict[str, Any]]:
        """What can be tapped."""
        return [choice for said in self.turn.said for choice in said.choices]

    @property
    def titles(self) -> list[str]:
        """Titles of what can be tapped."""
        return [choice["title"] for choice in self.choices]

    @property
    def values(self) -> dict[str, str]:
        """Values of everything said."""
        return {name: v for said in self.turn.said for name, v in said.values.items()}

    @property
    def mine(self) -> list[Booking]:
        """What the person has."""
        with reading(self.engine) as db:
            return my_bookings(db, self.user_id, self.now)

    def book(self, words: str = "想约3月11号下午的商标专家") -> str:
        """Book the first time slot that is offered; its number."""
        self.say(words)
        self.tap("3月11日")
        if self.turn.said[0].response.startswith("utter_booking_ask"):
            self.say(WORDS)
        self.tap("确认")
        return self.values["number"]


@pytest.fixture
def person(engine: Engine, tmp_path: Path, model: Any) -> Person:
    """A follower of whom nothing is known; six time slots on trademarks on Wednesday, 11 March."""
    with engine.begin() as db:
        session(db)
        user = add_user(db)
        record_consent(db, user, channel="wechat", now=NOW)
    return Person(engine, Settings(var=tmp_path, secret="s" * 32), model, user)


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


def test_from_question_to_confirmation(person: Person) -> None:
    person.say("最近的商标专家，随便哪天都行")
    assert person.tap("3月11日") == {"utter_booking_ask_words_held"}
    assert person.mine[0].status == "held"
    assert person.say(WORDS) == {"utter_booking_check"}
    assert person.values["company"] == "永川某某陶瓷有限公司"
    assert person.values["topic"] == "商标续展"
    assert person.say("确认") == {"utter_booking_confirmed"}
    assert person.values["number"] == "ZJYY-2026-0001"
    assert person.values["when"] == "3月11日（周三）14:00—14:30"
    assert person.values["place"] == "凤凰湖产业促进中心"
    assert "/h5/calendar/" in person.values["link"]
    assert [b.status for b in person.mine] == ["confirmed"]


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


def test_second_tap_and_second_delivery_are_one_booking(person: Person) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    person.say(WORDS)
    asked = person.turn
    person.tap("确认")
    number = person.values["number"]
    person.do("choose", "anything", again=True)
    assert person.values["number"] == number
    person.turn = asked
    assert person.tap("确认") == {"utter_booking_confirmed"}
    assert person.values["number"] == number
    assert len(person.mine) == 1


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


def test_hold_that_ran_out_is_not_confirmed(person: Person) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    person.say(WORDS)
    person.now += timedelta(minutes=11)
    assert person.tap("确认") == {"utter_booking_refused"}
    assert person.mine == []


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


def test_seat_can_still_be_taken_after_looking_at_others(person: Person) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    person.say(WORDS)
    assert person.say("我想改时间") == {"utter_booking_slots"}
    assert person.say("确认") == {"utter_booking_confirmed"}


def test_who_answers_too_late_is_told_that_the_seat_is_gone(person: Person) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    person.now += timedelta(minutes=20)
    assert person.say(WORDS) == {"utter_booking_refused"}
    assert "重新选时间" in person.titles


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
    assert person.say("13983001234") == {"utter_booking_ask_words_held"}
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


def test_another_day_is_asked_about_the_same_subject_for_a_while(person: Person) -> None:
    with person.engine.begin() as db:
        session(db, DAY, "09:00", "12:00", experts=("metrology",), categories=("metrology",))
    person.say("3月10号有没有商标专家")
    person.say("周三上午呢，有没有")
    assert "知识产权" in person.values["wish"]
    person.now += timedelta(hours=1)
    person.say("下周三上午有没有专家")
    assert person.values["wish"] == "3月11日（周三）上午"


def test_individual_appointment_is_a_request(person: Person) -> None:
    person.say("想约标准化科的人谈企业标准")
    if person.turn.said[0].response == "utter_booking_which_organisation":
        person.tap(person.titles[0])
    person.say("永川某某陶瓷有限公司，企业标准备案")
    assert person.turn.said[0].response == "utter_booking_request_check"
    assert person.tap("提交") == {"utter_booking_requested"}
    with reading(person.engine) as db:
        (request,) = my_requests(db, person.user_id)
    assert request.number == person.values["number"]
    assert (request.company, request.topic) == ("永川某某陶瓷有限公司", "企业标准备案")


def test_tapped_organisation_is_the_one_that_was_shown_though_the_list_changed(
    person: Person,
) -> None:
    item = next(i.id for i in load_knowledge().services if "metrology" in i.categories)
    with person.engine.begin() as db:
        gone = technical(db, "示例检测“甲”院", services=(item,))
        technical(db, "示例检测乙院", services=(item,))
    person.say("想约区里的单位上门谈计量")
    person.do("choose", "category:metrology")
    assert person.titles[-2:] == ["示例检测“甲”院", "示例检测乙院"]
    shown = person.turn
    with person.engine.begin() as db:
        db.execute(organisations.update().where(organisations.c.id == gone.id).values(active=False))
    person.tap("示例检测乙院")
    person.say("永川某某陶瓷有限公司，计量检定")
    assert person.values["organisation"] == "示例检测乙院"
    person.turn = shown
    assert person.tap("示例检测“甲”院") == {
        "utter_booking_refused",
        "utter_booking_which_organisation",
    }
    assert "这个单位现在不接受预约了" in person.heard
    assert "示例检测乙院" in person.titles
    assert "示例检测“甲”院" not in person.titles


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
    for day in ("3月12号", "3月16号"):
        person.say(f"{day}上午商标专家")
        person.tap("排候补")
    assert person.say("退出候补") == {"utter_booking_which"}
    assert person.tap("候补：3月16日") == {"utter_booking_left"}
    assert person.say("不排了") == {"utter_booking_left"}
    with reading(person.engine) as db:
        assert my_waiting(db, person.user_id) == []


def test_without_consent_nothing_is_asked_or_kept(person: Person) -> None:
    with person.engine.begin() as db:
        by_user = {"channel": "wechat", "actor": "user", "now": NOW}
        withdraw_consent(db, person.user_id, **by_user)  # type: ignore[arg-type]
    person.say("约商标专家")
    assert person.tap("3月11日") == {"utter_booking_consent_held"}
    assert "怎样删除" in person.heard
    assert "utter_booking_consent_held" in person.say("永川某某陶瓷有限公司，商标续展")
    assert person.mine[0].company == ""
    with reading(person.engine) as db:
        assert "陶瓷" not in str(db.scalar(sa.select(booking_chats.c.state)))
    assert person.say("不同意") == {"utter_booking_dropped"}
    assert person.mine == []
    person.say("约商标专家")
    person.tap("3月11日")
    assert person.say("同意") == {"utter_booking_ask_words_held"}
    person.say(WORDS)
    assert person.tap("确认") == {"utter_booking_confirmed"}
    with reading(person.engine) as db:
        assert has_consent(db, person.user_id)


def test_individual_appointment_needs_consent_too(person: Person) -> None:
    with person.engine.begin() as db:
        by_user = {"channel": "wechat", "actor": "user", "now": NOW}
        withdraw_consent(db, person.user_id, **by_user)  # type: ignore[arg-type]
    person.say("想约标准化科的人谈企业标准")
    assert person.turn.said[-1].response == "utter_booking_consent"
    assert person.tap("同意") == {"utter_booking_ask_words"}


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


def test_reminders_go_out_once(person: Person) -> None:
    person.book()
    for before, count in ((timedelta(hours=23), 1), (timedelta(minutes=50), 1)):
        person.now = person.mine[0].starts_at - before
        with person.engine.begin() as db:
            assert tell_due(db, person.now) == count
            assert tell_due(db, person.now) == 0


def test_state_is_kept_in_the_database_only(person: Person) -> None:
    """A second process that knows nothing of the first goes on."""
    person.say("约商标专家")
    person.tap("3月11日")
    other = Person(person.engine, person.settings, person.model, person.user_id, message=50)
    assert other.say(WORDS) == {"utter_booking_check"}
    with reading(person.engine) as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(booking_chats)) == 1


@pytest.mark.parametrize("text", ["", "😀😀😀", "啊" * 3000, "{wish}", "=cmd|' /C calc'!A0"])
def test_odd_words_break_nothing(person: Person, text: str) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    person.say(text)
    person.say(text)
    assert person.mine[0].status in ("held", "confirmed")
