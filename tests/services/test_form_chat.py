"""The demand form as a conversation: what a person says, what is stored, what is said."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.services.consents import record_consent
from bot.services.demand.demands import list_demands
from bot.services.form.chat import FormChat
from bot.services.form.draft_rows import Draft, find_draft
from bot.services.form.says import FormTurn
from bot.settings import Settings
from bot.storage.database import reading, utc_now
from bot.storage.tables import conversations, drafts, users
from knowledge.form import FOLDER, DemandForm, load_form
from nlu.classifier import rank
from nlu.evaluate import MODEL
from nlu.model_file import load_classifier
from tests.services.booking_setup import book, session, slots
from tests.services.conftest import NOW
from tests.services.talk import hears


@pytest.fixture(scope="module")
def model() -> Any:
    """The classifier in use."""
    return load_classifier(MODEL)


@dataclass
class Person:
    """Someone who talks to the form."""

    engine: Engine
    settings: Settings
    model: Any
    user_id: int
    form: DemandForm = field(default_factory=load_form)
    message: int = 0
    days: int = 0
    turn: FormTurn = field(default_factory=lambda: FormTurn([]))

    def do(self, how: str, *args: Any, again: bool = False) -> set[str]:
        """One message; the names of the responses that were said."""
        self.message += 0 if again else 1
        with self.engine.begin() as db:
            now = utc_now() + timedelta(days=self.days)
            chat = FormChat(db, self.settings, self.user_id, self.message, now, self.form)
            self.turn = getattr(chat, how)(*args)
        return {said.response for said in self.turn.said}

    def say(self, text: str, again: bool = False) -> set[str]:
        """Words."""
        return self.do("hear", text, rank(self.model, text), again=again)

    def fill(self, *texts: str) -> None:
        """Several messages, one after the other."""
        for text in texts:
            self.say(text)

    @property
    def draft(self) -> Draft:
        """The open draft."""
        with reading(self.engine) as db:
            found = find_draft(db, self.user_id)
        assert found is not None
        return found

    def give_up(self) -> None:
        """Leave the form and have it deleted."""
        self.say("不填了")
        assert self.do("choose", "give_up") == {"utter_form_given_up"}

    def begin(self) -> None:
        """Open the form and agree."""
        self.do("start")
        self.do("choose", "agree")


@pytest.fixture
def person(engine: Engine, tmp_path: Path, model: Any) -> Person:
    """A follower who has not filled anything yet."""
    with engine.begin() as db:
        row = {"openid": "oPerson", "account": "gh", "subscribed": True, "created_at": utc_now()}
        user = db.execute(users.insert().values(**row)).inserted_primary_key[0]
        db.execute(conversations.insert().values(user_id=user))
    return Person(engine, Settings(var=tmp_path, secret="s"), model, user)


BASICS = (
    "重庆永川计量检测有限公司",
    "爨世荣",
    "专利代理、商标代理、版权登记",
    "专业技术服务业",
    "永川区双石镇工业园1号",
    "一样",
    "零八年",
    "连老板带烧饭的一共七个",
    "质量部 李静",
    "13983001234",
    "SPC和六西格码",
)


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


def test_giving_up_without_a_form_means_the_booking(person: Person) -> None:
    assert person.say("取消") == {"utter_nothing_open"}
    assert person.say("返回") == {"utter_nothing_open"}
    with person.engine.begin() as db:
        record_consent(db, person.user_id, channel="wechat", now=NOW)
        book(db, person.user_id, slots(db, session(db))[0])
    person.days = (NOW - utc_now()).days
    assert person.say("取消") == set()
    assert person.turn.question == "cancel_booking"


def ranked(model: Any, text: str) -> list[dict[str, Any]]:
    """The ranking as the channel returns it."""
    return [{"name": name, "confidence": chance} for name, chance in rank(model, text)]


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


def test_paused_form_goes_on_days_later_where_it_was(person: Person) -> None:
    person.begin()
    person.fill(*BASICS[:4], "保存")
    person.days = 6
    assert "utter_form_resumed" in person.do("start")
    assert person.draft.asking == "registered_address"
    assert person.draft.answers["industry"] == "专业技术服务业"


def test_required_field_cannot_be_skipped(person: Person) -> None:
    person.begin()
    assert person.say("跳过") == {"utter_form_required"}
    assert person.draft.asking == "company_name"


def test_correction_of_an_earlier_answer_keeps_the_place(person: Person) -> None:
    person.begin()
    person.fill(*BASICS)
    at = person.draft.asking
    person.say("电话不是这个 是13912345678")
    assert person.draft.answers["telephone"] == "13912345678"
    assert person.draft.asking == at


def test_a_range_is_asked_back_with_its_ends_to_tap(person: Person) -> None:
    person.begin()
    person.fill(*BASICS[:7])
    person.say("七八个吧")
    taps = {c["title"]: c["payload"] for c in person.turn.said[0].choices}
    assert (taps["约7人"], taps["约8人"]) == ("7", "8")
    assert "employees" not in person.draft.answers
    person.say(taps["约8人"])
    assert person.draft.answers["employees"] == 8


def test_who_has_no_idea_leaves_a_field_empty_unless_it_is_required(person: Person) -> None:
    person.begin()
    assert "utter_form_invalid" in person.say("不晓得")
    person.fill(BASICS[0])
    assert "utter_ask_business_scope" in person.say("不晓得")
    assert "legal_representative" not in person.draft.answers


def test_unclear_answers_get_a_hint_then_ways_on(person: Person) -> None:
    person.begin()
    person.fill(*BASICS[:6])
    assert person.draft.asking == "founded"
    assert person.say("2月30日") == {"utter_form_invalid"}
    assert person.say("1998年13月") == {"utter_form_way_on"}
    assert {c["title"] for c in person.turn.said[0].choices} >= {"跳过这项", "到网页上填"}
    assert "founded" not in person.draft.answers


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


def test_only_ones_never_submit_and_are_never_a_company(person: Person) -> None:
    person.do("start")
    person.do("choose", "agree")  # the first 1: the choice on the screen
    before: set[str] = set()
    repeated = 0
    for _ in range(5):
        said = person.say("1")
        repeated = repeated + 1 if said == before else 0
        before = said
        assert repeated < 2
    assert "company_name" not in person.draft.answers
    assert "utter_form_way_on" in before | person.say("1")


def test_pictures_are_no_answers(person: Person) -> None:
    person.begin()
    assert "utter_form_not_text" in person.do("choose", "not_text")
    assert person.draft.asking == "company_name"


def test_giving_up_is_asked_and_deletes_nothing_by_itself(person: Person) -> None:
    person.begin()
    person.fill(*BASICS[:2])
    assert person.say("不填了") == {"utter_form_give_up"}
    assert person.draft.answers["company_name"] == BASICS[0]
    assert person.do("choose", "give_up") == {"utter_form_given_up"}
    assert "utter_form_none" in person.say("查看")


def test_returning_enterprise_confirms_its_basics(person: Person) -> None:
    person.begin()
    person.fill(*BASICS, "4", "检定校准", "没有", "提交")
    assert person.do("start") == {"utter_form_prefilled"}
    person.say("没有变化")
    assert person.draft.answers["company_name"] == BASICS[0]
    assert person.draft.asking == "wanted"


@pytest.mark.parametrize(
    "text",
    [
        "=cmd|' /C calc'!A0",
        "{{ 7*7 }}有限公司",
        "<script>alert(1)</script>有限公司",
        "啊" * 3000,
        "😀😀😀",
        "]]></Content>",
        "",
    ],
)
def test_odd_company_names_break_nothing(person: Person, text: str) -> None:
    person.begin()
    person.say(text)
    stored = person.draft.answers.get("company_name")
    assert stored is None or stored == text
    person.say(BASICS[0])
    assert person.draft.status == "filling"


def test_field_added_to_the_definition_is_asked(person: Person, tmp_path: Path) -> None:
    """Adding a field to the YAML is enough for the chat (page and document have tests alike)."""
    shutil.copytree(FOLDER, tmp_path / "knowledge", ignore=shutil.ignore_patterns("*.py"))
    path = tmp_path / "knowledge" / "demand_form.yml"
    text = path.read_text(encoding="utf-8")
    added = """      - id: website
        label: 企业网站
        kind: text
        required: false
        question: 企业有网站吗？网址是什么？
        hint: 请写网址。
        example: www.example.com
      - id: legal_representative
