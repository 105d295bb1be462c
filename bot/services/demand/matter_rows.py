"""Matters as rows: reading and locking them, and the steps that they took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.demand import demand_state
from bot.model.errors import NotFoundError
from bot.storage.demand_tables import matter_steps, matters
from bot.storage.tables import demands


@dataclass(frozen=True)
class Matter:
    """A part of a demand as stored, served by one organisation. Times are UTC without zone."""

    id: int
    demand_id: int
    place: int
    category: str | None
    wants: str
    state: str
    version: int
    in_list: bool | None
    service: str | None
    organisation_id: int | None
    starts_at: datetime | None
    location: str
    urged_at: datetime | None
    late: bool
    returns: int
    completed_at: datetime | None
    score: int | None
    rating_words: str | None
    rated_at: datetime | None
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class MatterStep:
    """A step that a matter took. `version`: the matter's after it."""

    id: int
    matter_id: int
    name: str
    old: str
    new: str
    version: int
    organisation_id: int | None
    reason: str
    actor: str
    channel: str
    message_id: int | None  # messages_out.id; its status says whether the enterprise was reached
    at: datetime


_MATTER = [matters.c[field.name] for field in fields(Matter)]
_STEP = [matter_steps.c[field.name] for field in fields(MatterStep)]


def matters_of(db: Connection, demand_id: int) -> list[Matter]:
    """The matters of a demand in their order."""
    query = sa.select(*_MATTER).where(matters.c.demand_id == demand_id)
    return [Matter(**row._mapping) for row in db.execute(query.order_by(matters.c.place))]


def matters_of_all(db: Connection, demand_ids: Sequence[int]) -> dict[int, list[Matter]]:
    """The matters of several demands, by demand."""
    query = sa.select(*_MATTER).where(matters.c.demand_id.in_(demand_ids))
    found: dict[int, list[Matter]] = {demand_id: [] for demand_id in demand_ids}
    for row in db.execute(query.order_by(matters.c.demand_id, matters.c.place)):
        found[row.demand_id].append(Matter(**row._mapping))
    return found


def read_matter(db: Connection, matter_id: int) -> Matter:
    """A matter of whomever. Raises NotFoundError."""
    row = db.execute(sa.select(*_MATTER).where(matters.c.id == matter_id)).first()
    if row is None:
        raise NotFoundError(what="matter", id=matter_id)
    return Matter(**row._mapping)


def write_matter(db: Connection, matter: Matter, now: datetime, **values: Any) -> bool:
    """Write `values` as the matter's next version; False when it is no longer as given.

    The one way in which a matter changes: of two who saw the same, one is too late.
    """
    which = sa.and_(matters.c.id == matter.id, matters.c.version == matter.version)
    changed = matters.update().where(which)
    values = {**values, "version": matter.version + 1, "changed_at": now}
    return bool(db.execute(changed.values(**values)).rowcount)


def follow_matters(db: Connection, demand_id: int, now: datetime) -> str:
    """Set the demand's state to what its matters make of it; returns it. The demand is locked."""
    states = db.scalars(sa.select(matters.c.state).where(matters.c.demand_id == demand_id)).all()
    state = demand_state(states)
    which = sa.and_(demands.c.id == demand_id, demands.c.status != state)
    db.execute(demands.update().where(which).values(status=state, changed_at=now))
    return state


def steps_of(db: Connection, matter_id: int, after_version: int = 0) -> list[MatterStep]:
    """The steps that a matter took, the first first; those after a version of it."""
    query = sa.select(*_STEP).where(
        matter_steps.c.matter_id == matter_id, matter_steps.c.version > after_version
    )
    return [MatterStep(**row._mapping) for row in db.execute(query.order_by(matter_steps.c.id))]


def returned_by(db: Connection, matter_id: int) -> set[int]:
    """Ids of the organisations that returned it: it is not offered to them again."""
    query = sa.select(matter_steps.c.organisation_id).where(
        matter_steps.c.matter_id == matter_id, matter_steps.c.name == "return"
    )
    return {int(found) for found in db.scalars(query) if found is not None}
