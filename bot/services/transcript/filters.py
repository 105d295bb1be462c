"""By what transcripts are listed besides the words in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from bot.model.demand import CHINA
from bot.model.rights import Staff
from bot.storage.desk_tables import handoffs
from bot.storage.tables import messages_out
from bot.storage.transcript_tables import transcript_categories, transcripts

STATES = ("assistant", "waiting", "with_person", "closed", "undelivered", "unanswered")
_WAITING = ("queued", "message")


@dataclass(frozen=True)
class Wish:
    """What to list. Empty: whatever. Dates are China's, both included; `below`: 0 to 1."""

    text: str = ""
    said_by: str = ""  # of words.SPEAKERS; of `text`
    since: date | None = None
    until: date | None = None
    category: str = ""
    below: float | None = None
    fallback: bool = False
    handed_off: bool = False
    rating: int | None = None
    station: str = ""
    state: str = ""  # of STATES
    flag: str = ""  # of model.transcript.FLAGS
    reviewed: bool | None = None


def filtered(staff: Staff, wish: Wish) -> Any:
    """Selects the rows of transcripts that `wish` names, its words left out, with
    `handoff_status`, `rating` and `outcome`."""
    query = sa.select(
        transcripts,
        handoffs.c.status.label("handoff_status"),
        handoffs.c.rating,
        handoffs.c.outcome,
    ).select_from(transcripts.outerjoin(handoffs, handoffs.c.id == transcripts.c.handoff_id))
    query = query.where(transcripts.c.said > 0, *_times(wish), *_marks(wish))
    if staff.station:
        own = transcripts.c.station
        query = query.where(sa.or_(own == staff.station, own.is_(None)))
    if wish.station:
        query = query.where(transcripts.c.station == wish.station)
    if wish.category:
        under = transcript_categories
        query = query.where(
            sa.exists().where(
                under.c.transcript_id == transcripts.c.id, under.c.category == wish.category
            )
        )
    if wish.rating is not None:
        query = query.where(handoffs.c.rating == wish.rating)
    return query.where(*_state(wish.state))


def _times(wish: Wish) -> list[Any]:
    conditions = []
    if wish.since:
        conditions.append(transcripts.c.started_at >= midnight(wish.since))
    if wish.until:
        conditions.append(transcripts.c.started_at < midnight(wish.until + timedelta(days=1)))
    return conditions


def midnight(day: date) -> datetime:
    """When the day begins in China, in UTC."""
    return datetime.combine(day, time()) - CHINA


def _marks(wish: Wish) -> list[Any]:
    conditions: list[Any] = []
    if wish.below is not None:
        conditions.append(transcripts.c.lowest_confidence < wish.below)
    if wish.fallback:
        conditions.append(transcripts.c.fallback)
    if wish.handed_off:
        conditions.append(transcripts.c.handoff_id.is_not(None))
    if wish.flag:
        conditions.append(transcripts.c.flag == wish.flag)
    if wish.reviewed is not None:
        seen = transcripts.c.reviewed_at
        conditions.append(seen.is_not(None) if wish.reviewed else seen.is_(None))
    return conditions


def _state(state: str) -> list[Any]:
    """Conditions of one of STATES."""
    status = handoffs.c.status
    undelivered = sa.exists().where(
        messages_out.c.transcript_id == transcripts.c.id,
        messages_out.c.status.in_(("failed", "held")),
    )
    return {
        "assistant": [transcripts.c.handoff_id.is_(None)],
        "waiting": [status.in_(_WAITING)],
        "with_person": [status == "claimed"],
        "closed": [status.in_(("closed", "cancelled"))],
        "undelivered": [undelivered],
        "unanswered": [transcripts.c.unanswered],
    }.get(state, [])
