"""What goes out, and its first way: in the HTTP answer to a push (the other is `sending`).

A row of `messages_out` changes hands only by a conditional update inside a transaction that
holds the conversation's row, so that two processes never send it both.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.gateway.codec import TRANSFER
from bot.gateway.compose import Body, render_links
from bot.model.handoff import SPECIALIST
from bot.model.message_text import TEXT_LIMIT, size
from bot.services.handoff.handoffs import void_assistant
from bot.settings import Settings
from bot.storage.database import redoable, utc_now
from bot.storage.tables import conversations, messages_in, messages_out

FOLLOW_SECONDS = 1.0
"""From a passive reply to what follows it by the API."""
LOST_SECONDS = 120.0
"""Twice the time for which a gateway tries to note that it wrote an answer."""
WAITING = ("pending", "held")
# Statements that every turn needs are made once: building one costs more than running it.
_ADD = messages_out.insert()
_WAITING = (
    sa.select(messages_out.c.id, messages_out.c.body, messages_out.c.status)
    .where(
        messages_out.c.user_id == sa.bindparam("b_user"),
        messages_out.c.status.in_((*WAITING, "sending")),
    )
    .order_by(messages_out.c.id)
)
_TAKE = (
    messages_out.update()
    .where(messages_out.c.id.in_(sa.bindparam("b_ids", expanding=True)))
    .values(
        status="passive",
        reason=None,
        answered_push=sa.bindparam("b_push"),
        sent_at=sa.bindparam("b_now"),
        confirmed=False,
    )
)
_CONFIRM = (
    messages_out.update()
    .where(
        messages_out.c.answered_push.in_(sa.bindparam("b_pushes", expanding=True)),
        messages_out.c.status == "passive",
    )
    .values(status="sent", confirmed=True)
)


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
            _ADD,
            {
                "user_id": user_id,
                "reply_to": reply_to,
                "sender": sender,
                "body": body,
                "status": "pending",
                "due_at": due_at or now,
                "created_at": now,
            },
        ).inserted_primary_key[0]
        for body in bodies
    ]


def take_passive(db: Connection, conversation: Any, push_id: int) -> str | None:
    """What waits for the user, as much as fits one text, now going out in the answer to `push_id`.

    None when nothing waits, or when the API is just sending something that comes before.
    `conversation`: its row, locked by the caller.
    """
    user_id = conversation.user_id
    if conversation.owner_kind == SPECIALIST:
        void_assistant(db, user_id)
    rows = db.execute(_WAITING, {"b_user": user_id}).all()
    if not rows or any(row.status == "sending" for row in rows):
        return None
    text, taken = _fitting(rows)
    transfer = [row.id for row in rows if row.body.get("transfer")]
    if transfer and not _is_event(db, push_id):  # now or never: what else waits follows by the API
        text, taken = TRANSFER, transfer[-1:]
    if taken:
        db.execute(_TAKE, {"b_ids": taken, "b_push": push_id, "b_now": utc_now()})
    if 0 < len(taken) < len(rows):  # what did not fit follows as soon as this is on the phone
        soon = utc_now() + timedelta(seconds=FOLLOW_SECONDS)
        db.execute(
            messages_out.update()
            .where(
                messages_out.c.user_id == user_id,
                messages_out.c.status == "pending",
                messages_out.c.due_at > soon,
            )
            .values(due_at=soon)
        )
    return text or None


def _fitting(rows: list[Any]) -> tuple[str, list[int]]:
    """As many of the rows as fit one text, from the first on: the text and their ids."""
    text, taken = "", []
    for row in rows:
        if row.body.get("image"):  # by the API only
            break
        longer = "\n\n".join(filter(None, (text, render_links(row.body, row.id))))
        if size(longer) > TEXT_LIMIT:
            break
        text = longer
        taken.append(row.id)
    return text, taken


def _is_event(db: Connection, push_id: int) -> bool:
    """Events, such as a tap in the menu, cannot be answered by a transfer."""
    kind = db.scalar(sa.select(messages_in.c.kind).where(messages_in.c.id == push_id))
    return kind == "event"


def passive_text(db: Connection, push_id: int) -> str | None:
    """What went out in the answer to this push before: its redelivery gets the same."""
    rows = db.execute(
        sa.select(messages_out.c.id, messages_out.c.body)
        .join(conversations, conversations.c.user_id == messages_out.c.user_id)
        .where(
            messages_out.c.answered_push == push_id,
            # Once a person owns the conversation the assistant says nothing, not even again.
            sa.or_(
                messages_out.c.sender != "assistant",
                conversations.c.owner_kind != SPECIALIST,
            ),
        )
        .order_by(messages_out.c.id)
    ).all()
    if any(row.body.get("transfer") for row in rows) and not _is_event(db, push_id):
        return TRANSFER
    return "\n\n".join(render_links(row.body, row.id) for row in rows) or None


def confirm_passive(engine: Engine, *push_ids: int) -> None:
    """Note that the answers to these pushes were written to the platform's connection."""
    with redoable(engine) as db:
        db.execute(_CONFIRM, {"b_pushes": push_ids})


