"""Accounts of the desk: new passwords, the last administrator, what is refused and recorded."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.model.errors import PasswordError, StaffError
from bot.model.passwords import check_password, make_password
from bot.services.record import Origin
from bot.services.staff.own_account import Oneself, change_password
from bot.services.staff.staff import Profile, change_staff, create_staff, reset_password, set_active
from bot.storage.database import reading
from bot.storage.desk_tables import staff as staff_table
from bot.storage.tables import events
from tests.services.conftest import at_once
from tests.services.sign_in_setup import BY, HASH, NOW, PASSWORD, SETTINGS, enter, hire, session_of


def test_new_password_ends_the_other_sessions(engine: Engine) -> None:
    hire(engine)
    here, there = enter(engine).token, enter(engine).token
    session = session_of(engine, here)
    assert session is not None
    who = Oneself(session, PASSWORD)
    change_password(engine, SETTINGS, who, "another-word-2", Origin("desk", "staff:1", NOW))
    assert session_of(engine, here)
    assert session_of(engine, there) is None
    assert not enter(engine).token
    assert enter(engine, password="another-word-2").token
    with engine.begin() as db:
        reset_password(db, session.staff.id, HASH, BY)
    assert session_of(engine, here) is None
    again = session_of(engine, enter(engine).token)
    assert again is not None
    assert again.must_change_password


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("kurz", "too_short"),
        ("x" * 300, "too_long"),
        ("Password123", "too_simple"),
        ("1111111111111", "too_simple"),
        ("zhang-2026-11", "has_login"),
        ("ZHANG-2026-11", "has_login"),
    ],
)
def test_weak_passwords_are_refused(password: str, code: str) -> None:
    with pytest.raises(PasswordError) as refused:
        check_password(password, "zhang")
    assert refused.value.code == code


def test_made_passwords_are_taken_and_differ() -> None:
    made = {make_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        check_password(password, "zhang")


def test_the_last_administrator_stays(engine: Engine) -> None:
    one, two = hire(engine, "one", "admin"), hire(engine, "two", "admin")
    with engine.begin() as db:
        set_active(db, two.id, False, BY)
        for change in (
            lambda: set_active(db, one.id, False, BY),
            lambda: change_staff(db, one.id, Profile("某人", "centre"), BY),
        ):
            with pytest.raises(StaffError) as refused:
                change()
            assert refused.value.code == "last_admin"
        set_active(db, two.id, True, BY)
        with pytest.raises(StaffError) as refused:
            set_active(db, two.id, False, Origin("desk", two.actor, NOW))
        assert refused.value.code == "oneself"


def test_two_administrators_cannot_end_each_other_at_once(engine: Engine) -> None:
    people = [hire(engine, "one", "admin"), hire(engine, "two", "admin")]

    def end(number: int) -> None:
        with engine.begin() as db:
            origin = Origin("desk", people[1 - number].actor, NOW)
            set_active(db, people[number].id, False, origin)

    at_once([lambda: end(0), lambda: end(1)])
    with reading(engine) as db:
        active = sa.select(sa.func.count()).where(staff_table.c.active)
        assert db.scalar(active) == 1
    people = [hire(engine, "three"), hire(engine, "four")]
    at_once([lambda: end(0), lambda: end(1)])
    with reading(engine) as db:
        assert db.scalar(active) == 1, "nothing keeps those who are no administrators"


@pytest.mark.parametrize(
    ("login", "profile", "code"),
    [
        ("Zhang", Profile("张", "specialist"), "login_form"),
        ("z", Profile("张", "specialist"), "login_form"),
        ("zhang", Profile(" ", "specialist"), "name_missing"),
        ("zhang", Profile("张", "chief"), "role"),
        ("zhang", Profile("张", "specialist", "station_x"), "station"),
        ("zhang", Profile("张", "specialist", None, ("cooking",)), "skills"),
        ("taken", Profile("张", "specialist"), "login_taken"),
    ],
)
def test_account_that_cannot_be_is_refused(
    engine: Engine, login: str, profile: Profile, code: str
) -> None:
    hire(engine, "taken")
    with engine.begin() as db, pytest.raises(StaffError) as refused:
        create_staff(db, login, profile, HASH, BY)
    assert refused.value.code == code


def test_changes_of_accounts_are_on_record_without_passwords(engine: Engine) -> None:
    person = hire(engine)
    enter(engine)
    enter(engine, password="no")
    with engine.begin() as db:
        change_staff(db, person.id, Profile("张老师", "centre", "station_town"), BY)
        change_staff(db, person.id, Profile("张老师", "centre", "station_town"), BY)
        reset_password(db, person.id, HASH, BY)
        rows = db.execute(sa.select(events).order_by(events.c.id)).all()
    kinds = "staff_created signed_in sign_in_failed staff_changed staff_password_reset".split()
    assert [row.kind for row in rows] == kinds, "a change of nothing is none"
    assert rows[3].data["old"] == {"role": "specialist", "station": None}
    assert rows[3].data["new"] == {"role": "centre", "station": "station_town"}
    assert not any("argon2" in str(row.data) or PASSWORD in str(row.data) for row in rows)
