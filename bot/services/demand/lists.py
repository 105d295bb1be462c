"""Lists of demands for the desk and for organisations: filtered, searched, page by page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.calendar import moment_of
from bot.model.demand import CENTRE, CLERK, ORGANISATION, SPECIALIST, clean_number
from bot.model.demand_actor import DemandActor
from bot.model.search_text import runs
from bot.services.demand.access import sees_matter
from bot.services.demand.matter_deadlines import Deadline
from bot.services.demand.matter_rows import Matter, matters_of_all, read_matter
from bot.services.demand.rows import Demand, demand_of_row
from bot.storage.demand_tables import deadlines, demand_search, matters
from bot.storage.tables import demands

PAGE = 50
NUMBER = re.compile(r"[A-Z]+-\d{4}-\d+")


@dataclass(frozen=True)
class DemandFilter:
    """What is looked for; empty: anything. Days are China's, both included."""

    states: tuple[str, ...] = ()  # of the demand
    station: str = ""  # scene
    category: str = ""
    organisation_id: int | None = None
    source: str = ""
    first: date | None = None
    last: date | None = None
    late: bool = False  # with a matter that passed a deadline
    urged: bool = False  # with a matter that is urged now
    waits: tuple[str, ...] = ()  # with a matter in one of these states
    text: str = ""  # words that all stand in what the demand is found by


@dataclass(frozen=True)
class ListedDemand:
    """A demand with the matters of it that the reader may see, in their order."""

    demand: Demand
    matters: tuple[Matter, ...]


@dataclass(frozen=True)
class Alert:
    """A deadline that was warned of or has passed, and what it is about."""

    deadline: Deadline
    matter: Matter
    number: str


def find_demands(
    db: Connection,
    who: DemandActor,
    wish: DemandFilter,
    *,
    before: int | None = None,
    limit: int = PAGE,
) -> list[ListedDemand]:
    """What fits and is theirs to see, the newest first; `before`: id of the page's last before."""
    query = sa.select(demands).where(*_conditions(who, wish))
    if before is not None:
        query = query.where(demands.c.id < before)
    rows = db.execute(query.order_by(demands.c.id.desc()).limit(limit)).all()
    found = [demand_of_row(row) for row in rows]
    parts = matters_of_all(db, [demand.id for demand in found])
    return [ListedDemand(d, tuple(m for m in parts[d.id] if sees_matter(who, d, m))) for d in found]


def count_by_state(db: Connection, who: DemandActor) -> dict[str, int]:
    """How many demands of theirs stand in each state."""
    query = sa.select(demands.c.status, sa.func.count()).where(*_conditions(who, DemandFilter()))
    return {state: int(count) for state, count in db.execute(query.group_by(demands.c.status))}


def list_alerts(db: Connection, who: DemandActor, limit: int = 100) -> list[Alert]:
    """What is near its end or past it and theirs to see, the most urgent first."""
    c = deadlines.c
    noticed = sa.or_(c.warned_at.is_not(None), c.overdue_at.is_not(None))
    columns = [c[field.name] for field in fields(Deadline)]
    query = (
        sa.select(*columns, demands.c.number)
        .join(matters, matters.c.id == c.matter_id)
        .join(demands, demands.c.id == matters.c.demand_id)
        .where(c.ended_at.is_(None), c.state != "completed", noticed, *_scope(who))
    )
    if who.role == ORGANISATION:
        query = query.where(matters.c.organisation_id == who.organisation_id)
    rows = db.execute(query.order_by(c.due_at, c.id).limit(limit)).all()
    return [
        Alert(
            Deadline(**{n: v for n, v in row._mapping.items() if n != "number"}),
            read_matter(db, row.matter_id),
            row.number,
        )
        for row in rows
    ]


def period(first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """China's days, both included, as UTC moments: from, and before."""
    begin = moment_of(first, time.min) if first else None
    return begin, moment_of(last + timedelta(days=1), time.min) if last else None


def _conditions(who: DemandActor, wish: DemandFilter) -> Sequence[sa.sql.ColumnElement]:
    begin, end = period(wish.first, wish.last)
    found: list[Any] = list(_scope(who))
    if wish.states:
        found.append(demands.c.status.in_(wish.states))
    if wish.station:
        found.append(demands.c.station == wish.station)
    if wish.source:
        found.append(demands.c.source == wish.source)
    if begin:
        found.append(demands.c.submitted_at >= begin)
    if end:
        found.append(demands.c.submitted_at < end)
    parts: list[Any] = []
    if wish.category:
        parts.append(matters.c.category == wish.category)
    if wish.organisation_id is not None:
        parts.append(matters.c.organisation_id == wish.organisation_id)
    if wish.late:
        parts.append(matters.c.late)
    if wish.urged:
        parts.append(matters.c.urged_at.is_not(None))
    if wish.waits:
        parts.append(matters.c.state.in_(wish.waits))
    if parts and who.role == ORGANISATION:  # of the others' matters they learn nothing
        parts.append(matters.c.organisation_id == who.organisation_id)
    if parts:
        found.append(_has_matter(*parts))
    return [*found, *_said(wish.text)]


def _scope(who: DemandActor) -> Sequence[sa.sql.ColumnElement]:
    """What is theirs to see (bot/services/demand/access.py) as conditions."""
    if who.role == CENTRE:
        return []
    if who.role in (SPECIALIST, CLERK):
        if not who.station:
            return []
        return [sa.or_(demands.c.station.is_(None), demands.c.station == who.station)]
    if who.role == ORGANISATION and who.organisation_id is not None:
        return [_has_matter(matters.c.organisation_id == who.organisation_id)]
    if who.user_id is not None:
        return [demands.c.user_id == who.user_id]
    return [sa.false()]


def _has_matter(*parts: sa.sql.ColumnElement) -> sa.sql.ColumnElement:
    own = sa.select(matters.c.demand_id).where(*parts)
    return demands.c.id.in_(own)


def _said(text: str) -> Sequence[sa.sql.ColumnElement]:
    """Every word of `text` stands in what the demand is found by, two characters as well.

    A whole number is looked up as such.
    """
    if NUMBER.fullmatch(clean_number(text)):
        return [demands.c.number == clean_number(text)]
    words = runs(text)
    if not words:
        return [sa.false()] if text.strip() else []
    likes = [demand_search.c.text.like(f"%{word}%") for word in words]  # runs hold no % nor _
    return [demands.c.id.in_(sa.select(demand_search.c.demand_id).where(*likes))]
