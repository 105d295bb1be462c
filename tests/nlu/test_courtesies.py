"""English and courtesies: what is asked beside them is answered."""

from __future__ import annotations

import pytest

from nlu.components import first_of
from nlu.decide import OUT, Decision
from nlu.english import english_intent, in_chinese

REJECTED = Decision("reject", OUT, ())


@pytest.mark.parametrize(
    ("text", "intent", "category", "first"),
    [
        ("谢谢，那商标呢", "thanks", "ip", "ip"),
        ("ok thanks, what about trademark?", "thanks", "testing", "ip"),
        ("谢谢你们帮我办商标", "thanks", "ip", "thanks"),
        ("好的谢谢", "thanks", "ip", "thanks"),
    ],
)
def test_a_question_beside_a_courtesy_is_answered(
    text: str, intent: str, category: str, first: str
) -> None:
    assert first_of(Decision("answer", intent, (category,)), text, "") == first


@pytest.mark.parametrize(
    ("text", "intent", "subject"),
    [
        ("What is the phone number for trademark registration", "ip", "商标"),
        ("phone number?", "ask_contact", ""),
        ("can I speak to a person", "handoff_human", ""),
        ("I want to book an expert", "book_expert", ""),
        ("what is this about", "english", ""),
        ("ISO 9001认证", "", ""),
        ("trademark", "", ""),
    ],
)
def test_english_is_understood_a_little(text: str, intent: str, subject: str) -> None:
    assert english_intent(text) == intent
    assert in_chinese(text) == subject
    assert first_of(REJECTED, text, "") == (intent or OUT)
    assert first_of(REJECTED, text, "company_name") == "fill_form"
