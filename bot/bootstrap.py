"""The only wiring: which parts each process is made of."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import traceback
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import redis.asyncio
import structlog
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route

from bot.filing import keep_filed
from bot.gateway.assistant import Assistant
from bot.gateway.menu import MENU
from bot.gateway.turn import Turns
from bot.gateway.webhook import Webhook
from bot.gateway.wechat_client import WechatClient
from bot.gateway.worker import Worker
from bot.health import Health, beating
from bot.services.resources.filling import anything_missing, fill_resources
from bot.settings import Settings
from bot.storage.database import create_engine, migrate, reading, utc_now
from bot.storage.flush import Flusher
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


@dataclass(frozen=True)
class Parts:
    """What the gateway and the worker are both made of."""

    engine: Engine
    cache: redis.asyncio.Redis[bytes]
    assistant: Assistant
    client: WechatClient
    turns: Turns

    async def close(self) -> None:
        """Let running turns end; then the connections."""
        await self.turns.stop()
        await self.assistant.close()
        await self.client.close()
        await self.cache.close()
        self.engine.dispose()


def open_parts(settings: Settings) -> Parts:
    """The parts, connected. Without the account's secret its API is not called."""
    engine = open_database(settings)
    cache = redis.asyncio.Redis.from_url(settings.redis, socket_timeout=2)
    assistant = Assistant(settings.rasa_url)
    client = WechatClient(settings, cache)
    turns = Turns(settings, engine, assistant, client if settings.app_secret else None)
    return Parts(engine, cache, assistant, client, turns)


def build_gateway(settings: Settings) -> Starlette:
    """The process that faces the network."""
    parts = open_parts(settings)
    webhook = Webhook(settings, parts.engine, parts.turns, Flusher(parts.engine))

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        heart = asyncio.create_task(beating(parts.engine, "gateway"))
        yield
        heart.cancel()
        await parts.close()

    routes: list[BaseRoute] = [
        Route("/wechat", webhook.check, methods=["GET"]),
        Route("/wechat", webhook.receive, methods=["POST"]),
        *Health(parts.engine, parts.cache, parts.assistant).routes(),
        Mount("/h5", create_h5(settings, parts.engine)),
        Mount("/desk", create_desk(settings, parts.engine)),
    ]
    if settings.demo:
        routes.append(Mount("/simulator", build_simulator(settings)))
    return Starlette(routes=routes, lifespan=lifespan)


def build_simulator(settings: Settings) -> Starlette:
    """The simulated platform of the demo, with the stations' codes and the account's menu."""
    from bot.simulator.app import create_simulator
    from bot.simulator.config import SimulatorConfig
    from knowledge import load_knowledge

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
            stations=tuple((s.scene, s.name) for s in load_knowledge().stations),
        )
    )
    simulator.state.platform.menu = MENU
    return simulator


async def run_worker(settings: Settings) -> None:
    """The worker process, until cancelled."""
    parts = open_parts(settings)
    worker = Worker(settings, parts.engine, parts.turns, parts.client)
    beside = [
        asyncio.create_task(beating(parts.engine, "worker")),
        asyncio.create_task(keep_filed(parts.engine)),
        asyncio.create_task(Trainings(settings, parts.engine, parts.assistant).run()),
    ]
    try:
        await worker.run()
    finally:
        for task in beside:
            task.cancel()
        await asyncio.wait(beside, timeout=6)
        await parts.close()
