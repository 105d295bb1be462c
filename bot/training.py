"""The worker's part in learning: does the trainings asked for, keeps the model in use as decided.

The training runs in a process of its own, slowly beside the rest, and at most one at a time. What
is live stands in the database; the files that the assistant follows are made to agree with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.gateway.assistant import Assistant
from bot.model.learning import COMPARING
from bot.services.transcript import training
from bot.services.transcript.learning import approved_examples
from bot.settings import ROOT, Settings
from bot.storage.database import reading, surely, utc_now
from nlu.examples import write_examples
from nlu.model_store import (
    INSTALLED,
    is_outdated,
    learned_file,
    model_in_use,
    models_folder,
    set_live,
)

log = structlog.get_logger()
LOOK_EVERY = 2.0
KEPT = 5
"""Models of former trainings that stay on the disk, besides the one that is live."""
SLOWLY = 10


class Trainings:
    """Runs until cancelled; faults are logged and tried again."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        assistant: Assistant,
        data: Path = ROOT / "data",
        installed: Path = INSTALLED,
    ) -> None:
        self._var = settings.var
        self._data = data
        self._installed = installed
        self._engine = engine
        self._assistant = assistant
        self._running: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Look every two seconds for what is to be done."""
        try:
            while True:
                try:
                    await self._look()
                except SQLAlchemyError as error:
                    log.error("database_unavailable", error=type(error).__name__)
                except OSError as error:
                    log.error("models_unwritable", error=type(error).__name__)
                await asyncio.sleep(LOOK_EVERY)
        finally:
            if self._running is not None:
                self._running.cancel()
                await asyncio.wait([self._running], timeout=5)

    async def _look(self) -> None:
        await self._follow_live()
        if self._running is not None and not self._running.done():
            return
        run = await asyncio.to_thread(self._take)
        if run is not None:
            self._running = asyncio.create_task(self._train(run))

    def _take(self) -> Any | None:
        with reading(self._engine) as db:
            if training.under_way(db) is None:
                return None
        with self._engine.begin() as db:
            run = training.take_run(db, utc_now())
            if run is not None:
                write_examples(self._learned(run.id), approved_examples(db))
        return run

    async def _train(self, run: Any) -> None:
        """Train, and note how it ended. Cancelled with the worker, it is begun again later."""
        model = models_folder(self._var) / f"desk-{run.id}.tar.gz"
        build = self._var / "learning" / f"build-{run.id}"
        result: dict[str, Any] = {"failure": "training"}
        try:
            child = await self._start(run.id, model, build)
            try:
                async for entry in _entries(child):
                    if entry["line"] == "compared":
                        result = {name: entry[name] for name in ("figures", "changed")}
                    elif not await surely(self._note, run.id, entry):
                        return
                if await child.wait() != 0:
                    result = {"failure": "training"}
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
        finally:
            await asyncio.to_thread(shutil.rmtree, build, True)
        if "figures" in result:
            result["model"] = model.name
        status = await surely(self._end, run.id, result)
        log.info("training_ended", run=run.id, status=status)
        await asyncio.to_thread(self._tidy)

    async def _start(self, run_id: int, model: Path, build: Path) -> asyncio.subprocess.Process:
        argv = ["-m", "nlu.learn", "--learned", str(self._learned(run_id)), "--build", str(build)]
        argv += ["--against", str(model_in_use(self._var, self._installed))]
        argv += ["--model", str(model), "--installed", str(self._installed)]
        argv += ["--data", str(self._data)]
        logs = self._var / "log"
        logs.mkdir(parents=True, exist_ok=True)
        with (logs / "training.log").open("ab") as errors:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                *argv,
                cwd=ROOT,
                env={**os.environ, "BOT_VAR": str(self._var), "PYTHONWARNINGS": "ignore"},
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                stdin=asyncio.subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=_slowly,
                limit=2**22,
            )

    def _note(self, run_id: int, entry: dict[str, Any]) -> bool:
        status = COMPARING if entry["line"] == "comparing" else None
        data = {name: value for name, value in entry.items() if name != "line"}
        with self._engine.begin() as db:
            return training.note_progress(
                db, run_id, utc_now(), entry["line"], status=status, **data
            )

    def _end(self, run_id: int, result: dict[str, Any]) -> str:
        with self._engine.begin() as db:
            return training.end_run(db, run_id, utc_now(), **result)

    def _learned(self, run_id: int) -> Path:
        return self._var / "learning" / f"desk-{run_id}.yml"

    async def _follow_live(self) -> None:
        """Make the files in var/ say what the database says."""
        run = await asyncio.to_thread(self._agree)
        if run is None or any(entry["line"] == training.ANSWERING for entry in run.lines):
            return
        if await self._assistant.model() == run.model:
            await asyncio.to_thread(self._note_answering, run.id)

    def _agree(self) -> Any | None:
        with reading(self._engine) as db:
            run = training.live_run(db)
        live = models_folder(self._var) / "live"
        named = live.read_text().strip() if live.exists() else None
        if run is None:
            if named is not None:  # taken back: what it had learned goes with it
                learned_file(self._var).unlink(missing_ok=True)
                set_live(self._var, None)
            return None
        model = models_folder(self._var) / str(run.model)
        if is_outdated(model, self._installed):
            # A newer model was installed, trained with var/learning/nlu.yml as well.
            with self._engine.begin() as db:
                training.retire_live(db, run.id, utc_now())
            set_live(self._var, None)
            return None
        if named != run.model:
            learned = learned_file(self._var)
            draft = learned.with_suffix(".part")
            shutil.copy(self._learned(run.id), draft)
            draft.replace(learned)
            set_live(self._var, run.model)
        return run

    def _note_answering(self, run_id: int) -> None:
        with self._engine.begin() as db:
            training.note_answering(db, run_id, utc_now())

    def _tidy(self) -> None:
        """Delete the oldest models."""
        with reading(self._engine) as db:
            live = training.live_run(db)
        found = models_folder(self._var).glob("desk-*.tar.gz")
        newest = sorted(found, key=lambda path: int(path.name[5:-7]), reverse=True)
        for path in newest[KEPT:]:
            if live is None or path.name != live.model:
                path.unlink()
                path.with_name(path.name.removesuffix(".tar.gz") + ".json").unlink(missing_ok=True)


async def _entries(child: asyncio.subprocess.Process) -> Any:
    """The lines of progress that the process says."""
    assert child.stdout is not None
    async for line in child.stdout:
        with contextlib.suppress(ValueError):
            entry = json.loads(line)
            if isinstance(entry, dict) and "line" in entry:
                yield entry


def _slowly() -> None:
    os.nice(SLOWLY)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # it ends with the worker
