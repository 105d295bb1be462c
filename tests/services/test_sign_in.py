"""Signing in at the desk, on both databases: throttled, codes once, sessions that end."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pyotp
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.model.errors import PasswordError, StaffError
from bot.model.passwords import check_password, make_password
from bot.model.rights import Staff
from bot.services.record import Origin
from bot.services.staff.own_account import Oneself, change_password
from bot.services.staff.sign_in import Credentials, SignIn, sign_in
from bot.services.staff.staff import Profile, change_staff, create_staff, reset_password, set_active
from bot.services.staff.staff_sessions import Session, find_session, touch_session
from bot.services.staff.totp import turn_totp_off, turn_totp_on
from bot.settings import Settings
from bot.storage.database import reading
from bot.storage.desk_tables import staff as staff_table
from bot.storage.tables import events
from tests.conftest import quick_hash
from tests.services.conftest import at_once

NOW = datetime(2026, 11, 28, 1, 0)
BY = Origin("desk", "system", NOW)
PASSWORD = "wrmx-45ke-tt9v"
HASH = quick_hash(PASSWORD)
SETTINGS = Settings(var=Path("/nowhere"), sign_in_tries=3, sign_in_tries_address=6)
MINUTE = timedelta(minutes=1)


def hire(
    engine: Engine, login: str = "zhang", role: str = "specialist", **profile: object
) -> Staff:
    """A new account with PASSWORD."""
    with engine.begin() as db:
        made = Profile("张老师", role, **profile)  # type: ignore[arg-type]
        return create_staff(db, login, made, HASH, BY, must_change_password=False)


def enter(
    engine: Engine,
    login: str = "zhang",
    password: str = PASSWORD,
    code: str = "",
    now: datetime = NOW,
    address: str = "10.0.0.1",
) -> SignIn:
    """Somebody signs in."""
    return sign_in(engine, SETTINGS, Credentials(login, password, code, address), now)


def session_of(engine: Engine, token: str, now: datetime = NOW) -> Session | None:
    """The session that a cookie leads to."""
    with reading(engine) as db:
        return find_session(db, token, SETTINGS.desk_idle_seconds, now)


def wait_of(engine: Engine, **how: object) -> int:
    """Seconds to wait after a refused try."""
    refused = enter(engine, **how)  # type: ignore[arg-type]
    assert refused.refusal == "throttled", refused
    return refused.wait


def test_right_password_opens_a_session_whatever_the_spelling_of_the_login(engine: Engine) -> None:
    person = hire(engine)
    for login in ("zhang", " Zhang ", "ｚｈａｎｇ"):
        done = enter(engine, login)
        session = session_of(engine, done.token)
        assert session is not None
        assert session.staff == person
    with reading(engine) as db:
        stored = db.execute(sa.text("SELECT id FROM staff_sessions")).scalars().all()
    assert done.token not in stored, "the database does not hold what the cookie holds"


def test_wrong_password_unknown_login_and_inactive_account_get_one_answer(engine: Engine) -> None:
    hire(engine)
    left = hire(engine, "left")
    with engine.begin() as db:
        set_active(db, left.id, False, BY)
    answers = [enter(engine, password="no"), enter(engine, "nobody"), enter(engine, "left")]
    assert answers == [SignIn(refusal="wrong")] * 3


def guess(engine: Engine, times: int, address: str, now: datetime = NOW, code: str = "") -> None:
    """Wrong passwords of zhang's from one address."""
    for _ in range(times):
        assert enter(engine, password="no", now=now, address=address, code=code).refusal == "wrong"


def test_guessing_one_login_from_one_address_is_stopped_and_ends_by_itself(engine: Engine) -> None:
    hire(engine)
    hire(engine, "wang")
    for second in range(3):
        guess(engine, 1, "10.0.0.1", NOW + timedelta(seconds=second))
    assert wait_of(engine, now=NOW + MINUTE) == 900 - 60
    assert enter(engine, "wang", now=NOW + MINUTE).token, "others are not shut out"
    later = NOW + timedelta(seconds=901)
    assert enter(engine, now=later).token
    guess(engine, 2, "10.0.0.1", later)
    assert enter(engine, now=later).token, "a right password starts the count anew"
    guess(engine, 2, "10.0.0.1", later)


