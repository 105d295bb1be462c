"""Pushes that came in: committed once, handled in each user's order under a lease.

The lease stands in the database (docs/decisions/0001): whoever holds a conversation's lease
handles that user's messages, one after the other; a dead holder's lease runs out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from bot.gateway.codec import BadPushError, Push
from bot.model.handoff import ASSISTANT
from bot.services.handoff.rows import open_handoff
from bot.settings import Settings
from bot.storage.booking_tables import booking_chats
from bot.storage.database import reading, redoable, utc_now
from bot.storage.demand_tables import demand_chats
from bot.storage.tables import conversations, drafts, messages_in, messages_out, users

# Statements that every push needs are made once: building one costs more than running it.
_USER = (
    sa.select(
        users.c.id,
        users.c.quota_left,
        users.c.quota_until,
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
_LEASE = (
    conversations.update()
    .where(conversations.c.user_id == sa.bindparam("b_user"))
    .values(lease_holder=sa.bindparam("b_holder"), lease_until=sa.bindparam("b_until"))
)
_LEASED = (
    sa.select(conversations.c.lease_holder, conversations.c.lease_until)
    .where(conversations.c.user_id == sa.bindparam("b_user"))
    .with_for_update()
)
DEMAND = "demand"
"""What is waited for while words about a submitted demand are."""
BOOKING = "booking"
"""What is waited for while a booking in chat asks; else it is a field of the demand form."""
_NEXT = (
    sa.select(
        messages_in,
        users.c.openid,
        users.c.station,
        conversations.c.owner_kind,
        conversations.c.version,
        conversations.c.case_number,
        conversations.c.case_turns,
        conversations.c.choices,
        # What waits for minutes only comes before the form.
        sa.case(
            (demand_chats.c.asking_until > messages_in.c.received_at, DEMAND),
            (booking_chats.c.asking_until > messages_in.c.received_at, BOOKING),
            else_=drafts.c.asking,
        ).label("asking"),
    )
    .outerjoin(booking_chats, booking_chats.c.user_id == messages_in.c.user_id)
    .outerjoin(demand_chats, demand_chats.c.user_id == messages_in.c.user_id)
    .outerjoin(
        drafts,
        sa.and_(
            drafts.c.user_id == messages_in.c.user_id,
            drafts.c.status.in_(("consent", "filling")),
        ),
    )
    .join(users, users.c.id == messages_in.c.user_id)
    .join(conversations, conversations.c.user_id == messages_in.c.user_id)
    .where(messages_in.c.user_id == sa.bindparam("b_user"), messages_in.c.status == "pending")
    .order_by(messages_in.c.id)
    .limit(1)
)
LEASE_SECONDS = 10.0
"""Longer than one call of the assistant (8 s); a dead holder's messages wait that long."""
CLICK_EVENTS = {"subscribe", "SCAN", "CLICK"}


@dataclass(frozen=True)
class Received:
    """A push that is in the database.

    `duplicate`: it had been delivered before; `deliveries`: how often by now; `leased`: the
    caller now holds the user's lease and has to handle the waiting messages; then `first` is
    the one to begin with, see `next_pending`.
    """

    id: int
    user_id: int
    duplicate: bool
    deliveries: int
    leased: bool
    first: Any | None = None


def receive(
    engine: Engine,
    settings: Settings,
    push: Push,
    nonce: str,
    holder: str,
    passive_until: datetime,
) -> Received:
    """Commit `push` to the inbox, or recognise its redelivery.

    `passive_until`: when whoever took the push in stops waiting for its answer. Raises
    BadPushError 403 when another push already used this timestamp and nonce.
    """
    try:
        with engine.begin() as db:
            return _insert(db, settings, push, nonce, holder, passive_until)
    except IntegrityError:
        # It is in the inbox already, or the nonce belongs to another push.
        with engine.begin() as db:
            known = _redelivered(db, push, passive_until)
            if known:
                return known
            replayed = db.scalar(sa.select(messages_in.c.id).where(messages_in.c.nonce == nonce))
            if replayed:
                raise BadPushError(403, "nonce_replayed") from None
            # Two first messages of a new user came at once.
            return _insert(db, settings, push, nonce, holder, passive_until)


def _redelivered(db: Connection, push: Push, passive_until: datetime) -> Received | None:
    row = db.execute(
        sa.select(messages_in.c.id, messages_in.c.user_id, messages_in.c.deliveries).where(
            messages_in.c.dedup_key == push.dedup_key
        )
    ).first()
    if row is None:
        return None
    db.execute(
        messages_in.update()
        .where(messages_in.c.id == row.id)
        .values(deliveries=messages_in.c.deliveries + 1, passive_until=passive_until)
    )
    return Received(row.id, row.user_id, True, row.deliveries + 1, False)


