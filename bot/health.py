"""What operators see of a process: whether it runs, what it lacks, its figures."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime

import redis.asyncio
import sqlalchemy as sa
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.gateway.assistant import Assistant
from bot.storage.database import reading, utc_now
from bot.storage.tables import heartbeats, messages_in, messages_out


class QueueCollector(Collector):
    """Lengths of inbox and outbox by status, read when metrics are asked for."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> list[GaugeMetricFamily]:
        """Two gauges."""
        families = []
        for name, table in (("messages_in", messages_in), ("messages_out", messages_out)):
            family = GaugeMetricFamily(name, f"Rows of {name} by status", labels=["status"])
            with contextlib.suppress(SQLAlchemyError), reading(self._engine) as db:
                for status, count in db.execute(
                    sa.select(table.c.status, sa.func.count()).group_by(table.c.status)
                ):
                    family.add_metric([status], count)
            families.append(family)
        return families


def beat(engine: Engine, process: str, started: datetime) -> None:
    """Note that `process` runs, and since when."""
    with engine.begin() as db:
        now = utc_now()
        changed = db.execute(
            heartbeats.update()
            .where(heartbeats.c.process == process)
            .values(started_at=started, seen_at=now)
        ).rowcount
        if not changed:
            db.execute(heartbeats.insert().values(process=process, started_at=started, seen_at=now))


async def beating(engine: Engine, process: str) -> None:
    """Beat every ten seconds until cancelled."""
    started = utc_now()
    while True:
        with contextlib.suppress(SQLAlchemyError):
            await asyncio.to_thread(beat, engine, process, started)
        await asyncio.sleep(10)


@dataclass(frozen=True)
class Health:
    """The three pages for who watches."""

    engine: Engine
    cache: redis.asyncio.Redis[bytes]
    assistant: Assistant

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("/healthz", self.healthz),
            Route("/readyz", self.readyz),
            Route("/metrics", self.metrics),
        ]

    async def healthz(self, request: Request) -> Response:
        """The process runs."""
        return JSONResponse({"status": "ok"})

    async def readyz(self, request: Request) -> Response:
        """Which of the things that it needs work; 503 unless all do."""
        parts = {
            "database": await _works(asyncio.to_thread(_select_one, self.engine)),
            "redis": await _works(self.cache.ping()),
            "assistant": await self.assistant.ready(),
        }
        return JSONResponse(parts, status_code=200 if all(parts.values()) else 503)

    async def metrics(self, request: Request) -> Response:
        """Figures for Prometheus."""
        queues = CollectorRegistry()
        queues.register(QueueCollector(self.engine))
        text = await asyncio.to_thread(lambda: generate_latest(REGISTRY) + generate_latest(queues))
        return Response(text, headers={"Content-Type": CONTENT_TYPE_LATEST})


def _select_one(engine: Engine) -> None:
    with reading(engine) as db:
        db.execute(sa.select(1))


async def _works(action: Awaitable[object]) -> bool:
    try:
        await action
    except Exception:  # whatever a database or Redis raises: it does not work
        return False
    return True
