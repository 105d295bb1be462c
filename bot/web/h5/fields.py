"""Between a field's stored value and the controls of the page that show and send it.

Names of controls: the field's id; `id.other` for the free text of choices; `id.3.column` in rows.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from typing import Any

from bot.model.answer.choices import OTHER
from bot.model.field_error import FieldError
from bot.model.form import check_value, display
from bot.web.guard import Posted
from knowledge.form import FormField

EMPTY: tuple[Any, ...] = (None, "", [])
"""Stored values that say nothing."""


class ControlError(Exception):
    """What was typed does not fit. `problems`: control name → code."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(problems)
        self.problems = problems


def read_value(field: FormField, posted: Posted, today: date) -> Any:
    """The value to store of what the field's controls sent; None when all were left empty.

    Raises ControlError.
    """
    if field.kind == "rows":
        return _read_rows(field, posted, today) or None
    try:
        if field.kind == "choices":
            return _read_choices(field, posted)
        return check_value(field, _first(posted, field.id), today)
    except FieldError as error:
        raise ControlError({field.id: error.code}) from None


def controls_of(field: FormField, value: Any) -> Posted:
    """What the field's controls hold for a stored value: the inverse of `read_value`."""
    if field.kind == "rows":
        held: Posted = {}
        for place, row in enumerate(value or []):
            for column in field.columns:
                held[f"{field.id}.{place}.{column.id}"] = [display(column, row.get(column.id))]
        return held
    if field.kind == "choices":
        free = [text.removeprefix(OTHER) for text in value or [] if text.startswith(OTHER)]
        return {field.id: [t for t in value or [] if t in field.options], f"{field.id}.other": free}
    return {field.id: [] if value in EMPTY else [display(field, value)]}


def row_numbers(field: FormField, held: Posted) -> list[int]:
    """The numbers of the rows that `held` has, at least one."""
    found = {int(number) for number, _ in _cells(field, held)}
    return sorted(found) or [0]


def show_lines(field: FormField, value: Any) -> list[str]:
    """A stored value as people read it, in lines: one for each choice, each row."""
    if value in EMPTY:
        return []
    return list(value) if field.kind == "choices" else display(field, value).splitlines()


def digest(value: Any) -> str:
    """A short mark of a stored value: tells whether somebody changed it meanwhile."""
    if value in EMPTY:
        return "0"
    if isinstance(value, list):
        # A cell never asked for and one left empty look the same on the page.
        value = [{k: v for k, v in i.items() if v} if isinstance(i, dict) else i for i in value]
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _read_choices(field: FormField, posted: Posted) -> Any:
    chosen = [text for text in posted.get(field.id, []) if text]
    other = _first(posted, f"{field.id}.other").strip()
    if other and field.other:
        chosen.append(OTHER + other)
    return check_value(field, chosen) if chosen else None


def _read_rows(field: FormField, posted: Posted, today: date) -> Any:
    rows: dict[int, dict[str, str]] = {}
    for number, column_id in _cells(field, posted):
        text = _first(posted, f"{field.id}.{number}.{column_id}")
        rows.setdefault(int(number), {})[column_id] = text.strip()
    kept, problems = [], {}
    for place, row in sorted(rows.items()):
        if not any(row.values()):
            continue
        read, wrong = _read_row(field, row, today)
        problems.update({f"{field.id}.{place}.{name}": code for name, code in wrong.items()})
        kept.append(read)
    if problems:
        raise ControlError(problems)
    try:
        return check_value(field, kept) if kept else None
    except FieldError as error:
        raise ControlError({field.id: error.code}) from None


def _read_row(
    field: FormField, row: dict[str, str], today: date
) -> tuple[dict[str, Any], dict[str, str]]:
    """One row and what is wrong in it."""
    read, wrong = {}, {}
    for column in field.columns:
        text = row.get(column.id, "")
        try:
            value = check_value(column, text, today)
        except FieldError as error:
            wrong[column.id] = error.code
            continue
        if value is None and column.required:
            wrong[column.id] = "required"
        read[column.id] = "" if value is None else value
    return read, wrong


def _cells(field: FormField, held: Posted) -> list[tuple[str, str]]:
    """(row number, column id) of every control of the rows in `held`."""
    columns = "|".join(re.escape(column.id) for column in field.columns)
    pattern = re.compile(rf"{re.escape(field.id)}\.(\d{{1,3}})\.({columns})")
    return [found.groups() for name in held if (found := pattern.fullmatch(name))]  # type: ignore[misc]


def _first(posted: Posted, name: str) -> str:
    return (posted.get(name) or [""])[0]