def test_guessing_elsewhere_does_not_shut_the_owner_out(engine: Engine) -> None:
    hire(engine)
    guess(engine, 3, "10.0.9.9")
    assert enter(engine, now=NOW + MINUTE).token
    assert wait_of(engine, now=NOW + MINUTE, address="10.0.9.9") == 900 - 60


def test_guessing_one_login_from_everywhere_is_stopped_but_not_where_its_owner_works(
    engine: Engine,
) -> None:
    hire(engine)
    assert enter(engine, now=NOW - timedelta(days=3)).token
    assert enter(engine, now=NOW - timedelta(days=31), address="10.0.0.2").token
    for number in range(10):
        guess(engine, 3, f"10.0.1.{number}")
    assert wait_of(engine, address="10.0.2.1") == 900, "guessed from ever new addresses"
    assert wait_of(engine, address="10.0.0.2") == 900, "the owner was there long ago"
    assert enter(engine).token
    guess(engine, 3, "10.0.0.1")
    assert wait_of(engine) == 900, "even there no more than from any address"


def test_addresses_of_one_network_of_ipv6_are_one(engine: Engine) -> None:
    hire(engine)
    for number in range(3):
        guess(engine, 1, f"2001:db8:0:1::{number}")
    assert wait_of(engine, address="2001:db8:0:1:ffff::1") == 900
    assert enter(engine, address="2001:db8:0:2::1").token


def test_codes_are_guessed_no_more_often_from_many_addresses(engine: Engine) -> None:
    person, secret = hire(engine), pyotp.random_base32()
    with engine.begin() as db:
        turn_totp_on(db, person, secret, code_at(secret, NOW), BY)
    later = NOW + 2 * MINUTE
    for number in range(3):
        wrong = enter(engine, code="000000", now=later, address=f"10.0.1.{number}")
        assert wrong.refusal == "wrong"
    right = code_at(secret, later)
    assert enter(engine, code=right, now=later).refusal == "wrong", "told no more than before"
    after = later + timedelta(seconds=901)
    assert enter(engine, code=code_at(secret, after), now=after).token


def test_wrong_passwords_alone_use_up_no_codes(engine: Engine) -> None:
    person, secret = hire(engine), pyotp.random_base32()
    with engine.begin() as db:
        turn_totp_on(db, person, secret, code_at(secret, NOW), BY)
    later = NOW + 2 * MINUTE
    for number in range(3):
        guess(engine, 1, f"10.0.1.{number}", later, code="000000")
    assert enter(engine, code=code_at(secret, later), now=later).token


def test_unknown_login_is_throttled_as_a_known_one(engine: Engine) -> None:
    for _ in range(3):
        enter(engine, "nobody")
    assert wait_of(engine, login="nobody") == 900


def test_guessing_many_logins_from_one_address_is_stopped(engine: Engine) -> None:
    hire(engine)
    for number in range(6):
        assert enter(engine, f"login{number}").refusal == "wrong"
    assert wait_of(engine) == 900
    assert enter(engine, address="10.0.0.2").token


def test_many_guesses_at_once_count_each(engine: Engine) -> None:
    hire(engine)
    tries = [lambda: enter(engine, password="no", address="10.0.0.9") for _ in range(12)]
    answers = at_once(tries)
    assert sum(answer.refusal == "wrong" for answer in answers) <= 3, answers
    freely = replace(SETTINGS, sign_in_tries=100, sign_in_tries_address=100)
    guess = Credentials("zhang", "no", "", "10.0.0.8")
    answers = at_once([lambda: sign_in(engine, freely, guess, NOW) for _ in range(12)])
    assert answers == [SignIn(refusal="wrong")] * 12, "nothing but the limit stops them"


def test_throttled_tries_do_not_make_the_wait_longer(engine: Engine) -> None:
    hire(engine)
    for _ in range(3):
        enter(engine, password="no")
    for _ in range(5):
        wait_of(engine, now=NOW + 5 * MINUTE)
    assert enter(engine, now=NOW + timedelta(seconds=901)).token


def code_at(secret: str, moment: datetime) -> str:
    """What the telephone shows."""
    return pyotp.TOTP(secret).at(moment.replace(tzinfo=timezone.utc))


