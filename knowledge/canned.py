"""The specialists' canned answers (短语) as data, and the filling in of their placeholders."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.loader import FOLDER, KnowledgeError, read_entries

ADDRESS, SPECIALIST, STATION = "{称呼}", "{专员}", "{服务站}"
PLACEHOLDER = re.compile(r"{[^}]*}?|}")


@dataclass(frozen=True)
class CannedAnswer:
    """One of them. `group`: what it is for; `sample`: made up for trying out."""

    id: str
    group: str
    text: str
    sample: bool = False

    def filled(self, address: str, specialist: str, station: str) -> str:
        """The text for a message. `address`: the contact's name, or empty when not known."""
        values = {
            ADDRESS: f"{address}，" if address else "",
            SPECIALIST: specialist,
            STATION: station,
        }
        # At one go: what a name holds is no placeholder.
        return PLACEHOLDER.sub(lambda found: values[found[0]], self.text)


def load_canned_answers(folder: Path = FOLDER) -> tuple[CannedAnswer, ...]:
    """canned_answers.yml, checked. Raises KnowledgeError."""
    return _load(folder)


@cache
def _load(folder: Path) -> tuple[CannedAnswer, ...]:
    path = folder / "canned_answers.yml"
    answers = read_entries(path, "canned_answers", CannedAnswer)
    for answer in answers:
        for found in PLACEHOLDER.findall(answer.text):
            if found not in (ADDRESS, SPECIALIST, STATION):
                raise KnowledgeError(f"{path.name}: {answer.id}: text: unknown {found}")
    return tuple(answers)
