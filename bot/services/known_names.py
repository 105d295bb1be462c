"""Names that are on file for a user: what to mask in their messages wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.storage.booking_tables import bookings
from bot.storage.tables import demands, drafts
from knowledge.form import load_form

NAMING = ("company", "person", "contact")
"""Formats of the form's fields that hold names."""


def known_names(db: Connection, user_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """{user id: names of persons and enterprises in their drafts, demands and bookings}."""
    wanted = set(user_ids)
    fields = [field.id for field in load_form().fields if field.format in NAMING]
    said: list[tuple[int, str]] = []
    for table in (drafts, demands):
        query = sa.select(table.c.user_id, table.c.answers).where(table.c.user_id.in_(wanted))
        for user_id, answers in db.execute(query):
            said += [(user_id, str(answers[name])) for name in fields if answers.get(name)]
    query = sa.select(bookings.c.user_id, bookings.c.company, bookings.c.contact)
    for user_id, company, contact in db.execute(query.where(bookings.c.user_id.in_(wanted))):
        said += [(user_id, company), (user_id, contact)]
    names: dict[int, dict[str, None]] = {}
    for user_id, text in said:
        # A contact is written with the department before the name: 质量部 李敏.
        parts = [text, *re.split(r"[\s,，、/]+", text)]
        names.setdefault(user_id, {}).update({part: None for part in parts if len(part) > 1})
    return {user_id: tuple(found) for user_id, found in names.items()}
