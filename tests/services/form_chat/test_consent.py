"""The consent comes first; what was told before it is read after it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.services.consents import record_consent
from bot.services.form.draft_rows import find_draft
from bot.services.form.drafts import put_consent_aside, set_state
from bot.services.form.told_before import Told, read_told
from bot.services.record import Origin
from bot.storage.database import reading, utc_now
from nlu.classifier import rank
from tests.services.form_chat.person import BASICS, Person, ranked
from tests.services.talk import hears


def test_nothing_is_asked_before_consent(person: Person) -> None:
    assert person.do("start") == {"utter_form_consent"}
    assert "utter_form_consent_then" in person.say("重庆永川计量检测有限公司")
    assert person.draft.answers == {}
    assert "utter_form_consent_first" in person.say("电子秤检定找谁")
    assert person.turn.question == "metrology"
    assert person.say("我们做玻璃的") == {"utter_form_consent_later"}
    assert person.turn.question == ""
    assert person.say("接着填") == {"utter_form_consent"}
    assert person.say("今天股票咋样") == {"utter_form_consent_first"}
    assert person.turn.question == ""
    person.do("choose", "disagree")
    with reading(person.engine) as db:
        assert find_draft(db, person.user_id) is None


def test_what_was_told_before_the_consent_is_read_after_it(person: Person) -> None:
    wish = "帮我填需求表，公司重庆大安玻璃有限公司，法人谢勇"
    with person.engine.begin() as db:
        for text, intent in (
            ("今天天气好", "chitchat"),
            (wish, "start_demand_form"),
            ("电话13983001234", ""),
            ("质量部李静", ""),
            ("我们做玻璃的", ""),
        ):
            parse = {"intent": {"name": intent}, "intent_ranking": ranked(person.model, text)}
            person.message = hears(db, person.user_id, text, utc_now(), parse=parse)
    person.do("start", "", ())
    person.do("choose", "agree")
    kept = person.draft.answers
    assert kept["legal_representative"] == "谢勇"
    assert kept["telephone"] == "13983001234"
    assert kept["contact"] == "质量部 李静"
    assert "business_scope" not in kept
    assert kept["company_name"] == "重庆大安玻璃有限公司"
    assert person.turn.said[0].response == "utter_form_begin"
    assert person.draft.asking == "business_scope"


def test_who_has_agreed_before_gives_answers_with_the_wish(person: Person) -> None:
    person.begin()
    person.give_up()
    wish = "我想填个需求表，我们公司叫重庆大安玻璃有限公司"
    person.do("start", wish, rank(person.model, wish))
    assert person.draft.answers == {"company_name": "重庆大安玻璃有限公司"}
    assert person.draft.asking == "legal_representative"
    person.give_up()
    person.do("start", "填需求表", rank(person.model, "填需求表"))
    assert person.draft.answers == {}


def test_a_question_about_the_consent_is_no_consent(person: Person) -> None:
    person.do("start")
    for text in ("同意了会怎么样", "你要我同意啥子", "不可以填"):
        person.say(text)
        with reading(person.engine) as db:
            found = find_draft(db, person.user_id)
        assert found is None or found.status != "filling", text
        person.do("start")
    person.say("同意")
    assert person.draft.status == "filling"


def test_consent_recorded_elsewhere_is_asked_for_no_more(person: Person) -> None:
    """A specialist opens the draft, with the enterprise's consent, while the chat asks for it."""
    person.do("start")
    asked = person.draft
    with person.engine.begin() as db:
        record_consent(db, person.user_id, channel="desk", now=utc_now())
        set_state(db, asked, status="filling", channel="desk", actor="staff:1")
    assert "utter_form_consent" not in person.say("接着填")
    assert person.draft.asking == "company_name"
    person.say(BASICS[0])
    assert person.draft.answers == {"company_name": BASICS[0]}


def _tells(person: Person, *told: tuple[str, str]) -> None:
    """Messages of the inbox, each with the intent that it was handled by."""
    with person.engine.begin() as db:
        for text, intent in told:
            parse = {"intent": {"name": intent}, "intent_ranking": ranked(person.model, text)}
            person.message = hears(db, person.user_id, text, utc_now(), parse=parse)


WHOLE = "公司是重庆多项纸业有限公司，法人周强，电话13500135000，想做ISO9000认证"
KEPT = {
    "company_name": "重庆多项纸业有限公司",
    "legal_representative": "周强",
    "telephone": "13500135000",
    "wanted": ["认证认可服务"],
}


def test_a_demand_told_at_once_waits_for_consent_and_then_stands_in_the_form(
    person: Person,
) -> None:
    text = f"我想提交需求，{WHOLE}"
    assert person.do("start", text) == {"utter_form_consent", "utter_form_consent_then"}
    assert person.turn.said[-1].choices, "the consent can be tapped below all that is said"
    assert person.draft.answers == {}, "nothing is kept before the consent"
    _tells(person, (text, "start_demand_form"))
    assert "utter_form_kept" in person.do("choose", "agree")
    assert person.draft.answers == KEPT


def test_a_demand_told_right_before_the_form_is_opened_is_not_asked_for_again(
    person: Person,
) -> None:
    _tells(person, (WHOLE, "certification"))
    assert person.do("start") == {"utter_form_consent", "utter_form_consent_then"}
    _tells(person, ("1", "start_demand_form"))
    person.do("choose", "agree")
    assert person.draft.answers == KEPT


def test_other_talk_before_the_form_is_opened_is_not_taken_for_a_demand(person: Person) -> None:
    _tells(person, ("隔壁重庆大安玻璃有限公司抄我们商标", "ip"))
    assert person.do("start") == {"utter_form_consent"}
    _tells(person, ("1", "start_demand_form"))
    person.do("choose", "agree")
    assert person.draft.answers == {}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (
            "登记一个需求：重庆一句茶叶有限公司，联系人王芳，13911112222，商标续展",
            {
                "company_name": "重庆一句茶叶有限公司",
                "contact": "王芳",
                "telephone": "13911112222",
                "wanted": ["知识产权服务"],
            },
        ),
        (
            "我要填需求表，我们是永川区红河机械厂，电话13912345678，想检定地磅",
            {
                "company_name": "永川区红河机械厂",
                "telephone": "13912345678",
                "wanted": ["计量服务"],
            },
        ),
        (
            "我要提需求，单位是重庆永川计量检测有限公司，电话13912345678",
            {"company_name": "重庆永川计量检测有限公司", "telephone": "13912345678"},
        ),
    ],
)
def test_each_part_of_a_told_demand_goes_to_its_field(
    person: Person, text: str, values: dict[str, Any]
) -> None:
    told = [Told(text, rank(person.model, text))]
    assert read_told(person.form, told, {}, date(2026, 3, 2)) == values


def test_the_end_of_something_else_is_no_refusal_of_a_consent_put_aside(person: Person) -> None:
    person.do("start")
    with person.engine.begin() as db:
        put_consent_aside(db, person.user_id, Origin("wechat", "user", utc_now()))
    assert person.say("结束") == {"utter_nothing_open"}
    assert person.say("接着填") == {"utter_form_consent"}
