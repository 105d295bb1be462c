"""Starts the processes of the product, shows how far they are, restarts what dies."""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

BACK_OFF = (0.5, 1, 2, 5, 10)
STEADY = 60.0
"""Seconds after which a process counts as running well again."""
STOP_SECONDS = 10.0


class StartError(Exception):
    """The product cannot start; the message names the cause and the way out."""


@dataclass
class Process:
    """One child. `ready` tells when it can be used; it gets `ready_seconds` for that."""

    name: str
    argv: list[str]
    env: dict[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] | None = None
    ready_seconds: float = 120
    popen: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    again_at: float = 0.0


def take_folder(var: Path) -> IO[str]:
    """Lock `var` for this run. Raises StartError when another run uses it."""
    (var / "run").mkdir(parents=True, exist_ok=True)
    (var / "log").mkdir(parents=True, exist_ok=True)
    lock = (var / "run" / "supervisor.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise StartError(
            f"Another run uses {var}. Stop it with Ctrl-C, or set BOT_VAR to another folder."
        ) from None
    return lock


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


class Supervisor:
    """Runs processes until SIGINT or SIGTERM."""

    def __init__(self, processes: list[Process], var: Path) -> None:
        self._processes = processes
        self._var = var
        self._stopping = False

    def run(self, announce: Callable[[], None]) -> int:
        """Start all at once, wait until each is ready, `announce`, keep them up; exit status."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)
        try:
            for process in self._processes:
                self._start(process)
            if self._wait_until_ready():
                announce()
            while not self._stopping:
                self._look_after()
                time.sleep(0.2)
            return 0
        except StartError as error:
            print(f"Error: {error}", file=sys.stderr, flush=True)
            return 1
        finally:
            self._stop_all()

    def _ask_to_stop(self, number: int, frame: Any) -> None:
        self._stopping = True

    def _start(self, process: Process) -> None:
        log = (self._var / "log" / f"{process.name}.log").open("ab")
        process.started = time.monotonic()
        process.popen = subprocess.Popen(
            process.argv,
            env={**os.environ, **process.env},
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
        log.close()
        (self._var / "run" / f"{process.name}.pid").write_text(str(process.popen.pid))

    def _wait_until_ready(self) -> bool:
        begun = time.monotonic()
        waiting = [p for p in self._processes if p.ready is not None]
        while waiting and not self._stopping:
            for process in list(waiting):
                log = self._var / "log" / f"{process.name}.log"
                if process.popen is not None and process.popen.poll() is not None:
                    raise StartError(
                        f"{process.name} ended with status {process.popen.returncode}; see {log}"
                    )
                if process.ready is not None and process.ready():
                    print(
                        f"  {process.name} ready after {time.monotonic() - begun:.1f} s", flush=True
                    )
                    waiting.remove(process)
                elif time.monotonic() - begun > process.ready_seconds:
                    seconds = f"{process.ready_seconds:.0f} s"
                    raise StartError(f"{process.name} is not ready after {seconds}; see {log}")
            time.sleep(0.1)
        return not self._stopping

    def _look_after(self) -> None:
        now = time.monotonic()
        for process in self._processes:
            popen = process.popen
            if popen is not None and popen.poll() is not None:
                if now - process.started > STEADY:
                    process.failures = 0
                wait = BACK_OFF[min(process.failures, len(BACK_OFF) - 1)]
                print(
                    f"  {process.name} ended with status {popen.returncode};"
                    f" started again in {wait:g} s",
                    flush=True,
                )
                process.failures += 1
                process.popen, process.again_at = None, now + wait
            elif popen is None and now >= process.again_at:
                self._start(process)

    def _stop_all(self) -> None:
        print("Stopping …", flush=True)
        for process in reversed(self._processes):
            _signal(process, signal.SIGTERM)
        end = time.monotonic() + STOP_SECONDS
        for process in self._processes:
            if process.popen is not None:
                try:
                    process.popen.wait(max(end - time.monotonic(), 0.1))
                except subprocess.TimeoutExpired:
                    _signal(process, signal.SIGKILL)
                    process.popen.wait()
            (self._var / "run" / f"{process.name}.pid").unlink(missing_ok=True)


def _signal(process: Process, number: signal.Signals) -> None:
    if process.popen is not None and process.popen.poll() is None:
        os.killpg(process.popen.pid, number)
