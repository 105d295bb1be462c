"""The outbox's second way: by the customer-service API, within each user's quota."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.gateway.compose import Body, render_links
from bot.model.handoff import SPECIALIST
from bot.model.message_text import TEXT_LIMIT, size
from bot.services.handoff.chat_pictures import Picture, find_picture
from bot.services.handoff.ownership import lock_conversation
from bot.storage.database import reading, utc_now
from bot.storage.tables import messages_in, messages_out, users

SEND_SECONDS = 12.0
"""One send by the API at most, with a token's renewal in it."""
SENDING_SECONDS = 15.0
"""A row that is being sent for longer lost its process."""
GATHER_SECONDS = 30.0
"""For so long the last send that the quota allows waits for answers that are still to come."""


@dataclass(frozen=True)
class Claim:
    """What one send takes: rows of `messages_out` in their order, as one `body`.

    `tries` counts the failed sends before; `quota_until` is the quota it was taken from;
    `picture`: what `body` names as its image.
    """

    ids: tuple[int, ...]
    user_id: int
    openid: str
    body: Body
    tries: int
    quota_until: datetime
    picture: Picture | None = None


def due_users(engine: Engine) -> list[int]:
    """Users with a message to send by the API now, the longest waiting first."""
    now = utc_now()
    # A later message never overtakes one that is put off: only each user's first counts.
    first = (
        sa.select(sa.func.min(messages_out.c.id))
        .where(messages_out.c.status.in_(("pending", "sending")))
        .group_by(messages_out.c.user_id)
    )
    due = sa.or_(
        sa.and_(messages_out.c.status == "pending", messages_out.c.due_at <= now),
        sa.and_(messages_out.c.status == "sending", messages_out.c.due_at <= _abandoned(now)),
    )
    with reading(engine) as db:
        rows = db.execute(
            sa.select(messages_out.c.user_id)
            .where(messages_out.c.id.in_(first), due)
            .order_by(messages_out.c.id)
            .limit(100)
        ).all()
    return [row.user_id for row in rows]


def claim(engine: Engine, user_id: int) -> Claim | None:
    """The user's next message, now `sending`; one send of the quota is used.

    None when nothing is due, another process is sending, or the quota is used up: then all that
    waits is held until the user's next message. The quota's last send takes along what fits.
    """
    now = utc_now()
    with engine.begin() as db:
        conversation = lock_conversation(db, user_id)
        rows = _waiting(db, user_id, now)
        if conversation is not None and conversation.owner_kind == SPECIALIST:
            rows = _without_assistant(db, rows)
        if not rows:
            return None
        user = db.execute(sa.select(users).where(users.c.id == user_id)).one()
        if user.quota_left < 1 or user.quota_until is None or user.quota_until < now:
            _hold(db, user_id, "quota" if user.quota_left < 1 else "window")
            return None
        if user.quota_left == 1:
            if _more_to_come(db, user_id) and now < rows[0].created_at + timedelta(
                seconds=GATHER_SECONDS
            ):
                return None
            taken = _fitting(rows)
        else:
            taken = rows[:1]
        ids = tuple(row.id for row in taken)
        db.execute(
            messages_out.update()
            .where(messages_out.c.id.in_(ids))
            .values(
                status="sending",
                due_at=now,
                attempts=messages_out.c.attempts + 1,
                confirmed=False,
            )
        )
        db.execute(
            users.update().where(users.c.id == user_id).values(quota_left=users.c.quota_left - 1)
        )
        body = _joined(taken)
        image = body.get("image")
        picture = find_picture(db, int(image)) if image else None
        tries = taken[0].attempts
        return Claim(ids, user_id, user.openid, body, tries, user.quota_until, picture)


def _without_assistant(db: Connection, rows: list[Any]) -> list[Any]:
    """A person speaks now: what the assistant had not sent yet never goes out."""
    void = [row.id for row in rows if row.sender == "assistant"]
    if void:
        db.execute(
            messages_out.update()
            .where(messages_out.c.id.in_(void))
            .values(status="void", reason="handed_over")
        )
    return [row for row in rows if row.id not in void]


def _waiting(db: Connection, user_id: int, now: datetime) -> list[Any]:
    """The rows that may go out now, up to the first that may not."""
    found = []
    for row in db.execute(
        sa.select(messages_out)
        .where(
            messages_out.c.user_id == user_id,
            messages_out.c.status.in_(("pending", "sending")),
        )
        .order_by(messages_out.c.id)
        .limit(50)
    ):
        free_at = now if row.status == "pending" else _abandoned(now)
        if row.due_at > free_at or (row.status == "sending" and row.confirmed):
            break
        found.append(row)
    return found


