"""Engine and migrations: SQLite (embedded) or PostgreSQL, with the same promises from both."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Engine

BUSY_MS = 4_000
"""How long a writer waits for SQLite's lock; under the platform's five seconds."""


def create_engine(url: str) -> Engine:
    """An engine for `url`. SQLite gets WAL, full sync (an acknowledged push survives a power cut),
    foreign keys and transactions that take the write lock at their start."""
    if not url.startswith("sqlite"):
        return sa.create_engine(
            url, future=True, pool_pre_ping=True, pool_size=10, max_overflow=10, pool_timeout=4
        )
    path = url.removeprefix("sqlite:///")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url,
        future=True,
        connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False},
        poolclass=sa.pool.QueuePool,
        pool_size=8,
        max_overflow=8,
    )

    @sa.event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN would come too late
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # A deferred transaction that turns writer midway fails at once instead of waiting.
        read_only = connection.get_execution_options().get("read_only", False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def reading(engine: Engine) -> Any:
    """A transaction that only reads: it never waits for SQLite's write lock."""
    return engine.execution_options(read_only=True).begin()


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest schema."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    command.upgrade(config, "head")


def utc_now() -> datetime:
    """Now in UTC without zone, as the tables hold it."""
    return datetime.now(timezone.utc).replace(tzinfo=None)
