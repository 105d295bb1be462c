"""What was changed about a resource, when and by whom: its part of the record of events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.services.actor_names import actor_names
from bot.services.resources.kinds import KINDS
from bot.storage.tables import events

MOST = 50


@dataclass(frozen=True)
class ResourceChange:
    """One change; of what was `added`, `new` is all of it."""

    at: datetime
    who: str
    added: bool
    old: Mapping[str, Any]
    new: Mapping[str, Any]


def is_addition(kind: str) -> bool:
    """Whether an event of this kind is that a resource was added."""
    return kind.endswith("_added")


def changes_of(db: Connection, what: str, resource_id: int | str) -> list[ResourceChange]:
    """The latest changes of a resource (`what`: a key of KINDS), the newest first."""
    kinds = [f"{KINDS[what].event}_{done}" for done in ("added", "changed")]
    query = sa.select(events).where(events.c.kind.in_(kinds)).order_by(events.c.id.desc())
    # Some hundreds at most; comparing in JSON would be different on each database.
    rows = [row for row in db.execute(query) if row.data.get(what) == resource_id][:MOST]
    names = actor_names(db, (row.actor for row in rows))
    return [
        ResourceChange(
            row.at,
            names[row.actor],
            is_addition(row.kind),
            row.data.get("old") or {},
            row.data.get("new") or {},
        )
        for row in rows
    ]
