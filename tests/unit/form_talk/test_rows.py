"""Messages in the middle of the form: what is data, and what is a command, question, correction …

The rows of tests/nlu/midform_questions.jsonl: `field` is annex 4's label; `expect` is the stored
value, the command, the question's category (null: any), {"field", "value"} of a correction, or
the code of what is invalid.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model.field_error import CODES
from bot.model.form import check_value
from bot.model.form_talk.reading import Reading
from nlu.classifier import rank, train_classifier
from tests.nlu.training_data import examples
from tests.unit.form_talk.hearing import FORM, LABELS, TODAY, hear, told
from tests.unit.standing import find_label

ROWS = Path(__file__).resolve().parents[2] / "nlu" / "midform_questions.jsonl"
ENOUGH = 0.97
"""Somewhat below what was reached; other training data moves a few rows."""

Ranker = Callable[[str], Sequence[tuple[str, float]]]


@pytest.fixture(scope="session")
def ranker() -> Ranker:
    """The classifier, trained on the project's own examples."""
    rows = list(examples())
    pipeline = train_classifier([text for _, _, text in rows], [intent for _, intent, _ in rows])
    return lambda text: rank(pipeline, text)


def is_right(row: dict[str, Any], ranker: Ranker) -> tuple[bool, Reading]:
    """Whether a row is read as it says."""
    expect, stored = row["expect"], {}
    if isinstance(expect, dict) and "remove" in expect:
        field = find_label(FORM, row["field"])[0]
        stored = {field.id: list(field.options)}
        expect = [option for option in field.options if option not in expect["remove"]]
    reading = hear(row["field"], row["text"], ranker(row["text"]), **stored)
    if reading.kind != row["kind"]:
        return False, reading
    if row["kind"] == "correction":
        expect, got = expect["value"], told(reading, expect["field"])
    else:
        got = {
            "answer": told(reading, row["field"]),
            "command": reading.command,
            "question": reading.category if expect else None,
            "invalid": reading.reason if expect else None,
        }.get(row["kind"])
    return got == expect or str(got) == str(expect), reading


@pytest.mark.parametrize(
    "kind", ["answer", "command", "question", "correction", "invalid", "chitchat", "handoff"]
)
def test_messages_in_the_middle_of_the_form(kind: str, ranker: Ranker) -> None:
    rows = [json.loads(line) for line in ROWS.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["kind"] == kind]
    read = [(row, *is_right(row, ranker)) for row in rows]
    wrong = [f"{row} read as {reading}" for row, right, reading in read if not right]
    assert len(rows) >= 20
    assert len(wrong) <= len(rows) * (1 - ENOUGH), "\n".join(wrong)


@settings(max_examples=500, deadline=20_000, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(LABELS),
    st.one_of(
        st.text(max_size=40),
        st.lists(st.sampled_from([t for _, _, t in examples()][::40]), max_size=3).map(" ".join),
    ),
    st.sampled_from(["out_of_scope", "metrology", "correct_field", "skip_field", "handoff_human"]),
    st.floats(0.2, 1.0),
)
def test_any_message_is_read_and_its_values_fit(
    label: str, text: str, intent: str, chance: float
) -> None:
    reading = hear(label, text, [(intent, chance)])
    for field_id, value in reading.values.items():
        assert check_value(FORM.field(field_id), value, TODAY) is not None or value in ("", [])
    assert (reading.kind == "invalid") == (reading.reason in CODES)
