"""Counts wrong passwords and codes, so that guessing is slowed down and keeps nobody else out.

A try counts against several subjects at once: whose it is from where, whose it is from anywhere,
and where it comes from.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.settings import Settings
from bot.storage.database import reading
from bot.storage.desk_tables import sign_in_failures as table
from bot.storage.desk_tables import staff
from bot.storage.tables import events

FROM_ANYWHERE = 10
"""Times as many failures of one login are let pass from all addresses together."""
KNOWN_PLACE = timedelta(days=30)
"""So long an address counts as one's own after signing in there."""
Limits = Mapping[str, int]
"""{subject: failures in the window that stop it}; a success lets the first start anew."""


@dataclass(frozen=True)
class Try:
    """One try. `wait`: seconds until the next counts; this one does not when it is not 0."""

    subjects: tuple[str, ...]
    ids: tuple[int, ...] = ()
    wait: int = 0


def sign_in_limits(
    engine: Engine, settings: Settings, login: str, address: str, now: datetime
) -> Limits:
    """Of a try to sign in.

    Few from one address: who guesses from elsewhere does not shut the owner out. From everywhere
    together, ten times as many, but never where the owner signed in of late.
    """
    place = _place(address)
    tries = settings.sign_in_tries
    limits = {
        f"pair:{_hash(f'{login} {place}')}": tries,
        f"address:{place}": settings.sign_in_tries_address,
    }
    if place not in _known_places(engine, login, now):
        limits[f"login:{_hash(login)}"] = tries * FROM_ANYWHERE
    return limits


def code_limits(settings: Settings, staff_id: int) -> Limits:
    """Of a code after the right password, from wherever: only who knows the password counts."""
    return {f"code:{staff_id}": settings.sign_in_tries}


def account_limits(settings: Settings, staff_id: int) -> Limits:
    """Of the password asked for again in an open session."""
    return {f"account:{staff_id}": settings.sign_in_tries}


def begin_try(engine: Engine, settings: Settings, limits: Limits, now: datetime) -> Try:
    """Note a failed try; `succeed` takes it back.

    It counts from its beginning: many at once gain nothing.
    """
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
    """The try was right: its first subject starts anew; what is out of the window goes."""
    old = now - timedelta(seconds=settings.sign_in_window)
    own = sa.or_(table.c.id.in_(made.ids), table.c.subject == made.subjects[0])
    db.execute(table.delete().where(sa.or_(own, table.c.at <= old)))


def _note(db: Connection, subject: str, now: datetime) -> int:
    made = db.execute(table.insert().values(subject=subject, at=now))
    return int(made.inserted_primary_key[0])


def _wait(db: Connection, limits: Limits, window: float, now: datetime) -> int:
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


def _known_places(engine: Engine, login: str, now: datetime) -> set[str]:
    """Where the owner of the login signed in of late."""
    query = (
        sa.select(events.c.data)
        .join(staff, events.c.actor == sa.literal("staff:").concat(sa.cast(staff.c.id, sa.String)))
        .where(
            staff.c.login == login, events.c.kind == "signed_in", events.c.at > now - KNOWN_PLACE
        )
    )
    with reading(engine) as db:
        return {_place(str(data.get("address", ""))) for data in db.scalars(query)}


def _place(address: str) -> str:
    """The address as it counts: of IPv6 the network, since one machine has all of it."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(known, ipaddress.IPv6Address):
        known = known.ipv4_mapped or known
    return str(ipaddress.ip_network(f"{known}/64", False)) if known.version == 6 else str(known)


def _hash(text: str) -> str:
    """People type passwords into the wrong field: logins are not kept as typed."""
    return hashlib.sha256(text.encode()).hexdigest()
