"""What a transcript is: where one ends, how a message was understood, how it may be flagged."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from nlu.decide import DECIDED

QUIET = timedelta(hours=6)
"""After so long a silence, what is said belongs to a new transcript."""
FLAGS = ("wrong_answer", "not_understood", "complaint", "follow_up", "good_example")
UNSURE = "nlu_fallback"
"""The assistant was unsure and asked back (nlu/decide.py)."""
OUT = "out_of_scope"
ANSWERS = ("fill_form", "fill_booking", "fill_demand")
"""Of messages that answer what is asked."""


@dataclass(frozen=True)
class Understanding:
    """How a message was read.

    `intent`: what the assistant did with it; `label` and `confidence` (0 to 1): the classifier's
    first choice; `free`: whether it was read as a question of its own, and not as an answer to
    the form or the booking, or a tapped choice; `entities`: (kind, value).
    """

    intent: str
    label: str
    confidence: float
    free: bool
    entities: tuple[tuple[str, str], ...]

    @property
    def fallback(self) -> bool:
        """Whether the assistant asked back."""
        return self.intent == UNSURE


def read_parse(parse: Mapping[str, Any] | None) -> Understanding | None:
    """The column `messages_in.parse` read; None when the assistant did not read the message."""
    rows = (parse or {}).get("intent_ranking") or []
    if parse is None or not rows or not rows[0].get("name"):
        return None
    intent = str(rows[0]["name"])
    first = next(iter(classified(parse)), rows[0])
    payload = str(parse.get("text") or "").startswith("/")
    return Understanding(
        intent,
        str(first["name"]),
        float(first["confidence"]),
        not payload and intent not in ANSWERS,
        tuple((str(e["entity"]), str(e["value"])) for e in parse.get("entities") or []),
    )


def classified(parse: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The classifier's ranking, [{"name", "confidence"}], without what was decided upon it."""
    rows = parse.get("intent_ranking") or []
    return [row for row in rows if row.get("name") and not row.get(DECIDED)]


def categories_of(understanding: Understanding, known: Set[str]) -> set[str]:
    """The categories under which the message is listed: of `known`, and out of scope."""
    named = {understanding.intent} if not understanding.fallback else {understanding.label}
    return {name for name in named if name in known or name == OUT}
