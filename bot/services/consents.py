"""A user's consent to keeping personal data, by the version of the wording agreed to."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.services.record import Origin, record_event
from bot.storage.tables import consents

WORDING = 1
"""Version of the text that tells what is collected, why, how long and how to have it deleted.

One more when its meaning changes: everybody is asked again.
"""


def record_consent(
    db: Connection,
    user_id: int,
    *,
    channel: str,
    now: datetime,
    actor: str = "user",
    wording: int = WORDING,
) -> None:
    """Note that the user agreed to `wording`; a second yes changes nothing."""
    if has_consent(db, user_id, wording):
        return
    db.execute(
        consents.insert().values(user_id=user_id, wording=wording, channel=channel, given_at=now)
    )
    record_event(
        db,
        "consent_given",
        user_id,
        Origin(channel, actor, now),
        old=None,
        new=wording,
    )


def has_consent(db: Connection, user_id: int, wording: int = WORDING) -> bool:
    """Whether the user agreed to `wording` and has not withdrawn it."""
    given = sa.select(consents.c.id).where(
        consents.c.user_id == user_id,
        consents.c.wording == wording,
        consents.c.withdrawn_at.is_(None),
    )
    return db.scalar(given.limit(1)) is not None


def withdraw_consent(
    db: Connection, user_id: int, *, channel: str, actor: str, now: datetime
) -> None:
    """End every consent of the user that holds."""
    holding = sa.and_(consents.c.user_id == user_id, consents.c.withdrawn_at.is_(None))
    wordings = db.scalars(sa.select(consents.c.wording).where(holding)).all()
    if not wordings:
        return
    db.execute(consents.update().where(holding).values(withdrawn_at=now))
    record_event(
        db,
        "consent_withdrawn",
        user_id,
        Origin(channel, actor, now),
        old=max(wordings),
        new=None,
    )
