"""A draft that stands at a field, as `evaluate --midform` makes it: all before it is answered."""

from __future__ import annotations

from typing import Any

from bot.measure_form import FILLED, ROWS
from knowledge.form import DemandForm, FormField

CELLS = ROWS[0]
"""A product told to the end."""


def find_label(form: DemandForm, label: str) -> tuple[FormField, FormField | None]:
    """The field, and of rows the column, that annex 4 calls `label`."""
    for field in form.fields:
        if field.label == label and field.kind != "rows":
            return field, None
        for column in field.columns:
            if column.label == label:
                return field, column
    return next(field for field in form.fields if field.label == label), None


def standing_at(form: DemandForm, label: str) -> tuple[str, dict[str, Any]]:
    """The path being asked, and the answers given before: every section is wanted."""
    field, column = find_label(form, label)
    answers = before(form, field.id)
    if column is None:
        return field.id, answers
    row: dict[str, str] = {}
    for other in field.columns:
        if other is column:
            break
        row[other.id] = CELLS[other.id]
    answers[field.id] = [row] if row else []
    return f"{field.id}.1.{column.id}", answers


def before(form: DemandForm, field_id: str) -> dict[str, Any]:
    """The answers to all fields before this one."""
    answers: dict[str, Any] = {}
    for field in form.fields:
        if field.id == field_id:
            break
        if field.id == "wanted":
            answers["wanted"] = list(field.options)
        elif field.kind == "rows":
            answers[field.id] = [dict(CELLS)]
        elif field.id in FILLED:
            answers[field.id] = FILLED[field.id]
    return answers
