"""What the owner of a chat writes to the user."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection

from bot.model.errors import HandoffRuleError
from bot.model.message_text import clean, split
from bot.model.rights import Staff
from bot.services.handoff.chat_pictures import keep_picture
from bot.services.handoff.handoffs import owned_handoff
from bot.services.handoff.rows import Handoff, write_handoff
from bot.services.record import Origin
from bot.settings import Settings
from bot.storage.tables import messages_out

LONGEST = 2_000
"""Characters of one message: three of the platform's texts at most."""


def send_to_user(
    db: Connection, handoff_id: int, staff: Staff, text: str, origin: Origin
) -> list[int]:
    """Put the owner's words into the outbox, in parts that fit; ids of messages_out.

    Only the owner can: it is checked in the transaction that writes them. Raises TakenError,
    HandoffRuleError (empty, too_long), NotFoundError, ForbiddenError.
    """
    handoff = owned_handoff(db, handoff_id, staff)
    words = clean(text).strip()
    if not words:
        raise HandoffRuleError("empty")
    if len(words) > LONGEST:
        raise HandoffRuleError("too_long", longest=LONGEST)
    bodies = [{"text": part, "choices": []} for part in split(words)]
    return _put(db, handoff, staff, bodies, origin)


def send_picture(
    db: Connection,
    settings: Settings,
    handoff_id: int,
    staff: Staff,
    content: bytes,
    origin: Origin,
) -> int:
    """Put a picture (JPEG, PNG or GIF) of the owner's into the outbox; its id of messages_out.

    Errors as of `send_to_user`, and HandoffRuleError not_picture, too_large, no_api: an account
    without the customer-service API can only answer with text.
    """
    handoff = owned_handoff(db, handoff_id, staff)
    if settings.account_kind != "service":
        raise HandoffRuleError("no_api")
    picture = keep_picture(db, handoff.user_id, handoff.id, content, origin.now)
    body = {"text": "", "choices": [], "image": picture}
    return _put(db, handoff, staff, [body], origin)[0]


def _put(
    db: Connection, handoff: Handoff, staff: Staff, bodies: list[dict[str, Any]], origin: Origin
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
            )
        ).inserted_primary_key[0]
        for body in bodies
    ]
    write_handoff(db, handoff, staff_spoke_at=origin.now, warned_at=None, warnings=0)
    return [int(number) for number in made]
