"""Signing in at the desk: throttled, and the same answer in the same time whatever was wrong."""

from __future__ import annotations

import hashlib
import math
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.services.password_hash import NOBODY, verify_password
from bot.services.record import Origin, record_event
from bot.services.staff_sessions import open_session, remove_ended
from bot.services.totp import use_code
from bot.settings import Settings
from bot.storage.database import reading
from bot.storage.desk_tables import sign_in_failures, staff


@dataclass(frozen=True)
class SignIn:
    """What came of it."""

    token: str = ""  # for the cookie; empty: refused
    refusal: str = ""  # wrong, throttled
    wait: int = 0  # throttled: seconds until the next try counts


def clean_login(login: str) -> str:
    """A login as people type it (full width, capitals, blanks) in its one form."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def sign_in(
    engine: Engine,
    settings: Settings,
    login: str,
    password: str,
    code: str,
    address: str,
    now: datetime,
) -> SignIn:
    """Check login, password and, where two-step sign-in is on, the code.

    The try counts as failed until it is known to be right: many at once gain nothing.
    It opens its transactions itself: none stays open while the password is verified.
    """
    login = clean_login(login)
    limits = {
        # Hashed: people type passwords into the wrong field.
        f"login:{hashlib.sha256(login.encode()).hexdigest()}": settings.sign_in_tries,
        f"address:{address}"[:80]: settings.sign_in_tries_address,
    }
    tried = _count_try(engine, limits, settings.sign_in_window, now)
    if isinstance(tried, SignIn):
        return tried
    with reading(engine) as db:
        known = db.execute(sa.select(staff).where(staff.c.login == login)).one_or_none()
    right = verify_password(known.password_hash if known else NOBODY, password)
    with engine.begin() as db:
        row = known if known and known.active and right else None
        if row and row.totp_secret and not use_code(db, row.id, row.totp_secret, code, now):
            row = None
        if row is None or not _still(db, row):
            origin = Origin("desk", "unknown", now)
            who = known.id if known else None
            record_event(db, "sign_in_failed", None, origin, staff=who, address=address)
            return SignIn(refusal="wrong")
        _forget_tries(db, tried, next(iter(limits)), settings.sign_in_window, now)
        remove_ended(db, settings.desk_idle_seconds, now)
        token = open_session(db, row.id, settings.desk_session_seconds, now)
        origin = Origin("desk", f"staff:{row.id}", now)
        record_event(db, "signed_in", None, origin, staff=row.id, address=address)
    return SignIn(token)


def _count_try(
    engine: Engine, limits: dict[str, int], window: float, now: datetime
) -> list[int] | SignIn:
    """Note a failed try for each subject, their ids; or the refusal when there were too many."""
    with reading(engine) as db:
        wait = _wait(db, limits, window, now)
    if wait:
        return SignIn(refusal="throttled", wait=wait)
    with engine.begin() as db:
        ids = [
            db.execute(
                sign_in_failures.insert().values(subject=subject, at=now)
            ).inserted_primary_key[0]
            for subject in limits
        ]
    # Tries made at the same moment see each other only now.
    with reading(engine) as db:
        wait = _wait(db, {subject: limit + 1 for subject, limit in limits.items()}, window, now)
    if not wait:
        return ids
    with engine.begin() as db:
        db.execute(sign_in_failures.delete().where(sign_in_failures.c.id.in_(ids)))
    return SignIn(refusal="throttled", wait=wait)


def _wait(db: Connection, limits: dict[str, int], window: float, now: datetime) -> int:
    """Seconds until every subject has less than its limit of failures in the window."""
    wait = 0.0
    for subject, limit in limits.items():
        latest = db.scalars(
            sa.select(sign_in_failures.c.at)
            .where(
                sign_in_failures.c.subject == subject,
                sign_in_failures.c.at > now - timedelta(seconds=window),
            )
            .order_by(sign_in_failures.c.at.desc())
            .limit(limit)
        ).all()
        if len(latest) >= limit:
            wait = max(wait, (latest[-1] - now).total_seconds() + window)
    return math.ceil(wait)


def _still(db: Connection, row: Any) -> bool:
    """Whether the account is as it was before the password was verified."""
    same = (staff.c.id == row.id, staff.c.active, staff.c.password_hash == row.password_hash)
    return db.scalar(sa.select(staff.c.id).where(*same)) is not None


def _forget_tries(db: Connection, ids: list[int], login: str, window: float, now: datetime) -> None:
    """This try was none; the login starts anew; what is out of the window goes."""
    old = now - timedelta(seconds=window)
    failures = sign_in_failures.c
    gone = sa.or_(failures.id.in_(ids), failures.subject == login, failures.at <= old)
    db.execute(sign_in_failures.delete().where(gone))