def give_back(engine: Engine, push_id: int, delivery: int | None, due_at: datetime) -> None:
    """Undo `take_passive` for an answer that found its connection cut: it waits again.

    Only for the latest `delivery` of the push, when one is named: another's answer may be on
    its way.
    """
    with engine.begin() as db:
        latest = db.scalar(
            sa.select(messages_in.c.deliveries).where(messages_in.c.id == push_id).with_for_update()
        )
        if delivery not in (None, latest):
            return
        db.execute(
            messages_out.update()
            .where(messages_out.c.answered_push == push_id, messages_out.c.status == "passive")
            .values(status="pending", answered_push=None, sent_at=None, due_at=due_at)
        )


def requeue_unanswered(engine: Engine, settings: Settings, gateway_started: datetime) -> int:
    """Give answers back to the outbox that died with a gateway and that no redelivery fetched.

    A gateway may die before its answer is on the wire, or after, with no time to note it. The
    platform delivers a push again until it has an answer: where a gateway was up for the last
    delivery and none came, the platform had it. Its clock is taken to be right within a second.
    What a living gateway took and cannot note as written in `LOST_SECONDS` was not written.
    """
    last = settings.push_cut * (settings.deliveries - 1)
    over = utc_now() - timedelta(seconds=last + settings.push_cut + 1)
    lost, read = [], []
    with engine.begin() as db:
        for row in db.execute(
            sa.select(messages_out.c.id, messages_out.c.sent_at, messages_in.c.data)
            .join(messages_in, messages_in.c.id == messages_out.c.answered_push)
            .where(messages_out.c.status == "passive", messages_in.c.received_at < over)
        ):
            created = datetime.utcfromtimestamp(int(row.data.get("CreateTime", 0)))
            if row.sent_at >= gateway_started:
                if row.sent_at < utc_now() - timedelta(seconds=LOST_SECONDS):
                    lost.append(row.id)
            elif gateway_started > created + timedelta(seconds=last - 1):
                lost.append(row.id)
            else:
                read.append(row.id)
        for ids, values in (
            (lost, {"status": "pending", "answered_push": None, "sent_at": None}),
            (read, {"status": "sent", "reason": "unconfirmed"}),
        ):
            if ids:
                db.execute(
                    messages_out.update()
                    .where(messages_out.c.id.in_(ids), messages_out.c.status == "passive")
                    .values(due_at=utc_now(), **values)
                )
    return len(lost)


def is_done(db: Connection, message_id: int) -> bool:
    """Whether the turn of this incoming message has ended."""
    status = db.scalar(sa.select(messages_in.c.status).where(messages_in.c.id == message_id))
    return status in ("done", "failed")
