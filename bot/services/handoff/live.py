"""The live feed of the desk: every message and change once, in order, replayed by its number.

How a page uses it:
1. When it is made, it reads `feed_end(db)` first and then what it shows, and keeps that number.
2. It then asks again and again for `read_feed(db, staff, after, limit)`: changes numbered above
   `after`, oldest first. The SSE event id of each is `Change.id`; a browser that comes back sends
   the last one (Last-Event-ID) and gets everything since. What it had read in step 1 may come once
   more: a line, a note and a hand-off have ids, so that the page replaces what it shows already.
3. Before each look somebody numbers what is new: `number_changes(db)`, in a transaction that may
   write. Any process may do it at any time; `has_unnumbered(db)` says cheaply whether to.
4. FeedLostError: what comes after that number is not kept any more; the page is loaded anew.

Why numbers: rows get their ids when written, but become visible when committed, and so out of
order: a reader that goes by ids would pass over the late ones. The database's triggers write a row
into `desk_feed` with each change, whoever makes it; `number_changes` gives those that are visible
the next numbers, under a lock that is held until they are committed. Numbers therefore become
visible in their order, without gaps. Within one conversation they follow the order of the changes.

Redis only wakes: without it a page that looks every second or so misses nothing.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.errors import FeedLostError
from bot.model.rights import Staff, require
from bot.services.handoff.chat_lines import Line, read_lines
from bot.services.handoff.notes import Note, read_notes
from bot.services.handoff.queue import may_see
from bot.services.handoff.rows import Handoff, get_handoffs
from bot.storage.desk_tables import desk_feed, feed_numbers

KEEP = timedelta(days=3)
"""A page that was away for longer is loaded anew."""
BATCH = 500
"""Changes numbered at a time."""


@dataclass(frozen=True)
class Change:
    """One change, as things stand now. `id`: its number in the feed, the SSE event id.

    kind        set        meaning
    message_in  line       the user wrote (or tapped, sent a picture …)
    message_out line       the desk or the system wrote, or its delivery changed: line.status
    note        note       a colleague noted something
    handoff     handoff    asked for, claimed, passed on, warned of, closed, rated …
    gone        —          a hand-off that this person may not see (any more): take it off lists

    `handoff` is set for all but the last: the chat that it belongs to.
    """

    id: int
    at: datetime
    kind: str
    user_id: int
    handoff_id: int
    line: Line | None = None
    note: Note | None = None
    handoff: Handoff | None = None


def feed_end(db: Connection) -> int:
    """The highest number given; 0 when there was none."""
    return int(db.scalar(sa.select(feed_numbers.c.last)) or 0)


def has_unnumbered(db: Connection) -> bool:
    """Whether there is something to number."""
    query = sa.select(desk_feed.c.id).where(desk_feed.c.number.is_(None)).limit(1)
    return db.execute(query).first() is not None


def number_changes(db: Connection) -> int:
    """Number the changes that are visible and have none; how many."""
    last = _lock_last(db)
    query = (
        sa.select(desk_feed.c.id)
        .where(desk_feed.c.number.is_(None))
        .order_by(desk_feed.c.id)
        .limit(BATCH)
    )
    found = db.scalars(query).all()
    if not found:
        return 0
    db.execute(
        desk_feed.update()
        .where(desk_feed.c.id == sa.bindparam("b_id"))
        .values(number=sa.bindparam("b_number")),
        [{"b_id": row, "b_number": last + place} for place, row in enumerate(found, 1)],
    )
    db.execute(feed_numbers.update().values(last=last + len(found)))
    return len(found)


def _lock_last(db: Connection) -> int:
    """The last number given, locked; the first to ask makes the row."""
    query = sa.select(feed_numbers.c.last).with_for_update()
    last = db.scalar(query)
    if last is None:
        with contextlib.suppress(sa.exc.IntegrityError), db.begin_nested():
            db.execute(feed_numbers.insert().values(id=1, last=0))
        last = db.scalar(query)
    return int(last)


def read_feed(
    db: Connection, staff: Staff, after: int, limit: int = 200
) -> tuple[list[Change], int]:
    """Changes numbered above `after` that `staff` may see, oldest first, and where to go on.

    The second value is the number to ask after next time: changes of others' chats count too.
    Raises FeedLostError, ForbiddenError.
    """
    require(staff, "chats")
    end = feed_end(db)  # before the rows: what is numbered meanwhile is among them
    rows = db.execute(
        sa.select(desk_feed)
        .where(desk_feed.c.number > after)
        .order_by(desk_feed.c.number)
        .limit(limit)
    ).all()
    first = rows[0].number if rows else end + 1
    if first != after + 1:
        raise FeedLostError(after=after, first=first)
    changes = _changes(db, staff, rows)
    return changes, rows[-1].number if rows else after


def _changes(db: Connection, staff: Staff, rows: list[Any]) -> list[Change]:
    def refs(kind: str) -> list[int]:
        return [row.ref_id for row in rows if row.kind == kind]

    known = get_handoffs(db, {row.handoff_id for row in rows})
    lines = read_lines(db, refs("message_in"), refs("message_out"))
    notes = read_notes(db, refs("note"))
    changes = []
    for row in rows:
        handoff = known.get(row.handoff_id)
        base = (row.number, row.at, row.kind, row.user_id, row.handoff_id)
        if handoff is None or not may_see(staff, handoff):
            if row.kind == "handoff":
                changes.append(Change(row.number, row.at, "gone", row.user_id, row.handoff_id))
        elif row.kind == "handoff":
            changes.append(Change(*base, handoff=handoff))
        elif row.kind == "note" and row.ref_id in notes:
            changes.append(Change(*base, handoff=handoff, note=notes[row.ref_id]))
        elif (row.kind, row.ref_id) in lines:
            changes.append(Change(*base, handoff=handoff, line=lines[row.kind, row.ref_id]))
    return changes


def forget_old(db: Connection, now: datetime) -> int:
    """Delete numbered changes that no page asks for any more; how many."""
    old = sa.and_(desk_feed.c.number.is_not(None), desk_feed.c.at < now - KEEP)
    return int(db.execute(desk_feed.delete().where(old)).rowcount)
