"""Tells open event streams that the feed of the desk grew: one look at the database for all."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

import structlog
from sqlalchemy.engine import Engine

from bot.services.handoff.live import feed_end, has_unnumbered, number_changes
from bot.storage.database import TRANSIENT, reading

log = structlog.get_logger()
PERIOD = 0.3
"""Seconds between two looks: people are told within a second."""


class LiveFeed:
    """Looks for changes while somebody listens."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._listeners: set[asyncio.Event] = set()
        self._task: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """An event that is set whenever there may be more to read; whoever waits clears it."""
        news = asyncio.Event()
        self._listeners.add(news)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())
        try:
            yield news
        finally:
            self._listeners.discard(news)

    async def _watch(self) -> None:
        known = -1
        while self._listeners:
            try:
                end = await asyncio.to_thread(self._look)
            except TRANSIENT as error:
                log.warning("feed_unreadable", error=type(error).__name__)
                end = known
            if end != known:
                known = end
                for news in self._listeners:
                    news.set()
            await asyncio.sleep(PERIOD)

    def _look(self) -> int:
        with reading(self._engine) as db:
            waiting = has_unnumbered(db)
            end = feed_end(db)
        if not waiting:
            return end
        with self._engine.begin() as db:
            number_changes(db)
            return feed_end(db)
