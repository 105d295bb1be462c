"""Commands and a wish for a person work at every field, whatever the classifier says."""

from __future__ import annotations

import time

import pytest

from tests.unit.form_talk.hearing import FORM, LABELS, hear
from tests.unit.standing import standing_at


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("上一步", "back"),
        ("返回上一题", "back"),
        ("倒回去", "back"),
        ("跳过", "skip"),
        ("先空起", "skip"),
        ("这个不填", "skip"),
        ("下一个", "skip"),
        ("保存", "save"),
        ("晚点再填", "save"),
        ("查看", "summary"),
        ("填到哪步了", "summary"),
        ("还差几项没填", "summary"),
        ("不填了", "cancel"),
        ("退出", "cancel"),
        ("提交", "submit"),
        ("到网页上填", "page"),
    ],
)
def test_commands_work_at_every_field(label: str, text: str, command: str) -> None:
    reading = hear(label, text)
    assert (reading.kind, reading.command) == ("command", command)


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("text", ["转人工", "人工客服", "我要找个真人", "算了，喊个人来"])
def test_a_person_can_be_asked_for_at_every_field(label: str, text: str) -> None:
    assert hear(label, text).kind == "handoff"


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("text", ["😀😀", "🙄", "[微笑]", "。。。", "👍👍👍"])
def test_emoji_alone_is_small_talk_at_every_field(label: str, text: str) -> None:
    assert hear(label, text).kind == "chitchat"


@pytest.mark.parametrize("label", LABELS)
def test_a_question_mark_alone_asks_about_the_field(label: str) -> None:
    reading = hear(label, "？？")
    assert (reading.kind, reading.field) == ("question", standing_at(FORM, label)[0])


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("改第3项", "business_scope"),
        ("第一项改一下", "company_name"),
        ("修改电话", "telephone"),
        ("重新填法人", "legal_representative"),
        ("改一下注册地址", "registered_address"),
        ("改下标准编号", "product_standards.1.standard_number"),
        ("人数填错了", "employees"),
        ("电华错了", "telephone"),
        ("回到培训那部分", "training_wants"),
    ],
)
def test_a_field_is_reached_by_name_and_number(text: str, field: str) -> None:
    reading = hear("知识产权服务", text)
    assert (reading.kind, reading.command, reading.field) == ("command", "goto", field)


def test_going_to_a_section_that_was_not_wanted_makes_it_wanted() -> None:
    reading = hear("意见和建议", "回到计量那部分", wanted=["知识产权服务"])
    assert reading.field == "metrology_wants"
    assert reading.values == {"wanted": ["计量服务", "知识产权服务"]}


def test_a_correction_without_a_field_asks_which() -> None:
    reading = hear("职工总数", "我要修改信息", [("correct_field", 0.9)])
    assert (reading.kind, reading.command, reading.field) == ("command", "goto", "")


@pytest.mark.parametrize("label", LABELS)
def test_three_thousand_characters_are_read_in_no_time(label: str) -> None:
    begun = time.monotonic()
    for text in ("那就" * 1500, "啥都没得" * 750, "改一下" * 1000, "1、" * 1500, "是" * 3000):
        reading = hear(label, text)
        assert reading.kind in ("invalid", "answer")
    assert time.monotonic() - begun < 2
