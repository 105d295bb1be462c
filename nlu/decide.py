"""From a ranking of intents to what the assistant does: the thresholds stand here only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge import load_knowledge

SURE = 0.90
"""A category at least this likely is answered without asking back."""
SURE_OTHER = 0.20
"""The same for the other intents: a wrong one costs a tap."""
DOUBT = 0.6
"""An other intent this likely, measured by out of scope, is taken before it: who is turned away
gets nothing."""
OUTSIDE = 0.50
"""At least this likely out of scope, small talk counted in, a message is turned away."""
SMALL_TALK = "chitchat"
OUT = "out_of_scope"
ABOUT_DEMAND = "check_demand_status"
DECIDED = "decided"
"""Marks, in a ranking, the row that the decision put in front (nlu/components.py)."""
_DEMAND_NUMBER = re.compile(r"zlxq[\s\-—_]*20\d\d[\s\-—_]*\d", re.IGNORECASE)


def names_demand(text: str) -> bool:
    """Whether the message names a demand by its number: it is about that, whatever else it says."""
    return _DEMAND_NUMBER.search(unicodedata.normalize("NFKC", text)) is not None


@dataclass(frozen=True)
class Decision:
    """What to do: `answer` the `intent`, `ask_back` with the `categories`, or `reject`.

    `categories`: the likeliest one or two, the likeliest first, whatever is done.
    """

    kind: Literal["answer", "ask_back", "reject"]
    intent: str
    categories: tuple[str, ...]


def _before_out(
    ranking: Sequence[tuple[str, float]], categories: Container[str]
) -> tuple[str, float]:
    """The likeliest intent; where that is out of scope, an other one not far behind it."""
    first, chance = ranking[0]
    if first == OUT:
        others = (row for row in ranking[1:] if row[0] not in categories)
        other, likely = next(others, (OUT, 0.0))
        if likely >= max(SURE_OTHER, DOUBT * chance):
            return other, likely
    return first, chance


def decide(ranking: Sequence[tuple[str, float]]) -> Decision:
    """What to do with a message whose intents rank like this, the likeliest first."""
    known = load_knowledge().categories
    chances = dict(ranking)
    first, chance = _before_out(ranking, known)
    categories = tuple(name for name, _ in ranking if name in known)[:2]
    outside = chances.get(OUT, 0.0) + chances.get(SMALL_TALK, 0.0)
    if first not in known and first != OUT and chance >= SURE_OTHER:
        return Decision("answer", first, categories)
    if outside >= OUTSIDE:
        return Decision("reject", OUT, categories)
    if first in known and chance >= SURE:
        return Decision("answer", first, categories)
    return Decision("ask_back", first, categories)
