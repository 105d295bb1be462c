"""The figures of demands by a dimension: station, category, organisation, source, month."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot import demand_texts
from bot import statistics_texts as texts
from bot.services.statistics.figures import Figures, matter_figures
from bot.services.statistics.query import StatisticsQuery
from bot.storage.demand_tables import matters
from bot.storage.resource_tables import organisations
from knowledge import load_knowledge

_COLUMNS = {
    "station": matters.c.station,
    "category": matters.c.category,
    "organisation": matters.c.organisation_id,
    "source": matters.c.source,
}
_DIFFERING = {"category": ("category",), "organisation": ("organisation_id",)}
"""Dimensions in which the matters of one demand may differ, and their columns."""


@dataclass(frozen=True)
class Group:
    """The figures of one station, category, organisation, source or month."""

    key: str
    name: str
    figures: Figures


def break_down(db: Connection, query: StatisticsQuery, by: str) -> list[Group]:
    """The figures of demands for each value of a dimension (a key of DIMENSIONS).

    Months in their order, else the most matters first.
    """
    column = _month(db) if by == "month" else _COLUMNS[by]
    found = matter_figures(db, query, column, _DIFFERING.get(by, ()))
    name = _names(db, by)
    groups = [Group(_text(key), name(_text(key)), figures) for key, figures in found.items()]
    if by == "month":
        return sorted(groups, key=lambda group: group.key)
    return sorted(groups, key=lambda group: (-(group.figures["matters"] or 0), group.key))


def _month(db: Connection) -> Any:
    """2026-11 of China's clock, or its first moment where that is faster to find."""
    if db.dialect.name == "sqlite":
        return sa.func.strftime("%Y-%m", matters.c.submitted_at, "+8 hours")
    local = matters.c.submitted_at + sa.text("interval '8 hours'")
    return sa.func.date_trunc(sa.literal_column("'month'"), local)


def _names(db: Connection, by: str) -> Callable[[str], str]:
    knowledge = load_knowledge()
    if by == "station":
        known = {s.scene: s.name for s in knowledge.stations} | {"": texts.NO_STATION}
    elif by == "category":
        known = {c.id: c.name for c in knowledge.categories.values()}
        known[""] = demand_texts.OTHER_SERVICES
    elif by == "organisation":
        rows = db.execute(sa.select(organisations.c.id, organisations.c.name))
        known = {str(row.id): row.name for row in rows} | {"": texts.NO_ORGANISATION}
    else:
        known = demand_texts.SOURCE_NAMES
    return lambda key: known.get(key, key)


def _text(key: Any) -> str:
    if isinstance(key, datetime):
        return f"{key:%Y-%m}"
    return "" if key is None else str(key)
