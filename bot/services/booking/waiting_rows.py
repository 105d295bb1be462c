"""Entries of the waiting list as rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.errors import NotFoundError
from bot.services.record import Origin, record_event
from bot.storage.booking_tables import waiting_list

WAITING, OFFERED, BOOKED, PASSED, LEFT, OVER = (
    "waiting",
    "offered",
    "booked",
    "passed",
    "left",
    "over",
)
"""waiting → offered → booked, or passed (the offer ran out or was declined); left; over (days)."""


@dataclass(frozen=True)
class WaitingEntry:
    """A user who waits for a seat, and what would do (empty: anything). Days are China's."""

    id: int
    user_id: int
    station: str
    category: str
    expert: str
    period: str
    first: date
    last: date
    priority: int
    status: str
    created_at: datetime
    changed_at: datetime


def list_entries(db: Connection, *conditions: Any, limit: int | None = None) -> list[WaitingEntry]:
    """Entries that fulfil all conditions, in the order of the line."""
    query = (
        sa.select(waiting_list)
        .where(*conditions)
        .order_by(waiting_list.c.priority.desc(), waiting_list.c.id)
        .limit(limit)
    )
    return [WaitingEntry(**row._mapping) for row in db.execute(query)]


def get_entry(db: Connection, entry_id: int) -> WaitingEntry:
    """The entry of this id. Raises NotFoundError."""
    found = list_entries(db, waiting_list.c.id == entry_id)
    if not found:
        raise NotFoundError(what="waiting", id=entry_id)
    return found[0]


def add_entry(db: Connection, origin: Origin, **values: Any) -> WaitingEntry:
    """A new entry at the end of the line."""
    row = {**values, "status": WAITING, "created_at": origin.now, "changed_at": origin.now}
    made = db.execute(waiting_list.insert().values(**row)).inserted_primary_key[0]
    entry = get_entry(db, made)
    _note(db, entry, origin, None, WAITING)
    return entry


def set_entry_status(
    db: Connection, entry_id: int, old: tuple[str, ...], new: str, origin: Origin
) -> bool:
    """Move an entry from one of the `old` states; False when it is in none of them any more."""
    before = get_entry(db, entry_id)
    moved = db.execute(
        waiting_list.update()
        .where(waiting_list.c.id == entry_id, waiting_list.c.status.in_(old))
        .values(status=new, changed_at=origin.now)
    )
    if moved.rowcount:
        _note(db, before, origin, before.status, new)
    return bool(moved.rowcount)


def _note(db: Connection, entry: WaitingEntry, origin: Origin, old: str | None, new: str) -> None:
    record_event(db, "waiting_changed", entry.user_id, origin, waiting=entry.id, old=old, new=new)
