"""Pushes that came in: each committed once, with the quota that it gives its user."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from bot.gateway.codec import BadPushError, Push
from bot.gateway.lease import held_by, lease
from bot.gateway.pending import first_pending
from bot.model.handoff import ASSISTANT
from bot.services.handoff.rows import open_handoff
from bot.settings import Settings
from bot.storage.database import utc_now
from bot.storage.tables import conversations, messages_in, messages_out, users

# Statements that every push needs are made once: building one costs more than running it.
_USER = (
    sa.select(
        users.c.id,
        users.c.quota_left,
        users.c.quota_until,
        conversations.c.user_id,
        conversations.c.lease_holder,
        conversations.c.lease_until,
        conversations.c.owner_kind,
    )
    .join(conversations, conversations.c.user_id == users.c.id)
    .where(users.c.openid == sa.bindparam("b_openid"))
    .with_for_update(of=conversations)
)
_GRANT = (
    users.update()
    .where(users.c.id == sa.bindparam("b_user"))
    .values(
        account=sa.bindparam("b_account"),
        quota_left=sa.bindparam("b_left"),
        quota_until=sa.bindparam("b_until"),
    )
)
_INSERT = messages_in.insert()
_FREE_HELD = (
    messages_out.update()
    .where(messages_out.c.user_id == sa.bindparam("b_user"), messages_out.c.status == "held")
    .values(status="pending", reason=None, due_at=sa.bindparam("b_due"))
)
CLICK_EVENTS = {"subscribe", "SCAN", "CLICK"}
MESSAGE_WINDOW = timedelta(hours=48)
CLICK_WINDOW = timedelta(seconds=60)


@dataclass(frozen=True)
class Received:
    """A push that is in the database.

    `duplicate`: it had been delivered before; `deliveries`: how often by now; `leased`: the
    caller now holds the user's lease and has to handle the waiting messages; then `first` is
    the one to begin with, see `first_pending`.
    """

    id: int
    user_id: int
    duplicate: bool
    deliveries: int
    leased: bool
    first: Any | None = None


@dataclass(frozen=True)
class Delivery:
    """A push as it was delivered: `nonce`, who takes it in, and until when that one waits."""

    push: Push
    nonce: str
    holder: str
    passive_until: datetime


def receive(engine: Engine, settings: Settings, delivery: Delivery) -> Received:
    """Commit the push to the inbox, or recognise its redelivery.

    Raises BadPushError 403 when another push already used this timestamp and nonce.
    """
    try:
        with engine.begin() as db:
            return _insert(db, settings, delivery)
    except IntegrityError:
        # It is in the inbox already, or the nonce belongs to another push.
        with engine.begin() as db:
            known = _redelivered(db, delivery)
            if known:
                return known
            of_nonce = messages_in.c.nonce == delivery.nonce
            if db.scalar(sa.select(messages_in.c.id).where(of_nonce)):
                raise BadPushError(403, "nonce_replayed") from None
            # Two first messages of a new user came at once.
            return _insert(db, settings, delivery)


def _redelivered(db: Connection, delivery: Delivery) -> Received | None:
    row = db.execute(
        sa.select(messages_in.c.id, messages_in.c.user_id, messages_in.c.deliveries).where(
            messages_in.c.dedup_key == delivery.push.dedup_key
        )
    ).first()
    if row is None:
        return None
    db.execute(
        messages_in.update()
        .where(messages_in.c.id == row.id)
        .values(deliveries=messages_in.c.deliveries + 1, passive_until=delivery.passive_until)
    )
    return Received(row.id, row.user_id, True, row.deliveries + 1, False)


def _insert(db: Connection, settings: Settings, delivery: Delivery) -> Received:
    push, now = delivery.push, utc_now()
    user_id, leased, owner = _user_for(db, settings, delivery, now)
    # Meant for a person from the moment it comes: the desk sees it, the assistant never does.
    meant = owner != ASSISTANT and (push.kind != "event" or push.event == "CLICK")
    handoff = open_handoff(db, user_id) if meant else None
    number = db.execute(
        _INSERT,
        {
            "user_id": user_id,
            "dedup_key": push.dedup_key,
            "nonce": delivery.nonce,
            "kind": push.kind,
            "event": push.event,
            "text": push.text,
            "data": push.data,
            "received_at": now,
            "passive_until": delivery.passive_until,
            "status": "pending",
            "handoff_id": handoff.id if handoff else None,
        },
    ).inserted_primary_key[0]
    # What quota or window held back may go out with this message.
    db.execute(_FREE_HELD, {"b_user": user_id, "b_due": delivery.passive_until})
    first = first_pending(db, user_id) if leased else None
    return Received(number, user_id, False, 1, leased, first)


def _user_for(
    db: Connection, settings: Settings, delivery: Delivery, now: datetime
) -> tuple[int, bool, str]:
    """The user, made when new and with the quota that the push gives; whether now leased; owner."""
    push, holder = delivery.push, delivery.holder
    quota = _quota(settings, push, now)
    row = db.execute(_USER, {"b_openid": push.openid}).first()
    if row is None:
        return _add_user(db, push, quota, held_by(holder, now), now), True, ASSISTANT
    if quota and not (_is_click(push) and _has_longer(row, quota)):
        values = {"b_left": quota["quota_left"], "b_until": quota["quota_until"]}
        db.execute(_GRANT, {"b_user": row.id, "b_account": push.account, **values})
    return int(row.id), lease(db, row, holder, now), row.owner_kind


def _add_user(
    db: Connection, push: Push, quota: dict[str, Any], held: dict[str, Any], now: datetime
) -> int:
    user_id = db.execute(
        users.insert().values(
            openid=push.openid, account=push.account, subscribed=True, created_at=now, **quota
        )
    ).inserted_primary_key[0]
    db.execute(conversations.insert().values(user_id=user_id, **held))
    return int(user_id)


def _is_click(push: Push) -> bool:
    return (push.kind == "event" and push.event in CLICK_EVENTS) or "bizmsgmenuid" in push.data


def _quota(settings: Settings, push: Push, now: datetime) -> dict[str, Any]:
    """The user's columns that say how much may now be sent and until when; {}: no more than before.

    Source: the platform's page 客服消息, as the settings of the two numbers say.
    """
    if _is_click(push):
        left, until = settings.quota_after_click, now + CLICK_WINDOW
    elif push.kind != "event":
        left, until = settings.quota_after_message, now + MESSAGE_WINDOW
    else:
        return {}
    return {"quota_left": left, "quota_until": until}


def _has_longer(user: Any, quota: dict[str, Any]) -> bool:
    """Whether an earlier message gave more time than this click, which must not take it away."""
    until = user.quota_until
    return bool(until and until > quota["quota_until"] and user.quota_left)
