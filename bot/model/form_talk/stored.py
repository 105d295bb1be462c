"""What is stored for a field that was named, and the correction that changes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.model.answer.address import is_same
from bot.model.answer.answers import NOTHING
from bot.model.form_talk.fields import Mention
from bot.model.form_talk.new_values import new_value, patched
from bot.model.form_talk.reading import Message, Reading


def stored_value(message: Message, mention: Mention) -> Any:
    value = message.answers.get(mention.field.id)
    if mention.column is None:
        return value
    rows = value or ()
    row = mention.row_in(message.answers)
    return rows[row].get(mention.column.id) if row < len(rows) else None


def corrected(message: Message, mention: Mention, value: Any) -> Reading:
    path = mention.path(message.answers)
    if mention.column is None:
        return Reading("correction", values={mention.field.id: value}, field=path)
    rows = [dict(row) for row in message.answers.get(mention.field.id) or ()]
    number = min(mention.row_in(message.answers), len(rows))
    if number == len(rows):
        rows.append({})
    row = {**rows[number], mention.column.id: value}
    rows[number] = {c.id: row[c.id] for c in mention.field.columns if c.id in row}
    return Reading("correction", values={mention.field.id: rows}, field=path)


def patches(message: Message, mention: Mention, rest: str) -> Iterator[Any]:
    stored = stored_value(message, mention)
    if isinstance(stored, str) and stored not in ("", NOTHING):
        yield from (value for value in patched(mention.target, rest, stored) if value != stored)


def valued(message: Message, mention: Mention, words: str, marked: bool) -> Any:
    """The value that the words are; None when they are none."""
    target = mention.target
    value = None
    if target.same_as and is_same(words):
        value = message.answers.get(target.same_as)
    if value is None:
        value = new_value(target, words, message.today, marked, mention.column is not None)
    return value
