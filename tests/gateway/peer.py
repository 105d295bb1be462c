"""A stand-in for Rasa's channel whose speed and faults a test commands, and a whole small world."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.bootstrap import build_gateway, run_worker
from bot.settings import Settings
from bot.simulator.app import create_simulator
from bot.simulator.config import SimulatorConfig
from bot.storage.database import create_engine, reading, utc_now
from bot.storage.tables import heartbeats
from tests.conftest import PATIENCE, free_port, serving, wait_for


@dataclass
class Peer:
    """Echoes each text. `delay`: seconds; `failures`: answers to spoil; `turns`: what came.

    `held`: what came is answered once this is False; the test decides when, not the machine.

    `transfer`: each user is handed to the platform's desk; `act`: what the action server does.
    """

    delay: float = 0.0
    held: bool = False
    failures: int = 0
    empty: int = 0
    answer: str = "答：{text}"
    transfer: bool = False
    act: Callable[[dict[str, Any]], None] | None = None
    turns: list[dict[str, Any]] = field(default_factory=list)

    def app(self) -> Starlette:
        """The stand-in as an application."""

        async def turn(request: Request) -> Response:
            body = await request.json()
            if self.failures:
                self.failures -= 1
                return JSONResponse({"error": "ordered"}, 500)
            if self.empty:
                self.empty -= 1
                return JSONResponse({"messages": [], "parse": {}})
            self.turns.append(body)
            if self.act is not None:
                await asyncio.to_thread(self.act, body)
            await asyncio.sleep(self.delay)
            while self.held:
                await asyncio.sleep(0.02)
            text = self.answer.format(text=body["text"])
            said = {"text": text, "choices": [{"title": "看流程", "payload": "/ask_process"}]}
            if self.transfer:
                said = {"text": text, "choices": [], "transfer": True}
            return JSONResponse({"messages": [said], "parse": {"intent": {"name": "x"}}})

        async def ready(request: Request) -> Response:
            return JSONResponse({})

        return Starlette(
            routes=[
                Route("/webhooks/turn/messages", turn, methods=["POST"]),
                Route("/webhooks/turn/ready", ready),
            ]
        )


class Phone:
    """What a person does in WeChat, through the simulator."""

    def __init__(self, base: str) -> None:
        self.base = base

    def do(self, kind: str, text: str = "", openid: str = "oUser", **fields: str) -> str:
        """Push a message or event; the message's id."""
        body = {"openid": openid, "kind": kind, "text": text, **fields}
        response = httpx.post(f"{self.base}/control/push", json=body, timeout=PATIENCE)
        response.raise_for_status()
        return str(response.json()["msgid"])

    def said(self, openid: str = "oUser") -> list[dict[str, Any]]:
        """What the account (or the platform) said to this user."""
        url = f"{self.base}/control/messages"
        rows = httpx.get(url, params={"openid": openid}, timeout=PATIENCE).json()["messages"]
        return [r for r in rows if r["from"] != "user" and r["kind"] != "typing"]

    def wait(self, count: int, openid: str = "oUser", seconds: float = 20) -> list[dict[str, Any]]:
        """All that was said, once there are `count` of it."""
        wait_for(lambda: len(self.said(openid)) >= count, seconds)
        return self.said(openid)

    def fault(self, **fields: Any) -> None:
        """Order a fault of the API."""
        httpx.post(f"{self.base}/control/fault", json=fields, timeout=PATIENCE).raise_for_status()

    def stats(self) -> dict[str, Any]:
        """Counts of calls and deliveries."""
        answer = httpx.get(f"{self.base}/control/stats", timeout=PATIENCE)
        found: dict[str, Any] = answer.json()
        return found


def answer_late(phone: Phone, peer: Peer) -> None:
    """Let a held assistant answer, now that a push was acknowledged without its answer."""
    wait_for(lambda: any(row["ok"] for row in phone.stats()["deliveries"]))
    peer.held = False


@contextlib.contextmanager
def world(settings: Settings, peer: Peer, worker: bool = True) -> Iterator[Phone]:
    """Gateway, worker, stand-in assistant and simulated platform, all on loopback."""
    simulator_port, gateway_port, peer_port = free_port(), free_port(), free_port()
    settings = replace_ports(settings, simulator_port, gateway_port, peer_port)
    config = SimulatorConfig(
        push_url=f"http://127.0.0.1:{gateway_port}/wechat",
        app_id=settings.app_id,
        app_secret=settings.app_secret,
        token=settings.token,
        aes_key=settings.aes_key,
        mode=settings.mode,
        push_cut=settings.push_cut,
    )
    with contextlib.ExitStack() as stack:
        stack.enter_context(serving(peer.app(), peer_port))
        base = stack.enter_context(serving(create_simulator(config), simulator_port))
        stack.enter_context(serving(build_gateway(settings), gateway_port))
        if worker:
            stack.enter_context(working(settings))
        yield Phone(base)


def replace_ports(settings: Settings, simulator: int, gateway: int, peer: int) -> Settings:
    """The same settings on a test's own ports."""
    from dataclasses import replace

    return replace(settings, api_base=f"http://127.0.0.1:{simulator}", port=gateway, rasa_port=peer)


@contextlib.contextmanager
def working(settings: Settings) -> Iterator[None]:
    """A worker in a thread of its own, once it is at work."""
    began = utc_now()
    loop = asyncio.new_event_loop()
    task = loop.create_task(run_worker(settings))

    def run() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(task)
        # Threads go on with what they write: it is over before a test empties the tables.
        loop.run_until_complete(loop.shutdown_default_executor())

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        wait_for(lambda: _beats(settings, began))
        yield
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(60)


def _beats(settings: Settings, began: datetime) -> bool:
    engine = create_engine(settings.database)
    try:
        with reading(engine) as db:
            beat = sa.select(heartbeats.c.seen_at).where(heartbeats.c.process == "worker")
            seen = db.scalar(beat)
    finally:
        engine.dispose()
    return seen is not None and seen >= began
