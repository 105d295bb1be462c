"""Messages to a user that answer nothing they said: put into the outbox, sent as soon as allowed.

The worker sends them by the customer-service API; where quota or window do not allow it, they
are held and go out with the user's next message.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from bot.storage.tables import messages_out


def notify(db: Connection, user_id: int, text: str, now: datetime) -> int:
    """Put `text` (at most 2,048 bytes, no user's words) into the outbox; its row id."""
    key = db.execute(
        messages_out.insert().values(
            user_id=user_id,
            sender="system",
            body={"text": text, "choices": []},
            status="pending",
            due_at=now,
            created_at=now,
        )
    ).inserted_primary_key
    return int(key[0])
