"""The form from its beginning to the number of the demand, also in pieces and told twice."""

from __future__ import annotations

import sqlalchemy as sa

from bot.services.demand.demands import list_demands
from bot.storage.database import reading
from bot.storage.tables import drafts
from tests.services.form_chat.person import BASICS, Person


def test_whole_form_from_consent_to_number(person: Person) -> None:
    person.do("start")
    person.say("同意")
    person.fill(*BASICS)
    stored = person.draft.answers
    assert stored["company_name"] == "重庆永川计量检测有限公司"
    assert stored["legal_representative"] == "爨世荣"
    assert stored["postal_address"] == stored["registered_address"]
    assert (stored["founded"], stored["employees"]) == ("2008", 7)
    assert stored["methods"] == ["SPC", "六西格玛管理"]
    person.fill("4", "计量检定那个", "没有")
    assert person.draft.asking == "review"
    assert person.say("没问题，提交") == {"utter_form_submitted"}
    with reading(person.engine) as db:
        (demand,) = list_demands(db, person.user_id)
    assert demand.number == person.turn.said[0].values["number"]
    assert demand.categories == ("metrology",)
    assert person.say("提交") == {"utter_form_submitted_already"}


def test_paused_form_goes_on_days_later_where_it_was(person: Person) -> None:
    person.begin()
    person.fill(*BASICS[:4], "保存")
    person.days = 6
    assert "utter_form_resumed" in person.do("start")
    assert person.draft.asking == "registered_address"
    assert person.draft.answers["industry"] == "专业技术服务业"


def test_message_handled_twice_stores_once_and_says_the_same(person: Person) -> None:
    person.begin()
    person.say(BASICS[0])
    first, draft = person.turn, person.draft
    person.say(BASICS[0], again=True)
    assert person.turn == first
    assert (person.draft.asking, person.draft.answers) == (draft.asking, draft.answers)


def test_submission_handled_twice_is_one_demand(person: Person) -> None:
    person.begin()
    person.fill(*BASICS, "4", "检定校准", "没有", "提交")
    number = person.turn.said[0].values["number"]
    person.say("提交", again=True)
    assert person.turn.said[0].values["number"] == number
    with reading(person.engine) as db:
        assert len(list_demands(db, person.user_id)) == 1


def test_returning_enterprise_confirms_its_basics(person: Person) -> None:
    person.begin()
    person.fill(*BASICS, "4", "检定校准", "没有", "提交")
    assert person.do("start") == {"utter_form_prefilled"}
    person.say("没有变化")
    assert person.draft.answers["company_name"] == BASICS[0]
    assert person.draft.asking == "wanted"


def test_every_turn_is_kept_in_the_database_only(person: Person) -> None:
    """A second process that knows nothing of the first goes on with the same draft."""
    person.begin()
    person.say(BASICS[0])
    other = Person(person.engine, person.settings, person.model, person.user_id, message=50)
    other.say("爨世荣")
    assert other.draft.answers["legal_representative"] == "爨世荣"
    with reading(person.engine) as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(drafts)) == 1


def test_what_denies_or_asks_at_the_review_submits_nothing(person: Person) -> None:
    person.begin()
    person.fill(*BASICS)
    person.fill("4", "计量检定那个", "没有")
    assert person.draft.asking == "review"
    for text in ("先不提交", "怎么提交", "提交之后还能改吗", "还没交"):
        assert "utter_form_submitted" not in person.say(text), text
    with reading(person.engine) as db:
        assert list_demands(db, person.user_id) == []
    person.do("start")
    assert person.draft.asking == "review"
    assert person.say("好的，提交") == {"utter_form_submitted"}


def test_a_button_of_before_does_nothing_of_what_it_did(person: Person) -> None:
    person.begin()
    person.fill("重庆双石陶瓷有限公司")
    for choice in ("disagree", "give_up", "agree", "same", "differs"):
        person.do("choose", choice)
        assert person.draft.status == "filling", choice
        assert person.draft.asking == "legal_representative", choice
    assert person.draft.answers == {"company_name": "重庆双石陶瓷有限公司"}
