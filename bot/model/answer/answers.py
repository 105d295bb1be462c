"""Reads an answer to a field, whatever its kind, out of what people type."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.model.answer.address import read_address
from bot.model.answer.choices import read_choices
from bot.model.answer.company import read_company
from bot.model.answer.contacts import read_credit_code, read_email, read_telephone
from bot.model.answer.dates import read_date
from bot.model.answer.department import read_department
from bot.model.answer.numbers import read_number
from bot.model.answer.person import read_person
from bot.model.answer.rows import read_rows
from bot.model.answer.standards import read_standard_number
from bot.model.answer.text import read_short_text
from bot.model.answer.yes_no import read_adoption, read_yes_no
from bot.model.field_error import FieldError
from bot.model.wording import bare, has_words, is_nothing, is_unknown, tidy, without_emoji
from knowledge.form import FormField

NOTHING = "无"


def read_answer(field: FormField, text: str, today: date) -> Any:
    """The stored value that `text` means. Raises FieldError(field.id, code) when it means none.

    Whether the text is an answer at all, and not a question, is form_turn's matter.
    """
    said = tidy(text)
    if not has_words(said):
        raise FieldError(field.id, "empty")
    if len(said) > max(field.longest, 1000):
        raise FieldError(field.id, "too_long")
    if field.kind in ("text", "long_text"):
        return _read_text(field, said)
    if field.kind == "date":
        return read_date(field.id, said, today)
    if field.kind == "choices":
        return read_choices(field, said)
    if field.kind == "rows":
        return read_rows(field, said)
    return _READERS[field.kind](field.id, said)


_READERS = {
    "number": read_number,
    "telephone": read_telephone,
    "credit_code": read_credit_code,
    "email": read_email,
    "yes_no": read_yes_no,
}
_FORMATS = {
    "company": read_company,
    "person": read_person,
    "address": read_address,
    "standard_number": read_standard_number,
    "adoption": read_adoption,
}


def _read_text(field: FormField, said: str) -> str:
    if field.format != "adoption":
        if is_unknown(said) and field.kind == "text":
            raise FieldError(field.id, "unclear")
        if is_nothing(said):
            if field.required:
                raise FieldError(field.id, "required")
            return NOTHING
    if field.kind == "long_text":
        value = said
    elif field.format == "contact":
        value = read_department(field.id, said, field.names)
    elif field.format in _FORMATS:
        value = _FORMATS[field.format](field.id, said)
    else:
        value = read_short_text(field.id, bare(without_emoji(said)), field.names)
    if field.kind == "text":
        value = " ".join(value.split())
    if len(value) > field.longest:
        raise FieldError(field.id, "too_long")
    return value
