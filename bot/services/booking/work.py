"""What the worker does for bookings as time passes; any number of workers may do it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from bot.model.calendar import CalendarGap
from bot.services.booking.ended_holds import expire_holds
from bot.services.booking.rota import calendar_alarm, plan_ahead
from bot.services.booking.waiting_list import SYSTEM, offer_waiting
from bot.services.record import Origin


def tend_bookings(db: Connection, now: datetime) -> int:
    """End what ran out and offer what is free to those who wait; how many seats moved.

    To be called a few times a minute: what is given back by people passes on without it.
    """
    return len(expire_holds(db, now)) + len(offer_waiting(db, now))


def tend_rota(db: Connection, now: datetime) -> CalendarGap | None:
    """Plan the months into which bookings reach by now, and say where the holidays end.

    To be called at start and once a day.
    """
    plan_ahead(db, Origin(*SYSTEM, now))
    return calendar_alarm(db, now)
