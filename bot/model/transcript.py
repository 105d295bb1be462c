"""What a transcript is: where one ends, how a message was understood, how it may be flagged."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

QUIET = timedelta(hours=6)
"""After so long a silence, what is said belongs to a new transcript."""
FLAGS = ("wrong_answer", "not_understood", "complaint", "follow_up", "good_example")
UNSURE = "nlu_fallback"
"""The assistant was unsure and asked back (nlu/decide.py)."""
OUT = "out_of_scope"
ANSWERS = ("fill_form", "fill_booking", "fill_demand")
"""Of messages that answer what is asked."""
PUT_IN_FRONT = (
    UNSURE,
    *ANSWERS,
    "follow_up",
    "ask_pictures",
    "ask_notices",
    "ask_stations",
    "agree",
    "english",
)
"""What nlu/components.py puts before the classifier's own ranking."""


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
    ranking = [row for row in (parse or {}).get("intent_ranking") or [] if row.get("name")]
    if parse is None or not ranking:
        return None
    intent = str(ranking[0]["name"])
    own = ranking[1:] if _is_put_in_front(ranking) else ranking
    first = own[0] if own else ranking[0]
    payload = str(parse.get("text") or "").startswith("/")
    return Understanding(
        intent,
        str(first["name"]),
        float(first["confidence"]),
        not payload and intent not in ANSWERS,
        tuple((str(e["entity"]), str(e["value"])) for e in parse.get("entities") or []),
    )


def _is_put_in_front(ranking: list[Mapping[str, Any]]) -> bool:
    name = ranking[0]["name"]
    # Out of scope may be decided upon though another intent is likelier: it then stands twice.
    return name in PUT_IN_FRONT or any(row["name"] == name for row in ranking[1:])


def categories_of(understanding: Understanding, known: Set[str]) -> set[str]:
    """The categories under which the message is listed: of `known`, and out of scope."""
    named = {understanding.intent} if not understanding.fallback else {understanding.label}
    return {name for name in named if name in known or name == OUT}
