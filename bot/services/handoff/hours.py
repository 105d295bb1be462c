"""Whether somebody answers now: in office hours, and whenever somebody is on duty at the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.calendar import centre_calendar
from bot.model.rights import RIGHTS
from bot.storage.desk_tables import staff

ON_DUTY = timedelta(seconds=120)
"""So long after they last used the desk somebody counts as there; the open page of the chats
counts as use."""


def answered_now(db: Connection, now: datetime) -> Callable[[str | None], bool]:
    """Tells of a station (scene; None: any) whether its chats are answered now.

    Out of office hours they are while somebody who serves the station is at the desk and says so:
    a specialist who stays longer, or works on a Saturday, is not hidden behind closed doors.
    """
    if centre_calendar().is_open(now):
        return lambda station: True
    there = db.scalars(
        sa.select(staff.c.station).where(
            staff.c.active,
            staff.c.available,
            staff.c.role.in_(RIGHTS["chats"]),
            staff.c.seen_at > now - ON_DUTY,
        )
    ).all()
    return lambda station: any(not own or not station or own == station for own in there)
