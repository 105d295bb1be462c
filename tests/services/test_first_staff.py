"""The desk's first accounts: no password that anybody could know beforehand."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from dataclasses import replace

import pytest
from argon2 import PasswordHasher
from sqlalchemy.engine import Engine

from bot.first_staff import DEMO_FILE, NO_ACCOUNT, desk_sign_ins, make_demo_staff, make_first_admin
from bot.services.record import Origin
from bot.services.resources.organisations import get_organisation
from bot.services.staff.password_hash import hash_password
from bot.services.staff.sign_in import Credentials, sign_in
from bot.services.staff.staff import reset_password
from bot.services.staff.staff_rows import find_account, list_accounts
from bot.settings import Settings
from bot.storage.database import reading, utc_now
from bot.storage.desk_tables import staff, staff_sessions


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords hashed in no time."""
    hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr("bot.services.staff.password_hash.HASHER", hasher)


def enters(engine: Engine, settings: Settings, login: str, password: str) -> bool:
    """Whether one may sign in so."""
    given = Credentials(login, password, "", "127.0.0.1")
    return bool(sign_in(engine, settings, given, utc_now()).token)


def test_first_start_makes_one_administrator_whose_password_must_be_changed(
    engine: Engine, make_settings: Callable[..., Settings]
) -> None:
    first = make_first_admin(engine)
    assert first is not None
    assert make_first_admin(engine) is None, "shown once"
    with reading(engine) as db:
        (account,) = list_accounts(db)
    assert (account.staff.role, account.must_change_password) == ("admin", True)
    assert enters(engine, make_settings(), first.login, first.password)
    for guess in ("admin", "password", "admin123", ""):
        assert not enters(engine, make_settings(), "admin", guess)


def test_no_password_is_written_where_output_is_kept(
    engine: Engine, make_settings: Callable[..., Settings]
) -> None:
    assert desk_sign_ins(make_settings()) == [NO_ACCOUNT]
    with reading(engine) as db:
        assert list_accounts(db) == []


def test_terminal_shows_the_first_password_once(
    engine: Engine, make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    (line,) = desk_sign_ins(make_settings())
    login, password = line.split()[:2]
    assert enters(engine, make_settings(), login, password)
    assert desk_sign_ins(make_settings()) == []


def test_demo_has_people_of_each_kind_and_shows_the_same_sign_ins_again(
    engine: Engine, make_settings: Callable[..., Settings]
) -> None:
    settings = replace(make_settings(), demo=True)
    lines = make_demo_staff(settings, engine)
    with reading(engine) as db:
        people = [account.staff for account in list_accounts(db)]
        assert not any(account.must_change_password for account in list_accounts(db))
    roles = sorted(person.role for person in people)
    assert roles == ["admin", "centre", "clerk", "organisation", "specialist", "specialist"]
    assert len({p.station for p in people if p.role == "specialist"}) == 2
    (theirs,) = (person.organisation_id for person in people if person.role == "organisation")
    with reading(engine) as db:
        assert theirs is not None
        assert get_organisation(db, theirs).sample
    assert all(enters(engine, settings, line.login, line.password) for line in lines)
    assert make_demo_staff(settings, engine) == lines
    assert stat.S_IMODE((settings.var / DEMO_FILE).stat().st_mode) == 0o600
    assert len({line.password for line in lines}) == 6


def test_demo_does_not_show_a_password_that_was_changed(
    engine: Engine, make_settings: Callable[..., Settings]
) -> None:
    settings = replace(make_settings(), demo=True)
    make_demo_staff(settings, engine)
    with engine.begin() as db:
        changed = find_account(db, "centre").staff.id
        own = hash_password("my-own-word-77")
        reset_password(db, changed, own, Origin("desk", "staff:1", utc_now()))
    shown = {line.login: line.password for line in make_demo_staff(settings, engine)}
    assert shown["centre"] == "(changed at the desk)"
    assert enters(engine, settings, "centre", "my-own-word-77")


@pytest.mark.parametrize("broken", [None, "", "[[1]]", "{}"])
def test_demo_with_a_lost_file_or_another_database_gives_sign_ins_that_work(
    engine: Engine, make_settings: Callable[..., Settings], broken: str | None
) -> None:
    settings = replace(make_settings(), demo=True)
    before = make_demo_staff(settings, engine)
    path = settings.var / DEMO_FILE
    if broken is None:
        with engine.begin() as db:  # the database was thrown away, var/ kept
            db.execute(staff_sessions.delete())
            db.execute(staff.delete())
        assert make_demo_staff(settings, engine) == before
    else:
        path.write_text(broken)
        assert make_demo_staff(settings, engine) != before
    lines = make_demo_staff(settings, engine)
    assert all(enters(engine, settings, line.login, line.password) for line in lines)
    assert dict(json.loads(path.read_text())) == {line.login: line.password for line in lines}
