"""The right to handle a user's messages: one process has it at a time, for some seconds.

It stands in the database (docs/decisions/0001): whoever holds a conversation's lease handles
that user's messages, one after the other; a dead holder's lease runs out.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.services.handoff.ownership import lock_conversation
from bot.storage.database import redoable, utc_now
from bot.storage.tables import conversations

LEASE_SECONDS = 10.0
"""Longer than one call of the assistant (8 s); a dead holder's messages wait that long."""
# Statements that every push needs are made once: building one costs more than running it.
_LEASE = (
    conversations.update()
    .where(conversations.c.user_id == sa.bindparam("b_user"))
    .values(lease_holder=sa.bindparam("b_holder"), lease_until=sa.bindparam("b_until"))
)
_LEASED = (
    sa.select(conversations.c.user_id, conversations.c.lease_holder, conversations.c.lease_until)
    .where(conversations.c.user_id == sa.bindparam("b_user"))
    .with_for_update()
)


class LeaseLostError(Exception):
    """Another process took the user's messages over: nothing of this turn was kept."""


def held_by(holder: str, now: datetime) -> dict[str, Any]:
    """The columns of a conversation that `holder` leases from `now` on."""
    return {"lease_holder": holder, "lease_until": now + timedelta(seconds=LEASE_SECONDS)}


def lease(db: Connection, row: Any, holder: str, now: datetime) -> bool:
    """Take or renew the lease of the conversation `row`, which the caller has locked.

    `row`: its user_id, lease_holder and lease_until. False when another holds it.
    """
    if row.lease_holder not in (None, holder) and row.lease_until and row.lease_until > now:
        return False
    until = now + timedelta(seconds=LEASE_SECONDS)
    db.execute(_LEASE, {"b_user": row.user_id, "b_holder": holder, "b_until": until})
    return True


def take_lease(engine: Engine, user_id: int, holder: str) -> bool:
    """Take or renew the right to handle this user's messages; False when another holds it.

    The row lock makes a releasing holder see messages that were committed before: one of the two
    always handles them.
    """
    with redoable(engine) as db:
        row = db.execute(_LEASED, {"b_user": user_id}).first()
        return row is not None and lease(db, row, holder, utc_now())


def lock_leased(db: Connection, user_id: int, holder: str) -> Any:
    """The conversation's row, locked. Raises LeaseLostError when it is not `holder`'s any more."""
    conversation = lock_conversation(db, user_id)
    if conversation is None or conversation.lease_holder != holder:
        raise LeaseLostError
    return conversation
