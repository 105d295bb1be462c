"""Who has a chat on the screen, and what of it they have not read."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.model.rights import Staff
from bot.services.handoff.queue import seen_handoff
from bot.storage.desk_tables import chat_views
from bot.storage.desk_tables import staff as staff_table
from bot.storage.tables import messages_in

LOOKING = timedelta(seconds=50)
"""Pages say every 20 seconds that they are looked at: after two of them missed, nobody is."""


def note_view(db: Connection, handoff_id: int, staff: Staff, read_id: int, now: datetime) -> None:
    """Note that the chat is on the screen of `staff`, read up to the row `read_id` of messages_in.

    Raises NotFoundError, ForbiddenError.
    """
    seen_handoff(db, handoff_id, staff)
    mine = sa.and_(chat_views.c.handoff_id == handoff_id, chat_views.c.staff_id == staff.id)
    further = sa.case(
        (chat_views.c.read_id < read_id, read_id),
        else_=chat_views.c.read_id,
    )
    update = chat_views.update().where(mine).values(seen_at=now, read_id=further)
    if db.execute(update).rowcount:
        return
    row = {"handoff_id": handoff_id, "staff_id": staff.id, "seen_at": now, "read_id": read_id}
    # Of two pages of theirs that come first at once, one is enough.
    with contextlib.suppress(IntegrityError), db.begin_nested():
        db.execute(chat_views.insert().values(**row))


def list_viewers(db: Connection, handoff_id: int, staff: Staff, now: datetime) -> list[str]:
    """Names of the colleagues who have the chat on the screen as well."""
    query = (
        sa.select(staff_table.c.name)
        .join(chat_views, chat_views.c.staff_id == staff_table.c.id)
        .where(
            chat_views.c.handoff_id == handoff_id,
            chat_views.c.staff_id != staff.id,
            chat_views.c.seen_at > now - LOOKING,
        )
        .order_by(staff_table.c.name)
    )
    return list(db.scalars(query))


def count_unread(db: Connection, staff: Staff, handoff_ids: Iterable[int]) -> dict[int, int]:
    """Messages of the user that `staff` has not had on the screen, by hand-off; none: left out."""
    query = (
        sa.select(messages_in.c.handoff_id, sa.func.count())
        .outerjoin(
            chat_views,
            sa.and_(
                chat_views.c.handoff_id == messages_in.c.handoff_id,
                chat_views.c.staff_id == staff.id,
            ),
        )
        .where(
            messages_in.c.handoff_id.in_(list(handoff_ids)),
            messages_in.c.id > sa.func.coalesce(chat_views.c.read_id, 0),
        )
        .group_by(messages_in.c.handoff_id)
    )
    return {row[0]: row[1] for row in db.execute(query)}
