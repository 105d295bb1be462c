"""Fills the resource database at first start from knowledge/."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.services.resources.experts import seed_experts
from bot.services.resources.organisations import seed_organisations
from bot.services.resources.service_items import seed_items
from bot.storage.resource_tables import experts, organisations, service_items

FILLING = 20211119
"""Number of PostgreSQL's advisory lock; on SQLite there is one writer at a time."""


def anything_missing(db: Connection) -> bool:
    """Whether a table is empty: found by reading, so that a process starts while others write."""
    tables = (service_items, experts, organisations)
    return any(db.scalar(sa.select(table.c.id).limit(1)) is None for table in tables)


def fill_resources(db: Connection, now: datetime) -> None:
    """Put what knowledge/ has into the tables that are empty; processes that start together do
    it once."""
    if db.dialect.name == "postgresql":
        db.execute(sa.text(f"SELECT pg_advisory_xact_lock({FILLING})"))
    seed_items(db, now)
    seed_experts(db, now)
    seed_organisations(db, now)
