"""The matters behind a figure, one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.services.statistics.figures import COUNTED
from bot.services.statistics.query import StatisticsQuery, conditions
from bot.storage.demand_tables import matters
from bot.storage.tables import demands

PAGE = 100


@dataclass(frozen=True)
class Case:
    """A matter behind a figure, with what a list of them shows."""

    matter_id: int
    demand_id: int
    number: str
    company: str
    category: str | None
    organisation_id: int | None
    state: str
    returns: int
    score: int | None
    submitted_at: datetime


def list_cases(
    db: Connection, query: StatisticsQuery, figure: str, *, after: int = 0, limit: int = PAGE
) -> list[Case]:
    """The matters that a figure counts, by id; of a rate, those that it counts above the line."""
    if figure not in COUNTED:
        return []
    which = [*conditions(query), COUNTED[figure], matters.c.id > after]
    m, d = matters.c, demands.c
    joined = matters.join(demands, d.id == m.demand_id)
    columns = [m.id, m.demand_id, m.category, m.organisation_id, m.state, m.returns, m.score]
    cases = sa.select(*columns, m.submitted_at, d.number, d.answers).select_from(joined)
    rows = db.execute(cases.where(*which).order_by(m.id).limit(limit))
    return [_case(dict(row._mapping)) for row in rows]


def _case(row: dict[str, Any]) -> Case:
    company = row.pop("answers").get("company_name", "")
    return Case(matter_id=row.pop("id"), company=company, **row)
