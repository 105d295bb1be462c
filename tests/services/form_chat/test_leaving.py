"""Leaving the form: given up only by plain words for it, begun anew when asked, left for a wish."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine

from bot.services.consents import record_consent
from bot.services.form.draft_rows import find_draft
from bot.services.form.says import FormTurn
from bot.storage.database import reading, utc_now
from tests.services.booking_setup import book, session, slots
from tests.services.conftest import NOW
from tests.services.form_chat.person import BASICS, Person


@pytest.fixture
def leaving(person: Person) -> Person:
    """Two answers are given, and the person is asked whether to give the form up."""
    person.begin()
    person.fill(*BASICS[:2])
    assert person.say("不填了") == {"utter_form_give_up"}
    return person


@pytest.mark.parametrize(
    "text", ["提交", "交", "确认提交", "直接交了", "是的", "保存", "不要删", "接着填"]
)
def test_nothing_but_plain_words_gives_the_form_up(leaving: Person, text: str) -> None:
    said = leaving.say(text)
    assert "utter_form_given_up" not in said
    assert "utter_form_submitted" not in said
    assert leaving.draft.answers["company_name"] == BASICS[0]


@pytest.mark.parametrize("text", ["放弃", "不要了，都删掉", "放弃吧", "清空"])
def test_plain_words_give_it_up(leaving: Person, text: str) -> None:
    assert leaving.say(text) == {"utter_form_given_up"}
    with reading(leaving.engine) as db:
        assert find_draft(db, leaving.user_id) is None


def test_what_is_required_is_asked_before_a_review(leaving: Person) -> None:
    assert "utter_ask_contact" in leaving.say("提交")
    assert leaving.draft.asking == "contact"


def test_the_vague_keep_their_form(leaving: Person) -> None:
    assert leaving.say("嗯") == {"utter_form_saved"}
    assert leaving.draft.status == "paused"


def test_beginning_anew_empties_the_form_when_it_is_sure(person: Person) -> None:
    person.begin()
    person.fill(*BASICS[:2])
    assert person.do("choose", "ask_restart") == {"utter_form_restart"}
    assert person.draft.answers["company_name"] == BASICS[0]
    assert "utter_form_restarted" in person.do("choose", "restart")
    assert person.draft.answers == {}
    assert person.draft.asking == "company_name"
    person.fill(BASICS[0])
    person.do("choose", "restart")  # the button of before
    assert person.draft.answers == {"company_name": BASICS[0]}


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("约个专家 周三上午", "book_expert"),
        ("转人工", "handoff_human"),
        ("查进度", "check_demand_status"),
        ("能不能快点", "check_demand_status"),
    ],
)
def test_a_wish_is_served_where_the_consent_is_asked(
    person: Person, text: str, question: str
) -> None:
    person.do("start")
    assert person.say(text) == set()
    assert person.turn == FormTurn([], question)
    assert person.draft.asking is None
    assert person.do("start") == {"utter_form_consent"}


def test_the_consent_is_asked_for_once_more_at_most(person: Person) -> None:
    person.do("start")
    assert person.say("有没得优惠政策") == {"utter_form_consent_first"}
    assert person.turn.question == "follow_up"
    assert person.say("电子秤检定找谁") == {"utter_form_consent_later"}
    assert person.turn.question == "metrology"
    assert person.draft.asking is None
    person.do("choose", "agree")  # tapped further up
    assert (person.draft.status, person.draft.misses) == ("filling", 0)


def test_a_company_named_after_bookings_is_a_name(person: Person, engine: Engine) -> None:
    person.do("start")
    assert person.say("重庆约专家科技有限公司") == {"utter_form_consent_then"}


def test_giving_up_without_a_form_means_the_booking(person: Person) -> None:
    assert person.say("取消") == {"utter_nothing_open"}
    assert person.say("返回") == {"utter_nothing_open"}
    with person.engine.begin() as db:
        record_consent(db, person.user_id, channel="wechat", now=NOW)
        book(db, person.user_id, slots(db, session(db))[0])
    person.days = (NOW - utc_now()).days
    assert person.say("取消") == set()
    assert person.turn.question == "cancel_booking"


def test_giving_up_is_asked_and_deletes_nothing_by_itself(person: Person) -> None:
    person.begin()
    person.fill(*BASICS[:2])
    assert person.say("不填了") == {"utter_form_give_up"}
    assert person.draft.answers["company_name"] == BASICS[0]
    assert person.do("choose", "give_up") == {"utter_form_given_up"}
    assert "utter_form_none" in person.say("查看")
