"""Lines of a chat as the desk shows them, from both sides, in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.rights import Staff
from bot.services.handoff.queue import seen_handoff, seen_with
from bot.storage.desk_tables import chat_pictures
from bot.storage.desk_tables import staff as staff_table
from bot.storage.tables import messages_in, messages_out


@dataclass(frozen=True)
class Line:
    """One message. `side`: message_in or message_out; `id`: in that table.

    `kind`: text, image, voice, video, location, link, event … (WeChat's MsgType); `text` is what
    was said, empty for pictures; `data`: of the user's message: the push's fields (PicUrl,
    MediaId, Location_X, Label, EventKey …), of ours: the body. `picture`: for read_picture of
    chat_pictures, once the user's was fetched. `sender`: user, assistant, system
    or specialist; `author`: the specialist's name. `status` of ours: pending, passive, sending,
    sent, held, failed, void; `reason`: why held or failed.
    """

    side: str
    id: int
    user_id: int
    handoff_id: int | None
    at: datetime
    kind: str
    sender: str
    author: str
    text: str
    data: dict[str, Any]
    status: str
    reason: str | None
    picture: int | None = None


def read_lines(
    db: Connection, incoming: Iterable[int], outgoing: Iterable[int]
) -> dict[tuple[str, int], Line]:
    """The lines of these ids, by side and id."""
    lines = _incoming(db, messages_in.c.id.in_(list(incoming)), None)
    lines += _outgoing(db, messages_out.c.id.in_(list(outgoing)), None)
    return {(line.side, line.id): line for line in lines}


def read_chat(
    db: Connection,
    handoff_id: int,
    staff: Staff,
    before: datetime | None = None,
    limit: int = 100,
) -> list[Line]:
    """The newest `limit` lines of the whole conversation of a hand-off, before `before`; in order.

    With what was said to the assistant, for that is the context; without what was said in chats
    that `staff` may not see, or after the end of this one. Raises NotFoundError, ForbiddenError.
    """
    handoff = seen_handoff(db, handoff_id, staff)
    ours = sa.and_(
        messages_out.c.user_id == handoff.user_id,
        seen_with(db, handoff, staff, messages_out.c.handoff_id, messages_out.c.created_at),
    )
    theirs = sa.and_(
        messages_in.c.user_id == handoff.user_id,
        seen_with(db, handoff, staff, messages_in.c.handoff_id, messages_in.c.received_at),
    )
    if before is not None:
        ours = sa.and_(ours, messages_out.c.created_at < before)
        theirs = sa.and_(theirs, messages_in.c.received_at < before)
    lines = [*_incoming(db, theirs, limit), *_outgoing(db, ours, limit)]
    return sorted(lines, key=lambda line: (line.at, line.side, line.id))[-limit:]


def _incoming(db: Connection, which: Any, limit: int | None) -> list[Line]:
    query = (
        sa.select(messages_in, chat_pictures.c.id.label("picture"))
        .outerjoin(chat_pictures, chat_pictures.c.message_id == messages_in.c.id)
        .where(which)
        .order_by(messages_in.c.id.desc())
        .limit(limit)
    )
    return [
        Line(
            side="message_in",
            id=row.id,
            user_id=row.user_id,
            handoff_id=row.handoff_id,
            at=row.received_at,
            kind=row.kind,
            sender="user",
            author="",
            text=row.text or "",
            data=row.data,
            status=row.status,
            reason=None,
            picture=row.picture,
        )
        for row in db.execute(query)
    ]


def _outgoing(db: Connection, which: Any, limit: int | None) -> list[Line]:
    query = (
        sa.select(messages_out, staff_table.c.name)
        .outerjoin(staff_table, staff_table.c.id == messages_out.c.staff_id)
        .where(which)
        .order_by(messages_out.c.id.desc())
        .limit(limit)
    )
    return [
        Line(
            side="message_out",
            id=row.id,
            user_id=row.user_id,
            handoff_id=row.handoff_id,
            at=row.created_at,
            kind="image" if row.body.get("image") else "text",
            sender=row.sender,
            author=row.name or "",
            text=row.body.get("text") or "",
            data=row.body,
            status=row.status,
            reason=row.reason,
            picture=row.body.get("image"),
        )
        for row in db.execute(query)
    ]
