"""Words that answer an offer of the waiting list."""

from __future__ import annotations

import pytest

from bot.model.booking_talk.offer_reply import reply_to_offer


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("接受", "accept"),
        ("要这个", "accept"),
        ("我要！", "accept"),
        ("好的，我要这个位子", "accept"),
        ("要得，接受嘛", "accept"),
        ("不要了", "decline"),
        ("不要，让给下一位", "decline"),
        ("让给别人吧", "decline"),
        ("退出候补", "leave_waiting"),
        ("取消我的候补", "leave_waiting"),
        ("不排了", "leave_waiting"),
        ("我不想候补", ""),
        ("要这个标准的文本", ""),
        ("我要约商标专家", ""),
        ("接受委托检验要什么资料", ""),
        ("取消预约", ""),
        ("", ""),
    ],
)
def test_only_a_message_that_is_all_answer_is_one(text: str, reply: str) -> None:
    assert reply_to_offer(text) == reply
