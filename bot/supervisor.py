"""Start the product's processes in order, keep them running, stop them all together."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

FIRST_DELAY, LONGEST_DELAY = 0.5, 10.0  # seconds before a restart, doubled each time
HEALTHY_AFTER = 60.0  # a process up this long starts again with the first delay
STOP_PATIENCE = 10.0  # seconds between SIGTERM and SIGKILL
STOP_TURN = 3.0  # of these, how long one process may keep the next from being asked
LOG_LIMIT, LOG_KEEP = 10 * 2**20, 3  # bytes of one log file, rotated files kept
PR_SET_PDEATHSIG = 1  # <linux/prctl.h>

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class SupervisorError(Exception):
    """The processes cannot be started; the message names the cause and the way out."""


@dataclass(frozen=True)
class Process:
    """One process to keep running. `ready` is polled until true, at most `ready_timeout` seconds."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] | None = None  # None: the supervisor's own
    ready: Callable[[], bool] | None = None
    ready_timeout: float = 60.0


@dataclass
class _Child:
    process: Process
    popen: subprocess.Popen[bytes]
    started: float
    delay: float = FIRST_DELAY
    restart_at: float | None = None  # set while the process is down


@dataclass
class Supervisor:
    """Runs `processes` with their logs and pid files under `var`; `echo` gets progress lines.

    `on_ready` is called once, when every process is ready.
    """

    processes: Sequence[Process]
    var: Path
    echo: Callable[[str], None] = print
    on_ready: Callable[[], None] | None = None
    _children: list[_Child] = field(default_factory=list, init=False)
    _stop: threading.Event = field(default_factory=threading.Event, init=False)
    _hurry: bool = field(default=False, init=False)

    def run(self) -> int:
        """Start everything and return 0 once asked to stop (SIGINT, SIGTERM, SIGHUP or `stop`).

        Raises SupervisorError when another instance holds `var` or a process does not start.
        The children die with the calling thread, even if it is killed (Linux).
        """
        with self._signals(), _locked(self.var, [process.name for process in self.processes]):
            try:
                for process in self.processes:
                    self._start_first(process)
                    if self._stop.is_set():
                        break
                else:
                    if self.on_ready:
                        self.on_ready()
                    self._watch()
            finally:
                self._stop_all()
        return 0

    def stop(self) -> None:
        """Ask `run` to end; callable from any thread."""
        self._stop.set()

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        """Turn signals into `stop`; a second one kills without patience."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def handle(_number: int, _frame: object) -> None:
            self._hurry = self._stop.is_set()
            self._stop.set()

        wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = [signal.signal(number, handle) for number in wanted]
        try:
            yield
        finally:
            for number, handler in zip(wanted, before, strict=True):
                signal.signal(number, handler)

    def _start_first(self, process: Process) -> None:
        """Start one process and wait until it is ready, with progress; stop early if asked."""
        self.echo(f"{process.name}: starting (log: {_shown(self._log(process))})")
        child = self._spawn(process)
        self._children.append(child)
        said = child.started
        while process.ready is not None and not process.ready():
            now = time.monotonic()
            if child.popen.poll() is not None:
                raise SupervisorError(self._why(process, f"ended with {_status(child.popen)}"))
            if now - child.started > process.ready_timeout:
                raise SupervisorError(
                    self._why(process, f"was not ready after {process.ready_timeout:.0f} s")
                )
            if now - said >= 10:
                said = now
                self.echo(f"{process.name}: still starting, {now - child.started:.0f} s")
            if self._stop.wait(0.05):
                return
        self.echo(f"{process.name}: ready after {time.monotonic() - child.started:.1f} s")

    def _why(self, process: Process, cause: str) -> str:
        log = self._log(process)
        lines = log.read_text("utf-8", "replace").splitlines()[-15:]
        return "\n".join([f"{process.name} {cause}; the end of {_shown(log)}:", *lines])

    def _watch(self) -> None:
        """Restart what ends and rotate the logs until asked to stop."""
        looked_at_logs = time.monotonic()
        while not self._stop.wait(0.1):
            now = time.monotonic()
            for child in self._children:
                self._care_for(child, now)
            if now - looked_at_logs >= 5:
                looked_at_logs = now
                for process in self.processes:
                    rotate(self._log(process))

    def _care_for(self, child: _Child, now: float) -> None:
        if child.restart_at is None:
            if child.popen.poll() is None:
                return
            if now - child.started >= HEALTHY_AFTER:
                child.delay = FIRST_DELAY
            _signal_group(child, signal.SIGKILL)  # whatever it left behind would hold its port
            child.restart_at = now + child.delay
            self.echo(
                f"{child.process.name}: ended with {_status(child.popen)}, "
                f"starting again in {child.delay:.1f} s"
            )
            child.delay = min(child.delay * 2, LONGEST_DELAY)
        elif now >= child.restart_at:
            fresh = self._spawn(child.process)
            child.popen, child.started, child.restart_at = fresh.popen, fresh.started, None

    def _spawn(self, process: Process) -> _Child:
        """Start the process in a session of its own, so that ctrl-C reaches only the supervisor."""
        log = self._log(process)
        log.parent.mkdir(parents=True, exist_ok=True)
        rotate(log)
        try:
            # Appending, so that rotate() may cut the file under the writer; no pipe, so that a
            # supervisor that hangs never blocks a child.
            with log.open("ab") as output:
                popen = subprocess.Popen(
                    list(process.argv),
                    env=None if process.env is None else dict(process.env),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    preexec_fn=_die_with(os.getpid()),
                )
        except OSError as error:
            raise SupervisorError(f"{process.name}: cannot start {process.argv[0]}: {error}") from error
        self._pid_file(process).write_text(f"{popen.pid}\n", "ascii")
        return _Child(process, popen, time.monotonic())

    def _stop_all(self) -> None:
        """SIGTERM in reverse order, then SIGKILL for what is left after STOP_PATIENCE."""
        deadline = time.monotonic() + STOP_PATIENCE
        if self._children:
            self.echo("stopping")
        for child in reversed(self._children):
            _signal_group(child, signal.SIGTERM)
            self._await_end(child, min(deadline, time.monotonic() + STOP_TURN))
        for child in self._children:
            self._await_end(child, deadline)
            if child.popen.poll() is None:
                self.echo(f"{child.process.name}: did not stop, killed")
            _signal_group(child, signal.SIGKILL)
            child.popen.wait()
            self._pid_file(child.process).unlink(missing_ok=True)
        if self._children:
            self.echo("stopped")
        self._children.clear()

    def _await_end(self, child: _Child, deadline: float) -> None:
        while child.popen.poll() is None and time.monotonic() < deadline and not self._hurry:
            time.sleep(0.02)

    def _log(self, process: Process) -> Path:
        return self.var / "log" / f"{process.name}.log"

    def _pid_file(self, process: Process) -> Path:
        return self.var / "run" / f"{process.name}.pid"


def rotate(log: Path, limit: int = LOG_LIMIT, keep: int = LOG_KEEP) -> None:
    """Copy `log` to `log.1` and empty it once it has `limit` bytes; keep `keep` such copies."""
    try:
        if log.stat().st_size < limit:
            return
    except FileNotFoundError:
        return
    for number in range(keep, 1, -1):
        with contextlib.suppress(FileNotFoundError):
            os.replace(f"{log}.{number - 1}", f"{log}.{number}")
    shutil.copyfile(log, f"{log}.1")
    os.truncate(log, 0)


@contextlib.contextmanager
def _locked(var: Path, names: Sequence[str]) -> Iterator[None]:
    """Hold one lock file for each process, so that no two supervisors run the same one on `var`.

    The kernel gives the locks back when the holder dies, however it dies.
    """
    run = var / "run"
    try:
        run.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SupervisorError(
            f"cannot write to {var}: {error.strerror}; set BOT_VAR to a folder that can be written"
        ) from error
    with contextlib.ExitStack() as stack:
        for name in names:
            stack.enter_context(_lock(run / f"{name}.lock", name, var))
        yield


def _lock(path: Path, name: str, var: Path) -> IO[str]:
    file = path.open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise SupervisorError(
            f"{name} is already running on {var} (process {holder}); "
            "stop that one, or set BOT_VAR to another folder"
        ) from None
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def _die_with(parent: int) -> Callable[[], None] | None:
    """What a child runs before its program: be killed when the supervisor dies (Linux only)."""
    libc = _libc
    if libc is None:
        return None

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask


def _signal_group(child: _Child, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.popen.pid, number)


def _status(popen: subprocess.Popen[bytes]) -> str:
    code = popen.returncode
    return f"status {code}" if code >= 0 else signal.Signals(-code).name


def _shown(path: Path) -> str:
    """The path as short as it can be typed from here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
