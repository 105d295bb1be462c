"""Signing in at the desk: throttled, and the same answer in the same time whatever was wrong."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.services.record import Origin, record_event
from bot.services.staff.password_hash import NOBODY, verify_password
from bot.services.staff.staff_sessions import open_session, remove_ended
from bot.services.staff.throttle import Try, begin_try, code_limits, sign_in_limits, succeed
from bot.services.staff.totp import use_code
from bot.settings import Settings
from bot.storage.database import reading
from bot.storage.desk_tables import staff


@dataclass(frozen=True)
class SignIn:
    """What came of it."""

    token: str = ""  # for the cookie; empty: refused
    refusal: str = ""  # wrong, throttled
    wait: int = 0  # throttled: seconds until the next try counts


@dataclass(frozen=True)
class Credentials:
    """What somebody typed, and the network address they did it from."""

    login: str
    password: str
    code: str  # of two-step sign-in; empty where it is off
    address: str


def clean_login(login: str) -> str:
    """A login as people type it (full width, capitals, blanks) in its one form."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def sign_in(engine: Engine, settings: Settings, given: Credentials, now: datetime) -> SignIn:
    """Check login, password and, where two-step sign-in is on, the code.

    It opens its transactions itself: none stays open while the password is verified.
    """
    login = clean_login(given.login)
    limits = sign_in_limits(engine, settings, login, given.address, now)
    tried = begin_try(engine, settings, limits, now)
    if tried.wait:
        return SignIn(refusal="throttled", wait=tried.wait)
    with reading(engine) as db:
        known = db.execute(sa.select(staff).where(staff.c.login == login)).one_or_none()
    right = verify_password(known.password_hash if known else NOBODY, given.password)
    tries = [tried]
    if known and right and known.totp_secret:
        # Out of tries, it is just wrong: who guesses does not learn that the password is right.
        tries.append(begin_try(engine, settings, code_limits(settings, known.id), now))
    with engine.begin() as db:
        if known and right and not tries[-1].wait and _may_enter(db, known, given.code, now):
            return SignIn(_enter(db, settings, known.id, tries, given.address, now))
        origin = Origin("desk", "unknown", now)
        who = known.id if known else None
        record_event(db, "sign_in_failed", None, origin, staff=who, address=given.address)
    return SignIn(refusal="wrong")


def _may_enter(db: Connection, row: Any, code: str, now: datetime) -> bool:
    """Whether the account is still as it was before the password was verified, and the code right;
    then the code is used up."""
    same = (staff.c.id == row.id, staff.c.active, staff.c.password_hash == row.password_hash)
    if db.scalar(sa.select(staff.c.id).where(*same)) is None:
        return False
    return not row.totp_secret or use_code(db, row.id, row.totp_secret, code, now)


def _enter(
    db: Connection, settings: Settings, staff_id: int, tries: list[Try], address: str, now: datetime
) -> str:
    for tried in tries:
        succeed(db, tried, settings, now)
    remove_ended(db, settings.desk_idle_seconds, now)
    origin = Origin("desk", f"staff:{staff_id}", now)
    record_event(db, "signed_in", None, origin, staff=staff_id, address=address)
    db.execute(staff.update().where(staff.c.id == staff_id).values(seen_at=now))
    return open_session(db, staff_id, settings.desk_session_seconds, now)
