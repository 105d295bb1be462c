"""The queue and the chats as a person at the desk may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.errors import NotFoundError
from bot.model.handoff import CLAIMED, CLOSED, MESSAGE, QUEUED, lateness
from bot.model.rights import Staff, require
from bot.services.handoff.rows import Handoff, get_handoff
from bot.settings import Settings
from bot.storage.desk_tables import handoffs
from bot.storage.desk_tables import staff as staff_table
from bot.storage.tables import messages_in, users

NEWEST_TEXT = (
    sa.select(messages_in.c.text)
    .where(
        messages_in.c.user_id == handoffs.c.user_id,
        messages_in.c.text.is_not(None),
        sa.or_(handoffs.c.closed_at.is_(None), messages_in.c.received_at <= handoffs.c.closed_at),
    )
    .order_by(messages_in.c.id.desc())
    .limit(1)
    .correlate(handoffs)
    .scalar_subquery()
)
UNANSWERED = (
    sa.select(sa.func.count(messages_in.c.id))
    .where(
        messages_in.c.handoff_id == handoffs.c.id,
        messages_in.c.kind != "event",
        sa.or_(
            handoffs.c.staff_spoke_at.is_(None),
            messages_in.c.received_at > handoffs.c.staff_spoke_at,
        ),
    )
    .correlate(handoffs)
    .scalar_subquery()
)

LATELY = timedelta(hours=12)
"""A working day's chats."""


@dataclass(frozen=True)
class ChatItem:
    """A hand-off in a list.

    `text`: what the user wrote last, before its end; `waited`: in the queue, or for the owner's
    answer; `lateness`: "", "warn" or "late"; `unanswered`: messages of the user since the owner's
    last; `owner`, `reserved`: names of colleagues.
    """

    handoff: Handoff
    text: str
    waited: timedelta
    lateness: str
    unanswered: int
    owner: str
    reserved: str


@dataclass(frozen=True)
class Window:
    """What the platform still lets the account send: `left` messages until `until` (UTC)."""

    left: int
    until: datetime | None


def may_see(staff: Staff, handoff: Handoff) -> bool:
    """Whether the hand-off is one of theirs to see: own, for them, or of their station and skill.

    What has no station or category is everyone's; who has no station or skills sees all.
    """
    if not staff.may("chats"):
        return False
    if staff.may("chats_supervise") or staff.id in (handoff.staff_id, handoff.reserved_for):
        return True
    skilled = not staff.skills or handoff.category is None or handoff.category in staff.skills
    return staff.serves(handoff.station) and skilled


def seen_handoff(db: Connection, handoff_id: int, staff: Staff) -> Handoff:
    """The hand-off, for who may see it. Raises ForbiddenError, NotFoundError.

    A foreign one is refused without telling whether it exists.
    """
    require(staff, "chats")
    handoff = get_handoff(db, handoff_id)
    if not may_see(staff, handoff):
        raise NotFoundError(what="handoff", id=handoff_id)
    return handoff


def current_handoff(db: Connection, handoff_id: int, staff: Staff, now: datetime) -> Handoff:
    """The hand-off, while the user's present matters are theirs to see. Raises as seen_handoff."""
    handoff = seen_handoff(db, handoff_id, staff)
    if not is_current(staff, handoff, now):
        raise NotFoundError(what="handoff", id=handoff_id)
    return handoff


def is_current(staff: Staff, handoff: Handoff, now: datetime) -> bool:
    """Whether it is going on or ended lately; for who supervises every one is."""
    lately = handoff.closed_at is None or handoff.closed_at > now - LATELY
    return lately or staff.may("chats_supervise")


def seen_with(db: Connection, handoff: Handoff, staff: Staff, of: Any, at: Any) -> Any:
    """The condition on what is beside or in a chat: none of others' chats, nothing after its end.

    `of`, `at`: the columns that tell its hand-off (or none) and its time.
    """
    if staff.may("chats_supervise"):
        return sa.true()
    rows = db.execute(sa.select(handoffs).where(handoffs.c.user_id == handoff.user_id))
    foreign = [row.id for row in rows if not may_see(staff, Handoff.of(row))]
    seen = sa.or_(of.is_(None), of.not_in(foreign))
    if handoff.closed_at is not None:
        seen = sa.and_(seen, sa.or_(of == handoff.id, at <= handoff.closed_at))
    return seen


