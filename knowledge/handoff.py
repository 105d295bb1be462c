"""When a person is required, as data: reads and checks handoff.yml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.loader import FOLDER, KnowledgeError, read_entries


@dataclass(frozen=True)
class RequiredPerson:
    """A message of this intent with one of these words is a person's to answer."""

    id: str
    intent: str
    words: tuple[str, ...]
    source: str = ""
    sample: bool = False


def needs_person(intent: str, text: str, path: Path = FOLDER / "handoff.yml") -> bool:
    """Whether a rule passes this message to a person. Raises KnowledgeError for a broken file."""
    return any(
        rule.intent == intent and any(word in text for word in rule.words) for rule in _load(path)
    )


@cache
def _load(path: Path) -> tuple[RequiredPerson, ...]:
    rules = tuple(read_entries(path, "required", RequiredPerson))
    for rule in rules:
        if not rule.intent or not rule.words:
            raise KnowledgeError(f"{path.name}: {rule.id}: intent and words must be given")
    return rules
