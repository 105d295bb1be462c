"""What a user is asked about a submitted demand in chat, as kept in the database."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.services.booking.holds import lock_user
from bot.storage.demand_tables import demand_chats as table


@dataclass(frozen=True)
class DemandChatState:
    """`asking`: a kind of inquiry, withdraw, words (of a rating), or nothing. Ids; 0: none."""

    asking: str = ""
    demand: int = 0
    matter: int = 0


def read_state(db: Connection, user_id: int, now: datetime) -> DemandChatState:
    """What is asked now; nothing once its time is over."""
    query = sa.select(table.c.state).where(table.c.user_id == user_id, table.c.asking_until > now)
    found = db.scalar(query)
    return DemandChatState(**found) if found else DemandChatState()


def write_state(
    db: Connection, user_id: int, state: DemandChatState, until: datetime | None, now: datetime
) -> None:
    """Keep what is asked, until `until`."""
    _write(db, user_id, now, state=asdict(state), asking_until=until)


def read_reply(db: Connection, user_id: int, message_id: int) -> dict[str, Any] | None:
    """What was said to this message, when it was the last one handled; the user is locked."""
    lock_user(db, user_id)
    query = sa.select(table.c.last_reply).where(
        table.c.user_id == user_id, table.c.last_message_id == message_id
    )
    found: dict[str, Any] | None = db.scalar(query)
    return found


def write_reply(
    db: Connection, user_id: int, message_id: int, reply: dict[str, Any], now: datetime
) -> None:
    """Keep what is said to this message."""
    _write(db, user_id, now, last_message_id=message_id, last_reply=reply)


def _write(db: Connection, user_id: int, now: datetime, **values: Any) -> None:
    which = table.c.user_id == user_id
    if not db.execute(table.update().where(which).values(changed_at=now, **values)).rowcount:
        row = {"state": {}, **values, "user_id": user_id, "changed_at": now}
        db.execute(table.insert().values(**row))
