"""Figures of the chats: who asked, what went to a person, what the assistant settled alone."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.periods import Period
from bot.storage.desk_tables import handoffs
from bot.storage.tables import messages_in, users

ASKING = ("text", "voice")
"""Kinds of messages in which somebody asks; others are events or come along."""


def chat_figures(
    db: Connection, period: Period, *, station: str, category: str, whole: bool
) -> dict[str, float | None]:
    """consultations, handoffs, assistant_rate; None where a filter is set that chats lack.

    `whole`: neither an organisation nor a source is asked for.
    """
    nothing: dict[str, float | None] = dict.fromkeys(
        ("consultations", "handoffs", "assistant_rate")
    )
    if not whole:
        return nothing
    passed = _handoffs(period, station, category)
    count = db.scalar(sa.select(sa.func.count()).select_from(passed.subquery()))
    if category:
        return {**nothing, "handoffs": count}
    asked = _person_days(db, _asked(period, station))
    helped = _person_days(db, passed)
    both = sa.intersect(asked, helped)
    n = int(db.scalar(sa.select(sa.func.count()).select_from(asked.subquery())) or 0)
    not_alone = int(db.scalar(sa.select(sa.func.count()).select_from(both.subquery())) or 0)
    alone = (n - not_alone) / n if n else None
    return {"consultations": n, "handoffs": count, "assistant_rate": alone}


def _asked(period: Period, station: str) -> Any:
    query = sa.select(messages_in.c.user_id, messages_in.c.received_at.label("at")).where(
        messages_in.c.kind.in_(ASKING),
        messages_in.c.received_at >= period.begins,
        messages_in.c.received_at < period.ends,
    )
    if station:
        of_station = sa.select(users.c.id).where(users.c.station == station)
        query = query.where(messages_in.c.user_id.in_(of_station))
    return query


def _handoffs(period: Period, station: str, category: str) -> Any:
    query = sa.select(handoffs.c.user_id, handoffs.c.opened_at.label("at")).where(
        handoffs.c.opened_at >= period.begins, handoffs.c.opened_at < period.ends
    )
    if station:
        query = query.where(handoffs.c.station == station)
    if category:
        query = query.where(handoffs.c.category == category)
    return query


def _person_days(db: Connection, query: Any) -> Any:
    """(user, China's day), once each."""
    rows = query.subquery()
    if db.dialect.name == "sqlite":
        day = sa.func.date(rows.c.at, "+8 hours")
    else:
        day = sa.func.date(rows.c.at + sa.text("interval '8 hours'"))
    return sa.select(rows.c.user_id, day.label("day")).distinct()