"""
    path.write_text(text.replace("      - id: legal_representative\n", added, 1), encoding="utf-8")
    person.form = load_form(path)
    person.begin()
    person.say(BASICS[0])
    assert person.draft.asking == "website"
    assert "utter_ask_website" in {said.response for said in person.turn.said}
    person.say("www.yongchuan-jl.cn")
    assert person.draft.answers["website"] == "www.yongchuan-jl.cn"


def test_every_turn_is_kept_in_the_database_only(person: Person) -> None:
    """A second process that knows nothing of the first goes on with the same draft."""
    person.begin()
    person.say(BASICS[0])
    other = Person(person.engine, person.settings, person.model, person.user_id, message=50)
    other.say("爨世荣")
    assert other.draft.answers["legal_representative"] == "爨世荣"
    with reading(person.engine) as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(drafts)) == 1


def test_what_answers_another_field_leaves_the_question_open(person: Person) -> None:
    person.begin()
    person.say("重庆渝西人工智能科技有限公司")
    person.say("零八年五月成立的")
    person.say("我们150来号人")
    assert person.draft.asking == "legal_representative"
    assert person.draft.answers["founded"] == "2008-05"
    person.say("逄国栋")
    assert person.draft.answers["legal_representative"] == "逄国栋"


@pytest.mark.parametrize("text", ["要啷个填哦", "这个怎么写", "举个例子嘛", "是啥意思"])
def test_how_to_answer_is_told_with_an_example(person: Person, text: str) -> None:
    person.begin()
    person.say("重庆渝西人工智能科技有限公司")
    assert "utter_form_about" in person.say(text)
    assert person.draft.asking == "legal_representative"


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


def test_a_trade_told_where_it_cannot_be_the_answer_is_kept_for_its_field(person: Person) -> None:
    person.begin()
    person.fill("重庆双石陶瓷有限公司", "做马桶的")
    assert person.draft.answers == {
        "company_name": "重庆双石陶瓷有限公司",
        "business_scope": "马桶",
    }
    assert person.draft.asking == "legal_representative"
