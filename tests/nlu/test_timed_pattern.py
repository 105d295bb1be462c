"""Texts made to keep a regular expression busy keep nobody busy."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bot.model.booking_talk.narrowing import begins_anew
from bot.model.reply import read_reply
from nlu.offer_words import read_offer_words
from nlu.plain_words import FILE, wordings
from nlu.plainly import (
    asked_beyond_the_list,
    asks_for_station,
    demand_order,
    said_in_box,
    said_plainly,
    wish_for_data,
)
from nlu.timed_pattern import timed_pattern

ENDLESS = ("(a|aa)+$", "a" * 60 + "b")
HARD = [
    word * times + "水"
    for word in "帮我 请给我 谢谢 行政中心 在哪里 我们 那就 没空 嗯恩 就这个 服务中心站".split()
    for times in (12, 25, 60)
]


def test_a_pattern_without_patience_would_never_end() -> None:
    """The negative control: the same text with the standard library."""
    code = f"import re; re.match({ENDLESS[0]!r}, {ENDLESS[1]!r})"
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run([sys.executable, "-c", code], timeout=3)


def test_it_gives_up_and_finds_what_there_is() -> None:
    pattern = timed_pattern(ENDLESS[0])
    assert pattern.match(ENDLESS[1]) is None
    assert pattern.match("aaa")
    assert timed_pattern("人").without("三个人") == "三个"


@pytest.mark.timeout(60)
@pytest.mark.parametrize("text", HARD)
def test_no_message_keeps_the_reading_busy(text: str) -> None:
    said_plainly(text)
    assert said_in_box(text) == ""
    assert read_reply(text) == ""
    for read in (
        wish_for_data,
        asks_for_station,
        begins_anew,
        read_offer_words,
        demand_order,
        asked_beyond_the_list,
    ):
        read(text)


def test_every_pattern_of_the_file_is_one() -> None:
    sections = [line[:-1] for line in FILE.read_text("utf-8").splitlines() if line[:1].isalpha()]
    assert {"plain", "follow_up"} <= set(sections)
    for section in sections:
        assert wordings(section)
