"""`python -m nlu.train`: train when something changed, measure, and keep the better model."""

from __future__ import annotations

import argparse
import shutil
import sys
import time

from nlu.evaluate import QUESTIONS, evaluate, figures, read_questions, report_lines
from nlu.model_file import load_classifier
from nlu.model_store import (
    INSTALLED,
    ROOT,
    card_of,
    fingerprint,
    learned_file,
    model_in_use,
    var_folder,
    write_card,
)
from nlu.rasa_train import TrainingFailedError, train_model

WORSE = 0.01
"""A fall of a figure by more than this is not noise: the old model stays."""


def main(argv: list[str] | None = None) -> int:
    """Train; exit status 1 when training failed or the new model is worse."""
    parser = argparse.ArgumentParser(prog="python -m nlu.train", description=__doc__)
    parser.add_argument("--force", action="store_true", help="train and keep it whatever it is")
    options = parser.parse_args(argv)
    learned = learned_file(var_folder())
    now = fingerprint(learned)
    in_use = model_in_use(var_folder())
    if card_of(in_use).get("fingerprint") == now and not options.force:
        print("Model is up to date.")
        return 0
    begun = time.monotonic()
    try:
        candidate = train_model(
            ROOT / ".build" / "model",
            learned,
            lambda seconds: print(f"  training the assistant … {seconds:.0f} s", flush=True),
        )
    except TrainingFailedError as error:
        print(f"{error.end}\nError: {error}", file=sys.stderr)
        return 1
    print(f"  trained in {time.monotonic() - begun:.0f} s")
    report = evaluate(load_classifier(candidate), read_questions(QUESTIONS))
    print("\n".join(report_lines(report)))
    reached, before = figures(report), card_of(in_use).get("figures", {})
    worse = [name for name, value in before.items() if reached.get(name, 0) < value - WORSE]
    if worse and not options.force:
        print(
            f"Error: worse than the model in use on {', '.join(worse)}"
            f" ({before} before, {reached} now). Add training data, or keep the new model with"
            " `make train FORCE=1`.",
            file=sys.stderr,
        )
        return 1
    INSTALLED.parent.mkdir(exist_ok=True)
    shutil.move(candidate, INSTALLED)
    write_card(INSTALLED, fingerprint=now, figures=reached)
    print("Kept as models/assistant.tar.gz")
    return 0


if __name__ == "__main__":
    sys.exit(main())
