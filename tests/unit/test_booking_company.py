"""What a person says of company and topic when an expert is booked."""

from __future__ import annotations

import pytest

from bot.services.booking.company import split_words


@pytest.mark.parametrize(
    ("said", "company", "topic"),
    [
        ("重庆市永川区鑫源铸造有限公司，商标续展", "重庆市永川区鑫源铸造有限公司", "商标续展"),
        ("确认", "", ""),
        ("好的。", "", ""),
        ("OK", "", ""),
        ("确认一下商标还有没有效", "", "确认一下商标还有没有效"),
    ],
)
def test_company_and_topic_are_told_apart(said: str, company: str, topic: str) -> None:
    assert split_words(said) == (company, topic)
