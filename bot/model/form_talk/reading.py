"""What a message in the middle of the form is, and all that is known when it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from bot.model.form import Place
from bot.model.wording import asks, is_nothing, plain, squeeze
from knowledge import load_knowledge
from knowledge.form import DemandForm

Kind = Literal["answer", "command", "question", "correction", "invalid", "chitchat", "handoff"]
Command = Literal[
    "", "back", "skip", "save", "summary", "cancel", "submit", "page", "goto", "clear"
]

COMMANDS: dict[str, Command] = {
    "go_back": "back",
    "skip_field": "skip",
    "save_for_later": "save",
    "show_summary": "summary",
    "stop_form": "cancel",
    "correct_field": "goto",
}
"""Intents that are commands while a form is filled."""
CHAT = frozenset(
    "chitchat greet thanks goodbye affirm deny bot_challenge complain rate_service".split()
)
"""Intents that say nothing the form could use and ask nothing the centre could answer."""


@dataclass(frozen=True)
class Reading:
    """How one message is taken.

    `values`: field id → new stored value, for answer and correction; of a command, what is stored
    before it: what makes the field of a goto one that is asked, cells left empty, None for what is
    emptied. `field`: the path meant by correction, goto, clear and invalid; of a question, the
    asked field when the question is about filling it in. `reason`: FieldError code. `near`: of a
    range, its ends: the numbers that may be meant. `category`: of a question or chat, the category
    or other intent that answers it.
    """

    kind: Kind
    values: dict[str, Any] = field(default_factory=dict)
    command: Command = ""
    field: str = ""
    reason: str = ""
    near: tuple[int, ...] = ()
    category: str = ""


@dataclass(frozen=True)
class Message:
    """A tidy text, where the form stands, and what the classifier says."""

    form: DemandForm
    place: Place
    said: str
    ranking: Sequence[tuple[str, float]]
    answers: Mapping[str, Any]
    today: date

    @cached_property
    def level(self) -> str:
        """The text for comparing; as long as `said`."""
        return plain(self.said)

    @cached_property
    def core(self) -> str:
        """The text without blanks and marks."""
        return squeeze(self.said)

    @cached_property
    def asks(self) -> bool:
        """Whether it has the form of a question."""
        return asks(self.said) and not self.nothing

    @cached_property
    def nothing(self) -> bool:
        """没有, 没得编号: there is nothing to put in, named or not."""
        level = self.level
        for name in sorted(self.place.asked.names, key=len, reverse=True):
            level = level.replace(plain(name), "")
        return is_nothing(self.said) or (level != self.level and is_nothing(level))

    @cached_property
    def first(self) -> tuple[str, float]:
        """The likeliest intent."""
        return self.ranking[0] if self.ranking else ("out_of_scope", 0.0)

    def chance(self, intent: str) -> float:
        """How likely `intent` is, 0 to 1."""
        return dict(self.ranking).get(intent, 0.0)

    @cached_property
    def category(self) -> tuple[str, float]:
        """The likeliest of the eight categories."""
        known = load_knowledge().categories
        return next(((name, p) for name, p in self.ranking if name in known), ("", 0.0))
