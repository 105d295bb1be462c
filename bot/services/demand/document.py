"""The demand form as a Word document that looks like annex 4 of the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from docx.table import _Cell

from bot.model.form import display
from bot.services.word_table import COLUMNS, WRITTEN, WordTable, clean, fill, fill_boxes, sign
from bot.texts import (
    FORM_COLON,
    FORM_DATE,
    FORM_NUMBER,
    FORM_OTHER,
    FORM_ROW,
    FORM_SIGNATURE,
    FORM_SIGNATURE_DATE,
    FORM_TITLE,
)
from knowledge.form import DemandForm, FormField, FormSection

WIDE = ("choices", "rows", "long_text")
"""Kinds of fields that take the whole width; the others stand two in a row."""
LABEL, VALUE = 9, 15
LONG_TEXT_MM = 26
FEWEST_ROWS = 3
"""Annex 4 prints three lines for products; empty ones stay for the pen."""


def demand_docx(
    form: DemandForm, answers: Mapping[str, Any], number: str, submitted_on: date | None
) -> bytes:
    """A filled form as a .docx file.

    `answers`: {field id: stored value}; `number` may be empty and `submitted_on` None for a form
    not yet submitted. What users wrote is text in it: no template, field or formula is evaluated.
    """
    table = WordTable(FORM_TITLE)
    day = f"{submitted_on.year}年{submitted_on.month}月{submitted_on.day}日" if submitted_on else ""
    table.line(FORM_NUMBER + number, FORM_DATE + day)
    last: _Cell | None = None
    for section in form.sections:
        fields = [f for f in form.fields if f.section == section.id and _printed(f, answers)]
        if section.number and fields:
            last = _section(table, section, fields, answers)
    sign(last or table.row(COLUMNS)[0], FORM_SIGNATURE, FORM_SIGNATURE_DATE)
    return table.save()


def _printed(field: FormField, answers: Mapping[str, Any]) -> bool:
    """What is not on annex 4 is printed only when the enterprise gave it of itself."""
    return field.printed or (not field.asked and bool(answers.get(field.id)))


def _section(
    table: WordTable,
    section: FormSection,
    fields: Sequence[FormField],
    answers: Mapping[str, Any],
) -> _Cell | None:
    """The rows of a section; returns its last cell when that is for free text."""
    (heading,) = table.row(COLUMNS, keep=True)
    fill(heading, f"{section.number}、{section.title}", bold=True)
    _pairs(table, [f for f in fields if f.kind not in WIDE], answers)
    wide = [f for f in fields if f.kind in WIDE]
    numbered = len(wide) > 1
    cell: _Cell | None = None
    for place, field in enumerate(wide, 1):
        if field.label != section.title:
            (label,) = table.row(COLUMNS, keep=True)
            fill(label, f"{place}、{field.label}" if numbered else field.label)
        value = answers.get(field.id)
        if field.kind == "rows":
            _rows(table, field, value or [])
        elif field.kind == "choices":
            fill_boxes(table.row(COLUMNS)[0], _boxes(field, value or []))
        else:
            cell = table.row(COLUMNS, height_mm=LONG_TEXT_MM, split=True)[0]
            fill(cell, value or "", font=WRITTEN)
    return cell if wide and wide[-1].kind == "long_text" else None


def _pairs(table: WordTable, fields: Sequence[FormField], answers: Mapping[str, Any]) -> None:
    """Short fields, label and value, two in a row."""
    for left in range(0, len(fields), 2):
        pair = fields[left : left + 2]
        spans = (LABEL, VALUE) * 2 if len(pair) == 2 else (LABEL, COLUMNS - LABEL)
        cells = table.row(*spans, height_mm=8)
        for field, label, value in zip(pair, cells[::2], cells[1::2], strict=True):
            fill(
                label,
                field.label.replace("/", "/\n") if len(field.label) > 8 else field.label,
                center=True,
            )
            fill(value, _shown(field, answers.get(field.id)), font=WRITTEN)


def _rows(table: WordTable, field: FormField, rows: Sequence[Mapping[str, Any]]) -> None:
    """A table with a numbered line for each entry."""
    spans = _column_spans(len(field.columns))
    for cell, title in zip(
        table.row(*spans, keep=True), (FORM_ROW, *(c.label for c in field.columns)), strict=True
    ):
        fill(cell, title, center=True)
    for number in range(1, max(FEWEST_ROWS, len(rows)) + 1):
        entry = rows[number - 1] if number <= len(rows) else {}
        values = [_shown(column, entry.get(column.id)) for column in field.columns]
        for cell, text in zip(table.row(*spans), (str(number), *values), strict=True):
            fill(cell, text, center=True, font=WRITTEN)


def _column_spans(count: int) -> tuple[int, ...]:
    """Grid columns of the number and of `count` columns: the first ones hold the long texts."""
    if count == 5:
        return (3, 10, 13, 12, 5, 5)
    each, rest = divmod(COLUMNS - 3, count)
    return (3, *(each + (1 if place < rest else 0) for place in range(count)))


def _boxes(field: FormField, chosen: Sequence[str]) -> list[tuple[bool, str]]:
    """Every option with whether it is chosen; 其他 with its text, and what is no longer offered."""
    boxes = [(option in chosen, option) for option in field.options]
    free = [text for text in chosen if text not in field.options]
    named = field.other_label != FORM_OTHER
    if field.other and not any(text.startswith(FORM_OTHER) for text in free):
        boxes.append((False, field.other_label + (FORM_COLON if named else "")))
    return boxes + [(True, text.replace(FORM_OTHER, field.other_label, 1)) for text in free]


def _shown(field: FormField, value: Any) -> str:
    return " ".join(clean(display(field, value)).split())
