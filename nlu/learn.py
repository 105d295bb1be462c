"""`python -m nlu.learn`: train with corrections made at the desk and compare with the model in use.

Says on stdout how far it is, one JSON object a line: {"line": "training", "seconds"},
{"line": "comparing"}, at last {"line": "compared", "figures", "changed"} (bot/model/learning.py).
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from nlu.classifier import rank
from nlu.decide import OUT, decide
from nlu.evaluate import QUESTIONS, evaluate, figures, read_questions
from nlu.examples import read_file
from nlu.model_file import load_classifier
from nlu.model_store import INSTALLED, ROOT, card_of, fingerprint, write_card
from nlu.rasa_train import TrainingFailedError, train_model

ASKED_BACK = "nlu_fallback"
SHOWN = 200
"""Corrections of which it is told how they were and are understood."""


def say(line: str, **data: Any) -> None:
    """One line of progress."""
    print(json.dumps({"line": line, **data}, ensure_ascii=False), flush=True)


def answered(model: Any, text: str) -> str:
    """The intent that a message is answered with; ASKED_BACK where the assistant is unsure."""
    decision = decide(rank(model, text))
    if decision.kind == "ask_back":
        return ASKED_BACK
    return OUT if decision.kind == "reject" else decision.intent


def compare(old: Any, new: Any, learned: list[tuple[str, str]]) -> dict[str, Any]:
    """Figures of both classifiers on the test questions and on the (intent, text) learned."""
    questions = read_questions(QUESTIONS)
    made: dict[str, dict[str, float]] = {}
    read: dict[str, list[str]] = {}
    for name, model in (("before", old), ("after", new)):
        read[name] = [answered(model, text) for _, text in learned]
        right = sum(got == intent for got, (intent, _) in zip(read[name], learned, strict=True))
        share = right / len(learned) if learned else 0.0
        made[name] = {**figures(evaluate(model, questions)), "learned": round(share, 4)}
    changed = [
        {"text": text, "intent": intent, "before": before, "after": after}
        for (intent, text), before, after in zip(
            learned, read["before"], read["after"], strict=True
        )
    ]
    return {"figures": made, "changed": changed[:SHOWN]}


def main(argv: list[str] | None = None) -> int:
    """Exit status 1 when the training failed."""
    parser = argparse.ArgumentParser(prog="python -m nlu.learn", description=__doc__)
    parser.add_argument("--learned", type=Path, required=True, help="the corrections")
    parser.add_argument("--build", type=Path, required=True, help="folder to work in")
    parser.add_argument("--model", type=Path, required=True, help="file to be made")
    parser.add_argument("--against", type=Path, required=True, help="the model in use")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="Rasa's training data")
    parser.add_argument("--installed", type=Path, default=INSTALLED, help="`make train`'s model")
    options = parser.parse_args(argv)
    try:
        made = train_model(
            options.build,
            options.learned,
            lambda seconds: say("training", seconds=round(seconds)),
            options.data,
        )
    except TrainingFailedError as error:
        print(error.end, file=sys.stderr)
        return 1
    say("comparing")
    learned = list(read_file(options.learned))
    found = compare(load_classifier(options.against), load_classifier(made), learned)
    options.model.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(made, options.model)
    write_card(
        options.model,
        fingerprint=fingerprint(options.learned),
        base=card_of(options.installed).get("fingerprint"),
        figures={k: v for k, v in found["figures"]["after"].items() if k != "learned"},
    )
    shutil.rmtree(options.build, ignore_errors=True)
    say("compared", **found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
