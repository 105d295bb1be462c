"""The first accounts of the desk: an administrator, and in the demo people to try it out with."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.model.errors import NotFoundError, StaffError
from bot.model.passwords import make_password
from bot.model.rights import ADMIN
from bot.services.record import Origin
from bot.services.resources.filling import fill_resources
from bot.services.resources.organisations import list_organisations
from bot.services.staff.password_hash import hash_password, verify_password
from bot.services.staff.staff import Profile, create_staff, reset_password
from bot.services.staff.staff_rows import find_account, list_accounts
from bot.settings import Settings
from bot.storage.database import create_engine, reading, utc_now
from bot.storage.desk_tables import staff
from knowledge import load_knowledge
from knowledge.resources import load_organisations
from knowledge.staff import load_sample_staff

ADMIN_LOGIN = "admin"
ADMIN_NAME = "系统管理员"
DEMO_FILE = "demo-sign-ins.json"
NO_ACCOUNT = "no account yet: python -m bot staff add LOGIN --name NAME --role admin"


@dataclass(frozen=True)
class SignInLine:
    """How somebody signs in, for the terminal."""

    login: str
    password: str
    name: str


@contextlib.contextmanager
def opened(settings: Settings) -> Iterator[Engine]:
    """The database, closed afterwards."""
    engine = create_engine(settings.database)
    try:
        yield engine
    finally:
        engine.dispose()


def desk_sign_ins(settings: Settings) -> list[str]:
    """How people sign in at the desk: the demo's each time, the first administrator's once.

    A password is for the terminal alone: where the output is kept, none is made.
    """
    with opened(settings) as engine:
        if settings.demo:
            people = make_demo_staff(settings, engine)
            return [f"{line.login:<12} {line.password}  {line.name}" for line in people]
        if not sys.stdout.isatty():
            with reading(engine) as db:
                return [] if list_accounts(db) else [NO_ACCOUNT]
        first = make_first_admin(engine)
    if first is None:
        return []
    return [f"{first.login}  {first.password}  (shown once, to be changed at the first sign-in)"]


def make_first_admin(engine: Engine) -> SignInLine | None:
    """While the desk has no account: one that keeps accounts, with a password to be shown once.

    It must be changed at the first sign-in.
    """
    with reading(engine) as db:
        if db.scalar(sa.select(staff.c.id).limit(1)) is not None:
            return None
    password = make_password()
    made = hash_password(password)
    try:
        with engine.begin() as db:
            create_staff(db, ADMIN_LOGIN, Profile(ADMIN_NAME, ADMIN), made, _origin())
    except StaffError:  # another process was first
        return None
    return SignInLine(ADMIN_LOGIN, password, ADMIN_NAME)


def make_demo_staff(settings: Settings, engine: Engine) -> list[SignInLine]:
    """The demo's people: made at its first start, their passwords kept in var/ for the next.

    Only for the demo. A password changed at the desk is shown as such.
    """
    with engine.begin() as db:
        fill_resources(db, utc_now())  # one of the people is an organisation's
    path = settings.var / DEMO_FILE
    kept = _read_kept(path)
    lines = []
    for login, profile in _demo_people(engine):
        password = kept.get(login) or make_password()
        known = _known_hash(engine, login)
        if known is None or login not in kept:
            # Without a kept password, the database is older than var/: nobody knows it.
            known = hash_password(password)
            with engine.begin() as db:
                _make_or_reset(db, login, profile, known)
        kept[login] = password
        shown = password if verify_password(known, password) else "(changed at the desk)"
        lines.append(SignInLine(login, shown, profile.name))
    _write_kept(path, kept)
    return lines


def _demo_people(engine: Engine) -> list[tuple[str, Profile]]:
    scenes = {station.id: station.scene for station in load_knowledge().stations}
    names = {each.id: each.name for each in load_organisations()}
    with reading(engine) as db:
        ids = {each.name: each.id for each in list_organisations(db)}
    people = [(ADMIN_LOGIN, Profile(ADMIN_NAME, ADMIN))]
    for person in load_sample_staff():
        organisation_id = ids.get(names.get(person.organisation, ""))
        if person.organisation and organisation_id is None:
            continue  # the centre renamed it
        profile = Profile(
            person.name,
            person.role,
            scenes.get(person.station),
            organisation_id=organisation_id,
        )
        people.append((person.id, profile))
    return people


def _known_hash(engine: Engine, login: str) -> str | None:
    with reading(engine) as db:
        known: str | None = db.scalar(
            sa.select(staff.c.password_hash).where(staff.c.login == login)
        )
    return known


def _make_or_reset(db: Connection, login: str, profile: Profile, made: str) -> None:
    try:
        account = find_account(db, login)
    except NotFoundError:
        create_staff(db, login, profile, made, _origin(), must_change_password=False)
    else:
        reset_password(db, account.staff.id, made, _origin(), must_change=False)


def _read_kept(path: Path) -> dict[str, str]:
    with contextlib.suppress(FileNotFoundError, ValueError, TypeError):
        return {str(login): str(password) for login, password in json.loads(path.read_text())}
    return {}


def _write_kept(path: Path, kept: dict[str, str]) -> None:
    """Whole or not at all, readable by the owner alone."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(sorted(kept.items()), file, indent=1)
    draft.replace(path)


def _origin() -> Origin:
    return Origin("system", "system", utc_now())
