"""The training questions as they stand in YAML files: read, compared, and written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import yaml

from nlu.normalise import normalise

FOLDER = Path(__file__).resolve().parent.parent / "data" / "nlu"


def read_examples(folder: Path = FOLDER) -> Iterator[tuple[str, str, str]]:
    """(file, intent, text) of every training question."""
    for path in sorted(folder.glob("*.yml")):
        for intent, text in read_file(path):
            yield path.name, intent, text


def read_file(path: Path) -> Iterator[tuple[str, str]]:
    """(intent, text) of the training questions in one file."""
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    for block in loaded["nlu"]:
        for line in block["examples"].splitlines():
            yield block["intent"], line.removeprefix("- ").strip()


def spoken(text: str) -> str:
    """`text` without marks and blanks: two questions that are alike in it are one."""
    return "".join(char for char in normalise(text) if char.isalnum())


@lru_cache(maxsize=1)
def trained_questions() -> dict[str, str]:
    """{spoken text: intent} of the questions in data/nlu."""
    return {spoken(text): intent for _, intent, text in read_examples()}


def trained_intents() -> tuple[str, ...]:
    """The intents that can be learned: those with examples in data/nlu."""
    return tuple(sorted(set(trained_questions().values())))


def write_examples(path: Path, examples: Iterable[tuple[str, str]]) -> None:
    """Write (text, intent) as Rasa reads it; the file appears whole or not at all."""
    by_intent: dict[str, list[str]] = {}
    for text, intent in examples:
        by_intent.setdefault(intent, []).append(text)
    blocks = [
        {"intent": intent, "examples": "".join(f"- {line}\n" for line in map(one_line, texts))}
        for intent, texts in sorted(by_intent.items())
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    content = {"version": "3.1", "nlu": blocks}
    draft.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
    draft.replace(path)


def one_line(text: str) -> str:
    """`text` as an example can hold it: Rasa gives brackets and a leading slash a meaning."""
    plain = " ".join(text.split()).lstrip("/-# ")
    for mark, other in (("[", "（"), ("]", "）"), ("{", "（"), ("}", "）")):
        plain = plain.replace(mark, other)
    return plain
