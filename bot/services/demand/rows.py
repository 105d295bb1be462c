"""Demands as rows: reading, locking, and writing their versions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.demand import clean_number
from bot.model.errors import NotFoundError
from bot.services.numbers import draw_number
from bot.services.record import Origin, record_event
from bot.storage.tables import demand_numbers, demand_versions, demands


@dataclass(frozen=True)
class Demand:
    """A submitted demand as stored. Times are UTC without zone."""

    id: int
    number: str  # ZLXQ-2026-0001
    draft_id: int
    user_id: int
    form_version: int
    answers: dict[str, Any]
    categories: tuple[str, ...]
    status: str
    version: int
    channel: str
    source: str  # online, window, phone, visit
    station: str | None
    submitted_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class DemandVersion:
    """What a demand said from `at` on, who made it so and why."""

    version: int
    form_version: int
    answers: dict[str, Any]
    status: str
    reason: str
    actor: str
    channel: str
    at: datetime


def list_demands(db: Connection, user_id: int) -> list[Demand]:
    """The user's demands, the newest first."""
    query = sa.select(demands).where(demands.c.user_id == user_id).order_by(demands.c.id.desc())
    return [demand_of_row(row) for row in db.execute(query)]


def find_demand(db: Connection, number: str, user_id: int) -> Demand | None:
    """The user's demand of this number, in any spelling; None for a foreign one and for none."""
    row = db.execute(
        sa.select(demands).where(
            demands.c.number == clean_number(number), demands.c.user_id == user_id
        )
    ).first()
    return demand_of_row(row) if row else None


def get_demand(db: Connection, demand_id: int) -> Demand:
    """A demand of whomever. Raises NotFoundError."""
    row = db.execute(sa.select(demands).where(demands.c.id == demand_id)).first()
    if row is None:
        raise NotFoundError(what="demand", id=demand_id)
    return demand_of_row(row)


def lock_demand(db: Connection, demand_id: int) -> Demand:
    """The demand as it is now; nobody else changes it before this transaction ends."""
    db.execute(sa.select(demands.c.id).where(demands.c.id == demand_id).with_for_update())
    return get_demand(db, demand_id)


def list_versions(db: Connection, demand_id: int) -> list[DemandVersion]:
    """All that the demand said, the first first."""
    query = (
        sa.select(demand_versions)
        .where(demand_versions.c.demand_id == demand_id)
        .order_by(demand_versions.c.version)
    )
    rows = [dict(row._mapping) for row in db.execute(query)]
    return [DemandVersion(**{k: v for k, v in r.items() if k != "demand_id"}) for r in rows]


def next_number(db: Connection, year: int) -> int:
    """The next number of the year; its lock lets nobody else draw until the transaction ends."""
    return draw_number(db, demand_numbers, year)


def store_version(
    db: Connection, demand: Demand, kind: str, reason: str, origin: Origin, old: Any, new: Any
) -> Demand:
    """Write `demand` (locked) as its next version, keep it, and note `kind` with old and new."""
    made = replace(demand, version=demand.version + 1, changed_at=origin.now)
    db.execute(
        demands.update()
        .where(demands.c.id == made.id)
        .values(
            form_version=made.form_version,
            answers=made.answers,
            categories=list(made.categories),
            status=made.status,
            version=made.version,
            changed_at=made.changed_at,
        )
    )
    keep_version(db, made, reason, origin)
    record_event(
        db,
        kind,
        made.user_id,
        origin,
        demand=made.id,
        number=made.number,
        version=made.version,
        reason=reason,
        old=old,
        new=new,
    )
    return made


def keep_version(db: Connection, demand: Demand, reason: str, origin: Origin) -> None:
    """Keep what the demand says as the version that it bears."""
    db.execute(
        demand_versions.insert().values(
            demand_id=demand.id,
            version=demand.version,
            form_version=demand.form_version,
            answers=demand.answers,
            status=demand.status,
            reason=reason,
            actor=origin.actor,
            channel=origin.channel,
            at=origin.now,
        )
    )


def demand_of_row(row: Any) -> Demand:
    """A demand of a row with all its columns."""
    values = dict(row._mapping)
    return Demand(**{**values, "categories": tuple(values["categories"])})
