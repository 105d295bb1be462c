"""Reads and writes the rows of hand-offs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.errors import NotFoundError
from bot.model.handoff import OPEN
from bot.services.record import Origin, record_event
from bot.storage.desk_tables import handoffs
from bot.storage.tables import messages_in

NAMED = ("status", "staff_id", "reserved_for", "station", "category", "urgency", "outcome")
"""Columns whose old and new values stand in the record."""


@dataclass(frozen=True)
class Handoff:
    """A human stretch of a conversation; columns as in bot/storage/desk_tables.py."""

    id: int
    user_id: int
    status: str
    reason: str
    station: str | None
    category: str | None
    urgency: int
    staff_id: int | None
    reserved_for: int | None
    first_message_id: int | None
    opened_at: datetime
    queued_at: datetime
    claimed_at: datetime | None
    user_spoke_at: datetime | None
    staff_spoke_at: datetime | None
    warned_at: datetime | None
    warnings: int
    closed_at: datetime | None
    outcome: str | None
    closing_note: str | None
    rating: int | None
    rating_words: str | None
    rated_at: datetime | None

    @classmethod
    def of(cls, row: Any) -> Handoff:
        """Of a row that has all columns, and maybe more."""
        return cls(**{name: row._mapping[name] for name in cls.__dataclass_fields__})

    @property
    def is_open(self) -> bool:
        """Whether it is not over."""
        return self.status in OPEN

    @property
    def is_promised(self) -> bool:
        """Whether its user was told that it is kept, or somebody of ours had it.

        Whatever puts it off, opens it or gives it back begins its waiting anew.
        """
        return self.claimed_at is not None or self.queued_at > self.opened_at

    @property
    def waits_since(self) -> datetime | None:
        """Since when the owner has not answered the user; None when they have, or nobody has it."""
        if self.claimed_at is None:
            return None
        asked = max(self.user_spoke_at or self.claimed_at, self.claimed_at)
        answered = self.staff_spoke_at is not None and self.staff_spoke_at >= asked
        return None if answered else asked


def get_handoff(db: Connection, handoff_id: int) -> Handoff:
    """The hand-off. Raises NotFoundError."""
    row = db.execute(sa.select(handoffs).where(handoffs.c.id == handoff_id)).first()
    if row is None:
        raise NotFoundError(what="handoff", id=handoff_id)
    return Handoff.of(row)


def get_handoffs(db: Connection, ids: Iterable[int]) -> dict[int, Handoff]:
    """The hand-offs of these ids, by id."""
    rows = db.execute(sa.select(handoffs).where(handoffs.c.id.in_(list(ids))))
    return {row.id: Handoff.of(row) for row in rows}


def open_handoff(db: Connection, user_id: int) -> Handoff | None:
    """The user's hand-off that is not over."""
    row = db.execute(
        sa.select(handoffs).where(handoffs.c.user_id == user_id, handoffs.c.status.in_(OPEN))
    ).first()
    return Handoff.of(row) if row is not None else None


def last_handoff(db: Connection, user_id: int) -> Handoff | None:
    """The user's newest hand-off, over or not."""
    row = db.execute(
        sa.select(handoffs)
        .where(handoffs.c.user_id == user_id)
        .order_by(handoffs.c.id.desc())
        .limit(1)
    ).first()
    return Handoff.of(row) if row is not None else None


def write_handoff(db: Connection, handoff: Handoff, **values: Any) -> Handoff:
    """Change columns that are no change of state; the conversation is locked by the caller."""
    db.execute(handoffs.update().where(handoffs.c.id == handoff.id).values(**values))
    return replace(handoff, **values)


def keep_words(db: Connection, handoff: Handoff, message_id: int, now: datetime) -> Handoff:
    """The message belongs to the hand-off: the desk sees it there."""
    mine = messages_in.c.id == message_id
    db.execute(messages_in.update().where(mine).values(handoff_id=handoff.id))
    return write_handoff(db, handoff, user_spoke_at=now)


def take_off(db: Connection, *message_ids: int) -> None:
    """The messages are no part of their hand-off after all."""
    mine = messages_in.c.id.in_(message_ids)
    db.execute(messages_in.update().where(mine).values(handoff_id=None))


def words_of(db: Connection, handoff: Handoff) -> list[int]:
    """Ids of the messages that belong to the hand-off, in order; taps are none."""
    query = sa.select(messages_in.c.id).where(
        messages_in.c.handoff_id == handoff.id, messages_in.c.kind != "event"
    )
    return list(db.scalars(query.order_by(messages_in.c.id)))


def change_handoff(
    db: Connection, handoff: Handoff, kind: str, origin: Origin, values: Any, **data: Any
) -> Handoff:
    """Change columns and note it as an event `kind` with what changed, old and new.

    The caller has swapped the owner or locked the conversation.
    """
    changed = [name for name in NAMED if name in values and values[name] != getattr(handoff, name)]
    after = write_handoff(db, handoff, **values)
    record_event(
        db,
        kind,
        handoff.user_id,
        origin,
        handoff=handoff.id,
        old={name: getattr(handoff, name) for name in changed},
        new={name: values[name] for name in changed},
        **data,
    )
    return after
