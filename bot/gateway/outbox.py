"""What goes out: in the HTTP answer to a push when it is ready in time, else by the API.

A row of `messages_out` changes hands only by a conditional update inside a transaction that
holds the conversation's row, so that two processes never send it both.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.gateway.codec import TEXT_LIMIT
from bot.gateway.compose import Body, render_links, size
from bot.settings import Settings
from bot.storage.database import reading, utc_now
from bot.storage.tables import conversations, messages_in, messages_out, users

SENDING_SECONDS = 30.0
"""A row that is being sent for longer lost its process: it is sent again."""
WAITING = ("pending", "held")


def add(
    db: Connection,
    user_id: int,
    bodies: list[Body],
    *,
    sender: str,
    reply_to: int | None = None,
    due_at: datetime | None = None,
) -> list[int]:
    """Put `bodies` into the user's outbox, in this order; their row ids."""
    now = utc_now()
    return [
        db.execute(
            messages_out.insert().values(
                user_id=user_id,
                reply_to=reply_to,
                sender=sender,
                body=body,
                status="pending",
                due_at=due_at or now,
                created_at=now,
            )
        ).inserted_primary_key[0]
        for body in bodies
    ]


def lock_conversation(db: Connection, user_id: int) -> Any:
    """The conversation's row, locked until the transaction ends."""
    return db.execute(
        sa.select(conversations).where(conversations.c.user_id == user_id).with_for_update()
    ).first()


def take_passive(db: Connection, user_id: int, push_id: int) -> str | None:
    """What waits for the user, as much as fits one text, now going out in the answer to `push_id`.

    None when nothing waits, or when the API is just sending something that comes before.
    """
    lock_conversation(db, user_id)
    rows = db.execute(
        sa.select(messages_out.c.id, messages_out.c.body, messages_out.c.status)
        .where(messages_out.c.user_id == user_id, messages_out.c.status.in_((*WAITING, "sending")))
        .order_by(messages_out.c.id)
    ).all()
    if not rows or any(row.status == "sending" for row in rows):
        return None
    text, taken = "", []
    for row in rows:
        longer = "\n\n".join(filter(None, (text, render_links(row.body, row.id))))
        if size(longer) > TEXT_LIMIT:
            break
        text = longer
        taken.append(row.id)
    db.execute(
        messages_out.update()
        .where(messages_out.c.id.in_(taken))
        .values(status="passive", reason=None, answered_push=push_id, sent_at=utc_now())
    )
    return text or None


def passive_text(db: Connection, push_id: int) -> str | None:
    """What went out in the answer to this push before: its redelivery gets the same."""
    rows = db.execute(
        sa.select(messages_out.c.id, messages_out.c.body)
        .where(messages_out.c.answered_push == push_id, messages_out.c.status == "passive")
        .order_by(messages_out.c.id)
    ).all()
    return "\n\n".join(render_links(row.body, row.id) for row in rows) or None


def confirm_passive(engine: Engine, push_id: int) -> None:
    """Note that the answer to `push_id` was written to the platform's connection."""
    with engine.begin() as db:
        db.execute(
            messages_out.update()
            .where(messages_out.c.answered_push == push_id)
            .values(confirmed=True)
        )


def requeue_unanswered(engine: Engine, settings: Settings, gateway_started: datetime) -> int:
    """Give answers back to the outbox whose connection died with the gateway.

    The platform delivers such a push again, and the redelivery gets the answer; only where all
    its deliveries fell into the time when no gateway ran does the answer go out by the API.
    """
    window = timedelta(seconds=settings.push_cut * settings.deliveries)
    with engine.begin() as db:
        lost = (
            sa.select(messages_out.c.id)
            .join(messages_in, messages_in.c.id == messages_out.c.answered_push)
            .where(
                messages_out.c.status == "passive",
                messages_out.c.confirmed.is_(False),
                messages_in.c.received_at < gateway_started - window,
            )
        )
        result = db.execute(
            messages_out.update()
            .where(messages_out.c.id.in_(lost.scalar_subquery()))
            .values(status="pending", answered_push=None, due_at=utc_now())
        )
        return int(result.rowcount)


