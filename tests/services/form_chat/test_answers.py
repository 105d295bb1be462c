"""Answers to the form: what is stored, what is refused, what is asked next."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from knowledge.form import FOLDER, load_form
from tests.services.form_chat.person import BASICS, Person


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


def test_who_is_refused_again_and_again_hears_how_to_leave_or_get_help(person: Person) -> None:
    person.begin()
    told = [person.say("1") for _ in range(3)]
    assert told == [{"utter_form_invalid"}, {"utter_form_way_on"}, {"utter_form_stuck"}]
    titles = [c["title"] for said in person.turn.said for c in said.choices]
    assert titles == ["到网页上填", "找工作人员"]
    again = [person.say("跳过") for _ in range(2)]
    assert {"utter_form_stuck"} in again, "what is required is no dead end either"


def test_what_stands_in_the_form_is_shown_for_other_words(person: Person) -> None:
    person.begin()
    for text in ("表里现在有啥子", "表里填了哪些", "需求表里面现在有什么内容"):
        assert "utter_form_summary" in person.say(text), text
    assert "utter_form_summary" not in person.say("表里要填啥子")


def test_options_of_another_question_are_kept_there(person: Person) -> None:
    person.begin()
    person.say("重庆永川计量检测有限公司")
    assert "utter_form_kept" in person.say("5S和ISO9000")
    assert person.draft.answers["methods"] == ["5S/6S", "ISO9000"]
    assert person.draft.asking == "legal_representative"
    person.say("标准和认证")
    assert person.draft.answers["wanted"] == ["标准化服务", "认证认可服务"]


def test_to_go_on_is_no_scolding(person: Person) -> None:
    person.begin()
    assert "utter_form_chitchat" in person.say("继续")
    assert "utter_form_rate_later" in person.say("评价")


def test_pictures_are_no_answers(person: Person) -> None:
    person.begin()
    assert "utter_form_not_text" in person.do("choose", "not_text")
    assert person.draft.asking == "company_name"


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


def test_what_answers_another_field_leaves_the_question_open(person: Person) -> None:
    person.begin()
    person.say("重庆渝西人工智能科技有限公司")
    person.say("零八年五月成立的")
    person.say("我们150来号人")
    assert person.draft.asking == "legal_representative"
    assert person.draft.answers["founded"] == "2008-05"
    person.say("逄国栋")
    assert person.draft.answers["legal_representative"] == "逄国栋"


def test_a_trade_told_where_it_cannot_be_the_answer_is_kept_for_its_field(person: Person) -> None:
    person.begin()
    person.fill("重庆双石陶瓷有限公司", "做马桶的")
    assert person.draft.answers == {
        "company_name": "重庆双石陶瓷有限公司",
        "business_scope": "马桶",
    }
    assert person.draft.asking == "legal_representative"
