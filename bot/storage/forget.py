"""Deleting what is known of a person."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.storage.database import utc_now
from bot.storage.tables import conversations, events, messages_in, messages_out, users


def forget_user(db: Connection, user_id: int, last_message: int) -> None:
    """Delete the words and the openid of a user who left, as the platform demands of us.

    `last_message`: the inbox row of the leaving; what came after it is a new user's. The rows
    stay, empty, so that counts and the record of events hold.
    """
    _move_later_messages(db, user_id, last_message)
    db.execute(
        messages_in.update()
        .where(messages_in.c.user_id == user_id)
        .values(text=None, data={}, parse=None)
    )
    db.execute(
        messages_out.update()
        .where(messages_out.c.user_id == user_id)
        .values(body={"text": "", "choices": []})
    )
    db.execute(
        messages_out.update()
        .where(
            messages_out.c.user_id == user_id,
            messages_out.c.status.in_(("pending", "held", "sending")),
        )
        .values(status="void", reason="unsubscribed")
    )
    db.execute(
        conversations.update()
        .where(conversations.c.user_id == user_id)
        .values(choices=None, case_number=conversations.c.case_number + 1, case_turns=0)
    )
    db.execute(
        users.update()
        .where(users.c.id == user_id)
        .values(openid=f"deleted:{user_id}", subscribed=False, station=None, quota_left=0)
    )
    db.execute(
        events.insert().values(
            at=utc_now(),
            user_id=user_id,
            actor="user",
            channel="wechat",
            kind="personal_data_deleted",
            data={},
        )
    )


def _move_later_messages(db: Connection, user_id: int, last_message: int) -> None:
    """Who comes back before the leaving is handled starts anew, with what they said since."""
    later = sa.and_(messages_in.c.user_id == user_id, messages_in.c.id > last_message)
    if db.scalar(sa.select(messages_in.c.id).where(later).limit(1)) is None:
        return
    old = db.execute(sa.select(users).where(users.c.id == user_id)).one()
    db.execute(users.update().where(users.c.id == user_id).values(openid=f"deleted:{user_id}"))
    new = db.execute(
        users.insert().values(
            openid=old.openid,
            account=old.account,
            subscribed=True,
            created_at=utc_now(),
            quota_left=old.quota_left,
            quota_until=old.quota_until,
        )
    ).inserted_primary_key[0]
    db.execute(conversations.insert().values(user_id=new))
    db.execute(messages_in.update().where(later).values(user_id=new))
