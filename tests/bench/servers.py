"""The processes that the bench measures, each started alone."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bot.redis_server import redis_command
from bot.settings import DEMO_ACCOUNT, ROOT
from tests.conftest import free_port
from tests.e2e.product import environment


@contextlib.contextmanager
def process(argv: list[str], environ: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process, ended with the block."""
    popen = subprocess.Popen(argv, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL)
    try:
        yield popen
    finally:
        popen.terminate()
        try:
            popen.wait(15)
        except subprocess.TimeoutExpired:
            popen.kill()
            popen.wait()


def wait_for_port(port: int, seconds: float = 60) -> None:
    """Until something listens. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


@contextlib.contextmanager
def application(name: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """`name` (module:app) under uvicorn: its port and process."""
    port = free_port()
    argv = [sys.executable, "-m", "uvicorn", name, "--port", str(port), "--log-level", "warning"]
    argv += ["--no-access-log", "--ws", "none"]
    with process(argv, {**environment(Path()), **DEMO_ACCOUNT}) as popen:
        wait_for_port(port)
        yield port, popen


@contextlib.contextmanager
def gateway_and_worker(var: Path, standin_port: int) -> Iterator[int]:
    """The real gateway, worker and Redis around a stand-in assistant; the gateway's port."""
    var.mkdir(parents=True, exist_ok=True)
    environ = environment(
        var,
        RASA_PORT=standin_port,
        WECHAT_API_BASE=f"http://127.0.0.1:{standin_port}/platform",
        **DEMO_ACCOUNT,
    )
    own = [sys.executable, "-m", "bot", "serve", "--only"]
    with contextlib.ExitStack() as stack:
        stack.enter_context(process(redis_command(var), environ))
        stack.enter_context(process([*own, "gateway"], environ))
        port = int(environ["BOT_PORT"])
        wait_for_port(port)
        stack.enter_context(process([*own, "worker"], environ))
        time.sleep(3)  # the worker has started when the load begins
        yield port
