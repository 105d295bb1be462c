"""Two-step sign-in by time-based codes (RFC 6238); no code works twice."""

from __future__ import annotations

from datetime import datetime, timezone

import pyotp
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.errors import PasswordError
from bot.model.rights import Staff
from bot.services.record import Origin, record_event
from bot.services.staff.staff_rows import get_account
from bot.storage.desk_tables import staff as table

STEP_SECONDS = 30
SLACK = 1
"""Steps before and after the present one whose codes count: telephones' clocks are not exact."""


def new_secret() -> str:
    """A secret to be put into somebody's telephone."""
    return pyotp.random_base32()


def enrolment_address(secret: str, login: str, issuer: str) -> str:
    """What the QR code holds: otpauth://totp/…"""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def turn_totp_on(db: Connection, staff: Staff, secret: str, code: str, origin: Origin) -> None:
    """Enrol the secret once its code was shown to work. Raises PasswordError "code"."""
    step = _step(secret, code, origin.now)
    if step is None:
        raise PasswordError("code")
    db.execute(
        table.update().where(table.c.id == staff.id).values(totp_secret=secret, totp_step=step)
    )
    record_event(db, "staff_totp_on", None, origin, staff=staff.id)


def turn_totp_off(db: Connection, staff_id: int, origin: Origin) -> None:
    """Sign in with the password alone again. Raises NotFoundError."""
    if not get_account(db, staff_id).totp:
        return
    db.execute(
        table.update().where(table.c.id == staff_id).values(totp_secret=None, totp_step=None)
    )
    record_event(db, "staff_totp_off", None, origin, staff=staff_id)


def use_code(db: Connection, staff_id: int, secret: str, code: str, now: datetime) -> bool:
    """Whether the code is right and newer than any used before; then it is used up."""
    step = _step(secret, code, now)
    if step is None:
        return False
    unused = sa.or_(table.c.totp_step.is_(None), table.c.totp_step < step)
    change = table.update().where(table.c.id == staff_id, unused).values(totp_step=step)
    return bool(db.execute(change).rowcount)


def _step(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code it is."""
    code = "".join(code.split())
    present = int(now.replace(tzinfo=timezone.utc).timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for step in range(present - SLACK, present + SLACK + 1):
        if pyotp.utils.strings_equal(code, totp.generate_otp(step)):
            return step
    return None
