"""A user's hand-offs when their data are deleted: the open one ends, the words go."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.handoff import ASSISTANT, BY_USER, CLAIMED, next_state
from bot.services.handoff.ownership import lock_conversation, read_owner, swap_owner
from bot.services.handoff.rows import change_handoff, open_handoff
from bot.services.record import Origin
from bot.storage.desk_tables import handoff_notes, handoffs
from bot.storage.tables import conversations


def export_handoffs(db: Connection, user_id: int) -> list[dict[str, Any]]:
    """The user's hand-offs, for that user to read; times are UTC."""
    query = sa.select(handoffs).where(handoffs.c.user_id == user_id).order_by(handoffs.c.id)
    names = ("opened_at", "closed_at", "outcome", "closing_note", "rating", "rating_words")
    return [{name: row._mapping[name] for name in names} for row in db.execute(query)]


def forget_handoffs(db: Connection, user_id: int, origin: Origin) -> None:
    """End what is open and empty what was written: closing notes, ratings' words, notes.

    Pictures go by forget_pictures, after the messages are emptied.
    That there was a hand-off, when, by whom and with what outcome stays.
    """
    lock_conversation(db, user_id)
    handoff = open_handoff(db, user_id)
    if handoff is not None:
        action = "close" if handoff.status == CLAIMED else "cancel"
        values = {
            "status": next_state(action, handoff.status),
            "outcome": BY_USER,
            "closed_at": origin.now,
        }
        change_handoff(db, handoff, "handoff_closed", origin, values)
    if db.scalar(sa.select(conversations.c.user_id).where(conversations.c.user_id == user_id)):
        owner = read_owner(db, user_id)
        if owner.kind != ASSISTANT:
            swap_owner(db, user_id, owner, ASSISTANT)
    db.execute(
        handoffs.update()
        .where(handoffs.c.user_id == user_id)
        .values(closing_note=None, rating_words=None)
    )
    db.execute(handoff_notes.update().where(handoff_notes.c.user_id == user_id).values(text=""))
