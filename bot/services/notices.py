"""Messages to a user outside the assistant's turn: put into the outbox, sent as soon as allowed.

The worker sends them by the customer-service API; where quota or window do not allow it, they
are held and go out with the user's next message.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.handoff import OPEN
from bot.storage.desk_tables import handoffs
from bot.storage.tables import messages_in, messages_out

PASSIVE_MARGIN = timedelta(seconds=0.4)
"""After the answer to a push was waited for in vain, before its words go out by the API."""


def notify(
    db: Connection,
    user_id: int,
    text: str,
    now: datetime,
    *,
    choices: list[dict[str, Any]] | None = None,
    reply_to: int | None = None,
) -> int:
    """Put `text` (at most 2,048 bytes, no user's words) into the outbox; its row id.

    `choices`: [{"title", "payload"}] to tap; the caller keeps them as the conversation's when a
    number typed shall choose. `reply_to`: the message it answers, in whose push it may go out.
    While a hand-off is open it belongs to it, and the desk sees it.
    """
    due = now
    if reply_to is not None:
        asked = messages_in.c.id == reply_to
        until = db.scalar(sa.select(messages_in.c.passive_until).where(asked))
        due = max(now, until + PASSIVE_MARGIN) if until else now
    handoff = db.scalar(
        sa.select(handoffs.c.id).where(handoffs.c.user_id == user_id, handoffs.c.status.in_(OPEN))
    )
    key = db.execute(
        messages_out.insert().values(
            user_id=user_id,
            reply_to=reply_to,
            sender="system",
            body={"text": text, "choices": choices or []},
            status="pending",
            due_at=due,
            created_at=now,
            handoff_id=handoff,
        )
    ).inserted_primary_key
    return int(key[0])
