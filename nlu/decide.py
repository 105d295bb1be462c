"""From a ranking of intents to what the assistant does: the thresholds stand here only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge import load_knowledge

SURE = 0.45
"""An in-scope category at least this likely is answered without asking back."""
SURE_OTHER = 0.30
"""The same for the other intents: a wrong one costs a tap."""
SURE_OUTSIDE = 0.40
"""Less sure of out_of_scope than this, the likeliest categories are offered."""
POSSIBLE = 0.05
"""A category less likely than this is not offered."""


@dataclass(frozen=True)
class Decision:
    """`kind`: answer, ask_back (with one or two categories) or reject; `intent`: the likeliest."""

    kind: Literal["answer", "ask_back", "reject"]
    intent: str
    categories: tuple[str, ...]


def decide(ranking: Sequence[tuple[str, float]]) -> Decision:
    """What to do with a message whose intents rank like this, the likeliest first."""
    known = load_knowledge().categories
    first, chance = ranking[0]
    offered = tuple(name for name, p in ranking if name in known and p >= POSSIBLE)[:2]
    if first in known:
        if chance >= SURE:
            return Decision("answer", first, (first,))
        return Decision("ask_back", first, offered)
    if first == "out_of_scope":
        if chance >= SURE_OUTSIDE or not offered:
            return Decision("reject", first, ())
        return Decision("ask_back", first, offered)
    if chance >= SURE_OTHER:
        return Decision("answer", first, ())
    return Decision("ask_back", first, offered) if offered else Decision("reject", first, ())
