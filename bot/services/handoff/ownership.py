"""Who owns a conversation, and the only way to change that: one compare-and-swap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.errors import TakenError
from bot.model.handoff import ASSISTANT, SPECIALIST
from bot.storage.desk_tables import staff
from bot.storage.tables import conversations

_LOCK = (
    sa.select(conversations)
    .where(conversations.c.user_id == sa.bindparam("b_user"))
    .with_for_update()
)


@dataclass(frozen=True)
class Owner:
    """`id`: handoffs.id for a queue, staff.id for a specialist; `version` grows with each swap."""

    kind: str
    id: int | None
    version: int


def lock_conversation(db: Connection, user_id: int) -> Any:
    """The conversation's row, locked until the transaction ends; None when there is none."""
    return db.execute(_LOCK, {"b_user": user_id}).first()


def read_owner(db: Connection, user_id: int) -> Owner:
    """Who owns the conversation now."""
    row = db.execute(
        sa.select(
            conversations.c.owner_kind, conversations.c.owner_id, conversations.c.version
        ).where(conversations.c.user_id == user_id)
    ).one()
    return Owner(row.owner_kind, row.owner_id, row.version)


def swap_owner(
    db: Connection,
    user_id: int,
    seen: Owner,
    kind: str,
    owner_id: int | None = None,
    choices: list[dict[str, Any]] | None = None,
) -> Owner:
    """Give the conversation to another owner, if it is still as it was `seen`.

    Back with the assistant a new case begins, so that what was said before does not steer it.
    `choices`: what the user may choose from now. Raises TakenError telling who owns it now.
    """
    values: dict[str, Any] = {
        "owner_kind": kind,
        "owner_id": owner_id,
        "version": seen.version + 1,
        "choices": choices,
    }
    if kind == ASSISTANT:
        values |= {"case_number": conversations.c.case_number + 1, "case_turns": 0}
    changed = db.execute(
        conversations.update()
        .where(conversations.c.user_id == user_id, unchanged(seen))
        .values(**values)
    ).rowcount
    if not changed:
        raise taken(db, read_owner(db, user_id))
    return Owner(kind, owner_id, seen.version + 1)


def offer(db: Connection, user_id: int, choices: list[dict[str, Any]]) -> None:
    """What the user may choose from now."""
    mine = conversations.c.user_id == user_id
    db.execute(conversations.update().where(mine).values(choices=choices))


def read_choices(db: Connection, user_id: int) -> list[dict[str, Any]] | None:
    """What the user may choose from now."""
    query = sa.select(conversations.c.choices).where(conversations.c.user_id == user_id)
    found: list[dict[str, Any]] | None = db.scalar(query)
    return found


def unchanged(seen: Owner) -> Any:
    """The condition of the swap: nobody swapped since."""
    return conversations.c.version == seen.version


def taken(db: Connection, owner: Owner) -> TakenError:
    """The error that names who owns it."""
    name = None
    if owner.kind == SPECIALIST:
        name = db.scalar(sa.select(staff.c.name).where(staff.c.id == owner.id))
    return TakenError(owner, name)
