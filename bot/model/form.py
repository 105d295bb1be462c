"""Rules of the demand form: what is asked when, progress, summary; no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.model.answer.rows import open_place
from bot.model.field_error import FieldError
from bot.model.form_talk.values import check_value
from knowledge.form import DemandForm, FormField

__all__ = [
    "FieldError",
    "Place",
    "Progress",
    "SummaryLine",
    "asked_fields",
    "check_value",
    "display",
    "field_at",
    "first_open",
    "next_field",
    "next_place",
    "place_of",
    "previous_field",
    "progress",
    "skip_values",
    "summary",
]

Answers = Mapping[str, Any]
"""Field id → stored value; [] and "" are answers: nothing, left empty."""


@dataclass(frozen=True)
class Place:
    """Where the form stands: a field, and of rows the row (from 0) and its column."""

    field: FormField
    row: int | None = None
    column: FormField | None = None

    @property
    def path(self) -> str:
        """As kept in the draft: `telephone`, or `product_standards.1.adopted` (rows from 1)."""
        if self.column is None or self.row is None:
            return self.field.id
        return f"{self.field.id}.{self.row + 1}.{self.column.id}"

    @property
    def asked(self) -> FormField:
        """The field or column whose question, hint and example are for this place."""
        return self.column or self.field


@dataclass(frozen=True)
class Progress:
    """第 `number` 项，共 `total` 项; `answered` of them have an answer."""

    number: int
    total: int
    answered: int


@dataclass(frozen=True)
class SummaryLine:
    """One line of the review. `number`: as in 改第3项; `text`: empty when without an answer."""

    number: int
    field: FormField
    text: str


def asked_fields(form: DemandForm, answers: Answers) -> list[FormField]:
    """The fields to be asked, in order: those of sections not wanted are left out."""
    wanted = answers.get("wanted") or ()
    sections = {
        section.id for section in form.sections if not section.chosen or section.title in wanted
    }
    return [field for field in form.fields if field.asked and field.section in sections]


def place_of(form: DemandForm, asking: str, answers: Answers) -> Place:
    """The place of a path. Of rows without a cell: the next open one. Raises KeyError."""
    field_id, _, cell = asking.partition(".")
    field = form.field(field_id)
    if field.kind != "rows":
        return Place(field)
    rows = answers.get(field_id) or ()
    if not cell:
        row, column = open_place(field, rows)
        return Place(field, row, column)
    number, _, column_id = cell.rpartition(".")
    row = int(number) - 1 if number else max(len(rows) - 1, 0)
    return Place(field, row, field.column(column_id))


def next_field(form: DemandForm, field_id: str, answers: Answers) -> FormField | None:
    """The field asked after this one; None after the last."""
    return _beside(form, field_id, answers, 1)


def previous_field(form: DemandForm, field_id: str, answers: Answers) -> FormField | None:
    """The field asked before this one; None before the first."""
    return _beside(form, field_id, answers, -1)


def first_open(form: DemandForm, answers: Answers) -> FormField | None:
    """The first asked field without an answer: where a draft goes on."""
    return next((f for f in asked_fields(form, answers) if f.id not in answers), None)


def next_place(form: DemandForm, asking: str, answers: Answers, leave: bool = False) -> str | None:
    """The path to ask after `asking`, whose answer stands in `answers` already; None at the end.

    Rows stay where they are until `leave` (没有了, 跳过) or there are none.
    """
    field_id = asking.partition(".")[0]
    field = form.field(field_id)
    if field.kind == "rows" and not leave and answers.get(field_id):
        return field_id
    following = next_field(form, field_id, answers)
    return following.id if following else None


def skip_values(form: DemandForm, asking: str, answers: Answers) -> dict[str, Any]:
    """What 跳过 stores: of rows the open cell as left empty; {} moves on to the next field."""
    place = place_of(form, asking, answers)
    rows = [dict(row) for row in answers.get(place.field.id) or ()]
    if place.column is None or place.row is None or place.row >= len(rows):
        return {}
    rows[place.row][place.column.id] = rows[place.row].get(place.column.id, "")
    return {place.field.id: rows}


def progress(form: DemandForm, field_id: str, answers: Answers) -> Progress:
    """How far the form is at this field."""
    fields = asked_fields(form, answers)
    ids = [field.id for field in fields]
    field_id = field_id.partition(".")[0]
    number = ids.index(field_id) + 1 if field_id in ids else len(ids)
    return Progress(number, len(ids), sum(answers.get(i) not in (None, "") for i in ids))


def field_at(form: DemandForm, number: int, answers: Answers) -> FormField | None:
    """The field that 第 `number` 项 names, as numbered in the summary."""
    fields = asked_fields(form, answers)
    return fields[number - 1] if 1 <= number <= len(fields) else None


def summary(form: DemandForm, answers: Answers) -> list[SummaryLine]:
    """A line for each asked field, then for what was given unasked."""
    fields = asked_fields(form, answers)
    fields += [f for f in form.fields if not f.asked and answers.get(f.id)]
    return [
        SummaryLine(number, field, display(field, answers.get(field.id)))
        for number, field in enumerate(fields, 1)
    ]


def display(field: FormField, value: Any) -> str:
    """A stored value as people read it; empty when there is none."""
    if value is None or value == "":
        return ""
    if field.kind == "choices":
        return "；".join(value) or "无"
    if field.kind == "rows":
        return "\n".join(_display_row(field, row) for row in value) or "无"
    if field.kind == "date":
        return "".join(
            f"{int(part)}{unit}" for part, unit in zip(value.split("-"), "年月日", strict=False)
        )
    if field.kind == "telephone":
        return _display_telephone(value)
    return str(value)


def _display_row(field: FormField, row: Mapping[str, str]) -> str:
    cells = [
        f"{column.label}：{row[column.id]}" if column.kind == "yes_no" else row[column.id]
        for column in field.columns
        if row.get(column.id)
    ]
    return "，".join(cells)


def _display_telephone(digits: str) -> str:
    number, _, extension = digits.partition("-")
    if number.startswith("0"):
        area = 3 if number.startswith(("01", "02")) else 4
        number = f"{number[:area]}-{number[area:]}"
    return f"{number}转{extension}" if extension else number


def _beside(form: DemandForm, field_id: str, answers: Answers, step: int) -> FormField | None:
    fields = asked_fields(form, answers)
    ids = [field.id for field in fields]
    field_id = field_id.partition(".")[0]
    if field_id in ids:
        position = ids.index(field_id) + step
        return fields[position] if 0 <= position < len(fields) else None
    # A field that is not asked (any more): the nearest asked one in the form's order.
    every = [field.id for field in form.fields]
    here = every.index(field_id)
    beyond = [f for f in fields if (every.index(f.id) - here) * step > 0]
    return (beyond[0] if step > 0 else beyond[-1]) if beyond else None
