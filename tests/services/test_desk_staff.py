"""Accounts are seen and kept by administrators alone, whoever calls the services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.model.errors import ForbiddenError
from bot.model.rights import ADMIN, ROLES, Staff
from bot.services.record import Origin
from bot.services.staff.desk_staff import (
    activate_account,
    add_account,
    change_account,
    end_totp,
    give_password,
    see_account,
    see_accounts,
)
from bot.services.staff.staff import Profile, create_staff
from bot.storage.desk_tables import staff as accounts
from bot.storage.tables import events
from tests.services.conftest import NOW

BY = Origin("desk", "staff:99", NOW)
OTHER = Profile("示例改名", "clerk")
Use = Callable[[Connection, Staff, int], Any]
USES: dict[str, Use] = {
    "list": lambda db, who, one: see_accounts(db, who),
    "see": lambda db, who, one: see_account(db, who, one),
    "add": lambda db, who, one: add_account(db, who, "new", OTHER, "hash", BY),
    "change": lambda db, who, one: change_account(db, who, one, OTHER, BY),
    "activate": lambda db, who, one: activate_account(db, who, one, False, BY),
    "password": lambda db, who, one: give_password(db, who, one, "other", BY),
    "totp": lambda db, who, one: end_totp(db, who, one, BY),
}


def stored(db: Connection) -> list[Any]:
    """All that is known of accounts, and what was done."""
    rows = db.execute(sa.select(accounts).order_by(accounts.c.id)).all()
    return [*rows, *db.execute(sa.select(events).order_by(events.c.id)).all()]


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_accounts_are_kept_by_administrators_alone(engine: Engine, use: Use) -> None:
    with engine.begin() as db:
        one = create_staff(db, "zhang", Profile("示例", "specialist"), "hash", BY).id
        with_code = accounts.update().where(accounts.c.id == one).values(totp_secret="secret")
        db.execute(with_code)
        before = stored(db)
        for role in {*ROLES} - {ADMIN}:
            with pytest.raises(ForbiddenError):
                use(db, Staff(99, role, "示例", role), one)
        assert stored(db) == before
        seen = use(db, Staff(99, "admin", "示例", ADMIN), one)
        assert seen if use in (USES["list"], USES["see"]) else stored(db) != before
