"""The product as a person starts it: one supervisor with all its processes, on free ports."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot.settings import ROOT, VARIABLES, Settings, read_settings
from tests.conftest import free_port

PROCESSES = ("redis", "actions", "assistant", "gateway", "worker")
START_SECONDS = 180.0


@dataclass
class Product:
    """A running product. `seconds`: from the command until everything was ready."""

    popen: subprocess.Popen[bytes]
    settings: Settings
    environ: dict[str, str]
    output: Path
    seconds: float

    @property
    def web(self) -> str:
        """Address of the gateway."""
        return f"http://{self.settings.host}:{self.settings.port}"

    @property
    def said(self) -> str:
        """All that the supervisor has printed."""
        return self.output.read_text(errors="replace")

    @property
    def logs(self) -> list[Path]:
        """Everything that was logged."""
        return [self.output, *sorted((self.settings.var / "log").iterdir())]

    def process_id(self, name: str) -> int:
        """Of one of PROCESSES, as it runs now."""
        return int((self.settings.var / "run" / f"{name}.pid").read_text())

    def kill(self, name: str) -> None:
        """SIGKILL to one of PROCESSES, the harshest end there is; it may be dead already."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process_id(name), signal.SIGKILL)

    def ready(self) -> bool:
        """Whether database, Redis and assistant all answer."""
        try:
            answer = httpx.get(f"{self.web}/readyz", timeout=3, trust_env=False)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200

    def command(self, *words: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
        """`python -m bot …` beside it, with the same settings."""
        return run_command(self.environ, *words, seconds=seconds)

    def stop(self) -> int:
        """Ctrl-C; the exit status."""
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGINT)
        try:
            return self.popen.wait(30)
        finally:
            self.popen.kill()


def run_command(
    environ: dict[str, str], *words: str, folder: Path = ROOT, seconds: float = 60
) -> subprocess.CompletedProcess[str]:
    """`python -m bot …` in `folder`, to its end."""
    argv = [sys.executable, "-m", "bot", *words]
    return subprocess.run(
        argv, cwd=folder, env=environ, capture_output=True, text=True, timeout=seconds
    )


def environment(var: Path, **variables: object) -> dict[str, str]:
    """A shell's environment without settings of its own: free ports, `var`, and `variables`."""
    made = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    made["BOT_VAR"] = str(var)
    for name in ("BOT_PORT", "RASA_PORT", "ACTIONS_PORT"):
        made[name] = str(free_port())
    return {**made, **{name: str(value) for name, value in variables.items()}}


@contextlib.contextmanager
def running(var: Path, command: str = "demo", **variables: object) -> Iterator[Product]:
    """The product, ready, until the block ends. Raises AssertionError with what it printed."""
    environ = environment(var, **variables)
    var.mkdir(parents=True, exist_ok=True)
    output = var / "supervisor.txt"
    begun = time.monotonic()
    with output.open("wb") as out:
        popen = subprocess.Popen(
            [sys.executable, "-m", "bot", command], cwd=ROOT, env=environ, stdout=out, stderr=out
        )
    settings = read_settings(environ, demo=command == "demo")
    product = Product(popen, settings, environ, output, 0.0)
    try:
        while "Ready." not in product.said:
            assert popen.poll() is None, product.said
            assert time.monotonic() - begun < START_SECONDS, product.said
            time.sleep(0.1)
        product.seconds = time.monotonic() - begun
        yield product
    finally:
        product.stop()
