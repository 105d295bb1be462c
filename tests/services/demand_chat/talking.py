"""What is said in a chat about submitted demands, and a demand that was served."""

from __future__ import annotations

from collections.abc import Callable

import yaml
from sqlalchemy.engine import Connection

from bot.services.demand.rows import Demand
from bot.services.form.says import FormTurn
from bot.settings import ROOT
from tests.services.demand_setup import completed, department, forwarded

RESPONSES = yaml.safe_load((ROOT / "domain/responses/demands.yml").read_text("utf-8"))["responses"]
Talk = Callable[..., FormTurn]


def responses(turn: FormTurn) -> list[str]:
    return [said.response for said in turn.said]


def words(turn: FormTurn) -> str:
    """All that is said, as the user reads it."""
    return "\n".join(
        RESPONSES[said.response][0]["text"].format(**said.values)
        for said in turn.said
        if said.response in RESPONSES
    )


def titles(turn: FormTurn) -> list[str]:
    return [choice["title"] for said in turn.said for choice in said.choices]


def payload(turn: FormTurn, title: str) -> str:
    """What the choice of this title says."""
    (found,) = [c for said in turn.said for c in said.choices if c["title"] == title]
    return str(found["payload"]).split('"choice": "')[1].rstrip('"}')


def served(db: Connection, demand: Demand, name: str = "区市场监管局") -> int:
    """Its first matter, served; the id."""
    return completed(db, forwarded(db, demand, department(db, name))).id
