"""What the owner of a chat writes to the user."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.errors import HandoffRuleError
from bot.model.message_text import clean, split
from bot.model.rights import Staff
from bot.services.handoff.chat_pictures import keep_picture
from bot.services.handoff.handoffs import lock_handoff, owned_handoff
from bot.services.handoff.rows import Handoff, write_handoff
from bot.services.record import Origin
from bot.settings import Settings
from bot.storage.tables import messages_out

LONGEST = 2_000
"""Characters of one message: three of the platform's texts at most."""
MOST_PARTS = 4
KEY_LONGEST = 64


def send_to_user(
    db: Connection, handoff_id: int, staff: Staff, text: str, origin: Origin, key: str = ""
) -> list[int]:
    """Put the owner's words into the outbox, in parts that fit; ids of messages_out.

    `key`: made by the page for each message, of at most KEY_LONGEST characters. The same key again
    is the same message, whatever became of the chat meanwhile: nothing is written twice.
    Only the owner can send: it is checked in the transaction that writes. Raises TakenError,
    HandoffRuleError (empty, too_long), NotFoundError, ForbiddenError.
    """
    if before := _sent_before(db, handoff_id, staff, key):
        return before
    handoff = owned_handoff(db, handoff_id, staff)
    words = clean(text).strip()
    if not words:
        raise HandoffRuleError("empty")
    if len(words) > LONGEST:
        raise HandoffRuleError("too_long", longest=LONGEST)
    bodies = [{"text": part, "choices": []} for part in split(words)]
    return _put(db, handoff, staff, bodies, origin, key)


def send_picture(
    db: Connection,
    settings: Settings,
    handoff_id: int,
    staff: Staff,
    content: bytes,
    origin: Origin,
    key: str = "",
) -> int:
    """Put a picture (JPEG, PNG or GIF) of the owner's into the outbox; its id of messages_out.

    `key`: as of `send_to_user`.
    Errors as of `send_to_user`, and HandoffRuleError not_picture, too_large, no_api: an account
    without the customer-service API can only answer with text.
    """
    if before := _sent_before(db, handoff_id, staff, key):
        return before[0]
    handoff = owned_handoff(db, handoff_id, staff)
    if settings.account_kind != "service":
        raise HandoffRuleError("no_api")
    picture = keep_picture(db, handoff.user_id, handoff.id, content, origin.now)
    body = {"text": "", "choices": [], "image": picture}
    return _put(db, handoff, staff, [body], origin, key)[0]


def _sent_before(db: Connection, handoff_id: int, staff: Staff, key: str) -> list[int]:
    """The messages that this key made already. The conversation is locked from here on: of two
    sends at once the second finds the first's."""
    lock_handoff(db, handoff_id, staff)
    if not key:
        return []
    keys = [_part_key(handoff_id, staff, key, part) for part in range(MOST_PARTS)]
    query = sa.select(messages_out.c.id).where(messages_out.c.send_key.in_(keys))
    return [int(number) for number in db.scalars(query.order_by(messages_out.c.id))]


def _part_key(handoff_id: int, staff: Staff, key: str, part: int) -> str:
    return f"{handoff_id}:{staff.id}:{key[:KEY_LONGEST]}:{part}"


def _put(
    db: Connection,
    handoff: Handoff,
    staff: Staff,
    bodies: list[dict[str, Any]],
    origin: Origin,
    key: str,
) -> list[int]:
    made = [
        db.execute(
            messages_out.insert().values(
                user_id=handoff.user_id,
                sender="specialist",
                staff_id=staff.id,
                handoff_id=handoff.id,
                body=body,
                status="pending",
                due_at=origin.now,
                created_at=origin.now,
                send_key=_part_key(handoff.id, staff, key, part) if key else None,
            )
        ).inserted_primary_key[0]
        for part, body in enumerate(bodies)
    ]
    write_handoff(db, handoff, staff_spoke_at=origin.now, warned_at=None, warnings=0)
    return [int(number) for number in made]