def _insert(
    db: Connection,
    settings: Settings,
    push: Push,
    nonce: str,
    holder: str,
    passive_until: datetime,
) -> Received:
    now = utc_now()
    user_id, leased, owner = _user_for(db, settings, push, holder, now)
    # Meant for a person from the moment it comes: the desk sees it, the assistant never does.
    meant = owner != ASSISTANT and (push.kind != "event" or push.event == "CLICK")
    handoff = open_handoff(db, user_id) if meant else None
    number = db.execute(
        _INSERT,
        {
            "user_id": user_id,
            "dedup_key": push.dedup_key,
            "nonce": nonce,
            "kind": push.kind,
            "event": push.event,
            "text": push.text,
            "data": push.data,
            "received_at": now,
            "passive_until": passive_until,
            "status": "pending",
            "handoff_id": handoff.id if handoff else None,
        },
    ).inserted_primary_key[0]
    # What quota or window held back may go out with this message.
    db.execute(_FREE_HELD, {"b_user": user_id, "b_due": passive_until})
    first = db.execute(_NEXT, {"b_user": user_id}).first() if leased else None
    return Received(number, user_id, False, 1, leased, first)


def _user_for(
    db: Connection, settings: Settings, push: Push, holder: str, now: datetime
) -> tuple[int, bool, str]:
    """The user, made when new and with the quota that the push gives; whether now leased; owner."""
    click = push.kind == "event" and push.event in CLICK_EVENTS or "bizmsgmenuid" in push.data
    quota: dict[str, Any] = {}
    if push.kind != "event" and not click:
        quota = {
            "quota_left": settings.quota_after_message,
            "quota_until": now + timedelta(hours=48),
        }
    elif click:
        quota = {
            "quota_left": settings.quota_after_click,
            "quota_until": now + timedelta(seconds=60),
        }
    row = db.execute(_USER, {"b_openid": push.openid}).first()
    if row is None:
        user_id = db.execute(
            users.insert().values(
                openid=push.openid, account=push.account, subscribed=True, created_at=now, **quota
            )
        ).inserted_primary_key[0]
        db.execute(conversations.insert().values(user_id=user_id, **_held_by(holder, now)))
        return int(user_id), True, ASSISTANT
    if click and row.quota_until and row.quota_until > quota["quota_until"] and row.quota_left:
        quota = {}  # a click must not take away what an earlier message gave
    if quota:
        db.execute(
            _GRANT,
            {
                "b_user": row.id,
                "b_account": push.account,
                "b_left": quota["quota_left"],
                "b_until": quota["quota_until"],
            },
        )
    return int(row.id), _lease_row(db, row.id, row, holder, now), row.owner_kind


def _held_by(holder: str, now: datetime) -> dict[str, Any]:
    return {"lease_holder": holder, "lease_until": now + timedelta(seconds=LEASE_SECONDS)}


def lease(db: Connection, user_id: int, holder: str) -> bool:
    """Within a transaction: take or renew the right to handle this user's messages.

    False when another holds it. The row lock makes a releasing holder see messages that were
    committed before: one of the two always handles them.
    """
    row = db.execute(_LEASED, {"b_user": user_id}).first()
    return row is not None and _lease_row(db, user_id, row, holder, utc_now())


def _lease_row(db: Connection, user_id: int, row: Any, holder: str, now: datetime) -> bool:
    if row.lease_holder not in (None, holder) and row.lease_until and row.lease_until > now:
        return False
    until = now + timedelta(seconds=LEASE_SECONDS)
    db.execute(_LEASE, {"b_user": user_id, "b_holder": holder, "b_until": until})
    return True


def take_lease(engine: Engine, user_id: int, holder: str) -> bool:
    """Like `lease`, in a transaction of its own."""
    with redoable(engine) as db:
        return lease(db, user_id, holder)


def next_pending(engine: Engine, user_id: int) -> Any | None:
    """The user's oldest message that waits, with the user's and the conversation's columns."""
    with reading(engine) as db:
        return db.execute(_NEXT, {"b_user": user_id}).first()


def waiting_users(engine: Engine, older_than: float) -> list[int]:
    """Users with a message that waits for `older_than` seconds and that nobody handles."""
    now = utc_now()
    with reading(engine) as db:
        rows = db.execute(
            sa.select(messages_in.c.user_id)
            .join(conversations, conversations.c.user_id == messages_in.c.user_id)
            .where(
                messages_in.c.status == "pending",
                messages_in.c.received_at < now - timedelta(seconds=older_than),
                sa.or_(conversations.c.lease_until.is_(None), conversations.c.lease_until < now),
            )
            .group_by(messages_in.c.user_id)
            .order_by(sa.func.min(messages_in.c.id))
            .limit(50)
        ).all()
    return [row.user_id for row in rows]
