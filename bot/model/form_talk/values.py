"""Checks stored values of the demand form: whoever gives them, the same rules hold."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.model.answer.address import read_address
from bot.model.answer.choices import LONGEST_OTHER, OTHER
from bot.model.answer.company import read_company
from bot.model.answer.contacts import check_telephone, read_credit_code, read_email
from bot.model.answer.dates import check_date, read_date
from bot.model.answer.numbers import check_number, read_number
from bot.model.answer.person import check_person
from bot.model.answer.rows import MOST_ROWS
from bot.model.answer.standards import read_standard_number
from bot.model.answer.yes_no import NO, YES, read_yes_no
from bot.model.field_error import FieldError
from bot.model.wording import tidy
from knowledge.form import FormField


def check_value(field: FormField, value: Any, today: date | None = None) -> Any:
    """`value` as it is stored. Raises FieldError(field.id, code).

    Takes stored values and what a page sends: texts as typed, numbers as text, choices and rows
    as lists. An empty text, list or None is None: the field has no answer. `today`: dates after
    it are refused.
    """
    if value is None or value == "" or (isinstance(value, str) and not tidy(value)):
        return None
    return _CHECKS[field.kind](field, value, today)


def _text(field: FormField, value: Any, today: date | None) -> str:
    said = _tidied(field, value)
    if len(said) > field.longest:
        raise FieldError(field.id, "too_long")
    if field.kind == "text":
        said = " ".join(said.split())
        if field.format in _FORMATS and said != "无":
            _FORMATS[field.format](field.id, said)  # refuses what can be none; else as written
        if field.format == "standard_number":
            return read_standard_number(field.id, said)
    return said


_FORMATS = {"company": read_company, "person": check_person, "address": read_address}


def _number(field: FormField, value: Any, today: date | None) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise FieldError(field.id, "not_whole" if isinstance(value, float) else "wrong_type")
    return read_number(field.id, value) if isinstance(value, str) else check_number(field.id, value)


def _date(field: FormField, value: Any, today: date | None) -> str:
    said = _tidied(field, value)
    try:
        return check_date(field.id, said, today)
    except FieldError as error:
        if error.code != "impossible_date" or said.replace("-", "").isdigit():
            raise
    return check_date(field.id, read_date(field.id, said, today or date.max), today)


def _choices(field: FormField, value: Any, today: date | None) -> list[str]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(v, str) for v in value):
        raise FieldError(field.id, "wrong_type")
    given = [tidy(text) for text in value]
    others = [text for text in given if text.startswith(OTHER) and field.other]
    if len(others) > 1:
        others = [OTHER + "；".join(text[len(OTHER) :] for text in others)]
    if any(text not in field.options and not text.startswith(OTHER) for text in given) or (
        not field.other and any(text.startswith(OTHER) for text in given)
    ):
        raise FieldError(field.id, "no_option")
    if others and not others[0][len(OTHER) :].strip():
        others = []
    if others and len(others[0]) > LONGEST_OTHER + len(OTHER):
        raise FieldError(field.id, "too_long")
    return [text for text in field.options if text in given] + others


def _rows(field: FormField, value: Any, today: date | None) -> list[dict[str, str]]:
    """A cell that is missing is still to be asked for, an empty one is left empty."""
    if not isinstance(value, (list, tuple)) or not all(isinstance(row, dict) for row in value):
        raise FieldError(field.id, "wrong_type")
    known = {column.id for column in field.columns}
    rows: list[dict[str, str]] = []
    for row in value:
        if set(row) - known:
            raise FieldError(field.id, "unknown_column")
        checked = {
            column.id: check_value(column, row[column.id], today) or ""
            for column in field.columns
            if column.id in row
        }
        if any(checked.values()):
            rows.append(checked)
    if len(rows) > MOST_ROWS:
        raise FieldError(field.id, "too_many_rows")
    return rows


def _yes_no(field: FormField, value: Any, today: date | None) -> str:
    said = _tidied(field, value)
    return said if said in (YES, NO) else read_yes_no(field.id, said)


def _tidied(field: FormField, value: Any) -> str:
    if not isinstance(value, str):
        raise FieldError(field.id, "wrong_type")
    return tidy(value)


_CHECKS = {
    "text": _text,
    "long_text": _text,
    "number": _number,
    "date": _date,
    "telephone": lambda field, value, today: check_telephone(field.id, _tidied(field, value)),
    "credit_code": lambda field, value, today: read_credit_code(field.id, _tidied(field, value)),
    "email": lambda field, value, today: read_email(field.id, _tidied(field, value)),
    "choices": _choices,
    "rows": _rows,
    "yes_no": _yes_no,
}
