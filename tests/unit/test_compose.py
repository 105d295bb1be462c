"""What the assistant says, in as few messages as the platform takes and a person can read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.gateway.compose import Body, compose, render_links, render_menu
from bot.gateway.read_message import choose, choose_in_words
from bot.model.message_text import size, split

CHOICES = [
    {"title": "填写需求表", "payload": "/start_demand_form"},
    {"title": "转人工", "payload": "/handoff_human"},
]


def say(text: str, choices: list[dict[str, str]] | None = None) -> Body:
    """One message of the assistant."""
    return {"text": text, "choices": choices or []}


def test_a_choice_may_be_typed_in_other_words() -> None:
    sure = {"title": "确认删除", "payload": "/sure", "words": ["确认", "是"]}
    for typed in ("确认", "是", "确认！", "1", "确认删除"):
        assert choose([sure], typed) == "/sure"
    for typed in ("确认一下", "不是", "是什么"):
        assert choose([sure], typed) is None


def test_messages_of_one_turn_are_merged() -> None:
    bodies = compose([say("您好。"), say("找区市场监管局。"), say("还想做什么？", CHOICES)])
    assert bodies == [say("您好。\n\n找区市场监管局。\n\n还想做什么？", CHOICES)]


def test_nothing_said_is_nothing_sent() -> None:
    assert compose([]) == []
    assert compose([say(""), say(" \n ")]) == []


def test_only_the_last_choices_are_offered_and_stand_last() -> None:
    other = [{"title": "旧", "payload": "/old"}]
    first, last = compose([say("甲" * 500, other), say("乙" * 500, CHOICES)])
    assert first["choices"] == []
    assert last["choices"] == CHOICES


def test_choices_without_words_get_some() -> None:
    assert compose([say("", CHOICES)]) == [say("您可以：", CHOICES)]


def test_choices_that_do_not_fit_go_into_a_message_of_their_own() -> None:
    text, menu = compose([say("甲" * 680, CHOICES)])
    assert text == say("甲" * 680)
    assert menu == say("您可以：", CHOICES)


def test_links_can_be_tapped_and_numbers_typed() -> None:
    shown = render_links(say("选一个", CHOICES), 12)
    assert re.findall(r"msgmenuid=([\d.]+)", shown) == ["12.1", "12.2"]
    assert "msgmenucontent=%E8%BD%AC%E4%BA%BA%E5%B7%A5&" in shown
    assert ">1. 填写需求表</a>\n" in shown
    assert shown.endswith("点蓝字，或回复前面的数字即可。")


def test_a_title_cannot_break_its_link() -> None:
    shown = render_links(say("选", [{"title": '"><a&b', "payload": "/x"}]), 1)
    assert shown.count("<a ") == 1
    assert '1. "&gt;&lt;a&amp;b</a>' in shown


def test_too_many_choices_stand_as_plain_lines() -> None:
    many = [{"title": "质量基础设施一站式服务" * 2, "payload": f"/{n}"} for n in range(10)]
    (body,) = compose([say("", many)])
    shown = render_links(body, 10**12)
    assert "<a" not in shown
    assert "10. 质量基础设施" in shown
    assert size(shown) <= 2048


def test_a_menu_has_the_ids_of_the_links() -> None:
    menu = render_menu(say("选一个", CHOICES), 12)
    assert menu["list"] == [
        {"id": "12.1", "content": "1. 填写需求表"},
        {"id": "12.2", "content": "2. 转人工"},
    ]


def test_long_texts_are_cut_at_lines_and_sentences() -> None:
    assert split("甲。" * 10, 30) == ["甲。" * 5, "甲。" * 5]
    assert split("一二三\n四五六七", 16) == ["一二三", "四五六七"]
    assert split("甲" * 10, 16) == ["甲" * 5, "甲" * 5]
    assert split("😀" * 3, 7) == ["😀", "😀", "😀"]
    assert split("短", 2048) == ["短"]


texts = st.text(alphabet="甲乙。！\n a😀\x00\ud800", max_size=1500)
titles = st.text(alphabet='填表预约 a<"\ud800', min_size=1, max_size=40)
options = st.lists(st.builds(lambda t: {"title": t, "payload": "/x"}, titles), max_size=40)


@given(st.lists(st.builds(say, texts, options), max_size=5))
@settings(max_examples=150, deadline=None)
def test_every_part_fits_and_no_word_is_lost(messages: list[Body]) -> None:
    bodies = compose(messages)
    for body in bodies:
        assert size(render_links(body, 10**12)) <= 2048
        assert render_links(body, 1)
    said = "".join(body["text"] for body in bodies).replace("您可以：", "")
    wanted = re.sub(r"[\x00\ud800]", "", "".join(m["text"] for m in messages))
    assert "".join(said.split()) == "".join(wanted.split())
    assert all(not body["choices"] for body in bodies[:-1])


@given(st.text(alphabet="甲。\n😀b", max_size=900), st.integers(8, 600))
@settings(max_examples=150, deadline=None)
def test_split_never_cuts_a_character_nor_loses_one(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(size(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@pytest.mark.parametrize("typed", ["2", "２", "2.", "2、", " 2。 ", "转人工", "2. 转人工"])
def test_a_choice_is_meant_by_its_number_or_title(typed: str) -> None:
    assert choose(CHOICES, typed) == "/handoff_human"


SLOTS = [
    {"title": "12月1日（周二）09:00", "payload": "a"},
    {"title": "12月1日（周二）09:30", "payload": "b"},
    {"title": "排候补，有空位通知我", "payload": "wait"},
    {"title": "看计量的其他服务", "payload": "more"},
    {"title": "不约了", "payload": "stop", "numbered": False},
    {"title": "12月21日", "payload": "day"},
]


@pytest.mark.parametrize(
    ("typed", "payload"),
    [
        ("第二个", "b"),
        ("就第2个吧", "b"),
        ("我要第一个", "a"),
        ("最后一个", "day"),
        ("21日", "day"),
        ("候补", "wait"),
        ("排候补", "wait"),
        ("其他服务", "more"),
        ("第九个", None),
        ("第一个和第二个", None),
        ("第二个的电话", None),
        ("补", None),
        ("1日", None),
        ("商标注册", None),
        ("", None),
    ],
)
def test_a_choice_is_meant_by_its_place_or_the_end_of_its_title(
    typed: str, payload: str | None
) -> None:
    assert choose_in_words(SLOTS, typed) == payload


@pytest.mark.parametrize("typed", ["0", "3", "22", "200", "²", "二", "转人工吧", "", "-1", "2.0"])
def test_what_is_no_choice_is_words(typed: str) -> None:
    assert choose(CHOICES, typed) is None
