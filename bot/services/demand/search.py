"""The words under which a demand is found: number, enterprise, contact, what it asks for."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection

from bot.model.demand import wants_of
from bot.model.search_text import fold
from bot.services.demand.rows import Demand
from bot.storage.demand_tables import demand_search
from knowledge.form import DemandForm

KNOWN_BY = ("company_name", "contact", "telephone", "credit_code", "industry", "business_scope")
"""Fields of the form that a demand is remembered by."""
LONGEST = 2000


def index_demand(db: Connection, demand: Demand, form: DemandForm) -> None:
    """Make the demand findable by what it says now."""
    said: list[Any] = [demand.number, *(demand.answers.get(name, "") for name in KNOWN_BY)]
    said += [word for words in wants_of(form, demand.answers).values() for word in words]
    text = fold(" ".join(str(each) for each in said if each))[:LONGEST]
    which = demand_search.c.demand_id == demand.id
    if not db.execute(demand_search.update().where(which).values(text=text)).rowcount:
        db.execute(demand_search.insert().values(demand_id=demand.id, text=text))


def forget_words(db: Connection, demand_id: int) -> None:
    """Nobody finds the demand by its words any more."""
    db.execute(demand_search.delete().where(demand_search.c.demand_id == demand_id))
