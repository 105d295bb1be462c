"""Keeps the accounts of the desk: who works here, in which role, at which station."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.errors import NotFoundError, StaffError
from bot.model.rights import ADMIN, ORGANISATION, ROLES, Staff
from bot.services.record import Origin, record_event
from bot.services.resources.organisations import get_organisation
from bot.services.staff.staff_rows import Account, get_account
from bot.services.staff.staff_sessions import end_sessions
from bot.storage.desk_tables import staff as table
from knowledge import load_knowledge

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
NAME_LONGEST = 64


@dataclass(frozen=True)
class Profile:
    """What those who keep accounts decide about a person."""

    name: str
    role: str
    station: str | None = None
    skills: tuple[str, ...] = ()
    organisation_id: int | None = None  # needed for role organisation, void for others


def profile_of(person: Staff) -> Profile:
    """What may be changed of a person."""
    return Profile(person.name, person.role, person.station, person.skills, person.organisation_id)


def create_staff(
    db: Connection,
    login: str,
    profile: Profile,
    password_hash: str,
    origin: Origin,
    *,
    must_change_password: bool = True,
) -> Staff:
    """A new account. `password_hash`: made by password_hash.hash_password. Raises StaffError."""
    if not LOGIN.fullmatch(login):
        raise StaffError("login_form")
    _check(db, profile)
    if db.scalar(sa.select(table.c.id).where(table.c.login == login)) is not None:
        raise StaffError("login_taken")
    values = {
        "login": login,
        **_columns(profile),
        "password_hash": password_hash,
        "must_change_password": must_change_password,
        "active": True,
        "available": True,
        "created_at": origin.now,
    }
    try:
        with db.begin_nested():
            staff_id = db.execute(table.insert().values(**values)).inserted_primary_key[0]
    except sa.exc.IntegrityError:
        raise StaffError("login_taken") from None
    record_event(
        db, "staff_created", None, origin, staff=staff_id, new={"login": login, **_columns(profile)}
    )
    return get_account(db, staff_id).staff


def change_staff(db: Connection, staff_id: int, profile: Profile, origin: Origin) -> None:
    """Another name, role, station or skills. Raises StaffError, NotFoundError."""
    _check(db, profile)
    account = _lock(db, staff_id)
    old, new = _columns(profile_of(account.staff)), _columns(profile)
    changed = {name for name in new if new[name] != old[name]}
    if not changed:
        return
    if profile.role != ADMIN:
        _keep_an_admin(db, account)
    db.execute(table.update().where(table.c.id == staff_id).values(**new))
    record_event(
        db,
        "staff_changed",
        None,
        origin,
        staff=staff_id,
        old={name: old[name] for name in sorted(changed)},
        new={name: new[name] for name in sorted(changed)},
    )


def set_active(db: Connection, staff_id: int, active: bool, origin: Origin) -> None:
    """Let somebody sign in or no longer; who may not is out at once.

    Raises StaffError: oneself, last_admin.
    """
    account = _lock(db, staff_id)
    if account.active == active:
        return
    if not active:
        if origin.actor == account.staff.actor:
            raise StaffError("oneself")
        _keep_an_admin(db, account)
        end_sessions(db, staff_id)
    db.execute(table.update().where(table.c.id == staff_id).values(active=active))
    record_event(
        db,
        "staff_changed",
        None,
        origin,
        staff=staff_id,
        old={"active": not active},
        new={"active": active},
    )


def set_available(db: Connection, staff: Staff, available: bool, origin: Origin) -> None:
    """Whether they take chats now."""
    changed = db.execute(
        table.update()
        .where(table.c.id == staff.id, table.c.available != available)
        .values(available=available)
    ).rowcount
    if changed:
        record_event(
            db,
            "staff_availability_changed",
            None,
            origin,
            staff=staff.id,
            old={"available": not available},
            new={"available": available},
        )


def reset_password(
    db: Connection, staff_id: int, password_hash: str, origin: Origin, *, must_change: bool = True
) -> None:
    """A new password given by those who keep accounts; it ends the person's sessions."""
    get_account(db, staff_id)
    db.execute(
        table.update()
        .where(table.c.id == staff_id)
        .values(password_hash=password_hash, must_change_password=must_change)
    )
    end_sessions(db, staff_id)
    record_event(db, "staff_password_reset", None, origin, staff=staff_id)


def _lock(db: Connection, staff_id: int) -> Account:
    db.execute(sa.select(table.c.id).where(table.c.id == staff_id).with_for_update())
    return get_account(db, staff_id)


def _columns(profile: Profile) -> dict[str, Any]:
    return {
        "name": profile.name.strip(),
        "role": profile.role,
        "station": profile.station or None,
        "skills": list(profile.skills),
        "organisation_id": profile.organisation_id if profile.role == ORGANISATION else None,
    }


def _check(db: Connection, profile: Profile) -> None:
    known = load_knowledge()
    if not 0 < len(profile.name.strip()) <= NAME_LONGEST:
        raise StaffError("name_missing")
    if profile.role not in ROLES:
        raise StaffError("role")
    if profile.station and profile.station not in {s.scene for s in known.stations}:
        raise StaffError("station")
    if not {*profile.skills} <= {*known.categories}:
        raise StaffError("skills")
    if profile.role == ORGANISATION:
        _check_organisation(db, profile.organisation_id)


def _check_organisation(db: Connection, organisation_id: int | None) -> None:
    """Without one, nobody could say whose demands the person may see."""
    try:
        if organisation_id is not None and get_organisation(db, organisation_id).active:
            return
    except NotFoundError:
        pass
    raise StaffError("organisation")


def _keep_an_admin(db: Connection, account: Account) -> None:
    """The rows of all admins are locked: two admins cannot end each other at once."""
    if account.staff.role != ADMIN or not account.active:
        return
    admins = db.scalars(
        sa.select(table.c.id)
        .where(table.c.role == ADMIN, table.c.active)
        .order_by(table.c.id)
        .with_for_update()
    ).all()
    if not {*admins} - {account.staff.id}:
        raise StaffError("last_admin")
