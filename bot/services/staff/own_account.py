"""What people at the desk change of their own account: password and two-step sign-in.

Each asks for the password again: a session left open is not enough. The functions open their
transactions themselves: none stays open while passwords are hashed.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.model.errors import PasswordError
from bot.model.passwords import check_password
from bot.model.rights import Staff
from bot.services.record import Origin, record_event
from bot.services.staff.password_hash import hash_password, verify_password
from bot.services.staff.staff_sessions import Session, end_sessions
from bot.services.staff.throttle import account_limits, begin_try, succeed
from bot.services.staff.totp import turn_totp_off, turn_totp_on
from bot.settings import Settings
from bot.storage.database import reading
from bot.storage.desk_tables import staff as table


@dataclass(frozen=True)
class Oneself:
    """Somebody who has just typed their password, in a session of theirs."""

    session: Session
    password: str

    @property
    def staff(self) -> Staff:
        """The person."""
        return self.session.staff


def change_password(
    engine: Engine, settings: Settings, who: Oneself, new: str, origin: Origin
) -> None:
    """A new password; it ends one's other sessions.

    Raises PasswordError: wrong, throttled, same, or one of check_password.
    """
    known = _confirm(engine, settings, who, origin)
    check_password(new, who.staff.login)
    if who.password == new:
        raise PasswordError("same")
    made = hash_password(new)
    with engine.begin() as db:
        changed = db.execute(
            table.update()
            .where(table.c.id == who.staff.id, table.c.password_hash == known)
            .values(password_hash=made, must_change_password=False)
        ).rowcount
        if not changed:
            raise PasswordError("wrong")
        end_sessions(db, who.staff.id, but=who.session.id)
        record_event(db, "staff_password_changed", None, origin, staff=who.staff.id)


def enrol_totp(
    engine: Engine, settings: Settings, who: Oneself, secret: str, code: str, origin: Origin
) -> None:
    """Two-step sign-in from now on. Raises PasswordError: wrong, throttled, code."""
    _confirm(engine, settings, who, origin)
    with engine.begin() as db:
        turn_totp_on(db, who.staff, secret, code, origin)


def give_up_totp(engine: Engine, settings: Settings, who: Oneself, origin: Origin) -> None:
    """Sign in with the password alone again. Raises PasswordError: wrong, throttled."""
    _confirm(engine, settings, who, origin)
    with engine.begin() as db:
        turn_totp_off(db, who.staff.id, origin)


def _confirm(engine: Engine, settings: Settings, who: Oneself, origin: Origin) -> str:
    """The hash of the password, which is right. Raises PasswordError: wrong, throttled."""
    limits = account_limits(settings, who.staff.id)
    tried = begin_try(engine, settings, limits, origin.now)
    if tried.wait:
        raise PasswordError("throttled")
    with reading(engine) as db:
        known: str = db.scalar(sa.select(table.c.password_hash).where(table.c.id == who.staff.id))
    if not verify_password(known, who.password):
        raise PasswordError("wrong")
    with engine.begin() as db:
        succeed(db, tried, settings, origin.now)
    return known
