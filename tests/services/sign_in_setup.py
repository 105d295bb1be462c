"""Accounts of the desk, and how somebody signs in with them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pyotp
from sqlalchemy.engine import Engine

from bot.model.rights import Staff
from bot.services.record import Origin
from bot.services.staff.sign_in import Credentials, SignIn, sign_in
from bot.services.staff.staff import Profile, create_staff
from bot.services.staff.staff_sessions import Session, find_session
from bot.settings import Settings
from bot.storage.database import reading
from tests.conftest import quick_hash

NOW = datetime(2026, 11, 28, 1, 0)
BY = Origin("desk", "system", NOW)
PASSWORD = "wrmx-45ke-tt9v"
HASH = quick_hash(PASSWORD)
SETTINGS = Settings(var=Path("/nowhere"), sign_in_tries=3, sign_in_tries_address=6)
MINUTE = timedelta(minutes=1)


def hire(
    engine: Engine, login: str = "zhang", role: str = "specialist", **profile: object
) -> Staff:
    """A new account with PASSWORD."""
    with engine.begin() as db:
        made = Profile("张老师", role, **profile)  # type: ignore[arg-type]
        return create_staff(db, login, made, HASH, BY, must_change_password=False)


def enter(
    engine: Engine,
    login: str = "zhang",
    password: str = PASSWORD,
    code: str = "",
    now: datetime = NOW,
    address: str = "10.0.0.1",
) -> SignIn:
    """Somebody signs in."""
    return sign_in(engine, SETTINGS, Credentials(login, password, code, address), now)


def session_of(engine: Engine, token: str, now: datetime = NOW) -> Session | None:
    """The session that a cookie leads to."""
    with reading(engine) as db:
        return find_session(db, token, SETTINGS.desk_idle_seconds, now)


def code_at(secret: str, moment: datetime) -> str:
    """What the telephone shows."""
    return pyotp.TOTP(secret).at(moment.replace(tzinfo=timezone.utc))
