"""Who comes and why, told before it is asked: kept, and nothing of it in the database too soon."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.services.booking.told import read_unasked
from bot.services.consents import has_consent, withdraw_consent
from bot.storage.booking_tables import booking_chats
from bot.storage.database import reading
from tests.services.booking_chat.person import Person
from tests.services.booking_setup import DAY, session
from tests.services.conftest import NOW

ALL = "约专家，商标续展的事，重庆一句茶叶有限公司，电话13911112222"


def agree_no_more(person: Person) -> None:
    """The consent is taken back."""
    with person.engine.begin() as db:
        withdraw_consent(db, person.user_id, channel="wechat", actor="user", now=NOW)


@pytest.fixture
def stranger(person: Person) -> Person:
    """Somebody who has not agreed yet."""
    agree_no_more(person)
    return person


def kept(person: Person) -> str:
    """All that is kept of the talk."""
    with reading(person.engine) as db:
        return str(db.execute(sa.select(booking_chats.c.state, booking_chats.c.last_reply)).one())


def test_what_was_told_with_the_wish_is_not_asked_again(person: Person) -> None:
    person.say(ALL)
    assert person.tap("3月11日") == {"utter_booking_check"}
    assert person.values["company"] == "重庆一句茶叶有限公司"
    assert (person.values["topic"], person.values["telephone"]) == ("商标续展", "13911112222")


def test_before_consent_it_is_read_from_the_messages(stranger: Person) -> None:
    stranger.say(ALL)
    stranger.tap("3月11日")
    for secret in ("一句茶叶", "续展", "13911112222"):
        assert secret not in kept(stranger)
    assert stranger.say("不对，是13911113333") == {
        "utter_booking_told",
        "utter_booking_consent_again_held",
    }
    assert "怎样删除" not in stranger.heard
    assert "13911113333" not in kept(stranger)
    assert stranger.say("同意") == {"utter_booking_check"}
    assert stranger.values["company"] == "重庆一句茶叶有限公司"
    assert stranger.values["telephone"] == "13911113333", "the one that was said last"


def test_name_and_telephone_beside_the_consent(stranger: Person) -> None:
    stranger.say("约商标专家")
    stranger.tap("3月11日")
    assert "utter_booking_told" in stranger.say("电话是他的 13700137000，姓周")
    assert "电话" in stranger.heard
    stranger.say("同意，继续预约")
    stranger.say("永川某某陶瓷厂，商标续展")
    assert stranger.values["telephone"] == "13700137000"
    assert "联系人：姓周" in stranger.heard


@pytest.mark.parametrize(
    "text", ["不对，是13700137001", "不对", "139000", "电话要来做什么", "能换个人去不", "等一下哈"]
)
def test_only_a_plain_no_gives_the_seat_away(stranger: Person, text: str) -> None:
    stranger.say("约商标专家")
    stranger.tap("3月11日")
    stranger.say(text)
    assert [b.status for b in stranger.mine] == ["held"]
    assert stranger.say("不同意") == {"utter_booking_dropped"}
    assert stranger.mine == []


def test_consent_is_still_asked_for_while_others_are_looked_at(stranger: Person) -> None:
    stranger.say("约商标专家")
    stranger.tap("3月11日（周三）14:00")
    assert stranger.say("下午3点的") == {"utter_booking_slots"}
    assert stranger.say("同意") == {"utter_booking_ask_words_held"}
    assert "14:00" in stranger.values["when"], "of the seat that is held"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("好的，我姓周", "联系人：姓周"),
        ("同意，电话是13700137000，姓周", "联系人：姓周\n电话：13700137000"),
        ("可以，公司是重庆一句茶叶有限公司", "企业：重庆一句茶叶有限公司"),
    ],
)
def test_what_is_told_with_the_consent_is_kept(stranger: Person, text: str, told: str) -> None:
    stranger.say("约商标专家")
    stranger.tap("3月11日")
    assert stranger.say(text) <= {"utter_booking_ask_words_held", "utter_booking_ask_topic_held"}
    stranger.say("永川某某陶瓷有限公司，商标续展" if "公司" not in text else "商标续展")
    assert told in stranger.heard


@pytest.mark.parametrize(
    "text", ["可以，但是不要留我电话，我姓周", "不同意，我姓周", "同意了会怎么样，我姓周"]
)
def test_yes_with_a_condition_is_no_consent(stranger: Person, text: str) -> None:
    stranger.say("约商标专家")
    stranger.tap("3月11日")
    stranger.say(text)
    with reading(stranger.engine) as db:
        assert not has_consent(db, stranger.user_id)


@pytest.mark.parametrize("text", ["好的", "可以", "行", "好，就这个", "就这个时间"])
def test_yes_to_other_time_slots_is_no_consent(stranger: Person, text: str) -> None:
    stranger.say("约商标专家")
    stranger.tap("3月11日（周三）14:00")
    stranger.say("换个时间")
    assert stranger.say(text) == {"utter_booking_choose"}
    with reading(stranger.engine) as db:
        assert not has_consent(db, stranger.user_id)
    assert stranger.tap("还是约3月11日（周三）14:00") == {"utter_booking_consent_held"}
    assert stranger.say("好的") == {"utter_booking_ask_words_held"}, "the notice was said last"


def test_what_the_consent_is_for_is_answered_with_the_notice(stranger: Person) -> None:
    stranger.say("约商标专家")
    stranger.tap("3月11日")
    assert stranger.say("同意了会怎么样") == {"utter_booking_consent_held"}


def test_topic_told_on_another_subject_is_not_proposed(stranger: Person) -> None:
    scales = {"experts": ("metrology",), "categories": ("metrology",)}
    with stranger.engine.begin() as db:
        session(db, DAY + timedelta(days=1), **scales)  # type: ignore[arg-type]
    stranger.say(ALL)
    stranger.say("换成计量")
    stranger.tap("3月12日")
    assert stranger.say("同意") == {"utter_booking_ask_topic_held"}
    assert stranger.values["company"] == "重庆一句茶叶有限公司"


def test_topic_told_after_the_change_of_subject_is(stranger: Person) -> None:
    scales = {"experts": ("metrology",), "categories": ("metrology",)}
    with stranger.engine.begin() as db:
        session(db, DAY + timedelta(days=1), **scales)  # type: ignore[arg-type]
    stranger.say(ALL)
    stranger.say("我想约个计量专家，电子秤检定的事")
    stranger.tap("3月12日")
    assert stranger.say("同意") == {"utter_booking_check"}
    assert stranger.values["topic"] == "电子秤检定"


@pytest.mark.parametrize("agreed", [True, False])
def test_what_was_told_days_ago_is_asked_again(person: Person, agreed: bool) -> None:
    if not agreed:
        agree_no_more(person)
    person.say(ALL)
    person.now += timedelta(days=4)
    person.say("约专家")
    person.tap("3月11日")
    if not agreed:
        person.say("同意")
    assert {said.response for said in person.turn.said} == {"utter_booking_ask_words_held"}


@pytest.mark.parametrize("agreed", [True, False])
def test_what_is_told_with_a_refused_time_is_kept(person: Person, agreed: bool) -> None:
    if not agreed:
        agree_no_more(person)
    told = "约商标专家，昨天，商标续展的事，重庆一句茶叶有限公司，电话13911112222"
    assert person.say(told) == {"utter_booking_refused"}
    person.say("3月11号下午")
    person.tap("3月11日")
    if not agreed:
        person.say("同意")
    assert {said.response for said in person.turn.said} == {"utter_booking_check"}
    assert person.values["company"] == "重庆一句茶叶有限公司"
    assert (person.values["topic"], person.values["telephone"]) == ("商标续展", "13911112222")


@pytest.mark.parametrize("text", ["139000", "1391111222", "电话是139000", "139 1111 22223"])
def test_wrong_telephone_is_said_to_be_wrong(person: Person, text: str) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    assert person.say(text) == {"utter_booking_refused", "utter_booking_ask_words_held"}
    assert "11 位" in person.heard


def test_wrong_telephone_among_the_words_is_no_topic(person: Person) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    assert person.say("重庆一句茶叶有限公司，商标续展，139000") == {
        "utter_booking_refused",
        "utter_booking_check",
    }
    assert "11 位" in person.heard
    assert person.values["topic"] == "商标续展"


def test_landline_alone_is_a_telephone(person: Person) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    person.say("49859793")
    person.say("永川某某陶瓷有限公司，商标续展")
    assert person.values["telephone"] == "02349859793"


def test_who_comes_is_read_beside_the_enterprise_and_shown(person: Person) -> None:
    person.say("我要约商标专家，我是重庆一句茶叶有限公司的王强，13812345678")
    person.tap("3月11日")
    assert person.say("商标续展") == {"utter_booking_check"}
    assert "企业：重庆一句茶叶有限公司" in person.heard
    assert "联系人：王强\n电话：13812345678" in person.heard


@pytest.mark.parametrize("asked_first", [True, False])
def test_telephone_is_put_right_wherever_the_booking_stands(
    person: Person, asked_first: bool
) -> None:
    person.say("约商标专家" if asked_first else ALL)
    person.tap("3月11日")
    person.say("电话打错了，是13911113333")
    if asked_first:
        assert "13911113333" in person.heard
        person.say("永川某某陶瓷有限公司，商标续展")
    assert person.values["telephone"] == "13911113333"


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("能换个人去不", "utter_booking_other_person"),
        ("取消候补", "utter_booking_not_waiting"),
        ("你们中午休息好久哦", "utter_booking_waits"),
    ],
)
def test_question_is_no_topic(person: Person, text: str, response: str) -> None:
    person.say("约商标专家")
    person.tap("3月11日")
    assert response in person.say(text)
    assert "utter_booking_ask_words_held" in {said.response for said in person.turn.said}
    assert person.mine[0].status == "held"


def test_leaving_the_line_keeps_the_seat_that_is_held(person: Person) -> None:
    person.say(ALL)
    person.tap("3月11日")
    assert person.say("取消候补") == {"utter_booking_not_waiting", "utter_booking_check"}
    assert person.mine[0].status == "held"


@pytest.mark.parametrize(
    ("text", "company", "topic"),
    [
        (ALL, "重庆一句茶叶有限公司", "商标续展"),
        ("约专家，商标续展，永川某某陶瓷厂", "永川某某陶瓷厂", "商标续展"),
        ("想约个专家咨询商标续展", "", "商标续展"),
        ("想约3月11号下午的商标专家", "", ""),
        ("约商标专家，凤凰湖产业促进中心", "", ""),
        ("请个计量专家到我们公司", "", ""),
        ("约专家，商标", "", ""),
        ("约专家，知识产权", "", ""),
        ("想约个计量专家，我们的地磅要检定", "", "地磅要检定"),
        ("约个专家，质量奖的", "", ""),
        ("约专家，有点急的事", "", ""),
        ("下周我去重庆办认证", "", ""),
        ("明天上午我们公司要停电", "", ""),
        ("找个专家问一下", "", ""),
        ("约张老师问3C认证", "", "3C认证"),
        ("约个专家，问下商标续展怎么弄", "", "商标续展怎么弄"),
        ("约专家，商标续展要什么材料", "", ""),
    ],
)
def test_what_a_wish_tells_of_who_comes(text: str, company: str, topic: str) -> None:
    told = read_unasked(text)
    assert (told.company, told.topic) == (company, topic)
