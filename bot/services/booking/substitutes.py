"""Sessions to come whose expert has retired, and who could take their place."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.services.booking.rota_rows import RotaSession, list_sessions
from bot.services.resources.experts import StoredExpert, list_experts
from bot.storage.booking_tables import expert_quarters, rota_sessions, session_experts
from bot.storage.resource_tables import experts


def needs_substitute(session: RotaSession, retired: Collection[str]) -> bool:
    """Whether one of its experts has retired. `retired`: see experts.retired_experts."""
    return session.status == "open" and bool({*session.experts} & {*retired})


def sessions_without_expert(db: Connection, now: datetime, station: str = "") -> list[RotaSession]:
    """Sessions to come that need a substitute, the soonest first. `station`: of one station."""
    retired = (
        sa.select(session_experts.c.session_id)
        .join(experts, experts.c.id == session_experts.c.expert)
        .where(session_experts.c.session_id == rota_sessions.c.id, sa.not_(experts.c.active))
    )
    conditions = [
        rota_sessions.c.status == "open",
        rota_sessions.c.starts_at > now,
        retired.exists(),
    ]
    if station:
        conditions.append(rota_sessions.c.station == station)
    return list_sessions(db, *conditions)


def substitutes(db: Connection, session: RotaSession) -> list[StoredExpert]:
    """Experts in service for one of its categories who go to its station and are free then."""
    busy = set(
        db.scalars(
            sa.select(expert_quarters.c.expert).where(
                expert_quarters.c.starts_at >= session.starts_at,
                expert_quarters.c.starts_at < session.ends_at,
            )
        )
    )
    return [
        expert
        for expert in list_experts(db, active_only=True)
        if expert.id not in busy
        and set(expert.categories) & set(session.categories)
        and (not expert.stations or session.station in expert.stations)
    ]
