"""The only wiring: which parts each process is made of."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import traceback
from collections.abc import AsyncIterator, Awaitable
from datetime import datetime
from typing import Any

import redis.asyncio
import sqlalchemy as sa
import structlog
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from bot.filing import keep_filed
from bot.gateway.assistant import Assistant
from bot.gateway.menu import MENU
from bot.gateway.turn import Turns
from bot.gateway.webhook import Webhook
from bot.gateway.wechat_client import WechatClient
from bot.gateway.worker import Worker
from bot.services.resources.filling import anything_missing, fill_resources
from bot.settings import Settings
from bot.storage.database import create_engine, migrate, reading, utc_now
from bot.storage.flush import Flusher
from bot.storage.tables import heartbeats, messages_in, messages_out
from bot.training import Trainings
from bot.web.desk.app import create_desk
from bot.web.h5.app import create_h5


class QuietFormatter(logging.Formatter):
    """Shows what kind of error happened and where; its words may be a person's."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the base class's name
        """The frames and the error's type; a driver's message quotes the values it was given."""
        return "".join(traceback.format_tb(ei[2])) + str(ei[0].__name__)


def configure_logging() -> None:
    """JSON lines on stdout; the libraries' request lines, which hold tokens, are left out."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(QuietFormatter("%(levelname)s:%(name)s:%(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    )


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


def open_database(settings: Settings) -> Engine:
    """The database with the newest schema, and the resources that stand there at first."""
    migrate(settings.database)
    engine = create_engine(settings.database)
    with reading(engine) as db:
        missing = anything_missing(db)
    if missing:
        with engine.begin() as db:
            fill_resources(db, utc_now())
    return engine


def build_gateway(settings: Settings) -> Starlette:
    """The process that faces the network."""
    engine = open_database(settings)
    cache = redis.asyncio.Redis.from_url(settings.redis, socket_timeout=2)
    assistant = Assistant(settings.rasa_url)
    client = WechatClient(settings, cache) if settings.app_secret else None
    turns = Turns(settings, engine, assistant, client)
    webhook = Webhook(settings, engine, turns, Flusher(engine))
    queues = CollectorRegistry()
    queues.register(QueueCollector(engine))

    async def healthz(request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(request: Request) -> Response:
        parts = {
            "database": await _works(asyncio.to_thread(_select_one, engine)),
            "redis": await _works(cache.ping()),
            "assistant": await assistant.ready(),
        }
        return JSONResponse(parts, status_code=200 if all(parts.values()) else 503)

    async def metrics(request: Request) -> Response:
        text = await asyncio.to_thread(lambda: generate_latest(REGISTRY) + generate_latest(queues))
        return Response(text, headers={"Content-Type": CONTENT_TYPE_LATEST})

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        heart = asyncio.create_task(beating(engine, "gateway"))
        yield
        heart.cancel()
        await turns.stop()
        await assistant.close()
        if client is not None:
            await client.close()
        await cache.close()
        engine.dispose()

    routes: list[Route | Mount] = [
        Route("/wechat", webhook.check, methods=["GET"]),
        Route("/wechat", webhook.receive, methods=["POST"]),
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", metrics),
        Mount("/h5", create_h5(settings, engine)),
        Mount("/desk", create_desk(settings, engine)),
    ]
    if settings.demo:
        from bot.simulator.app import create_simulator
        from bot.simulator.config import SimulatorConfig
        from knowledge import load_knowledge

        stations = tuple((s.scene, s.name) for s in load_knowledge().stations)
        simulator = create_simulator(
            SimulatorConfig(
                push_url=f"http://127.0.0.1:{settings.port}/wechat",
                app_id=settings.app_id,
                app_secret=settings.app_secret,
                token=settings.token,
                aes_key=settings.aes_key,
                mode=settings.mode,
                deliveries=settings.deliveries,
                push_cut=settings.push_cut,
                stations=stations,
            )
        )
        simulator.state.platform.menu = MENU
        routes.append(Mount("/simulator", simulator))
    return Starlette(routes=routes, lifespan=lifespan)


def _select_one(engine: Engine) -> None:
    with reading(engine) as db:
        db.execute(sa.select(1))


async def _works(action: Awaitable[object]) -> bool:
    try:
        await action
    except Exception:  # whatever a database or Redis raises: it does not work
        return False
    return True


async def run_worker(settings: Settings) -> None:
    """The worker process, until cancelled."""
    engine = open_database(settings)
    cache = redis.asyncio.Redis.from_url(settings.redis, socket_timeout=2)
    assistant = Assistant(settings.rasa_url)
    client = WechatClient(settings, cache)
    turns = Turns(settings, engine, assistant, client)
    worker = Worker(settings, engine, turns, client)
    beside = [
        asyncio.create_task(beating(engine, "worker")),
        asyncio.create_task(keep_filed(engine)),
        asyncio.create_task(Trainings(settings, engine, assistant).run()),
    ]
    try:
        await worker.run()
    finally:
        for task in beside:
            task.cancel()
        await asyncio.wait(beside, timeout=6)
        await turns.stop()
        await assistant.close()
        await client.close()
        await cache.close()
        engine.dispose()
