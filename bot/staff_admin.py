"""`python -m bot staff …`: accounts of the desk from the terminal, for who is locked out of it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from sqlalchemy.engine import Connection

from bot.first_staff import opened
from bot.model.demand import CHINA
from bot.model.errors import NotFoundError, StaffError
from bot.model.passwords import make_password
from bot.services.record import Origin
from bot.services.staff.password_hash import hash_password
from bot.services.staff.staff import Profile, create_staff, reset_password, set_active
from bot.services.staff.staff_rows import find_account, list_accounts
from bot.services.staff.totp import turn_totp_off
from bot.settings import Settings
from bot.storage.database import migrate, reading, utc_now

REFUSALS = {
    "login_taken": "There is an account with this login.",
    "login_form": "A login has 2 to 32 small letters, digits, dots, dashes, and begins with one.",
    "name_missing": "Name the person with --name, 64 characters at most.",
    "station": "There is no such station: see the scenes in knowledge/stations.yml.",
    "skills": "There is no such category: see the ids in knowledge/categories.yml.",
    "organisation": "Name an active organisation by --organisation ID: see 资源库 at the desk.",
    "last_admin": "This is the last administrator: make another one first.",
}


def run_staff_command(settings: Settings, options: argparse.Namespace) -> int:
    """Run one; exit status 1 when it is refused."""
    migrate(settings.database)
    actions: dict[str, Callable[[Settings, argparse.Namespace], None]] = {
        "list": _list,
        "add": _add,
        "reset-password": _reset,
        "reset-totp": lambda s, o: _change(s, o, turn_totp_off),
        "deactivate": lambda s, o: _change(s, o, lambda db, i, by: set_active(db, i, False, by)),
        "activate": lambda s, o: _change(s, o, lambda db, i, by: set_active(db, i, True, by)),
    }
    try:
        actions[options.action](settings, options)
    except NotFoundError:
        print(f"Error: there is no account {options.login!r}", file=sys.stderr)
        return 1
    except StaffError as error:
        print(f"Error: {REFUSALS.get(error.code, error.code)}", file=sys.stderr)
        return 1
    return 0


def _list(settings: Settings, options: argparse.Namespace) -> None:
    with opened(settings) as engine, reading(engine) as db:
        for account in list_accounts(db):
            person = account.staff
            seen = f"{account.seen_at + CHINA:%Y-%m-%d %H:%M}" if account.seen_at else "never"
            state = "" if account.active else "  deactivated"
            print(
                f"{person.login:<20} {person.role:<13} {person.station or 'all stations':<22}"
                f" seen {seen:<17} {person.name}{state}"
            )


def _add(settings: Settings, options: argparse.Namespace) -> None:
    password = make_password()
    skills, organisation = tuple(options.skill), options.organisation
    profile = Profile(options.name, options.role, options.station, skills, organisation)
    with opened(settings) as engine:
        made = hash_password(password)
        with engine.begin() as db:
            create_staff(db, options.login, profile, made, _origin())
    _show(options.login, password)


def _reset(settings: Settings, options: argparse.Namespace) -> None:
    password = make_password()
    made = hash_password(password)

    def reset(db: Connection, staff_id: int, origin: Origin) -> None:
        reset_password(db, staff_id, made, origin)

    _change(settings, options, reset)
    _show(options.login, password)


def _change(
    settings: Settings,
    options: argparse.Namespace,
    change: Callable[[Connection, int, Origin], None],
) -> None:
    with opened(settings) as engine, engine.begin() as db:
        change(db, find_account(db, options.login).staff.id, _origin())


def _show(login: str, password: str) -> None:
    print(f"{login}: {password}\nShown once; it must be changed at the first sign-in.")


def _origin() -> Origin:
    return Origin("terminal", "system", utc_now())
