"""Counts wrong passwords, so that guessing is slowed down: for each login, for each address."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.settings import Settings
from bot.storage.database import reading
from bot.storage.desk_tables import sign_in_failures as table


@dataclass(frozen=True)
class Try:
    """One try. `wait`: seconds until the next counts; this one does not when it is not 0."""

    subjects: tuple[str, ...]
    ids: tuple[int, ...] = ()
    wait: int = 0


def begin_try(engine: Engine, settings: Settings, login: str, address: str, now: datetime) -> Try:
    """Note a failed try of the login from the address; `succeed` takes it back.

    It counts from its beginning: many at once gain nothing.
    """
    limits = {
        # Hashed: people type passwords into the wrong field.
        f"login:{hashlib.sha256(login.encode()).hexdigest()}": settings.sign_in_tries,
        f"address:{address}"[:80]: settings.sign_in_tries_address,
    }
    subjects = tuple(limits)
    with reading(engine) as db:
        wait = _wait(db, limits, settings.sign_in_window, now)
    if wait:
        return Try(subjects, wait=wait)
    with engine.begin() as db:
        ids = tuple(_note(db, subject, now) for subject in subjects)
    # Tries made at the same moment see each other only now.
    with reading(engine) as db:
        beside = {subject: limit + 1 for subject, limit in limits.items()}
        wait = _wait(db, beside, settings.sign_in_window, now)
    if wait:
        with engine.begin() as db:
            db.execute(table.delete().where(table.c.id.in_(ids)))
    return Try(subjects, ids, wait)


def succeed(db: Connection, made: Try, settings: Settings, now: datetime) -> None:
    """The try was right: its login starts anew; what is out of the window goes."""
    old = now - timedelta(seconds=settings.sign_in_window)
    own = sa.or_(table.c.id.in_(made.ids), table.c.subject == made.subjects[0])
    db.execute(table.delete().where(sa.or_(own, table.c.at <= old)))


def _note(db: Connection, subject: str, now: datetime) -> int:
    made = db.execute(table.insert().values(subject=subject, at=now))
    return int(made.inserted_primary_key[0])


def _wait(db: Connection, limits: dict[str, int], window: float, now: datetime) -> int:
    """Seconds until every subject has less than its limit of failures in the window."""
    wait = 0.0
    for subject, limit in limits.items():
        latest = db.scalars(
            sa.select(table.c.at)
            .where(table.c.subject == subject, table.c.at > now - timedelta(seconds=window))
            .order_by(table.c.at.desc())
            .limit(limit)
        ).all()
        if len(latest) >= limit:
            wait = max(wait, (latest[-1] - now).total_seconds() + window)
    return math.ceil(wait)
