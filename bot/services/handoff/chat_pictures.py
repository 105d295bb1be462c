"""Pictures and voice in chats with a person: kept in the database, shown to who may see it.

The platform keeps what users send for three days only: the worker fetches it (fetch_due) as soon
as the message is a person's.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.errors import HandoffRuleError, NotFoundError
from bot.model.rights import Staff, require
from bot.services.handoff.queue import may_see
from bot.services.handoff.rows import get_handoff
from bot.storage.desk_tables import chat_pictures
from bot.storage.tables import messages_in

MOST_BYTES = 5 * 2**20
"""The platform takes ten; a photo of a phone is smaller."""
FETCH_FOR = timedelta(days=2)
"""So long after the message it is tried to fetch its picture; the platform keeps it for three."""
_PICTURES = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
"""What pictures begin with; nothing else is kept of them."""
_SOUNDS = {
    b"#!AMR": "audio/amr",
    b"ID3": "audio/mpeg",
    b"\xff\xfb": "audio/mpeg",
    b"\xff\xf3": "audio/mpeg",
}
"""What the platform's voice begins with: AMR, which browsers do not play, rarely MP3."""


@dataclass(frozen=True)
class Picture:
    """`content`: its bytes; `media_type`: image/jpeg, image/png, image/gif, or audio/amr or
    audio/mpeg of a voice message."""

    id: int
    handoff_id: int
    media_type: str
    content: bytes


def keep_picture(
    db: Connection,
    user_id: int,
    handoff_id: int,
    content: bytes,
    now: datetime,
    message_id: int | None = None,
    *,
    voice: bool = False,
) -> int:
    """Keep a picture, or a voice message; its id. `message_id`: the message that brought it.

    Raises HandoffRuleError: not_picture (nor voice, where that was sent), too_large.
    """
    if len(content) > MOST_BYTES:
        raise HandoffRuleError("too_large", longest=MOST_BYTES)
    starts = _SOUNDS if voice else _PICTURES
    kind = next((kind for start, kind in starts.items() if content.startswith(start)), None)
    if kind is None:
        raise HandoffRuleError("not_picture")
    row = {
        "user_id": user_id,
        "handoff_id": handoff_id,
        "message_id": message_id,
        "media_type": kind,
        "content": content,
        "created_at": now,
    }
    return int(db.execute(chat_pictures.insert().values(**row)).inserted_primary_key[0])


def keep_fetched(db: Connection, message_id: int, content: bytes, now: datetime) -> int | None:
    """Keep the picture or voice that a message of the inbox brought; None once it was emptied.

    The row is held: a deletion of the user's data comes before, or finds the picture. Raises as
    keep_picture.
    """
    query = sa.select(messages_in).where(messages_in.c.id == message_id).with_for_update()
    row = db.execute(query).first()
    voice = row is not None and row.kind == "voice"
    named = "MediaId" if voice else "PicUrl"
    if row is None or row.handoff_id is None or not row.data.get(named):
        return None
    return keep_picture(db, row.user_id, row.handoff_id, content, now, message_id, voice=voice)


def read_picture(db: Connection, staff: Staff, picture_id: int) -> Picture:
    """A picture of a chat that `staff` may see. Raises NotFoundError, ForbiddenError."""
    require(staff, "chats")
    picture = find_picture(db, picture_id)
    if picture is None or not may_see(staff, get_handoff(db, picture.handoff_id)):
        raise NotFoundError(what="picture", id=picture_id)
    return picture


def find_picture(db: Connection, picture_id: int) -> Picture | None:
    """The picture, for sending it; None once it was deleted."""
    row = db.execute(
        sa.select(
            chat_pictures.c.id,
            chat_pictures.c.handoff_id,
            chat_pictures.c.media_type,
            chat_pictures.c.content,
        ).where(chat_pictures.c.id == picture_id)
    ).first()
    return Picture(**row._mapping) if row is not None else None


def fetch_due(db: Connection, now: datetime, but: Collection[int] = ()) -> list[Any]:
    """Messages (id, kind, user_id, handoff_id, data) whose picture or voice is to be fetched.

    `but`: ids of messages that are left for later.
    """
    query = (
        sa.select(
            messages_in.c.id,
            messages_in.c.kind,
            messages_in.c.user_id,
            messages_in.c.handoff_id,
            messages_in.c.data,
        )
        .outerjoin(chat_pictures, chat_pictures.c.message_id == messages_in.c.id)
        .where(
            messages_in.c.kind.in_(("image", "voice")),
            messages_in.c.handoff_id.is_not(None),
            messages_in.c.received_at > now - FETCH_FOR,
            chat_pictures.c.id.is_(None),
            messages_in.c.id.not_in(list(but)),
        )
        .order_by(messages_in.c.id)
        .limit(20)
    )
    return list(db.execute(query))


def forget_pictures(db: Connection, user_id: int) -> None:
    """Delete a user's pictures."""
    db.execute(chat_pictures.delete().where(chat_pictures.c.user_id == user_id))
