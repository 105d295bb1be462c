"""The accounts as those at the desk see and keep them: the right is checked before all else."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from bot.model.rights import Staff, require
from bot.services.record import Origin
from bot.services.staff import staff as accounts
from bot.services.staff import staff_rows, totp
from bot.services.staff.staff import Profile
from bot.services.staff.staff_rows import Account

RIGHT = "staff"


def see_accounts(db: Connection, staff: Staff) -> list[Account]:
    """Everybody."""
    require(staff, RIGHT)
    return staff_rows.list_accounts(db)


def see_account(db: Connection, staff: Staff, staff_id: int) -> Account:
    """One account. Raises NotFoundError."""
    require(staff, RIGHT)
    return staff_rows.get_account(db, staff_id)


def add_account(
    db: Connection,
    staff: Staff,
    login: str,
    profile: Profile,
    password_hash: str,
    origin: Origin,
) -> Account:
    """See staff.create_staff."""
    require(staff, RIGHT)
    made = accounts.create_staff(db, login, profile, password_hash, origin)
    return staff_rows.get_account(db, made.id)


def change_account(
    db: Connection, staff: Staff, staff_id: int, profile: Profile, origin: Origin
) -> None:
    """See staff.change_staff."""
    require(staff, RIGHT)
    accounts.change_staff(db, staff_id, profile, origin)


def activate_account(
    db: Connection, staff: Staff, staff_id: int, active: bool, origin: Origin
) -> None:
    """See staff.set_active."""
    require(staff, RIGHT)
    accounts.set_active(db, staff_id, active, origin)


def give_password(
    db: Connection, staff: Staff, staff_id: int, password_hash: str, origin: Origin
) -> None:
    """See staff.reset_password."""
    require(staff, RIGHT)
    accounts.reset_password(db, staff_id, password_hash, origin)


def end_totp(db: Connection, staff: Staff, staff_id: int, origin: Origin) -> None:
    """For who lost the telephone; see totp.turn_totp_off."""
    require(staff, RIGHT)
    totp.turn_totp_off(db, staff_id, origin)
