"""Figures of demands and chats for a period: what each is, stands in bot/statistics_texts.py."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot import demand_texts
from bot import statistics_texts as texts
from bot.model.demand import CENTRE, CLERK, SPECIALIST, WITHDRAWN
from bot.model.demand_actor import DemandActor
from bot.model.errors import ForbiddenError
from bot.model.periods import Period, period_before, year_before
from bot.services.demand.chat_statistics import chat_figures
from bot.storage.demand_tables import matters, organisations
from bot.storage.tables import demands
from knowledge import load_knowledge

SATISFIED = 4
"""The lowest score of who is satisfied."""
PAGE = 100
Figures = dict[str, float | None]
"""{id of FIGURES: value}; rates 0 to 1; None where there is nothing to divide by."""


@dataclass(frozen=True)
class StatisticsQuery:
    """What is counted; empty: all. `station`: scene; `source`: of demands."""

    period: Period
    station: str = ""
    category: str = ""
    organisation_id: int | None = None
    source: str = ""


@dataclass(frozen=True)
class Group:
    """The figures of one station, category, organisation, source or month."""

    key: str
    name: str
    figures: Figures


@dataclass(frozen=True)
class Comparison:
    """The figures of a period, of the one before (环比) and of the year before (同比)."""

    now: Figures
    before: Figures
    last_year: Figures


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


def theirs(who: DemandActor, query: StatisticsQuery) -> StatisticsQuery:
    """The query narrowed to what they may see: a station's people see their station.

    Raises ForbiddenError. Every function here is given a query that went through this.
    """
    if who.role == CENTRE:
        return query
    if who.role not in (SPECIALIST, CLERK) or (
        who.station and query.station not in ("", who.station)
    ):
        raise ForbiddenError(right="statistics")
    return replace(query, station=who.station or query.station)


def count_figures(db: Connection, query: StatisticsQuery) -> Figures:
    """All figures of FIGURES; those of chats are None where the query names what they lack."""
    row = db.execute(sa.select(*_sums(query)).where(*conditions(query))).one()
    chats = chat_figures(
        db,
        query.period,
        station=query.station,
        category=query.category,
        whole=query.organisation_id is None and not query.source,
    )
    return {**_figures(row), **chats}


def break_down(db: Connection, query: StatisticsQuery, by: str) -> list[Group]:
    """The figures of demands for each value of a dimension (a key of DIMENSIONS).

    Months in their order, else the most matters first.
    """
    key = _key(db, by)
    grouped = sa.select(key.label("key"), *_sums(query, by)).where(*conditions(query))
    rows = db.execute(grouped.group_by(key)).all()
    names = _names(db, by)
    groups = [Group(_text(row.key), names(_text(row.key)), _figures(row)) for row in rows]
    if by == "month":
        return sorted(groups, key=lambda group: group.key)
    return sorted(groups, key=lambda group: (-(group.figures["matters"] or 0), group.key))


def compare(db: Connection, query: StatisticsQuery) -> Comparison:
    """The figures with those that they are compared with."""
    periods = (query.period, period_before(query.period), year_before(query.period))
    return Comparison(*(count_figures(db, replace(query, period=each)) for each in periods))


def change_of(now: float | None, then: float | None) -> float | None:
    """How much more now than then, as a share of then; None where that says nothing."""
    return (now - then) / then if now is not None and then else None


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


def hot_topics(db: Connection, query: StatisticsQuery, limit: int = 10) -> list[tuple[str, int]]:
    """What is asked for most: items of annex 3 with their number of matters, the most first."""
    count = sa.func.count()
    rows = db.execute(
        sa.select(matters.c.service, matters.c.in_list, count)
        .where(*conditions(query))
        .group_by(matters.c.service, matters.c.in_list)
        .order_by(count.desc(), matters.c.service)
        .limit(limit)
    )
    items = {item.id: item.text for item in load_knowledge().services}
    other = {False: texts.OUTSIDE_LIST, None: texts.NOT_ANALYSED}
    return [(items.get(row[0]) or other.get(row[1], str(row[0])), int(row[2])) for row in rows]


def conditions(query: StatisticsQuery) -> list[Any]:
    """The query as conditions on matters."""
    found: list[Any] = [
        matters.c.submitted_at >= query.period.begins,
        matters.c.submitted_at < query.period.ends,
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


_DONE = matters.c.completed_at.is_not(None)
COUNTED = {
    "demands": sa.true(),
    "matters": sa.true(),
    "online_rate": matters.c.source == "online",
    "completed": _DONE,
    "completion_rate": sa.and_(_DONE, matters.c.state != WITHDRAWN),
    "on_time_rate": sa.and_(_DONE, ~matters.c.late),
    "returns": matters.c.returns > 0,
    "ratings": matters.c.score.is_not(None),
    "rating_rate": sa.and_(_DONE, matters.c.score.is_not(None)),
    "satisfaction": matters.c.score >= SATISFIED,
    "mean_score": matters.c.score.is_not(None),
}
"""Which matters stand behind a figure."""


def _sum(name: str, which: Any) -> Any:
    return sa.func.sum(sa.case((which, 1), else_=0)).label(name)


def _sums(query: StatisticsQuery, by: str = "") -> tuple[Any, ...]:
    same = []  # columns that the query fixes and in which the matters of a demand may differ
    if query.category or by == "category":
        same.append("category")
    if query.organisation_id is not None or by == "organisation":
        same.append("organisation_id")
    first = _first_of_demand(same)
    return (
        _sum("demands", first),
        _sum("online", sa.and_(COUNTED["online_rate"], first)),
        sa.func.count(matters.c.id).label("matters"),
        _sum("kept", matters.c.state != WITHDRAWN),
        _sum("completed", _DONE),
        _sum("on_time", COUNTED["on_time_rate"]),
        sa.func.sum(matters.c.returns).label("returns"),
        sa.func.count(matters.c.score).label("ratings"),
        _sum("satisfied", COUNTED["satisfaction"]),
        sa.func.sum(matters.c.score).label("scores"),
    )


def _first_of_demand(same: list[str]) -> Any:
    """Whether it is its demand's first matter with the same values in these columns.

    To count these is to count demands, without the sorting that count(DISTINCT …) takes. The
    first of all is at place 1.
    """
    if not same:
        return matters.c.place == 1
    other = matters.alias()
    earlier = (
        sa.select(other.c.id)
        .where(
            other.c.demand_id == matters.c.demand_id,
            other.c.place < matters.c.place,
            *(other.c[name].is_not_distinct_from(matters.c[name]) for name in same),
        )
        .exists()
    )
    return sa.or_(matters.c.place == 1, ~earlier)


def _figures(row: Any) -> Figures:
    return {
        "demands": int(row.demands or 0),
        "online_rate": _rate(row.online, row.demands),
        "matters": row.matters,
        "completed": int(row.completed or 0),
        "completion_rate": _rate(row.completed, row.kept),
        "on_time_rate": _rate(row.on_time, row.completed),
        "returns": int(row.returns or 0),
        "ratings": row.ratings,
        "rating_rate": _rate(row.ratings, row.completed),
        "satisfaction": _rate(row.satisfied, row.ratings),
        "mean_score": _rate(row.scores, row.ratings),
    }


def _rate(part: Any, whole: Any) -> float | None:
    return float(part or 0) / float(whole) if whole else None


def _key(db: Connection, by: str) -> Any:
    if by == "month":
        if db.dialect.name == "sqlite":
            return sa.func.strftime("%Y-%m", matters.c.submitted_at, "+8 hours")
        local = matters.c.submitted_at + sa.text("interval '8 hours'")
        return sa.func.to_char(local, sa.literal_column("'YYYY-MM'"))
    return {
        "station": matters.c.station,
        "category": matters.c.category,
        "organisation": matters.c.organisation_id,
        "source": matters.c.source,
    }[by]


def _names(db: Connection, by: str) -> Any:
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
    return "" if key is None else str(key)
