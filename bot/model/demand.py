"""The rules of a submitted demand: its number, its categories, what may be done in which state."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from knowledge.form import DemandForm, FormField

SUBMITTED = "submitted"
WITHDRAWN = "withdrawn"
MAY_CHANGE = frozenset({SUBMITTED})
MAY_WITHDRAW = frozenset({SUBMITTED})
"""Once somebody works on a demand, the enterprise talks to them instead."""
CHINA = timedelta(hours=8)
"""The whole country keeps one time, without summer time."""


def local_date(moment: datetime) -> date:
    """The day in China of a UTC moment."""
    return (moment + CHINA).date()


def demand_number(year: int, sequence: int) -> str:
    """ZLXQ-2026-0001: 质量需求, the year of submission, its place in that year."""
    return f"ZLXQ-{year}-{sequence:04d}"


def clean_number(text: str) -> str:
    """A demand's number as people type it (full width, small letters, blanks) in its one form."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def categories_of(form: DemandForm, answers: Mapping[str, Any]) -> list[str]:
    """The categories that the answers ask for, in the form's order."""
    found: dict[str, None] = {}
    for field in form.fields:
        for category in _categories(form, field, answers.get(field.id)):
            found.setdefault(category)
    return list(found)


def _categories(form: DemandForm, field: FormField, value: Any) -> list[str]:
    own = form.section(field.section).category
    if not value:
        return []
    if field.kind != "choices":
        return [own] if own else []
    known = dict(zip(field.options, field.option_categories, strict=True))
    return [category for option in value if (category := known.get(option, own))]
