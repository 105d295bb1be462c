"""Checks values against the form: one answer when it is given, all of them at submission."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.model.errors import FormIncompleteError
from bot.model.form import FieldError, asked_fields, check_value
from knowledge.form import DemandForm


def check_answer(form: DemandForm, name: str, value: Any, today: date) -> Any:
    """The stored value of an answer, None when it is taken away. Raises FieldError."""
    try:
        field = form.field(name)
    except KeyError:
        raise FieldError(name, "unknown_field") from None
    return check_value(field, value, today)


def check_form(form: DemandForm, answers: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The answers that a demand holds, each checked, in the form's order.

    Sections that are not wanted are left out. Raises FormIncompleteError with all that is wrong.
    """
    problems: dict[str, str] = {}
    checked: dict[str, Any] = {}
    asked = {field.id for field in asked_fields(form, answers)}
    for field in form.fields:
        if field.asked and field.id not in asked:
            continue
        try:
            value = check_value(field, answers.get(field.id), today)
        except FieldError as error:
            problems[field.id] = error.code
            continue
        if value is not None:
            checked[field.id] = value
        if field.required and not value:
            problems[field.id] = "required"
    known = {field.id for field in form.fields}
    problems.update({name: "unknown_field" for name in answers if name not in known})
    if problems:
        raise FormIncompleteError(problems)
    return checked
