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


def claim_warnings(db: Connection, now: datetime, limit: int = 100) -> list[Deadline]:
    """Deadlines that are near, now the caller's to act on; nobody else gets them."""
    c = deadlines.c
    near = sa.and_(c.ended_at.is_(None), c.warned_at.is_(None), c.warn_at <= now, c.due_at > now)
    return _claim(db, near, c.warned_at, now, limit)


def claim_overdue(db: Connection, now: datetime, limit: int = 100) -> list[Deadline]:
    """Deadlines that have passed, now the caller's to act on; nobody else gets them."""
    c = deadlines.c
    over = sa.and_(c.ended_at.is_(None), c.overdue_at.is_(None), c.due_at <= now)
    return _claim(db, over, c.overdue_at, now, limit)


def _claim(
    db: Connection, due: sa.sql.ColumnElement, mark: sa.Column, now: datetime, limit: int
) -> list[Deadline]:
    claimed = []
    rows = db.execute(sa.select(*_DEADLINE).where(due).order_by(deadlines.c.id).limit(limit)).all()
    for row in rows:
        # Of two workers that read it, the second finds it marked.
        mine = sa.and_(deadlines.c.id == row.id, deadlines.c.ended_at.is_(None), mark.is_(None))
        if db.execute(deadlines.update().where(mine).values({mark.name: now})).rowcount:
            claimed.append(Deadline(**row._mapping))
    return claimed
