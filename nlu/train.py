"""`python -m nlu.train`: train when something changed, measure, and keep the better model."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from nlu.evaluate import Report, evaluate, read_questions, report_lines
from nlu.model_file import load_classifier

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models" / "assistant.tar.gz"
CARD = ROOT / "models" / "assistant.json"
QUESTIONS = ROOT / "tests" / "nlu" / "test_questions.jsonl"
WORSE = 0.01
"""A fall of a figure by more than this is not noise: the old model stays."""


def fingerprint() -> str:
    """Hash of everything that the model is made of."""
    digest = hashlib.sha256()
    patterns = ("data/**/*.yml", "domain/**/*.yml", "nlu/*.py", "knowledge/*", "config.yml")
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                digest.update(path.relative_to(ROOT).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def figures(report: Report) -> dict[str, float]:
    """The figures that must not fall."""
    return {
        "in_scope": report["in_scope"]["accuracy"],
        "out_of_scope": report["out_of_scope"]["recall"],
        "intents": report["intents"]["accuracy"],
    }


def main(argv: list[str] | None = None) -> int:
    """Train; exit status 1 when training failed or the new model is worse."""
    parser = argparse.ArgumentParser(prog="python -m nlu.train", description=__doc__)
    parser.add_argument("--force", action="store_true", help="train and keep it whatever it is")
    options = parser.parse_args(argv)
    now = fingerprint()
    card: dict[str, Any] = json.loads(CARD.read_text()) if CARD.exists() else {}
    if MODEL.exists() and card.get("fingerprint") == now and not options.force:
        print("Model is up to date.")
        return 0
    candidate = _train()
    if candidate is None:
        return 1
    report = evaluate(load_classifier(candidate), read_questions(QUESTIONS))
    print("\n".join(report_lines(report)))
    reached, before = figures(report), card.get("figures", {}) if MODEL.exists() else {}
    worse = [name for name, value in before.items() if reached.get(name, 0) < value - WORSE]
    if worse and not options.force:
        print(
            f"Error: worse than the model in use on {', '.join(worse)}"
            f" ({before} before, {reached} now). Add training data, or keep the new model with"
            " `make train FORCE=1`.",
            file=sys.stderr,
        )
        return 1
    MODEL.parent.mkdir(exist_ok=True)
    shutil.move(candidate, MODEL)
    CARD.write_text(json.dumps({"fingerprint": now, "figures": reached}, indent=1) + "\n")
    print("Kept as models/assistant.tar.gz")
    return 0


def _train() -> Path | None:
    folder = ROOT / ".build" / "model"
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "train.log"
    argv = [sys.executable, "-m", "rasa", "train", "--force", "--domain", "domain"]
    argv += ["--data", "data", "--config", "config.yml", "--out", str(folder)]
    argv += ["--fixed-model-name", "assistant"]
    env = {
        **os.environ,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "RASA_TELEMETRY_ENABLED": "false",
        "PYTHONPATH": str(ROOT),
    }
    begun = time.monotonic()
    with log.open("wb") as out:
        child = subprocess.Popen(argv, stdout=out, stderr=out, env=env, cwd=ROOT)
        while child.poll() is None:
            print(f"  training the assistant … {time.monotonic() - begun:.0f} s", flush=True)
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                continue
    if child.returncode:
        print(log.read_text(errors="replace")[-3000:], file=sys.stderr)
        print(f"Error: training failed; the whole log is {log}", file=sys.stderr)
        return None
    print(f"  trained in {time.monotonic() - begun:.0f} s")
    return folder / "assistant.tar.gz"


if __name__ == "__main__":
    sys.exit(main())
