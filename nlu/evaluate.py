"""Measures the understanding on a file of labelled questions."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from knowledge import load_knowledge
from nlu.classifier import rank
from nlu.decide import OUT, Decision, decide
from nlu.model_file import ModelError, load_classifier
from nlu.model_store import INSTALLED, ROOT, model_in_use, var_folder

Report = dict[str, Any]
"""The figures named in the design; `confusions`: [(label, predicted, text)]."""
Question = dict[str, Any]
Row = TypeVar("Row")
QUESTIONS = ROOT / "tests" / "nlu" / "test_questions.jsonl"
"""The project's own test questions: what every new model is measured on."""
MODEL = INSTALLED
TURNED_AWAY = ("out_of_scope", "chitchat")
"""Small talk that is answered as small talk is recognised as none of our business, too."""


class QuestionsError(Exception):
    """The file of questions is malformed; the message names the line."""


def read_lines(path: Path, read: Callable[[Any], Row], needs: str) -> list[Row]:
    """What `read` makes of each JSON line; blank lines are passed over.

    Raises QuestionsError naming the file or the line; `needs` says what a line must hold.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionsError(f"{path}: cannot be read: {error}") from None
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            rows.append(read(json.loads(line)))
        except (ValueError, KeyError, AttributeError, TypeError):
            raise QuestionsError(f"{path}, line {number}: needs {needs}") from None
    return rows


def read_questions(path: Path) -> list[Question]:
    """Lines of {"text", "category" or "intent", "also"?}. Raises QuestionsError."""

    def read(row: Any) -> Question:
        label = row.get("category") or row["intent"]
        return {"text": row["text"], "label": label, "also": row.get("also", [])}

    return read_lines(path, read, '"text" and "category" or "intent"')


def evaluate(model: Any, questions: list[Question]) -> Report:
    """All figures of `model` on `questions`; rates are 0 to 1, 0 where there is no question."""
    known = load_knowledge().categories
    count: Counter[str] = Counter()
    pairs: list[tuple[str, str]] = []
    confusions = []
    for question in questions:
        decision = decide(rank(model, question["text"]))
        label, right = question["label"], {question["label"], *question["also"]}
        first = understood(decision)
        predicted = first if first not in right else label
        if label in known:
            pairs.append((label, predicted))
            _count_in_scope(count, decision, right)
        elif label == "out_of_scope":
            count["out"] += 1
            count["out_right"] += _turned_away(decision)
            count["answered"] += decision.kind == "answer" and first in known
        else:
            count["other"] += 1
            count["other_right"] += first in right
        if predicted != label:
            confusions.append((label, first, question["text"]))
    return _report(count, pairs, confusions)


def _turned_away(decision: Decision) -> bool:
    away = decision.kind == "reject" or decision.intent in TURNED_AWAY
    return away and decision.kind != "ask_back"


def _count_in_scope(count: Counter[str], decision: Decision, right: set[str]) -> None:
    """Count a question that is the centre's, whose category is one of `right`."""
    first = understood(decision) in right
    among = bool(set(decision.categories) & right)
    count["in"] += 1
    count["in_right"] += first
    count["in_two"] += among
    count["turned_away"] += _turned_away(decision)
    if decision.kind == "answer":
        count["answered"] += 1
        count["answered_right"] += first
    elif decision.kind == "ask_back":
        count["asked"] += 1
        count["asked_right"] += among


def _report(
    count: Counter[str], pairs: list[tuple[str, str]], confusions: list[tuple[str, str, str]]
) -> Report:
    return {
        "in_scope": {
            "n": count["in"],
            "accuracy": _rate(count, "in_right", "in"),
            "top2": _rate(count, "in_two", "in"),
            "macro_f1": _macro_f1(pairs),
        },
        "out_of_scope": {"n": count["out"], "recall": _rate(count, "out_right", "out")},
        "false_rejections": {"n": count["turned_away"], "rate": _rate(count, "turned_away", "in")},
        "intents": {"n": count["other"], "accuracy": _rate(count, "other_right", "other")},
        "answered": {
            "n": count["answered"],
            "precision": _rate(count, "answered_right", "answered"),
        },
        "asked_back": {"n": count["asked"], "hit": _rate(count, "asked_right", "asked")},
        "confusions": confusions,
    }


def figures(report: Report) -> dict[str, float]:
    """The figures that must not fall."""
    return {
        "in_scope": report["in_scope"]["accuracy"],
        "out_of_scope": report["out_of_scope"]["recall"],
        "intents": report["intents"]["accuracy"],
    }


def understood(decision: Decision) -> str:
    """The intent that the user's message is taken for: asked back, the first one offered."""
    if decision.kind == "answer" or not decision.categories:
        return decision.intent
    return OUT if decision.kind == "reject" else decision.categories[0]


def _rate(count: Counter[str], part: str, whole: str) -> float:
    return round(count[part] / count[whole], 4) if count[whole] else 0.0


def _macro_f1(pairs: list[tuple[str, str]]) -> float:
    labels = {label for label, _ in pairs}
    scores = []
    for label in labels:
        hit = sum(1 for pair in pairs if pair == (label, label))
        said = sum(1 for _, predicted in pairs if predicted == label)
        true = sum(1 for expected, _ in pairs if expected == label)
        scores.append(2 * hit / (said + true))
    return round(sum(scores) / len(scores), 4) if scores else 0.0


def report_lines(report: Report) -> list[str]:
    """The figures and the confusions as lines for a person."""
    lines = []
    for name, figures in report.items():
        if name == "confusions" or not figures["n"] and name != "false_rejections":
            continue
        values = "  ".join(f"{key} {value:.1%}" for key, value in figures.items() if key != "n")
        lines.append(f"{name:17} n={figures['n']:<5} {values}")
    table = Counter((label, predicted) for label, predicted, _ in report["confusions"])
    if table:
        lines += ["", f"{'expected':22}{'understood as':22}times  for example"]
    for (label, predicted), times in table.most_common():
        example = next(t for e, p, t in report["confusions"] if (e, p) == (label, predicted))
        lines.append(f"{label:22}{predicted:22}{times:<6} {example[:40]}")
    return lines


def main(file: str, as_json: bool = False, compare: str | None = None) -> int:
    """The `evaluate` command; exit status."""
    try:
        questions = read_questions(Path(file))
        report = evaluate(load_classifier(model_in_use(var_folder())), questions)
        print("\n".join(report_lines(report)))
        if compare:
            other = evaluate(load_classifier(Path(compare)), questions)
            print(f"\n{'figure':28}{'in use':>9}{'compared':>10}")
            for name, figures in report.items():
                for key in figures if name != "confusions" else ():
                    if key != "n":
                        values = f"{figures[key]:9.1%}{other[name][key]:10.1%}"
                        print(f"{name + ' ' + key:28}{values}")
    except (QuestionsError, ModelError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    if as_json:
        print(json.dumps({k: v for k, v in report.items() if k != "confusions"}))
    return 0
