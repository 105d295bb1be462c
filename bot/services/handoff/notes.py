"""Private notes of the desk on a user: colleagues read them, the user never does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.errors import HandoffRuleError
from bot.model.message_text import clean
from bot.model.rights import Staff
from bot.services.handoff.queue import seen_handoff, seen_with
from bot.services.record import Origin, record_event
from bot.storage.desk_tables import handoff_notes, staff

LONGEST = 2_000
"""Characters of a note."""


@dataclass(frozen=True)
class Note:
    """A note. `author`: name of the colleague; `at`: UTC without zone."""

    id: int
    handoff_id: int | None
    author: str
    text: str
    at: datetime


def add_note(db: Connection, handoff_id: int, staff: Staff, text: str, origin: Origin) -> int:
    """Note something about the user of a hand-off that `staff` may see; the note's id.

    Raises HandoffRuleError (empty, too_long), NotFoundError, ForbiddenError.
    """
    handoff = seen_handoff(db, handoff_id, staff)
    words = clean(text).strip()
    if not words:
        raise HandoffRuleError("empty")
    if len(words) > LONGEST:
        raise HandoffRuleError("too_long", longest=LONGEST)
    row = {
        "user_id": handoff.user_id,
        "handoff_id": handoff.id,
        "staff_id": staff.id,
        "text": words,
        "at": origin.now,
    }
    made = db.execute(handoff_notes.insert().values(**row)).inserted_primary_key[0]
    record_event(
        db, "handoff_note_added", handoff.user_id, origin, handoff=handoff.id, old=None, new=made
    )
    return int(made)


def list_notes(db: Connection, handoff_id: int, staff_member: Staff) -> list[Note]:
    """The notes on the user of this hand-off, the oldest first; chosen as the lines of a chat."""
    handoff = seen_handoff(db, handoff_id, staff_member)
    seen = seen_with(db, handoff, staff_member, handoff_notes.c.handoff_id, handoff_notes.c.at)
    return _read(db, sa.and_(handoff_notes.c.user_id == handoff.user_id, seen))


def read_notes(db: Connection, ids: Iterable[int]) -> dict[int, Note]:
    """The notes of these ids, by id; who may read them is the caller's to check."""
    return {note.id: note for note in _read(db, handoff_notes.c.id.in_(list(ids)))}


def _read(db: Connection, which: Any) -> list[Note]:
    query = (
        sa.select(handoff_notes, staff.c.name)
        .join(staff, staff.c.id == handoff_notes.c.staff_id)
        .where(which)
        .order_by(handoff_notes.c.id)
    )
    return [Note(r.id, r.handoff_id, r.name, r.text, r.at) for r in db.execute(query)]
