"""Reads one answer as the form does on a day in March 2026; cases as lines `text → value`."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.model.answer.answers import read_answer
from bot.model.field_error import FieldError
from knowledge.form import load_form

FORM = load_form()
TODAY = date(2026, 3, 10)


def read(field_id: str, text: str) -> Any:
    """The value that the text means, or the code of the refusal."""
    field, _, column = field_id.partition(".")
    target = FORM.field(field).column(column) if column else FORM.field(field)
    try:
        return read_answer(target, text, TODAY)
    except FieldError as refused:
        return refused.code


def cases(table: str) -> list[Any]:
    """Lines `text → value` as parameters."""
    rows = [line.strip().split(" → ") for line in table.strip().splitlines() if line.strip()]
    return [pytest.param(text, value, id=text) for text, value in rows]
