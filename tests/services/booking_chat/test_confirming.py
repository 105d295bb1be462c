"""From the held seat to the confirmed booking: once, in time, with consent."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.services.booking.news import tell_due
from bot.services.consents import has_consent, withdraw_consent
from bot.storage.booking_tables import booking_chats
from bot.storage.database import reading
from tests.services.booking_chat.person import WORDS, Person
from tests.services.conftest import NOW


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


def test_hold_that_ran_out_is_not_confirmed(person: Person) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    person.say(WORDS)
    person.now += timedelta(minutes=11)
    assert person.tap("确认") == {"utter_booking_refused"}
    assert person.mine == []


def test_who_answers_too_late_is_told_that_the_seat_is_gone(person: Person) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    person.now += timedelta(minutes=20)
    assert person.say(WORDS) == {"utter_booking_refused"}
    assert "重新选时间" in person.titles


def test_without_consent_nothing_is_asked_or_kept(person: Person) -> None:
    with person.engine.begin() as db:
        by_user = {"channel": "wechat", "actor": "user", "now": NOW}
        withdraw_consent(db, person.user_id, **by_user)  # type: ignore[arg-type]
    person.say("约商标专家")
    assert person.tap("3月11日") == {"utter_booking_consent_held"}
    assert "怎样删除" in person.heard
    assert "utter_booking_consent_again_held" in person.say("永川某某陶瓷有限公司，商标续展")
    assert "怎样删除" not in person.heard, "the notice is not said twice"
    assert person.mine[0].company == ""
    with reading(person.engine) as db:
        kept = db.execute(sa.select(booking_chats.c.state, booking_chats.c.last_reply)).one()
    assert "陶瓷" not in str(kept)
    assert "续展" not in str(kept)
    assert person.say("不同意") == {"utter_booking_dropped"}
    assert person.mine == []
    person.say("约商标专家")
    person.tap("3月11日")
    assert person.say("同意") == {"utter_booking_ask_words_held"}
    person.say(WORDS)
    assert person.tap("确认") == {"utter_booking_confirmed"}
    with reading(person.engine) as db:
        assert has_consent(db, person.user_id)


ALL = "约商标专家，商标续展的事，重庆一句茶叶有限公司，电话13911112222，联系人李强"
OTHER = "约商标专家，商标转让的事，重庆另一家茶叶有限公司"


@pytest.mark.parametrize("end", ["确认", "不约了", "不要"])
def test_who_comes_is_not_taken_into_the_booking_of_another_enterprise(
    person: Person, end: str
) -> None:
    person.say(ALL)
    person.tap("3月11日")
    assert "联系人：李强" in person.heard
    if end == "不要":
        person.say("我的预约")
        person.tap("不要")
    else:
        person.say(end)
    person.say(OTHER)
    assert person.tap("3月11日") == {"utter_booking_check"}
    assert person.values["company"] == "重庆另一家茶叶有限公司"
    assert "李强" not in person.heard
    assert "13911112222" not in person.heard


def test_who_came_is_proposed_for_the_same_enterprise(person: Person) -> None:
    person.say(ALL)
    person.tap("3月11日")
    person.say("确认")
    person.say("约商标专家")
    assert person.tap("3月11日") == {"utter_booking_ask_topic_held"}
    person.say("商标转让")
    assert "企业：重庆一句茶叶有限公司" in person.heard
    assert "联系人：李强\n电话：13911112222" in person.heard


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


@pytest.mark.parametrize(
    "text",
    [
        "可以带同事吗",
        "可以晚一点不",
        "那个时间",
        "还没确定",
        "等我确认一下再说",
        "先别确认",
        "可以开发票吗",
        "我的预约",
        "看我的预约",
    ],
)
def test_what_asks_or_waits_books_nothing(person: Person, text: str) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    person.say(WORDS)
    person.say(text)
    assert [b for b in person.mine if b.status == "confirmed"] == []


@pytest.mark.parametrize("text", ["怎么取消", "取消要扣钱吗", "没说取消"])
def test_what_asks_about_cancelling_cancels_nothing(person: Person, text: str) -> None:
    person.book()
    person.say("取消预约")
    person.say(text)
    assert [b.status for b in person.mine] == ["confirmed"]
