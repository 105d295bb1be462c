"""What was done with a hand-off, step by step, from the record of events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.rights import Staff
from bot.services.handoff.queue import seen_handoff
from bot.services.staff.staff_rows import staff_names
from bot.storage.tables import events


@dataclass(frozen=True)
class Step:
    """One event. `author`: the colleague's name, empty for the user and the system."""

    at: datetime
    kind: str
    actor: str
    author: str
    data: dict[str, Any]


def read_record(db: Connection, handoff_id: int, staff: Staff) -> list[Step]:
    """All that was done with the hand-off, the oldest first.

    Raises NotFoundError, ForbiddenError.
    """
    handoff = seen_handoff(db, handoff_id, staff)
    names = staff_names(db)
    rows = db.execute(
        sa.select(events)
        .where(events.c.user_id == handoff.user_id, events.c.at >= handoff.opened_at)
        .order_by(events.c.id)
    )
    return [
        Step(row.at, row.kind, row.actor, _author(row.actor, names), row.data)
        for row in rows
        if row.data.get("handoff") == handoff_id and row.kind != "personal_data_read"
    ]


def _author(actor: str, names: dict[int, str]) -> str:
    kind, _, number = actor.partition(":")
    return names.get(int(number), "") if kind == "staff" and number.isdigit() else ""
