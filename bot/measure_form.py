"""`python -m bot evaluate --midform`: messages in the middle of the form, put to the assistant.

Every row gets a draft of its own, in a database made for the measurement, that stands at the
row's field; the trained classifier reads the message, the form's service handles it, and what
was stored or done is compared with what the row expects.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection, Engine

from bot.model.answer.address import is_same
from bot.model.answer.answers import read_answer
from bot.services.consents import record_consent
from bot.services.form.chat import FormChat
from bot.services.form.draft_rows import Draft, get_draft
from bot.services.form.drafts import open_draft, save_answers, set_state
from bot.services.form.says import FormTurn
from bot.services.form.talk import GIVE_UP
from bot.settings import Settings
from bot.storage.database import create_engine, migrate, utc_now
from bot.storage.tables import conversations, users
from knowledge.form import DemandForm, FormField, load_form
from nlu.classifier import rank
from nlu.evaluate import MODEL, QuestionsError, read_lines
from nlu.model_file import ModelError, load_classifier

Row = dict[str, Any]
FILLED: dict[str, Any] = {
    "company_name": "重庆市永川区鑫源铸造有限公司",
    "legal_representative": "周明德",
    "business_scope": "摩托车零部件制造、销售",
    "industry": "汽车零部件制造业",
    "registered_address": "重庆市永川区凤凰湖工业园凤龙大道88号",
    "postal_address": "重庆市永川区中山路街道人民大道1号",
    "founded": "2008-05",
    "employees": 86,
    "contact": "质量部 李静",
    "telephone": "13983001234",
    "methods": ["5S/6S", "QC小组"],
}
"""Answers that stand in the draft before the field that is asked."""
ROWS = [
    {
        "product": "卫生陶瓷",
        "standard_name": "卫生陶瓷",
        "standard_number": "GB 6952-2015",
        "adopted": "未采标",
        "published": "是",
    }
]


def read_rows(path: Path) -> list[Row]:
    """Lines of {"field", "text", "kind", "expect", "now"?}. Raises QuestionsError with the line.

    `now`: the day of the message, for rows that tell a date from it (去年); else the day it is.
    """

    def read(row: Any) -> Row:
        given = {name: row[name] for name in ("field", "text", "kind")}
        now = datetime.fromisoformat(row["now"]) if row.get("now") else utc_now()
        return {**given, "expect": row.get("expect"), "now": now}

    return read_lines(path, read, '"field", "text", "kind" and "expect"')


def named(form: DemandForm, label: str) -> tuple[FormField, FormField | None]:
    """The field of this label or section title, and its column when the label is a column's."""
    for field in form.fields:
        if label in (field.label, field.id):
            return field, None
    for field in form.fields:
        for column in field.columns:
            if label == column.label:
                return field, column
    for field in form.fields:
        section = form.section(field.section)
        if section.chosen and label in (section.title, f"企业{section.title}"):
            return field, None
    for field in form.fields:
        if label in field.names:
            return field, None
    raise QuestionsError(f"no field of the form is called {label!r}")


def stand_at(
    db: Connection, form: DemandForm, field: FormField, row: Row, column: FormField | None = None
) -> Draft:
    """A new user's draft that asks `field`, of rows this column; everything before it filled."""
    now = row["now"]
    user = db.execute(
        users.insert().values(openid=f"m{id(row)}", account="gh", subscribed=True, created_at=now)
    ).inserted_primary_key[0]
    db.execute(conversations.insert().values(user_id=user))
    record_consent(db, user, channel="wechat", now=now)
    draft = open_draft(db, user, "wechat", now)
    answers = {name: value for name, value in FILLED.items() if name != field.id}
    if field.id != "wanted":
        title = form.section(field.section).title
        options = form.field("wanted").options
        answers["wanted"] = [title if title in options else options[0]]
    if row["kind"] == "correction":
        other, _ = named(form, row["expect"]["field"])
        if other.kind == "rows":
            answers[other.id] = ROWS
            title = form.section(other.section).title
            answers["wanted"] = sorted({title, *answers.get("wanted", [])})
    if isinstance(row["expect"], dict) and "remove" in row["expect"]:
        answers[field.id] = list(field.options)
    if column is not None:
        told = field.columns[: field.columns.index(column)]
        answers[field.id] = [{c.id: ROWS[0][c.id] for c in told}] if told else []
    draft = save_answers(db, draft, answers, channel="wechat", actor="user", now=now)
    return set_state(db, draft, asking=field.id)


