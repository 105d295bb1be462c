"""The training questions: enough of them, each once, and none that is asked in a test."""

from __future__ import annotations

from collections import Counter

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from knowledge import load_knowledge
from nlu.evaluate import read_questions
from nlu.normalise import normalise
from tests.nlu.training_data import QUESTIONS, examples

NEAR = 0.90
"""Two questions this alike are one: 请问商标怎么注册 and 请问商标怎么注册呢."""
LONG = 8
"""Shorter ones are near to many others by chance: 换到周五 and 换到周四."""


def spoken(text: str) -> str:
    """`text` without marks and blanks."""
    return "".join(char for char in normalise(text) if char.isalnum())


def test_every_intent_has_enough_examples() -> None:
    counts = Counter(intent for _, intent, _ in examples())
    categories = set(load_knowledge().categories)
    assert counts["out_of_scope"] >= 2000
    assert {c: counts[c] for c in categories if counts[c] < 400} == {}
    others = set(counts) - categories - {"out_of_scope"}
    assert len(others) == 27
    assert {name: counts[name] for name in others if counts[name] < 150} == {}


def test_no_training_question_stands_twice() -> None:
    counts = Counter(text for _, _, text in examples())
    assert [text for text, times in counts.items() if times > 1] == []


def test_no_test_question_was_trained_on() -> None:
    trained = {spoken(text): text for _, _, text in examples()}
    tests = {spoken(row["text"]): row["text"] for row in read_questions(QUESTIONS)}
    asked = [tests[text] for text in tests.keys() & trained.keys() if len(text) >= LONG]
    assert asked == [], "the same question stands in data/nlu and in the test questions"
    long_trained = [text for text in trained if len(text) >= LONG]
    near = []
    for text, shown in tests.items():
        if len(text) < LONG:
            continue
        best = process.extractOne(
            text, long_trained, scorer=Levenshtein.normalized_similarity, score_cutoff=NEAR
        )
        if best is not None:
            near.append((shown, trained[best[0]]))
    assert near == [], "nearly the same question stands in data/nlu and in the test questions"


def test_the_check_of_near_duplicates_can_fail() -> None:
    one, other = spoken("请问我们的商标应该怎么注册"), spoken("请问我们的商标应该怎么注册？？呢")
    assert Levenshtein.normalized_similarity(one, other) >= NEAR
    assert fuzz.ratio(one, spoken("电子秤在哪里检定")) < 50


def test_no_example_is_read_as_an_entity_or_a_payload() -> None:
    """Rasa gives brackets and a leading slash a meaning of their own."""
    marks = ("](", "]{")
    texts = [text for _, _, text in examples()]
    odd = [text for text in texts if text.startswith("/") or any(m in text for m in marks)]
    assert odd == []
