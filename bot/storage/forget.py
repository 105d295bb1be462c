"""Deleting what is known of a person."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from bot.storage.database import utc_now
from bot.storage.tables import conversations, events, messages_in, messages_out, users


def forget_user(db: Connection, user_id: int) -> None:
    """Delete the words and the openid of a user who left, as the platform demands of us.

    The rows stay, empty, so that counts and the record of events hold.
    """
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
