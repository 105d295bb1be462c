"""What calls the attention of somebody at the desk: messages in their chats, new ones who wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from bot.model.errors import FeedLostError
from bot.model.handoff import CLAIMED, QUEUED
from bot.model.rights import Staff
from bot.services.handoff.chat_views import count_unread
from bot.services.handoff.live import Change, feed_end, read_feed
from bot.services.handoff.queue import list_queue, my_chats
from bot.services.handoff.rows import Handoff
from bot.settings import Settings


@dataclass(frozen=True)
class News:
    """What there is since a number of the feed.

    `after`: the number to ask after next time; `keys`: one for each thing that is new, the same
    however often it is told; `waiting`: in the queue; `unread`: messages in one's own chats.
    """

    after: int
    keys: tuple[str, ...]
    waiting: int
    unread: int


def key_of(change: Change, staff: Staff) -> str:
    """The key of a change that concerns `staff`; empty for others."""
    handoff = change.handoff
    if handoff is None:
        return ""
    if change.line is None:
        return _waits(handoff) if handoff.status == QUEUED else ""
    own = handoff.status == CLAIMED and handoff.staff_id == staff.id
    said = change.line.side == "message_in" and change.line.kind != "event"
    return f"message-{change.line.id}" if own and said else ""


def _waits(handoff: Handoff) -> str:
    """A reminder of who waits is no news; who is given back to the queue is."""
    return f"waits-{handoff.id}-{handoff.queued_at:%Y%m%d%H%M%S%f}"


def read_news(
    db: Connection, settings: Settings, staff: Staff, after: int | None, now: datetime
) -> News:
    """What is new after the number `after`; None: who waits now. Raises ForbiddenError."""
    end = feed_end(db)
    queue = list_queue(db, settings, staff, now)
    waiting = [item.handoff for item in queue if item.handoff.status == QUEUED]
    own = [item.handoff.id for item in my_chats(db, settings, staff, now)]
    unread = sum(count_unread(db, staff, own).values())
    keys = tuple(_waits(handoff) for handoff in waiting)
    if after is not None:
        try:
            changes, end = read_feed(db, staff, after)
            keys = tuple(key for change in changes if (key := key_of(change, staff)))
        except FeedLostError:
            pass  # away for days: who waits now
    return News(end, keys, len(waiting), unread)
