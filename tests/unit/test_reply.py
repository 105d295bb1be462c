"""A yes from which something follows that cannot be undone is a yes, and nothing else."""

from __future__ import annotations

import pytest

from bot.model.reply import read_reply
from bot.services.form.consenting import AGREE, DISAGREE
from bot.services.form.hearing import SAME, SEND
from nlu.plainly import read_leaving

AFFIRMED, DENIED = [("affirm", 0.99)], [("deny", 0.99)]


@pytest.mark.parametrize(
    "text", "好的 可以 要得嘛 没问题 是的，没错 行！ OK 对头对头 就这样吧 那就可以 嗯嗯 好".split()
)
def test_a_yes(text: str) -> None:
    assert read_reply(text) == "yes"


@pytest.mark.parametrize("text", "不用了 算了吧 不行 先不 不是的 还没有 要不得 莫得".split())
def test_a_no(text: str) -> None:
    assert read_reply(text) == "no"


@pytest.mark.parametrize(
    "text",
    [
        "可以改到下午吗",
        "可以带同事吗",
        "还没确定",
        "等我确认一下再说",
        "先别确认",
        "电话不一样了，现在是13983001234",
        "同意了会怎么样",
        "你要我同意什么",
        "是不是要收费",
        "",
        "。。。",
    ],
)
def test_neither(text: str) -> None:
    assert read_reply(text) == ""
    assert read_reply(text, AFFIRMED) == "", "whatever the classifier says"


@pytest.mark.parametrize("text", ["提交", "没问题，提交", "好的 交了", "可以提交了", "确认提交"])
def test_words_of_the_question_say_yes_to_it(text: str) -> None:
    assert read_reply(text, yes=SEND) == "yes"


@pytest.mark.parametrize(
    "text", ["先不提交", "暂时不提交", "怎么提交", "提交之后还能改吗", "还没交了", "莫提交"]
)
def test_words_of_the_question_in_another_sentence_say_nothing(text: str) -> None:
    assert read_reply(text, AFFIRMED, yes=SEND) != "yes"


def test_consent_is_given_in_so_many_words() -> None:
    assert read_reply("同意", yes=AGREE, no=DISAGREE) == "yes"
    assert read_reply("我同意，开始填写", yes=AGREE, no=DISAGREE) == "yes"
    assert read_reply("不同意", yes=AGREE, no=DISAGREE) == "no"
    for text in ("不可以填", "同意了会怎么样", "可以不填吗", "要同意啥子"):
        assert read_reply(text, AFFIRMED, yes=AGREE, no=DISAGREE) != "yes", text


def test_what_is_the_same_and_what_is_not() -> None:
    assert read_reply("一样的", yes=SAME) == "yes"
    assert read_reply("没有变化", yes=SAME) == "yes"
    assert read_reply("不一样", AFFIRMED, yes=SAME) != "yes"


def test_what_is_not_to_be_deleted_stays() -> None:
    assert read_leaving("放弃") == read_leaving("不要了，删了") == "give_up"
    for text in ("不放弃", "我不放弃哈", "不要删", "别删", "提交", "是的"):
        assert read_leaving(text) != "give_up", text


def test_the_classifier_counts_for_short_words_only() -> None:
    assert read_reply("就按你说的办", AFFIRMED) == "yes"
    assert read_reply("我哪里说要了", DENIED) == ""
    assert read_reply("没必要", DENIED) == "no"
    assert read_reply("就按你说的办，顺便问下我们的秤能不能也一起检了", AFFIRMED) == ""
    assert read_reply("13983001234", AFFIRMED) == ""