def due_users(engine: Engine) -> list[int]:
    """Users with a message to send by the API now, the longest waiting first."""
    now = utc_now()
    stale = now - timedelta(seconds=SENDING_SECONDS)
    with reading(engine) as db:
        rows = db.execute(
            sa.select(messages_out.c.user_id)
            .where(
                sa.or_(
                    sa.and_(messages_out.c.status == "pending", messages_out.c.due_at <= now),
                    sa.and_(messages_out.c.status == "sending", messages_out.c.due_at <= stale),
                )
            )
            .group_by(messages_out.c.user_id)
            .order_by(sa.func.min(messages_out.c.id))
            .limit(100)
        ).all()
    return [row.user_id for row in rows]


def claim(engine: Engine, user_id: int) -> Any | None:
    """The user's next message, now `sending`, with the openid; one send of the quota is used.

    None when nothing is due, another process is sending, or the quota is used up: then all that
    waits is held until the user's next message.
    """
    now = utc_now()
    with engine.begin() as db:
        lock_conversation(db, user_id)
        row = db.execute(
            sa.select(messages_out, users.c.openid, users.c.quota_left, users.c.quota_until)
            .join(users, users.c.id == messages_out.c.user_id)
            .where(
                messages_out.c.user_id == user_id,
                messages_out.c.status.in_(("pending", "sending")),
            )
            .order_by(messages_out.c.id)
            .limit(1)
        ).first()
        if row is None or row.due_at > (
            now if row.status == "pending" else now - timedelta(seconds=SENDING_SECONDS)
        ):
            return None
        if row.quota_left < 1 or row.quota_until is None or row.quota_until < now:
            hold(db, user_id, "quota" if row.quota_left < 1 else "window")
            return None
        db.execute(
            messages_out.update()
            .where(messages_out.c.id == row.id)
            .values(status="sending", due_at=now, attempts=messages_out.c.attempts + 1)
        )
        db.execute(
            users.update().where(users.c.id == user_id).values(quota_left=users.c.quota_left - 1)
        )
        return row


def hold(db: Connection, user_id: int, reason: str) -> None:
    """Keep all that waits for the user's next message."""
    db.execute(
        messages_out.update()
        .where(
            messages_out.c.user_id == user_id,
            messages_out.c.status.in_(("pending", "sending")),
        )
        .values(status="held", reason=reason)
    )


def mark_sent(engine: Engine, row_id: int) -> None:
    """The API took it."""
    with engine.begin() as db:
        db.execute(
            messages_out.update()
            .where(messages_out.c.id == row_id)
            .values(status="sent", sent_at=utc_now(), reason=None)
        )


def mark_held(engine: Engine, user_id: int, reason: str) -> None:
    """The platform refused for now; its quota is used up, whatever ours says."""
    with engine.begin() as db:
        db.execute(users.update().where(users.c.id == user_id).values(quota_left=0))
        hold(db, user_id, reason)


def mark_failed(engine: Engine, row_id: int, reason: str) -> None:
    """The platform refused for good."""
    with engine.begin() as db:
        db.execute(
            messages_out.update()
            .where(messages_out.c.id == row_id)
            .values(status="failed", reason=reason)
        )


def postpone(engine: Engine, row: Any, seconds: float, reason: str) -> None:
    """Try again later; the send that did not happen goes back to the quota."""
    with engine.begin() as db:
        db.execute(
            messages_out.update()
            .where(messages_out.c.id == row.id, messages_out.c.status == "sending")
            .values(status="pending", reason=reason, due_at=utc_now() + timedelta(seconds=seconds))
        )
        db.execute(
            users.update()
            .where(users.c.id == row.user_id)
            .values(quota_left=users.c.quota_left + 1)
        )


def is_done(db: Connection, message_id: int) -> bool:
    """Whether the turn of this incoming message has ended."""
    status = db.scalar(sa.select(messages_in.c.status).where(messages_in.c.id == message_id))
    return status in ("done", "failed")
