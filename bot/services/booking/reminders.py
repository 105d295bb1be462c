"""Reminders of a booking: a day and an hour before, once each."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy.engine import Connection

from bot.services.booking.notices import add_notice, void_notices
from bot.services.booking.rows import Booking

LEADS = {"reminder_day": timedelta(hours=24), "reminder_hour": timedelta(hours=1)}
"""How long before the start each is due, the earliest first."""


def plan_reminders(db: Connection, booking: Booking, now: datetime) -> None:
    """Plan what is still ahead, instead of what was planned before.

    A reminder that could not go out in its time is dropped once the next one is due.
    """
    void_notices(db, booking.id, tuple(LEADS))
    ends = [*(booking.starts_at - lead for lead in LEADS.values()), booking.starts_at]
    for kind, (due_at, next_at) in zip(LEADS, pairwise(ends), strict=True):
        if due_at > now:
            add_notice(
                db,
                booking.user_id,
                kind,
                due_at,
                booking_id=booking.id,
                expires_at=next_at,
            )
