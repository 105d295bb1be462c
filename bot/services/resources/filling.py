"""Fills the resource database at first start from knowledge/."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.services.resources.kinds import KINDS
from bot.services.resources.rows import is_empty, seed_resources

FILLING = 20211119
"""Number of PostgreSQL's advisory lock; on SQLite there is one writer at a time."""


def anything_missing(db: Connection) -> bool:
    """Whether a table is empty: found by reading, so that a process starts while others write."""
    return any(is_empty(db, kind) for kind in KINDS.values())


def fill_resources(db: Connection, now: datetime) -> None:
    """Put what knowledge/ has into the tables that are empty; processes that start together do
    it once."""
    if db.dialect.name == "postgresql":
        db.execute(sa.text(f"SELECT pg_advisory_xact_lock({FILLING})"))
    for kind in KINDS.values():
        seed_resources(db, kind, now)
