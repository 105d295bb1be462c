"""One wait for the disk that many commits share, so that a slow disk does not limit their number.

SQLite waits for the disk inside each commit, with the write lock held. Here a commit only writes,
and whoever promises its outcome waits for a flush that began after it. PostgreSQL does the same
by itself when several connections commit at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.engine import Engine


class Flusher:
    """`engine`: for transactions whose outcome is promised only after `flushed`."""

    def __init__(self, engine: Engine) -> None:
        self._log = ""
        self.engine = engine
        if engine.dialect.name == "sqlite":
            self._log = f"{engine.url.database}-wal"
            self.engine = engine.execution_options(durable=False)
        self._disk = ThreadPoolExecutor(1, "flush")
        self._running: asyncio.Task[None] | None = None
        self._next: asyncio.Task[None] | None = None

    async def flushed(self) -> None:
        """Return once all that was committed before the call is on the disk. Raises OSError."""
        if not self._log:
            return
        if self._next is None:
            self._next = asyncio.create_task(self._flush(self._running))
        await asyncio.shield(self._next)

    async def _flush(self, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        # From here on a commit may come too late for this flush: it needs the one after.
        self._running, self._next = self._next, None
        await asyncio.get_running_loop().run_in_executor(self._disk, _sync, self._log)


def _sync(path: str) -> None:
    # Without a log everything is in the database file, which SQLite flushed before.
    with contextlib.suppress(FileNotFoundError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fdatasync(handle)
        finally:
            os.close(handle)
