"""What of the matters is counted: a period, narrowed by filters and by who asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bot.model.demand import CENTRE, CLERK, DROPPED, SPECIALIST
from bot.model.demand_actor import DemandActor
from bot.model.errors import ForbiddenError
from bot.model.periods import Period
from bot.storage.demand_tables import matters


@dataclass(frozen=True)
class StatisticsQuery:
    """What is counted; empty: all. `station`: scene; `source`: of demands."""

    period: Period
    station: str = ""
    category: str = ""
    organisation_id: int | None = None
    source: str = ""


def theirs(who: DemandActor, query: StatisticsQuery) -> StatisticsQuery:
    """The query narrowed to what they may see: a station's people see their station.

    Raises ForbiddenError. Whatever counts is given a query that went through this.
    """
    if who.role == CENTRE:
        return query
    if who.role not in (SPECIALIST, CLERK) or (
        who.station and query.station not in ("", who.station)
    ):
        raise ForbiddenError(right="statistics")
    return replace(query, station=who.station or query.station)


def conditions(query: StatisticsQuery) -> list[Any]:
    """The query as conditions on matters; those that a demand was divided without do not count."""
    found: list[Any] = [
        matters.c.submitted_at >= query.period.begins,
        matters.c.submitted_at < query.period.ends,
        matters.c.state != DROPPED,
    ]
    if query.station:
        found.append(matters.c.station == query.station)
    if query.source:
        found.append(matters.c.source == query.source)
    if query.category:
        found.append(matters.c.category == query.category)
    if query.organisation_id is not None:
        found.append(matters.c.organisation_id == query.organisation_id)
    return found
