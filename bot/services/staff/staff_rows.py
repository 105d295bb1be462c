"""Reads accounts of the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.errors import NotFoundError
from bot.model.rights import Staff
from bot.storage.desk_tables import staff as table


@dataclass(frozen=True)
class Account:
    """A person's account, as those who keep accounts see it. Times are UTC without zone."""

    staff: Staff
    active: bool
    totp: bool  # two-step sign-in is on
    must_change_password: bool
    seen_at: datetime | None
    created_at: datetime


def staff_of(row: Any) -> Staff:
    """The person in a row of the table."""
    return Staff(
        id=row.id,
        login=row.login,
        name=row.name,
        role=row.role,
        station=row.station or None,
        organisation_id=row.organisation_id,
        skills=tuple(row.skills),
        available=row.available,
    )


def get_account(db: Connection, staff_id: int) -> Account:
    """Raises NotFoundError."""
    row = db.execute(sa.select(table).where(table.c.id == staff_id)).one_or_none()
    if row is None:
        raise NotFoundError(what="staff", id=staff_id)
    return _account(row)


def find_account(db: Connection, login: str) -> Account:
    """The account of a login. Raises NotFoundError."""
    row = db.execute(sa.select(table).where(table.c.login == login)).one_or_none()
    if row is None:
        raise NotFoundError(what="staff", id=login)
    return _account(row)


def list_accounts(db: Connection) -> list[Account]:
    """All accounts: active ones first, by login."""
    rows = db.execute(sa.select(table).order_by(table.c.active.desc(), table.c.login))
    return [_account(row) for row in rows]


def staff_names(db: Connection) -> dict[int, str]:
    """Everybody's name by id, those deactivated included: lists and records name them."""
    rows = db.execute(sa.select(table.c.id, table.c.name))
    return {row.id: row.name for row in rows}


def _account(row: Any) -> Account:
    return Account(
        staff=staff_of(row),
        active=row.active,
        totp=row.totp_secret is not None,
        must_change_password=row.must_change_password,
        seen_at=row.seen_at,
        created_at=row.created_at,
    )
