"""Drafts as rows: reading, locking and writing them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row
from sqlalchemy.sql import Select

from bot.model.errors import NotFoundError
from bot.storage.tables import demands, drafts

OPEN = ("consent", "filling", "paused")


@dataclass(frozen=True)
class Draft:
    """A draft as stored. Times are UTC without zone."""

    id: int
    user_id: int
    form_version: int
    answers: dict[str, Any]  # {field id: stored value}
    asking: str | None  # field whose question the user was asked last
    status: str  # consent, filling, paused, submitted, given_up
    version: int  # grows with the answers, not with what is asked
    misses: int
    demand_id: int | None
    prefilled: tuple[str, ...]  # answers taken over from the last demand, not yet confirmed
    opened_at: datetime
    changed_at: datetime


def find_draft(db: Connection, user_id: int) -> Draft | None:
    """The user's open draft, if there is one."""
    return _read(db, drafts.c.user_id == user_id, drafts.c.status.in_(OPEN))


def get_draft(db: Connection, draft_id: int) -> Draft:
    """A draft in whatever state. Raises NotFoundError."""
    found = _read(db, drafts.c.id == draft_id)
    if found is None:
        raise NotFoundError(what="draft", id=draft_id)
    return found


def lock_draft(db: Connection, draft_id: int) -> Draft:
    """The draft as it is now; nobody else changes it before this transaction ends."""
    db.execute(sa.select(drafts.c.id).where(drafts.c.id == draft_id).with_for_update())
    return get_draft(db, draft_id)


def write_draft(db: Connection, draft: Draft, now: datetime, **values: Any) -> None:
    """Change columns of a locked draft."""
    db.execute(drafts.update().where(drafts.c.id == draft.id).values(changed_at=now, **values))


def read_reply(db: Connection, user_id: int, message_id: int) -> dict[str, Any] | None:
    """What was said to this message, when a draft was asked by it last."""
    found = db.scalar(
        sa.select(drafts.c.last_reply).where(
            drafts.c.user_id == user_id, drafts.c.last_message_id == message_id
        )
    )
    return found[0] if found else None


def write_reply(db: Connection, user_id: int, message_id: int, reply: dict[str, Any]) -> None:
    """Keep what is said to this message on the user's newest draft, if there is one."""
    newest = sa.select(sa.func.max(drafts.c.id)).where(drafts.c.user_id == user_id)
    db.execute(
        drafts.update()
        .where(drafts.c.id == newest.scalar_subquery())
        .values(last_message_id=message_id, last_reply=[reply])
    )


def select_drafts() -> Select:
    """The query whose rows draft_of reads, to be narrowed and joined."""
    joined = drafts.outerjoin(demands, demands.c.draft_id == drafts.c.id)
    return sa.select(drafts, demands.c.id.label("demand_id")).select_from(joined)


def draft_of(row: Row) -> Draft:
    """The draft of a row of select_drafts."""
    values = {field.name: getattr(row, field.name) for field in fields(Draft)}
    return Draft(**{**values, "prefilled": tuple(values["prefilled"])})


def _read(db: Connection, *conditions: Any) -> Draft | None:
    row = db.execute(select_drafts().where(*conditions)).first()
    return None if row is None else draft_of(row)
