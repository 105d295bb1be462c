"""Who is signed in at the desk: sessions kept in the database, known by a hash of their token."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.rights import Staff
from bot.services.staff.staff_rows import staff_of
from bot.storage.desk_tables import staff, staff_sessions

TOUCH_SECONDS = 30.0
"""How old `seen_at` may grow before a request renews it: not every request writes."""


@dataclass(frozen=True)
class Session:
    """A signed-in browser."""

    id: str  # SHA-256 of the cookie's token
    staff: Staff
    csrf: str  # must come with everything that is posted
    must_change_password: bool
    stale: bool  # seen_at is to be renewed: touch_session


def open_session(db: Connection, staff_id: int, seconds: float, now: datetime) -> str:
    """A new session that ends after `seconds` at the latest; the token for the cookie."""
    token = secrets.token_urlsafe(32)
    db.execute(
        staff_sessions.insert().values(
            id=_hash(token),
            staff_id=staff_id,
            csrf=secrets.token_urlsafe(32),
            created_at=now,
            seen_at=now,
            expires_at=now + timedelta(seconds=seconds),
        )
    )
    return token


def find_session(db: Connection, token: str, idle: float, now: datetime) -> Session | None:
    """The session of a token, unless it ended, was not seen for `idle` seconds, or the person
    may no longer sign in."""
    if not token:
        return None
    query = (
        sa.select(
            staff,
            staff_sessions.c.id.label("session"),
            staff_sessions.c.csrf,
            staff_sessions.c.seen_at.label("session_seen_at"),
        )
        .join(staff, staff.c.id == staff_sessions.c.staff_id)
        .where(
            staff_sessions.c.id == _hash(token),
            staff_sessions.c.expires_at > now,
            staff_sessions.c.seen_at > now - timedelta(seconds=idle),
            staff.c.active,
        )
    )
    row = db.execute(query).one_or_none()
    if row is None:
        return None
    stale = row.session_seen_at < now - timedelta(seconds=TOUCH_SECONDS)
    return Session(row.session, staff_of(row), row.csrf, row.must_change_password, stale)


def touch_session(db: Connection, session: Session, now: datetime) -> None:
    """Note that they use the desk now."""
    db.execute(staff_sessions.update().where(staff_sessions.c.id == session.id).values(seen_at=now))
    db.execute(staff.update().where(staff.c.id == session.staff.id).values(seen_at=now))


def end_session(db: Connection, token: str) -> None:
    """Sign out."""
    db.execute(staff_sessions.delete().where(staff_sessions.c.id == _hash(token)))


def end_sessions(db: Connection, staff_id: int, but: str = "") -> None:
    """End the person's sessions, except that of the id `but`."""
    db.execute(
        staff_sessions.delete().where(
            staff_sessions.c.staff_id == staff_id, staff_sessions.c.id != but
        )
    )


def remove_ended(db: Connection, idle: float, now: datetime) -> None:
    """Forget sessions that no longer hold."""
    db.execute(
        staff_sessions.delete().where(
            sa.or_(
                staff_sessions.c.expires_at <= now,
                staff_sessions.c.seen_at <= now - timedelta(seconds=idle),
            )
        )
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
