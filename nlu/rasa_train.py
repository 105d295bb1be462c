"""Runs `rasa train` in a process of its own, on data/ and what was learned at the desk."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from nlu.examples import read_file, spoken
from nlu.model_store import ROOT

SAY_EVERY = 10.0


class TrainingFailedError(Exception):
    """Rasa ended with an error; the message names the log, `end` is its last lines."""

    def __init__(self, log: Path) -> None:
        super().__init__(f"training failed; the whole log is {log}")
        self.end = log.read_text(errors="replace")[-3000:]


def train_model(
    folder: Path,
    learned: Path | None = None,
    say: Callable[[float], None] = lambda _: None,
    data: Path = ROOT / "data",
) -> Path:
    """A model in `folder`; `say` hears every few seconds how long it takes, in seconds.

    `learned`: a file of examples that counts before those in `data`. Raises TrainingFailedError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "train.log"
    if learned and learned.exists():
        data = _with_learned(folder / "data", data, learned)
    argv = [sys.executable, "-m", "rasa", "train", "--force", "--domain", "domain"]
    argv += ["--data", str(data), "--config", "config.yml", "--out", str(folder)]
    argv += ["--fixed-model-name", "assistant"]
    env = {
        **os.environ,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "RASA_TELEMETRY_ENABLED": "false",
        "OPENBLAS_NUM_THREADS": "1",  # its threads wait busily for work that is too small for two
        "PYTHONPATH": str(ROOT),
    }
    begun = time.monotonic()
    with log.open("wb") as out:
        child = subprocess.Popen(argv, stdout=out, stderr=out, env=env, cwd=ROOT)
        while child.poll() is None:
            say(time.monotonic() - begun)
            try:
                child.wait(SAY_EVERY)
            except subprocess.TimeoutExpired:
                continue
    if child.returncode:
        raise TrainingFailedError(log)
    return folder / "assistant.tar.gz"


def _with_learned(folder: Path, data: Path, learned: Path) -> Path:
    """A copy of `data` in `folder` with `learned`, without what contradicts it."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(data, folder)
    intents = {spoken(text): intent for intent, text in read_file(learned)}
    for path in (folder / "nlu").glob("*.yml"):
        contradicting = {
            text for intent, text in read_file(path) if intents.get(spoken(text), intent) != intent
        }
        if contradicting:
            lines = path.read_text(encoding="utf-8").splitlines()
            kept = [line for line in lines if line.strip().removeprefix("- ") not in contradicting]
            path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    shutil.copy(learned, folder / "nlu" / "learned.yml")
    return folder
