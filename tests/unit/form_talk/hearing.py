"""A message said while a field is asked, read by its words alone unless a ranking is given."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.model.form_talk.reading import Reading
from bot.model.form_talk.turn import read_form_message
from knowledge.form import load_form
from tests.unit.standing import find_label, standing_at

FORM = load_form()
TODAY = date(2026, 3, 10)
UNSURE = [("out_of_scope", 0.3), ("chitchat", 0.2)]
"""A classifier that knows nothing: what must hold by the words alone."""
LABELS = [
    *(field.label for field in FORM.fields if field.asked and field.kind != "rows"),
    *(column.label for column in FORM.field("product_standards").columns),
]


def hear(label: str, text: str, ranking: Any = UNSURE, **stored: Any) -> Reading:
    """How `text` is read while the field of this label is asked."""
    path, answers = standing_at(FORM, label)
    return read_form_message(FORM, path, text, ranking, {**answers, **stored}, TODAY)


def told(reading: Reading, label: str) -> Any:
    """The value that the reading has for the field or column of this label."""
    field, column = find_label(FORM, label)
    value = reading.values.get(field.id)
    if column is not None:
        return value[-1].get(column.id) if value else value
    return value
