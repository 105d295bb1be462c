"""What the desk knows of a user in a chat: enterprise, demands, bookings, earlier chats."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.booking import EXPIRED, HELD, OFFERED
from bot.model.rights import Staff
from bot.services.booking.rows import Booking, list_bookings
from bot.services.demand.rows import Demand, list_demands
from bot.services.form.draft_rows import OPEN, Draft, find_draft
from bot.services.handoff.queue import current_handoff, may_see
from bot.services.handoff.rows import Handoff
from bot.services.record import record_read
from bot.services.staff.staff_rows import staff_names
from bot.storage.booking_tables import bookings
from bot.storage.desk_tables import handoffs
from bot.storage.tables import demands, drafts, users

MOST = 8
"""Earlier matters of each kind that are shown."""
BASICS = ("company_name", "contact", "telephone")


@dataclass(frozen=True)
class UserProfile:
    """A user. Times are UTC without zone; `basics`: fields of the demand form that name them.

    `handoffs`: earlier ones that the person may see, with the names of who had them.
    """

    user_id: int
    station: str | None
    subscribed: bool
    since: datetime
    basics: dict[str, str]
    draft: Draft | None
    demands: list[Demand]
    bookings: list[Booking]
    handoffs: list[tuple[Handoff, str]]


def read_profile(db: Connection, handoff_id: int, staff: Staff, now: datetime) -> UserProfile:
    """The user of a hand-off, for who may see it; it is noted that they were shown.

    A chat that ended long ago opens nothing of the user's present matters: NotFoundError.
    Raises NotFoundError, ForbiddenError.
    """
    handoff = current_handoff(db, handoff_id, staff, now)
    user_id = handoff.user_id
    record_read(db, staff, "profile", user_id, now, handoff=handoff_id)
    row = db.execute(sa.select(users).where(users.c.id == user_id)).one()
    demands = list_demands(db, user_id)
    draft = find_draft(db, user_id)
    sure = bookings.c.status.not_in((HELD, OFFERED, EXPIRED))
    return UserProfile(
        user_id=user_id,
        station=row.station,
        subscribed=row.subscribed,
        since=row.created_at,
        basics=read_basics(draft, demands),
        draft=draft,
        demands=demands[:MOST],
        bookings=list_bookings(db, bookings.c.user_id == user_id, sure)[-MOST:][::-1],
        handoffs=_earlier(db, handoff, staff),
    )


def read_basics(draft: Draft | None, demands: list[Demand]) -> dict[str, str]:
    """Who they are as they last said it: in the draft, else in the newest demand."""
    said: list[dict[str, Any]] = [draft.answers] if draft else []
    said += [demand.answers for demand in demands[:1]]
    found: dict[str, str] = {}
    for name in BASICS:
        value = next((answers[name] for answers in said if answers.get(name)), None)
        if value:
            found[name] = str(value)
    return found


def address_of(basics: dict[str, str]) -> str:
    """How to address them: the contact's name, without their department; empty: not known."""
    words = basics.get("contact", "").split()
    return words[-1] if words else ""


def _earlier(db: Connection, handoff: Handoff, staff: Staff) -> list[tuple[Handoff, str]]:
    query = (
        sa.select(handoffs)
        .where(handoffs.c.user_id == handoff.user_id, handoffs.c.id < handoff.id)
        .order_by(handoffs.c.id.desc())
        .limit(MOST)
    )
    names = staff_names(db)
    found = [Handoff(**row._mapping) for row in db.execute(query)]
    return [(one, names.get(one.staff_id or 0, "")) for one in found if may_see(staff, one)]


def user_names(db: Connection, user_ids: Iterable[int]) -> dict[int, str]:
    """What users are called, by id: the enterprise, else the contact; the unknown are left out."""
    ids = sorted(set(user_ids))
    open_drafts = sa.and_(drafts.c.user_id.in_(ids), drafts.c.status.in_(OPEN))
    said = [
        *db.execute(
            sa.select(demands.c.user_id, demands.c.answers)
            .where(demands.c.user_id.in_(ids))
            .order_by(demands.c.id)
        ),
        *db.execute(sa.select(drafts.c.user_id, drafts.c.answers).where(open_drafts)),
    ]
    names: dict[int, str] = {}
    for user_id, answers in said:  # what was said last wins
        name = answers.get("company_name") or answers.get("contact")
        if name:
            names[user_id] = str(name)
    return names
