"""Gateway and worker as processes of their own, to be killed and started again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx

from bot.settings import DEMO_ACCOUNT, Settings
from bot.simulator.app import create_simulator
from bot.simulator.config import SimulatorConfig
from tests.conftest import free_port, serving, wait_for
from tests.gateway.peer import Peer, Phone


class Fleet:
    """`python -m bot serve --only …`, as a process manager would run it."""

    def __init__(self, settings: Settings, logs: Path, port: int, **variables: str) -> None:
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._health = f"http://127.0.0.1:{port}/healthz"
        self._logs = logs
        self._env = {
            **os.environ,
            **DEMO_ACCOUNT,
            "BOT_VAR": str(settings.var),
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url,
            "BOT_PORT": str(port),
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
            **variables,
        }

    def start(self, name: str) -> None:
        """Start one process; its log goes on where the last one's ended."""
        argv = [sys.executable, "-m", "bot", "serve", "--only", name]
        with (self._logs / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                argv, env=self._env, stdout=log, stderr=subprocess.STDOUT
            )

    def end(self, name: str, number: signal.Signals = signal.SIGKILL) -> int:
        """End one process and wait for it; its exit status."""
        process = self._running.pop(name)
        process.send_signal(number)
        return process.wait(20)

    def wait_ready(self) -> None:
        """Until the gateway answers."""
        wait_for(lambda: httpx.get(self._health).status_code == 200)

    def log(self) -> str:
        """What all processes wrote."""
        return "".join(path.read_text("utf-8") for path in self._logs.glob("*.log"))

    def stop(self) -> None:
        """End what still runs."""
        for name in list(self._running):
            self.end(name)


@contextlib.contextmanager
def fleet(
    settings: Settings, peer: Peer, logs: Path, **variables: str
) -> Iterator[tuple[Fleet, Phone]]:
    """Both processes running, with a stand-in assistant and the simulated platform."""
    port, peer_port, platform_port = free_port(), free_port(), free_port()
    config = SimulatorConfig(
        push_url=f"http://127.0.0.1:{port}/wechat",
        app_id=settings.app_id,
        app_secret=settings.app_secret,
        token=settings.token,
        aes_key=settings.aes_key,
        push_cut=float(variables.get("WECHAT_PUSH_CUT", "5")),
        deliveries=int(variables.get("WECHAT_DELIVERIES", "3")),
    )
    with (
        serving(peer.app(), peer_port),
        serving(create_simulator(config), platform_port) as base,
    ):
        made = Fleet(
            settings, logs, port, RASA_PORT=str(peer_port), WECHAT_API_BASE=base, **variables
        )
        try:
            made.start("gateway")
            made.start("worker")
            made.wait_ready()
            yield made, Phone(base)
        finally:
            made.stop()
