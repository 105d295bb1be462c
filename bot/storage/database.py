"""Engine and migrations: SQLite (embedded) or PostgreSQL, with the same promises from both."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine

T = TypeVar("T")
BUSY_MS = 4_000
"""How long a writer waits for a lock; under the platform's five seconds."""
TRANSIENT = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError)
"""The database is locked or away: the same call may do later."""
PATIENCE = 60.0


class OneWriter(sqlite3.Connection):
    """Lets the writers of one engine go one after the other, without SQLite's own waiting.

    Who finds SQLite's lock taken sleeps and looks again, for up to 100 ms a time and in no order:
    with many writers in one process, most of the time is slept. Other processes are waited for
    as ever.
    """

    gate: threading.Lock
    _writes = False
    _full = True

    def begin(self, read_only: bool, durable: bool) -> None:
        """Begin a transaction; a writing one takes SQLite's write lock at once."""
        if durable != self._full:
            self.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
            self._full = durable
        if not read_only:
            if not self.gate.acquire(timeout=BUSY_MS / 1000):
                raise sqlite3.OperationalError("database is locked")
            self._writes = True
        try:
            # A deferred transaction that turns writer midway fails at once instead of waiting.
            self.execute("BEGIN" if read_only else "BEGIN IMMEDIATE")
        except sqlite3.Error:
            self._pass_on()
            raise

    def _pass_on(self) -> None:
        if self._writes:
            self._writes = False
            self.gate.release()

    def commit(self) -> None:
        """Commit, and let the next writer begin; after an error SQLAlchemy rolls back."""
        super().commit()
        self._pass_on()

    def rollback(self) -> None:
        """Roll back, and let the next writer begin."""
        try:
            super().rollback()
        finally:
            self._pass_on()


def _create_postgres_engine(url: str) -> Engine:
    engine = sa.create_engine(
        url,
        future=True,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=10,
        pool_timeout=BUSY_MS / 1000,
        connect_args={"connect_timeout": 4, "options": f"-c lock_timeout={BUSY_MS}"},
    )

    @sa.event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        if not connection.get_execution_options().get("durable", True):
            connection.exec_driver_sql("SET LOCAL synchronous_commit TO OFF")

    return engine


def create_engine(url: str) -> Engine:
    """An engine for `url`. SQLite gets WAL, full sync (an acknowledged push survives a power cut),
    foreign keys and transactions that take the write lock at their start.

    Errors, which end in logs, show no parameters: they would hold openids and people's words.
    """
    if not url.startswith("sqlite"):
        return _create_postgres_engine(url)
    path = url.removeprefix("sqlite:///")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url,
        future=True,
        hide_parameters=True,
        connect_args={
            "timeout": BUSY_MS / 1000,
            "check_same_thread": False,
            "factory": OneWriter,
        },
        poolclass=sa.pool.QueuePool,
        pool_size=8,
        max_overflow=8,
    )

    gate = threading.Lock()

    @sa.event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN would come too late
        connection.gate = gate
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        options = connection.get_execution_options()
        read_only, durable = options.get("read_only", False), options.get("durable", True)
        try:
            connection.connection.dbapi_connection.begin(read_only, durable)
        except sqlite3.OperationalError as error:
            raise sa.exc.OperationalError("BEGIN", None, error, hide_parameters=True) from None

    return engine


def insert_missing(db: Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Write the rows of which no unique column is there already."""
    if rows:
        dialect = postgresql if db.dialect.name == "postgresql" else sqlite
        db.execute(dialect.insert(table).on_conflict_do_nothing(), rows)


def redoable(engine: Engine) -> Any:
    """A transaction that a power cut may take back, though never the end of a process.

    It saves the wait for the disk: for what is simply done again when it is found not done.
    """
    return engine.execution_options(durable=False).begin()


def reading(engine: Engine) -> Any:
    """A transaction that only reads: it never waits for SQLite's write lock."""
    return engine.execution_options(read_only=True).begin()


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest schema."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    if not _is_newest(url, config):
        command.upgrade(config, "head")


def _is_newest(url: str, config: Config) -> bool:
    """Whether nothing is left to migrate, found by reading: a process starts while others write."""
    engine = create_engine(url)
    try:
        with reading(engine) as db:
            found = MigrationContext.configure(db).get_current_heads()
    finally:
        engine.dispose()
    return set(found) == set(ScriptDirectory.from_config(config).get_heads())


async def surely(action: Callable[..., T], *args: Any, patience: float = PATIENCE) -> T:
    """`action(*args)` in a thread, tried again while the database is locked or away.

    For what must be noted because it happened already. Raises the last error after `patience` s.
    """
    end = time.monotonic() + patience
    while True:
        try:
            return await asyncio.to_thread(action, *args)
        except TRANSIENT:
            if time.monotonic() > end:
                raise
        await asyncio.sleep(0.2)


def utc_now() -> datetime:
    """Now in UTC without zone, as the tables hold it."""
    return datetime.now(timezone.utc).replace(tzinfo=None)
