"""Choices told by their count: 两个都勾起, 计量的两项都来, 1和3两个都要."""

from __future__ import annotations

import pytest

from bot.model.answer.choices import read_choices
from bot.model.field_error import FieldError
from knowledge.form import load_form

TRAININGS = load_form().field("training_wants")
IP = load_form().field("ip_wants")


def test_all_of_so_many_are_chosen() -> None:
    assert read_choices(IP, "两个都勾起") == list(IP.options)
    assert read_choices(TRAININGS, "九个都要") == list(TRAININGS.options)


def test_all_of_those_named_are_chosen() -> None:
    of_metrology = ["计量管理培训", "计量检定、校准培训"]
    assert read_choices(TRAININGS, "计量的两项都来") == of_metrology


@pytest.mark.parametrize("text", ["1 3两个都要", "1和3两个都要", "第一个和第三个都要"])
def test_a_count_behind_the_numbers_is_no_number(text: str) -> None:
    assert read_choices(TRAININGS, text) == [TRAININGS.options[0], TRAININGS.options[2]]


def test_a_count_of_what_was_not_named_is_asked_again() -> None:
    with pytest.raises(FieldError, match="several_options"):
        read_choices(TRAININGS, "三个都要")


def test_what_is_taken_away_leaves_what_was_named_before() -> None:
    assert read_choices(IP, "注册商标的那个 专利不要") == ["商标申请受理咨询服务"]


def test_an_ordinal_beyond_the_options_is_no_two_options() -> None:
    with pytest.raises(FieldError, match="option_number"):
        read_choices(load_form().field("quality_wants"), "第十八个")
