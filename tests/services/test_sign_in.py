"""Signing in at the desk on both databases: passwords, codes that count once, sessions that end."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pyotp
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.model.errors import PasswordError
from bot.services.staff.sign_in import SignIn
from bot.services.staff.staff import Profile, change_staff, set_active
from bot.services.staff.staff_sessions import touch_session
from bot.services.staff.totp import turn_totp_off, turn_totp_on
from bot.storage.database import reading
from tests.services.conftest import at_once
from tests.services.sign_in_setup import BY, MINUTE, NOW, SETTINGS, code_at, enter, hire, session_of


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
    tries = [partial(enter, engine, code=code, now=later)] * 3
    assert sum(bool(answer.token) for answer in at_once(tries)) == 1
    with engine.begin() as db:
        turn_totp_off(db, person.id, BY)
    # Those who were late failed, and still count until the window has passed.
    later += timedelta(seconds=SETTINGS.sign_in_window)
    tries = [partial(enter, engine, code=code, now=later)] * 3
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