def test_code_is_needed_and_works_once(engine: Engine) -> None:
    person, secret = hire(engine), pyotp.random_base32()
    with engine.begin() as db:
        turn_totp_on(db, person, secret, code_at(secret, NOW), BY)
    later = NOW + 2 * MINUTE
    code = code_at(secret, later)
    assert enter(engine, now=later).refusal == "wrong", "the password alone"
    assert enter(engine, now=later, code="000000").refusal == "wrong"
    assert enter(engine, now=later, code=f" {code[:3]} {code[3:]} ").token
    assert enter(engine, now=later, code=code).refusal == "wrong", "seen by somebody, used again"
    with engine.begin() as db:
        turn_totp_off(db, person.id, BY)
    assert enter(engine, now=later).token


def test_code_of_the_enrolment_is_used_up_and_old_codes_do_not_count(engine: Engine) -> None:
    person, secret = hire(engine), pyotp.random_base32()
    code = code_at(secret, NOW)
    with engine.begin() as db:
        turn_totp_on(db, person, secret, code, BY)
    assert enter(engine, code=code).refusal == "wrong"
    at = NOW + 10 * MINUTE
    assert enter(engine, code=code_at(secret, at - 2 * MINUTE), now=at).refusal == "wrong"
    with engine.begin() as db, pytest.raises(PasswordError):
        turn_totp_on(db, person, secret, "123", BY)


def test_one_code_lets_one_of_many_in(engine: Engine) -> None:
    person, secret = hire(engine), pyotp.random_base32()
    with engine.begin() as db:
        turn_totp_on(db, person, secret, code_at(secret, NOW), BY)
    later = NOW + 2 * MINUTE
    code = code_at(secret, later)
    tries = [lambda: enter(engine, code=code, now=later) for _ in range(3)]
    assert sum(bool(answer.token) for answer in at_once(tries)) == 1
    with engine.begin() as db:
        turn_totp_off(db, person.id, BY)
    assert all(answer.token for answer in at_once(tries)), "without codes all get in"


def test_session_ends_when_unused_and_at_the_end_of_the_day(engine: Engine) -> None:
    hire(engine)
    token = enter(engine).token
    idle, whole = SETTINGS.desk_idle_seconds, SETTINGS.desk_session_seconds
    assert session_of(engine, token, NOW + timedelta(seconds=idle - 1))
    assert session_of(engine, token, NOW + timedelta(seconds=idle)) is None
    moment = NOW
    while moment < NOW + timedelta(seconds=whole):
        moment += timedelta(seconds=idle / 2)
        if session := session_of(engine, token, moment):
            assert session.stale
            with engine.begin() as db:
                touch_session(db, session, moment)
    assert session is None, "use does not carry it beyond the day"


def test_session_follows_the_account_at_once(engine: Engine) -> None:
    person = hire(engine)
    hire(engine, "chief", "admin")
    token = enter(engine).token
    with engine.begin() as db:
        change_staff(db, person.id, Profile("张老师", "centre"), BY)
    session = session_of(engine, token)
    assert session is not None
    assert session.staff.role == "centre"
    with engine.begin() as db:
        set_active(db, person.id, False, BY)
    assert session_of(engine, token) is None
    with engine.begin() as db:
        set_active(db, person.id, True, BY)
    assert session_of(engine, token) is None, "an old cookie does not come back to life"


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


def test_password_is_guessed_no_better_from_an_open_session(engine: Engine) -> None:
    hire(engine)
    session = session_of(engine, enter(engine).token)
    assert session is not None
    codes = []
    for _ in range(4):
        with pytest.raises(PasswordError) as refused:
            change_password(engine, SETTINGS, Oneself(session, "no"), "x" * 12, BY)
        codes.append(refused.value.code)
    assert codes == ["wrong", "wrong", "wrong", "throttled"]
    assert enter(engine).token, "signing in is a matter of its own"


def test_password_is_changed_while_others_guess_it(engine: Engine) -> None:
    hire(engine)
    session = session_of(engine, enter(engine).token)
    assert session is not None
    for _ in range(3):
        enter(engine, password="no")
    assert wait_of(engine) == 900
    change_password(engine, SETTINGS, Oneself(session, PASSWORD), "another-word-2", BY)


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
