"""What is said to the form beside answers: questions, commands, other wishes."""

from __future__ import annotations

import pytest

from tests.services.form_chat.person import BASICS, Person


def test_question_in_between_is_answered_and_the_form_goes_on(person: Person) -> None:
    person.begin()
    asked = person.draft.asking
    person.say("凤凰湖搞3C认证找哪个")
    assert person.turn.question == "certification"
    assert person.draft.asking == asked
    assert person.draft.answers == {}


@pytest.mark.parametrize("text", ["约个专利老师", "我的预约", "取消预约"])
def test_words_about_bookings_are_no_company(person: Person, text: str) -> None:
    person.begin()
    person.say(text)
    assert person.turn.question in ("book_expert", "my_bookings", "cancel_booking")
    assert person.draft.answers == {}
    assert person.draft.asking == "company_name"


def test_question_about_the_field_gets_its_hint(person: Person) -> None:
    person.begin()
    assert "utter_form_about" in person.say("要写全称吗")
    assert person.turn.question == ""
    assert person.draft.asking == "company_name"


def test_wish_to_go_on_is_no_answer(person: Person) -> None:
    person.begin()
    person.fill(*BASICS[:3])
    asked = person.draft.asking
    person.say("继续填表")
    assert person.draft.asking == asked
    assert "industry" not in person.draft.answers


def test_commands_work_in_peoples_words(person: Person) -> None:
    person.begin()
    person.fill(*BASICS[:3])
    at = person.draft.asking
    assert "utter_form_summary" in person.say("我填了些啥子 看一哈")
    assert person.draft.asking == at
    person.say("倒回去")
    assert person.draft.asking == "business_scope"
    person.say("跳过")
    assert person.draft.answers["business_scope"] == "专利代理、商标代理、版权登记"
    person.say("跳过")
    assert "industry" not in person.draft.answers
    assert person.draft.asking == "registered_address"
    assert person.say("先存到起 明天再填") == {"utter_form_saved"}
    assert person.draft.status == "paused"


@pytest.mark.parametrize("text", ["要啷个填哦", "这个怎么写", "举个例子嘛", "是啥意思"])
def test_how_to_answer_is_told_with_an_example(person: Person, text: str) -> None:
    person.begin()
    person.say("重庆渝西人工智能科技有限公司")
    assert "utter_form_about" in person.say(text)
    assert person.draft.asking == "legal_representative"


@pytest.mark.parametrize(
    ("text", "about"),
    [("查进度", "check_demand_status"), ("帮助", "ask_capabilities"), ("我的预约", "my_bookings")],
)
def test_a_wish_beside_the_form_is_no_answer(person: Person, text: str, about: str) -> None:
    person.begin()
    person.fill("重庆双石陶瓷有限公司")
    person.say(text)
    assert person.turn.question == about
    assert person.draft.asking == "legal_representative"
    assert person.draft.answers == {"company_name": "重庆双石陶瓷有限公司"}