def list_queue(db: Connection, settings: Settings, staff: Staff, now: datetime) -> list[ChatItem]:
    """Who waits for a person like `staff`, first come first; cases left out of hours come last."""
    require(staff, "chats")
    return _list(db, settings, staff, now, handoffs.c.status.in_((QUEUED, MESSAGE)))


def my_chats(db: Connection, settings: Settings, staff: Staff, now: datetime) -> list[ChatItem]:
    """The chats that `staff` owns."""
    require(staff, "chats")
    mine = sa.and_(handoffs.c.status == CLAIMED, handoffs.c.staff_id == staff.id)
    return _list(db, settings, staff, now, mine)


def others_chats(db: Connection, settings: Settings, staff: Staff, now: datetime) -> list[ChatItem]:
    """Chats that colleagues own, as far as `staff` may see them."""
    require(staff, "chats")
    others = sa.and_(handoffs.c.status == CLAIMED, handoffs.c.staff_id != staff.id)
    return _list(db, settings, staff, now, others)


def ended_chats(db: Connection, settings: Settings, staff: Staff, now: datetime) -> list[ChatItem]:
    """The chats of `staff` that ended lately: for a note, or to see the rating."""
    require(staff, "chats")
    lately = sa.and_(handoffs.c.status == CLOSED, handoffs.c.closed_at > now - LATELY)
    return _list(db, settings, staff, now, sa.and_(lately, handoffs.c.staff_id == staff.id))


def _list(
    db: Connection, settings: Settings, staff: Staff, now: datetime, which: Any
) -> list[ChatItem]:
    owner, reserved = staff_table.alias(), staff_table.alias()
    query = (
        sa.select(
            handoffs,
            owner.c.name.label("owner_name"),
            reserved.c.name.label("reserved_name"),
            NEWEST_TEXT.label("newest_text"),
            UNANSWERED.label("unanswered"),
        )
        .outerjoin(owner, owner.c.id == handoffs.c.staff_id)
        .outerjoin(reserved, reserved.c.id == handoffs.c.reserved_for)
        .where(which)
        .order_by(
            sa.case((handoffs.c.status == MESSAGE, 1), else_=0),
            handoffs.c.urgency.desc(),
            handoffs.c.queued_at,
            handoffs.c.id,
        )
    )
    items = [_item(settings, row, now) for row in db.execute(query)]
    return [item for item in items if may_see(staff, item.handoff)]


def _item(settings: Settings, row: Any, now: datetime) -> ChatItem:
    handoff = Handoff.of(row)
    since = handoff.waits_since if handoff.status == CLAIMED else handoff.queued_at
    waited = now - since if since else timedelta(0)
    warn, late = settings.handoff_warn_seconds, settings.handoff_late_seconds
    if handoff.status == CLAIMED:
        warn, late = settings.handoff_silent_warn_seconds, settings.handoff_silent_pass_seconds
    return ChatItem(
        handoff,
        row.newest_text or "",
        waited,
        "" if handoff.status == MESSAGE else lateness(waited, warn, late),
        row.unanswered,
        row.owner_name or "",
        row.reserved_name or "",
    )


def place_in_queue(db: Connection, handoff: Handoff) -> int:
    """1 for who is next. Whoever may be taken by the same people counts."""
    ahead = sa.or_(
        handoffs.c.urgency > handoff.urgency,
        sa.and_(
            handoffs.c.urgency == handoff.urgency,
            sa.or_(
                handoffs.c.queued_at < handoff.queued_at,
                sa.and_(handoffs.c.queued_at == handoff.queued_at, handoffs.c.id < handoff.id),
            ),
        ),
    )
    same = sa.true()
    if handoff.station:
        same = sa.or_(handoffs.c.station.is_(None), handoffs.c.station == handoff.station)
    query = sa.select(sa.func.count()).where(
        handoffs.c.status == QUEUED, handoffs.c.id != handoff.id, ahead, same
    )
    return int(db.scalar(query) or 0) + 1


def read_window(db: Connection, user_id: int, now: datetime) -> Window:
    """What may still be sent to the user before they write again."""
    row = db.execute(
        sa.select(users.c.quota_left, users.c.quota_until).where(users.c.id == user_id)
    ).one()
    if row.quota_until is None or row.quota_until <= now:
        return Window(0, row.quota_until)
    return Window(row.quota_left, row.quota_until)
