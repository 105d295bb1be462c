"""How well booking messages are read: the figures, and the command that prints them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot import measure_booking
from bot.cli import main
from bot.model.booking_talk.reading import read_booking_message
from nlu.evaluate import MODEL
from nlu.model_file import load_classifier

QUESTIONS = Path(__file__).parent / "booking_questions.jsonl"
ENOUGH = 0.97
"""Somewhat below what was reached: a fall is a fault."""


@pytest.fixture(scope="module")
def model() -> Any:
    """The classifier of the model in use; `make test` has trained it."""
    return load_classifier(MODEL)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    """The project's own booking messages."""
    return measure_booking.read_rows(QUESTIONS)


def test_figures_on_the_booking_questions(model: Any, rows: list[dict[str, Any]]) -> None:
    report = measure_booking.measure(model, rows)
    assert report["n"] >= 220
    assert report["right"] / report["n"] >= ENOUGH, report["wrong"]
    for action, entry in report["by_action"].items():
        assert entry["right"] / entry["n"] >= 0.9, action


def test_words_alone_are_nearly_as_good(rows: list[dict[str, Any]]) -> None:
    wishes = [(row, read_booking_message(row["text"], row["now"], [])) for row in rows]
    right = sum(measure_booking.right(row["expect"], wish) for row, wish in wishes)
    assert right / len(rows) >= 0.9


def test_the_measurement_sees_a_wrong_moment(model: Any, rows: list[dict[str, Any]]) -> None:
    moved = [row | {"now": row["now"].replace(month=1, day=12)} for row in rows]
    report = measure_booking.measure(model, moved)
    assert report["right"] / report["n"] < 0.5


def test_the_questions_cover_all_actions_and_moments(rows: list[dict[str, Any]]) -> None:
    assert {row["expect"]["action"] for row in rows} >= {"book", "cancel", "reschedule", "list"}
    assert len({row["now"] for row in rows}) >= 10
    assert len({row["text"] for row in rows}) >= 220


def test_a_department_counts_as_a_booking_where_the_row_says_so() -> None:
    wish = read_booking_message("约计量科的人", datetime(2026, 11, 24, 9, 30), [])
    assert measure_booking.right({"action": "book"}, wish)
    assert not measure_booking.right({"action": "book"}, replace(wish, action="cancel"))
    assert not measure_booking.right({"action": "individual"}, replace(wish, action="book"))


@pytest.fixture
def three_rows(tmp_path: Path) -> Path:
    """Two rows that are read right and one that is labelled wrong."""
    now = "2026-11-24T09:30:00+08:00"
    lines = [
        {"text": "约下周", "now": now, "expect": {"action": "book", "date": WEEK}},
        {"text": "退号", "now": now, "expect": {"action": "cancel"}},
        {"text": "退号", "now": now, "expect": {"action": "list"}},
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return file


WEEK = {"from": "2026-11-30", "to": "2026-12-06"}


def test_the_command_prints_its_figures(
    three_rows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "--booking", str(three_rows), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert figures == {
        "n": 3,
        "right": 2,
        "by_action": {
            "book": {"n": 1, "right": 1},
            "cancel": {"n": 1, "right": 1},
            "list": {"n": 1, "right": 0},
        },
    }


@pytest.mark.parametrize(
    "line", ["{", '{"text": "约"}', '{"text": "约", "now": "x", "expect": {}}']
)
def test_a_malformed_row_is_named(
    line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(f"\n{line}\n", encoding="utf-8")
    assert main(["evaluate", "--booking", str(file)]) == 2
    assert "line 2" in capsys.readouterr().err
