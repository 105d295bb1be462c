"""A case that waited, was taken or was promised to be kept is never cancelled by words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.engine import Connection

from bot.services.handoff.chat import Heard, hear_user
from bot.services.handoff.clock import tend_handoff
from bot.services.handoff.own_message import hear_of_message
from bot.services.handoff.rows import Handoff, get_handoff
from bot.services.record import Origin
from tests.services.handoff_setup import (
    EVENING,
    SETTINGS,
    add_staff,
    add_talker,
    in_chat,
    owner,
    said,
    say,
    waiting,
)
from tests.services.test_message_box import DAY, NIGHT, kept, writes

WORDS = ["我们厂的秤坏了，客户要退货", "电话13912345678"]
NOTHING_TO_ADD = ["不用了", "不用了，谢谢", "算了，明天再说", "没有了", "就这些"]


def put_off(db: Connection, handoff: Handoff) -> None:
    """The centre closes while the user waits."""
    assert tend_handoff(db, SETTINGS, handoff.id, EVENING) == "put_off"


@pytest.mark.parametrize("text", NOTHING_TO_ADD)
def test_who_waited_until_closing_and_adds_nothing_keeps_the_case(
    db: Connection, text: str
) -> None:
    user = add_talker(db)
    handoff = waiting(db, user, message_id=say(db, user, "转人工"))
    for words in WORDS:
        writes(db, user, words, DAY)
    put_off(db, handoff)
    assert "您的问题已经保存" in said(db, user)[-1]
    answer = writes(db, user, text)
    assert "不处理" not in answer
    assert "处理" in answer
    assert kept(db, handoff) == WORDS
    assert get_handoff(db, handoff.id).status == "message"
    assert owner(db, user) == ("assistant", None)


def test_what_was_added_after_closing_is_kept_too(db: Connection) -> None:
    user = add_talker(db)
    handoff = waiting(db, user, message_id=say(db, user, "转人工"))
    put_off(db, handoff)
    writes(db, user, WORDS[1])
    writes(db, user, "不用了")
    assert kept(db, handoff) == [WORDS[1]]
    assert get_handoff(db, handoff.id).status == "message"


@pytest.mark.parametrize("text", ["不用了", "返回助手", ""])
def test_a_promised_case_stands_without_a_word(db: Connection, text: str) -> None:
    user = add_talker(db)
    handoff = waiting(db, user, message_id=say(db, user, "转人工"))
    put_off(db, handoff)
    if text:
        writes(db, user, text)
    else:
        later = EVENING + timedelta(hours=1)
        assert tend_handoff(db, SETTINGS, handoff.id, later) == "keep"
    assert get_handoff(db, handoff.id).status == "message"
    assert owner(db, user) == ("assistant", None)


def test_a_case_that_somebody_had_stands(db: Connection) -> None:
    user = add_talker(db)
    handoff = in_chat(db, user, add_staff(db, "李敏"))
    writes(db, user, WORDS[0], DAY)
    put_off(db, handoff)
    assert "您的问题已经保存" in writes(db, user, "不用了")
    assert kept(db, handoff) == WORDS[:1]
    assert get_handoff(db, handoff.id).status == "message"


def test_what_was_said_in_the_queue_stands_when_no_message_is_left(db: Connection) -> None:
    user = add_talker(db)
    handoff = waiting(db, user, message_id=say(db, user, "转人工"))
    writes(db, user, WORDS[0], DAY)
    writes(db, user, "留言", DAY)
    writes(db, user, WORDS[1], DAY)
    assert "之前的留言还在" in writes(db, user, "算了", DAY)
    assert kept(db, handoff) == WORDS[:1]
    assert get_handoff(db, handoff.id).status == "message"


def test_who_only_waited_and_leaves_no_message_has_no_case(db: Connection) -> None:
    user = add_talker(db)
    handoff = waiting(db, user, message_id=say(db, user, "转人工"))
    writes(db, user, "留言", DAY)
    assert "没有留言" in writes(db, user, "算了", DAY)
    assert get_handoff(db, handoff.id).status == "cancelled"


def test_who_left_a_message_and_waits_no_longer_keeps_it(db: Connection) -> None:
    user = add_talker(db)
    handoff = waiting(db, user, EVENING, message_id=say(db, user, "转人工"))
    writes(db, user, WORDS[0])
    writes(db, user, "写完了")
    morning = EVENING + timedelta(hours=14)
    assert tend_handoff(db, SETTINGS, handoff.id, morning) == "open"
    assert waiting(db, user, morning, message_id=say(db, user, "转人工")).status == "queued"
    answer = writes(db, user, "不等了", Origin("wechat", "user", morning))
    assert "您的问题已经保存" in answer
    assert get_handoff(db, handoff.id).status == "queued"
    assert kept(db, handoff) == WORDS[:1]
    assert owner(db, user) == ("assistant", None)


def test_it_is_taken_back_in_so_many_words(db: Connection) -> None:
    user = add_talker(db)
    handoff = waiting(db, user, message_id=say(db, user, "转人工"))
    put_off(db, handoff)
    assert "回复“撤回留言”" in writes(db, user, "不用了")
    assert "已撤回" in (hear_of_message(db, user, "撤回留言", NIGHT) or "")
    assert get_handoff(db, handoff.id).status == "cancelled"


def test_the_word_that_opens_the_box_is_no_message(db: Connection) -> None:
    user = add_talker(db)
    handoff = waiting(db, user, message_id=say(db, user, "转人工"))
    opens = say(db, user, "留言", handoff_id=handoff.id)
    hear_user(db, SETTINGS, user, Heard(opens, "留言"), DAY)
    assert kept(db, handoff) == []
