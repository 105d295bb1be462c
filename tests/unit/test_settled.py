"""A value sought before it is given: the clause that settles it, and what settles nothing."""

from __future__ import annotations

from datetime import date

import pytest

from bot.model.form import place_of
from bot.model.form_talk.reading import Message
from bot.model.form_talk.settled import settled
from knowledge.form import load_form

FORM = load_form()
TODAY = date(2026, 11, 28)


def last_of(field: str, text: str) -> str:
    """The words that are left to be read."""
    return settled(Message(FORM, place_of(FORM, field, {}), text, (), {}, TODAY)).said


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("employees", "百把八十个的说不准 花名册上是九十四", "花名册上是九十四"),
        ("employees", "就我两口子加三个工人 五个人", "五个人"),
        ("employees", "不是50 是52", "是52"),
        ("employees", "几十个，我查了哈，是68个", "是68个"),
        ("founded", "九几年我记不清 执照上是1997", "执照上是1997"),
        ("founded", "去年腊月没赶上 今年2月6号才办下来的", "今年2月6号才办下来的"),
        ("telephone", "老号码打不通了 打15923001188", "打15923001188"),
        ("legal_representative", "检测，哪有姓检的 简测", "简测"),
        ("company_name", "记不全 执照上是永川区老街坊调味品厂", "执照上是永川区老街坊调味品厂"),
    ],
)
def test_last_clause_settles_what_was_doubted(field: str, text: str, words: str) -> None:
    assert last_of(field, text) == words


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("employees", "一共46个 其中正式工30"),  # a part of the first
        ("employees", "男工12 女工15"),  # no sum is told
        ("employees", "五个正式工加三个临时工 两个人"),  # less than its parts
        ("employees", "记不清 大概几十个"),  # still vague
        ("employees", "电话记错了 现在用13996123456"),  # of another field
        ("founded", "1998年成立的，2005年改制"),
        ("founded", "记不清是98年 还是99年"),
        ("founded", "2012年 具体哪天忘了"),
        ("telephone", "记不得 明天再说"),
        ("industry", "说不准 制造业吧"),  # plain texts are taken whole
    ],
)
def test_other_clauses_leave_the_message_whole(field: str, text: str) -> None:
    assert last_of(field, text) == text