def _more_to_come(db: Connection, user_id: int) -> bool:
    """Whether a message of this user is still to be answered."""
    pending = sa.select(messages_in.c.id).where(
        messages_in.c.user_id == user_id, messages_in.c.status == "pending"
    )
    return db.execute(pending.limit(1)).first() is not None


def _fitting(rows: list[Any]) -> list[Any]:
    if rows[0].body.get("image"):
        return rows[:1]
    count, rows = 1, _up_to_picture(rows)
    while count < len(rows) and size(_text(rows[: count + 1])) <= TEXT_LIMIT:
        count += 1
    return rows[:count]


def _up_to_picture(rows: list[Any]) -> list[Any]:
    """A picture goes out alone."""
    return list(itertools.takewhile(lambda row: not row.body.get("image"), rows))


def _text(rows: list[Any]) -> str:
    return "\n\n".join(render_links(row.body, row.id) for row in rows)


def _joined(rows: list[Any]) -> Body:
    return rows[0].body if len(rows) == 1 else {"text": _text(rows), "choices": []}


def _abandoned(now: datetime) -> datetime:
    """What is being sent since before then lost its process."""
    return now - timedelta(seconds=SENDING_SECONDS)


def settle_abandoned(engine: Engine) -> int:
    """Count as sent what a dead process had handed to the API: it went out, all but surely.

    What it had only claimed is claimed again, see `claim`.
    """
    with engine.begin() as db:
        result = db.execute(
            messages_out.update()
            .where(
                messages_out.c.status == "sending",
                messages_out.c.confirmed.is_(True),
                messages_out.c.due_at <= _abandoned(utc_now()),
            )
            .values(status="sent", reason="unconfirmed", sent_at=utc_now())
        )
        return int(result.rowcount)


def mark_handed(engine: Engine, taken: Claim) -> None:
    """The request is about to be written: from now on the platform may have it."""
    _change(engine, taken, confirmed=True)


def mark_sent(engine: Engine, taken: Claim) -> None:
    """The API took it."""
    _change(engine, taken, status="sent", sent_at=utc_now(), reason=None, confirmed=True)


def mark_failed(engine: Engine, taken: Claim, reason: str) -> None:
    """The platform refused for good."""
    _change(engine, taken, status="failed", reason=reason, confirmed=False)


def _change(engine: Engine, taken: Claim, **values: Any) -> None:
    with engine.begin() as db:
        db.execute(
            messages_out.update()
            .where(messages_out.c.id.in_(taken.ids), messages_out.c.status == "sending")
            .values(**values)
        )


def mark_held(engine: Engine, taken: Claim, reason: str) -> None:
    """The platform refused for now; its quota is used up, whatever ours says."""
    with engine.begin() as db:
        lock_conversation(db, taken.user_id)
        same_quota = sa.and_(users.c.id == taken.user_id, users.c.quota_until == taken.quota_until)
        if db.execute(users.update().where(same_quota).values(quota_left=0)).rowcount:
            _hold(db, taken.user_id, reason)
        else:  # the user has spoken since
            _put_back(db, taken, utc_now(), reason, taken.tries)


def _hold(db: Connection, user_id: int, reason: str) -> None:
    """Keep all that waits for the user's next message."""
    db.execute(
        messages_out.update()
        .where(
            messages_out.c.user_id == user_id,
            messages_out.c.status.in_(("pending", "sending")),
        )
        .values(status="held", reason=reason, confirmed=False)
    )


def postpone(
    engine: Engine, taken: Claim, seconds: float, reason: str, *, tried: bool = True
) -> None:
    """Try again later; the send that did not happen goes back to the quota.

    `tried` is false when the fault was not this message's: the attempt does not count.
    """
    with engine.begin() as db:
        due_at = utc_now() + timedelta(seconds=seconds)
        _put_back(db, taken, due_at, reason, taken.tries + (1 if tried else 0))
        db.execute(
            users.update()
            .where(users.c.id == taken.user_id)
            .values(quota_left=users.c.quota_left + 1)
        )


def _put_back(db: Connection, taken: Claim, due_at: datetime, reason: str, tries: int) -> None:
    db.execute(
        messages_out.update()
        .where(messages_out.c.id.in_(taken.ids), messages_out.c.status == "sending")
        .values(status="pending", reason=reason, due_at=due_at, attempts=tries, confirmed=False)
    )
