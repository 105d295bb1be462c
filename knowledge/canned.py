"""The specialists' canned answers (短语) as data, and the filling in of their placeholders."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.loader import FOLDER, KnowledgeError, read_entries

ADDRESS, SPECIALIST, STATION = "{称呼}", "{专员}", "{服务站}"
PLACEHOLDERS = (ADDRESS, SPECIALIST, STATION)


@dataclass(frozen=True)
class CannedAnswer:
    """One of them. `group`: what it is for; `sample`: made up for trying out."""

    id: str
    group: str
    text: str
    sample: bool = False

    def filled(self, address: str, specialist: str, station: str) -> str:
        """The text for a message. `address`: the contact's name, or empty when not known."""
        values = (f"{address}，" if address else "", specialist, station)
        text = self.text
        for placeholder, value in zip(PLACEHOLDERS, values, strict=True):
            text = text.replace(placeholder, value)
        return text


def load_canned_answers(folder: Path = FOLDER) -> tuple[CannedAnswer, ...]:
    """canned_answers.yml, checked. Raises KnowledgeError."""
    return _load(folder)


@cache
def _load(folder: Path) -> tuple[CannedAnswer, ...]:
    path = folder / "canned_answers.yml"
    answers = read_entries(path, "canned_answers", CannedAnswer)
    for answer in answers:
        left = answer.text
        for placeholder in PLACEHOLDERS:
            left = left.replace(placeholder, "")
        if "{" in left or "}" in left:
            raise KnowledgeError(f"{path.name}: {answer.id}: text: unknown placeholder")
    return tuple(answers)
