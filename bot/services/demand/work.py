"""What the clock does for demands: warnings, urging (督办), reminding to rate, the end without."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from bot.model.demand import COMPLETED
from bot.model.demand_actor import BY_CLOCK
from bot.services.demand.matter_deadlines import (
    Deadline,
    claim_deadline,
    due_deadlines,
    read_deadline,
)
from bot.services.demand.matter_rows import Matter, read_matter
from bot.services.demand.news import tell_demand
from bot.services.demand.rows import lock_demand
from bot.services.demand.steps import take_step
from bot.services.record import Origin, record_event

__all__ = ["due_deadlines", "tend_deadline"]


def tend_deadline(db: Connection, deadline_id: int, now: datetime) -> str:
    """Do what a deadline asks for, once, whoever else looks at it: warn, overdue or nothing.

    To be called for each of due_deadlines, in a transaction of its own.
    """
    found = read_deadline(db, deadline_id)
    if found is None:
        return ""
    demand = lock_demand(db, read_matter(db, found.matter_id).demand_id)
    kind = claim_deadline(db, found, now)
    if not kind:
        return ""
    matter = read_matter(db, found.matter_id)
    if kind == "warn":
        if matter.state == COMPLETED and matter.score is None:
            tell_demand(db, "remind_rating", demand, now, matter)
        _note(db, matter, demand.user_id, found, now)
    elif matter.state == COMPLETED:
        take_step(db, "close_unrated", matter, BY_CLOCK, now)
    else:
        take_step(db, "urge", matter, BY_CLOCK, now)
    return kind


def _note(db: Connection, matter: Matter, user_id: int, found: Deadline, now: datetime) -> None:
    origin = Origin(BY_CLOCK.channel, BY_CLOCK.name, now)
    about = {"demand": matter.demand_id, "matter": matter.id, "state": found.state}
    record_event(db, "deadline_warning", user_id, origin, **about, due_at=found.due_at.isoformat())
