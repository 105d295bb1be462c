"""Every head-count told in Chinese words is read as that number, and none of them as vague."""

from __future__ import annotations

import pytest

from bot.model.answer.numbers import read_number
from bot.model.field_error import FieldError

DIGITS = "零一二三四五六七八九"


def spell(number: int) -> str:
    """1 to 9,999 as people say it: 一百零五, 两百八十六, 十二."""
    words, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            words += ("零" if gap and words else "") + DIGITS[digit] + name
        gap = not digit
    return words.removeprefix("一") if words.startswith("一十") else words


@pytest.mark.parametrize("around", ["{}", "{}个", "{}人", "我们厂{}个人", "一共{}人"])
def test_every_number_in_words_is_read_as_it_is(around: str) -> None:
    wrong = {}
    for number in [*range(1, 1200), *range(1200, 10_000, 7)]:
        for said in {spell(number), spell(number).replace("二百", "两百").replace("二千", "两千")}:
            try:
                read: int | str = read_number("employees", around.format(said))
            except FieldError as error:
                read = error.code
            if read != number:
                wrong[said] = read
    assert wrong == {}


@pytest.mark.parametrize("text", ["百八十个", "百八十号人", "千八百人吧", "七八十", "一两百"])
def test_what_is_vague_is_asked_again(text: str) -> None:
    with pytest.raises(FieldError, match="number_range"):
        read_number("employees", text)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("男的17 女的9", 26),
        ("男的十七个，女的九个", 26),
        ("男的20 女的15 共35", 35),
        ("两口子加四个徒弟", 6),
        ("夫妻店，请了3个人", 5),
        ("就我们两口子", 2),
    ],
)
def test_those_told_apart_are_counted_together(text: str, count: int) -> None:
    assert read_number("employees", text) == count
