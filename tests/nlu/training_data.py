"""Where the project's own test questions and training questions are."""

from __future__ import annotations

from pathlib import Path

from nlu.examples import read_examples, spoken

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = ROOT / "tests" / "nlu" / "test_questions.jsonl"
examples = read_examples
__all__ = ["QUESTIONS", "ROOT", "examples", "read_examples", "spoken"]
