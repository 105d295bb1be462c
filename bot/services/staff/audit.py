"""The record of events, read by those who answer for it; what users wrote is not shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.demand import CHINA
from bot.model.rights import Staff, require
from bot.storage.tables import events


@dataclass(frozen=True)
class AuditFilter:
    """Which events are wanted; empty: all."""

    actor: str = ""  # staff:7, user, system
    kinds: tuple[str, ...] = ()
    user_id: int | None = None
    first: date | None = None  # days in China
    last: date | None = None


@dataclass(frozen=True)
class AuditEvent:
    """One thing done. `data`: as recorded, personal data included: show names, not values."""

    id: int
    at: datetime
    actor: str
    channel: str
    kind: str
    user_id: int | None
    data: Mapping[str, Any]


def list_events(
    db: Connection, staff: Staff, wanted: AuditFilter, before: int | None, limit: int
) -> list[AuditEvent]:
    """The latest events, of ids under `before`. Raises ForbiddenError."""
    require(staff, "audit")
    query = sa.select(events).order_by(events.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(events.c.id < before)
    if wanted.actor:
        query = query.where(events.c.actor == wanted.actor)
    if wanted.kinds:
        query = query.where(events.c.kind.in_(wanted.kinds))
    if wanted.user_id is not None:
        query = query.where(events.c.user_id == wanted.user_id)
    if wanted.first:
        query = query.where(events.c.at >= _midnight(wanted.first))
    if wanted.last:
        query = query.where(events.c.at < _midnight(wanted.last + timedelta(days=1)))
    return [
        AuditEvent(row.id, row.at, row.actor, row.channel, row.kind, row.user_id, row.data)
        for row in db.execute(query)
    ]


def _midnight(day: date) -> datetime:
    """Its beginning in China, in UTC."""
    return datetime.combine(day, time()) - CHINA
