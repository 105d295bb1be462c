"""The consent comes first; what was told before it is read after it."""

from __future__ import annotations

from bot.services.consents import record_consent
from bot.services.form.draft_rows import find_draft
from bot.services.form.drafts import set_state
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
