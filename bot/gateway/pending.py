"""Messages of the inbox that wait for their turn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.services.booking.state import OFFER
from bot.storage.booking_tables import booking_chats
from bot.storage.database import reading, utc_now
from bot.storage.demand_tables import demand_chats
from bot.storage.tables import conversations, drafts, messages_in, users

DEMAND = "demand"
"""What is waited for while words about a submitted demand are."""
BOOKING = "booking"
"""What is waited for while a booking in chat asks; else it is a field of the demand form."""
_BOOKING_WAITS = booking_chats.c.asking_until > messages_in.c.received_at
# Statements that every push needs are made once: building one costs more than running it.
_FIRST = (
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
            (sa.and_(_BOOKING_WAITS, booking_chats.c.asking != OFFER), BOOKING),
            else_=drafts.c.asking,
        ).label("asking"),
        # Time slots that were offered are asked about until the form goes on.
        sa.and_(
            _BOOKING_WAITS,
            booking_chats.c.asking == OFFER,
            sa.or_(
                drafts.c.last_message_id.is_(None),
                drafts.c.last_message_id <= booking_chats.c.last_message_id,
            ),
        ).label("offered"),
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
_ANY = (
    sa.select(messages_in.c.id)
    .where(messages_in.c.user_id == sa.bindparam("b_user"), messages_in.c.status == "pending")
    .limit(1)
)


def first_pending(db: Connection, user_id: int) -> Any | None:
    """The user's oldest message that waits, with the user's and the conversation's columns."""
    return db.execute(_FIRST, {"b_user": user_id}).first()


def next_pending(engine: Engine, user_id: int) -> Any | None:
    """`first_pending`, in a transaction of its own."""
    with reading(engine) as db:
        return first_pending(db, user_id)


def has_pending(db: Connection, user_id: int) -> bool:
    """Whether a message of the user's waits."""
    return db.execute(_ANY, {"b_user": user_id}).first() is not None


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