def right(
    form: DemandForm,
    field: FormField,
    row: Row,
    before: Draft,
    after: Draft,
    turn: FormTurn,
    column: FormField | None = None,
) -> bool:
    """Whether what was stored or done is what the row expects."""
    expect, kind = row["expect"], row["kind"]
    said = {entry.response for entry in turn.said}
    stored = after.answers.get(field.id)
    unchanged = after.answers == before.answers
    if kind == "answer":
        if isinstance(expect, dict) and "remove" in expect:
            kept = [o for o in before.answers[field.id] if o not in expect["remove"]]
            return stored == kept
        if column is not None and stored and not isinstance(expect, list):
            return any(same(column, r.get(column.id), expect, after.answers) for r in stored)
        return same(field, stored, expect, after.answers)
    if kind == "correction":
        other, column = named(form, expect["field"])
        value = after.answers.get(other.id)
        if column is not None:
            return any(
                same(column, r.get(column.id), expect["value"], after.answers) for r in value or ()
            )
        return same(other, value, expect["value"], after.answers)
    if kind == "command":
        return {
            "back": lambda: unchanged and after.asking not in (field.id, None, GIVE_UP),
            "skip": lambda: _left_out(field, column, before, after, said),
            "save": lambda: unchanged and after.status == "paused",
            "summary": lambda: unchanged and "utter_form_summary" in said,
            "cancel": lambda: unchanged and after.asking == GIVE_UP,
            "submit": lambda: (
                unchanged and bool(said & {"utter_form_review", "utter_form_incomplete"})
            ),
            "clear": lambda: not unchanged and "utter_form_cleared" in said,
            "page": lambda: unchanged and "utter_form_page" in said,
            "goto": lambda: unchanged and after.asking not in (None, GIVE_UP),
        }.get(expect, lambda: False)()
    if kind == "question":
        asked = turn.question not in ("", "handoff_human") or "utter_form_about" in said
        return unchanged and (turn.question == expect if expect else asked)
    if kind == "handoff":
        return unchanged and turn.question == "handoff_human"
    if kind == "invalid":
        return unchanged and bool(
            said
            & {"utter_form_invalid", "utter_form_range", "utter_form_way_on", "utter_form_stuck"}
        )
    return unchanged and not turn.question and after.asking == field.id


def _left_out(
    field: FormField, column: FormField | None, before: Draft, after: Draft, said: set[str]
) -> bool:
    """Nothing is stored, of rows an empty cell, and the form is past it or says it is required."""
    stored = after.answers.get(field.id)
    moved = after.asking != before.asking or "utter_form_required" in said
    if column is None or not stored:
        return not stored and moved
    return stored[-1].get(column.id) == "" or moved


def same(field: FormField, stored: Any, expect: Any, answers: Mapping[str, Any]) -> bool:
    """Whether a stored value is the expected one, in whatever spelling the row has it."""
    if isinstance(expect, dict):
        spelt = {column.label: column.id for column in field.columns}
        cells = {spelt.get(name, name): value for name, value in expect.items()}
        return any(row == cells for row in stored or ())
    if isinstance(expect, list) and field.kind == "rows":
        return len(expect) == len(stored or ()) and all(
            same(field, stored, row, answers) for row in expect
        )
    if isinstance(expect, list):
        return sorted(map(str, stored or [])) == sorted(map(str, expect))
    if field.kind == "choices" and isinstance(stored, list):
        return stored == [expect]
    if field.same_as and is_same(str(expect)):
        expect = answers.get(field.same_as)
    if field.format == "contact":  # the row may have 质检科科长邓素芳 for 质检科 邓素芳
        expect = read_answer(field, str(expect), date.max)
    if field.kind == "telephone":  # and 023-49826630 for 02349826630
        return str(stored).replace("-", "") == str(expect).replace("-", "")
    return stored is not None and str(stored) == str(expect)


def measure(engine: Engine, settings: Settings, model: Any, rows: list[Row]) -> dict[str, Any]:
    """{"n", "right", "by_kind": {kind: {"n", "right"}}, "wrong": [(row, what was done)]}."""
    form = load_form()
    count: Counter[tuple[str, bool]] = Counter()
    wrong = []
    for number, row in enumerate(rows, 1):
        field, column = named(form, row["field"])
        with engine.begin() as db:
            before = stand_at(db, form, field, row, column)
            chat = FormChat(db, settings, before.user_id, number, row["now"])
            turn = chat.hear(row["text"], rank(model, row["text"]))
            after = get_draft(db, before.id)
        hit = right(form, field, row, before, after, turn, column)
        count[row["kind"], hit] += 1
        if not hit:
            done = after.answers.get(field.id) if after.answers != before.answers else None
            wrong.append((row, f"{turn.question} {[s.response for s in turn.said][:2]} {done}"))
    kinds = sorted({kind for kind, _ in count})
    by_kind = {
        kind: {"n": count[kind, True] + count[kind, False], "right": count[kind, True]}
        for kind in kinds
    }
    return {
        "n": len(rows),
        "right": sum(entry["right"] for entry in by_kind.values()),
        "by_kind": by_kind,
        "wrong": wrong,
    }


def main(file: str, as_json: bool = False) -> int:
    """The command; exit status."""
    try:
        rows = read_rows(Path(file))
        model = load_classifier(MODEL)
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(var=Path(folder), secret="measurement")
            migrate(settings.database)
            engine = create_engine(settings.database)
            report = measure(engine, settings, model, rows)
            engine.dispose()
    except (QuestionsError, ModelError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    for kind, entry in report["by_kind"].items():
        print(f"{kind:12}{entry['right']:>5} of {entry['n']}")
    for row, done in report.pop("wrong"):
        print(f"✗ {row['field']} | {row['text'][:40]} | {row['kind']} {row['expect']} | {done}")
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
    return 0
