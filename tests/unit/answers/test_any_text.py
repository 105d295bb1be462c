"""Whatever is typed is a value that fits or is refused with a code that people can read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.answer.answers import read_answer
from bot.model.field_error import CODES, FieldError
from bot.model.form import check_value
from bot.texts import FIELD_ERRORS
from tests.unit.answers.reading import FORM, TODAY, read


@pytest.mark.parametrize("field", FORM.fields, ids=lambda field: field.id)
@pytest.mark.parametrize("text", ["", "   ", "😀😀", "[微笑]", "\u200b", "。。。"])
def test_nothing_said_is_no_answer(field: Any, text: str) -> None:
    with pytest.raises(FieldError, match="empty"):
        read_answer(field, text, TODAY)


@pytest.mark.parametrize("field", [f for f in FORM.fields if f.kind != "long_text"])
def test_three_thousand_characters_are_no_short_answer(field: Any) -> None:
    with pytest.raises(FieldError, match="too_long"):
        read_answer(field, "永川" * 1500, TODAY)


def test_an_opinion_may_be_long_but_not_endless() -> None:
    assert read("suggestions", "好" * 2000) == "好" * 2000
    assert read("suggestions", "好" * 2001) == "too_long"


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "{{ 7*7 }}", "<script>alert(1)</script>", "]]><x/>", "'; DROP--"]
)
def test_opinions_are_data_whatever_signs_they_hold(text: str) -> None:
    assert read("suggestions", text) == text


def test_every_code_has_a_sentence_for_people() -> None:
    assert set(CODES) <= set(FIELD_ERRORS)


WORDS = st.sampled_from(
    (
        "一 二百 十 零八年 月 号 2019 6.12 13 139 8300 1234 - / 、 ， 公司 厂 店 王 建国 是 叫 "
        "我们 区 镇 88号 GB T Q/ 个 人 第 前三个 不要 都 没得 其他： 5S 认证 公示 采标 转 "
        "= { } < > 😀"
    ).split()
)


@settings(max_examples=600, deadline=20_000)
@given(
    st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=9).map("".join)),
    st.sampled_from([f.id for f in FORM.fields]),
)
def test_any_text_is_a_value_that_the_check_accepts_or_refused_with_a_code(
    text: str, field_id: str
) -> None:
    field = FORM.field(field_id)
    try:
        value = read_answer(field, text, TODAY)
    except FieldError as refused:
        refusal = (refused.field_id, refused.code in CODES)
    else:
        refusal = None
    if refusal is not None:
        assert refusal == (field_id, True) or field.kind == "rows"
        return
    assert check_value(field, value, TODAY) == (value if value != "" else None)
