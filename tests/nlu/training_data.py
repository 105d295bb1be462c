"""The training questions as the tests read them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = ROOT / "tests" / "nlu" / "test_questions.jsonl"


def examples() -> Iterator[tuple[str, str, str]]:
    """(file, intent, text) of every training question."""
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                yield path.name, block["intent"], line.removeprefix("- ").strip()
