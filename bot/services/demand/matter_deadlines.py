"""How long a matter may stay in its state: one deadline runs, from its entry until it is left."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.calendar import centre_calendar
from bot.storage.demand_tables import deadlines
from knowledge.resources import load_deadlines


@dataclass(frozen=True)
class Deadline:
    """Times are UTC without zone. `ended_at`: when the state was left."""

    id: int
    matter_id: int
    state: str
    begun_at: datetime
    warn_at: datetime
    due_at: datetime
    warned_at: datetime | None
    overdue_at: datetime | None
    ended_at: datetime | None


_DEADLINE = [deadlines.c[field.name] for field in fields(Deadline)]


def begin_deadline(db: Connection, matter_id: int, state: str, begins: datetime) -> None:
    """Let the time for a state run from `begins` on; a state without an entry has none."""
    entry = load_deadlines().get(state)
    if entry is None:
        return
    calendar = centre_calendar()
    whole = entry.days * calendar.working_day
    early = max(whole - timedelta(hours=entry.warn_hours), timedelta())
    db.execute(
        deadlines.insert().values(
            matter_id=matter_id,
            state=state,
            begun_at=begins,
            warn_at=calendar.add_working_time(begins, early),
            due_at=calendar.add_working_time(begins, whole),
        )
    )


def end_deadline(db: Connection, matter_id: int, now: datetime) -> bool:
    """End what runs for a matter; whether it was late."""
    running = sa.and_(deadlines.c.matter_id == matter_id, deadlines.c.ended_at.is_(None))
    due_at = db.scalar(sa.select(deadlines.c.due_at).where(running))
    db.execute(deadlines.update().where(running).values(ended_at=now))
    return due_at is not None and due_at < now


def running_deadline(db: Connection, matter_id: int) -> Deadline | None:
    """What runs for a matter."""
    running = sa.and_(deadlines.c.matter_id == matter_id, deadlines.c.ended_at.is_(None))
    row = db.execute(sa.select(*_DEADLINE).where(running)).first()
    return Deadline(**row._mapping) if row else None


def due_deadlines(db: Connection, now: datetime, limit: int = 200) -> list[int]:
    """Ids of the deadlines that are near or have passed without this having been noticed."""
    c = deadlines.c
    near = sa.and_(c.ended_at.is_(None), c.warned_at.is_(None), c.warn_at <= now, c.due_at > now)
    over = sa.and_(c.ended_at.is_(None), c.overdue_at.is_(None), c.due_at <= now)
    found: list[int] = []
    for which in (near, over):
        found += db.scalars(sa.select(c.id).where(which).order_by(c.id).limit(limit))
    return found


def read_deadline(db: Connection, deadline_id: int) -> Deadline | None:
    """None when it is gone: the demand was divided anew."""
    row = db.execute(sa.select(*_DEADLINE).where(deadlines.c.id == deadline_id)).first()
    return Deadline(**row._mapping) if row else None


def claim_deadline(db: Connection, seen: Deadline, now: datetime) -> str:
    """What the caller is to do about it, and nobody else: warn, overdue; empty for nothing."""
    kind, mark = ("overdue", "overdue_at") if seen.due_at <= now else ("warn", "warned_at")
    c = deadlines.c
    # Of two workers that found it, the second finds it marked.
    mine = sa.and_(c.id == seen.id, c.ended_at.is_(None), c[mark].is_(None))
    return kind if db.execute(deadlines.update().where(mine).values({mark: now})).rowcount else ""
