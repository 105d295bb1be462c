"""Figures of demands and chats for a period: what each is, stands in bot/statistics_texts.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.demand import DROPPED, WITHDRAWN
from bot.model.periods import period_before, year_before
from bot.services.statistics.chats import chat_figures
from bot.services.statistics.query import StatisticsQuery, conditions
from bot.storage.demand_tables import matters

SATISFIED = 4
"""The lowest score of who is satisfied."""
Figures = dict[str, float | None]
"""{id of FIGURES: value}; rates 0 to 1; None where there is nothing to divide by."""
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


@dataclass(frozen=True)
class Comparison:
    """The figures of a period, of the one before (环比) and of the year before (同比)."""

    now: Figures
    before: Figures
    last_year: Figures


def count_figures(db: Connection, query: StatisticsQuery) -> Figures:
    """All figures of FIGURES; those of chats are None where the query names what they lack."""
    chats = chat_figures(
        db,
        query.period,
        station=query.station,
        category=query.category,
        whole=query.organisation_id is None and not query.source,
    )
    return {**matter_figures(db, query)[None], **chats}


def compare(db: Connection, query: StatisticsQuery) -> Comparison:
    """The figures with those that they are compared with."""
    periods = (query.period, period_before(query.period), year_before(query.period))
    return Comparison(*(count_figures(db, replace(query, period=each)) for each in periods))


def change_of(now: float | None, then: float | None) -> float | None:
    """How much more now than then, as a share of then; None where that says nothing."""
    return (now - then) / then if now is not None and then else None


def matter_figures(
    db: Connection, query: StatisticsQuery, key: Any = None, same: tuple[str, ...] = ()
) -> dict[Any, Figures]:
    """The figures of demands for each value of `key`, an expression of matters' columns.

    `same`: the columns in `key` in which the matters of one demand may differ. Without a key, one
    entry under None.
    """
    which = conditions(query)
    sums = _grouped(db, key, _sums(), which)
    repeats = _grouped(db, key, _repeats(), [*which, _repeated(query, same)])
    return {k: _figures(found, repeats.get(k, {})) for k, found in sums.items()}


def _grouped(db: Connection, key: Any, columns: Any, which: Any) -> dict[Any, Mapping[str, Any]]:
    if key is None:
        return {None: db.execute(sa.select(*columns).where(*which)).one()._mapping}
    rows = db.execute(sa.select(key.label("key"), *columns).where(*which).group_by(key))
    return {row.key: row._mapping for row in rows}


def _sum(name: str, which: Any) -> Any:
    return sa.func.sum(sa.case((which, 1), else_=0)).label(name)


def _sums() -> tuple[Any, ...]:
    return (
        sa.func.count(matters.c.id).label("matters"),
        _sum("online", COUNTED["online_rate"]),
        _sum("kept", matters.c.state != WITHDRAWN),
        _sum("completed", _DONE),
        _sum("on_time", COUNTED["on_time_rate"]),
        sa.func.sum(matters.c.returns).label("returns"),
        sa.func.count(matters.c.score).label("ratings"),
        _sum("satisfied", COUNTED["satisfaction"]),
        sa.func.sum(matters.c.score).label("scores"),
    )


def _repeats() -> tuple[Any, ...]:
    """How many matters there are beside the first one of each demand, and of online demands."""
    return (
        sa.func.count(matters.c.id).label("matters"),
        _sum("online", COUNTED["online_rate"]),
    )


def _repeated(query: StatisticsQuery, same: tuple[str, ...]) -> Any:
    """Whether a matter is not the first of its demand that is counted with it.

    Matters less these are demands: few demands have several matters, so that this costs less than
    the sorting of all that count(DISTINCT …) takes.
    """
    other = matters.alias()
    fixed = {*same}
    if query.category:
        fixed.add("category")
    if query.organisation_id is not None:
        fixed.add("organisation_id")
    earlier = sa.select(other.c.id).where(
        other.c.demand_id == matters.c.demand_id,
        other.c.place < matters.c.place,
        other.c.submitted_at >= query.period.begins,  # the demand's, as the matter's own is
        other.c.submitted_at < query.period.ends,
        other.c.state != DROPPED,
        *(other.c[name].is_not_distinct_from(matters.c[name]) for name in sorted(fixed)),
    )
    return sa.and_(matters.c.place > 1, earlier.exists())


def _figures(sums: Mapping[str, Any], repeats: Mapping[str, Any]) -> Figures:
    found = {name: int(value or 0) for name, value in sums.items() if name != "key"}
    demands = found["matters"] - int(repeats.get("matters") or 0)
    online = found["online"] - int(repeats.get("online") or 0)
    return {
        "demands": demands,
        "online_rate": _rate(online, demands),
        "matters": found["matters"],
        "completed": found["completed"],
        "completion_rate": _rate(found["completed"], found["kept"]),
        "on_time_rate": _rate(found["on_time"], found["completed"]),
        "returns": found["returns"],
        "ratings": found["ratings"],
        "rating_rate": _rate(found["ratings"], found["completed"]),
        "satisfaction": _rate(found["satisfied"], found["ratings"]),
        "mean_score": _rate(found["scores"], found["ratings"]),
    }


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None
