"""`python -m bot evaluate --booking`: booking messages, read at a given moment."""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.model.booking_talk.reading import BookingWish, read_booking_message
from nlu.classifier import rank
from nlu.evaluate import MODEL, QuestionsError, read_lines
from nlu.model_file import ModelError, load_classifier

Row = dict[str, Any]
Report = dict[str, Any]
KEYS = ("park", "category", "period", "time", "time_to", "problem", "any_time", "expert", "number")


def read_rows(path: Path) -> list[Row]:
    """Lines of {"text", "now", "expect": {"action", …}}. Raises QuestionsError naming the line."""

    def read(row: Any) -> Row:
        expect = {"action": row["expect"]["action"], **row["expect"]}
        now = datetime.fromisoformat(row["now"])
        return {"text": str(row["text"]), "now": now, "expect": expect}

    return read_lines(path, read, '"text", "now" and "expect" with an "action"')


def said(wish: BookingWish) -> Row:
    """A wish in the form of a row's `expect`, with every key."""
    found: Row = {key: getattr(wish, key) for key in KEYS}
    first, last = wish.first, wish.last
    day = first.isoformat() if first else None
    if first is not None and first != last:
        found["date"] = {"from": day, "to": last.isoformat() if last else None}
    else:
        found["date"] = day
    return found | {"action": wish.action}


def right(expect: Row, wish: BookingWish) -> bool:
    """Whether action and every key of `expect` are as expected.

    An appointment with a department is a booking where a row does not tell the two apart.
    """
    found = said(wish)
    if expect["action"] == "book" and found["action"] == "individual":
        found["action"] = "book"
    return all(found.get(key) == value for key, value in expect.items())


def measure(model: Any, rows: list[Row]) -> Report:
    """{"n", "right", "by_action": {action: {"n", "right"}}, "wrong": [(row, what was read)]}."""
    count: Counter[tuple[str, bool]] = Counter()
    wrong = []
    for row in rows:
        wish = read_booking_message(row["text"], row["now"], rank(model, row["text"]))
        hit = right(row["expect"], wish)
        count[row["expect"]["action"], hit] += 1
        if not hit:
            wrong.append((row, said(wish)))
    actions = sorted({action for action, _ in count})
    by_action = {
        action: {"n": count[action, True] + count[action, False], "right": count[action, True]}
        for action in actions
    }
    return {
        "n": len(rows),
        "right": sum(entry["right"] for entry in by_action.values()),
        "by_action": by_action,
        "wrong": wrong,
    }


def main(file: str, as_json: bool = False) -> int:
    """The command; exit status."""
    try:
        report = measure(load_classifier(MODEL), read_rows(Path(file)))
    except (QuestionsError, ModelError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    for action, entry in report["by_action"].items():
        print(f"{action:12}{entry['right']:>5} of {entry['n']}")
    for row, found in report.pop("wrong"):
        other = {
            key: found.get(key) for key, want in row["expect"].items() if found.get(key) != want
        }
        asked = f"{row['now']:%Y-%m-%d %a %H:%M} | {row['text'][:60]}"
        print(f"✗ {asked} | {row['expect']} | read: {other}")
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
    return 0
