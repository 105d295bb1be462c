"""Notes every change in the record of events, in the transaction that makes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from bot.model.rights import Staff
from bot.storage.tables import events


@dataclass(frozen=True)
class Origin:
    """Where a change comes from."""

    channel: str  # wechat, h5, desk, system
    actor: str  # user, system, specialist:7
    now: datetime  # UTC without zone


def record_event(
    db: Connection, kind: str, user_id: int | None, origin: Origin, **data: Any
) -> None:
    """Note that `kind` was done about the user's things.

    `data` is JSON; what changed stands in `old` and `new`.
    """
    db.execute(
        events.insert().values(
            at=origin.now,
            user_id=user_id,
            actor=origin.actor,
            channel=origin.channel,
            kind=kind,
            data=data,
        )
    )


def record_read(
    db: Connection, staff: Staff, what: str, user_id: int | None, now: datetime, **data: Any
) -> None:
    """Note that somebody at the desk was shown personal data of the user.

    `what`: transcript, demand, profile, export …, as bot/web/desk/texts.py names it. Call it in
    the transaction that reads, which must be a writing one; services that show them call it.
    """
    record_event(
        db, "personal_data_read", user_id, Origin("desk", staff.actor, now), what=what, **data
    )
