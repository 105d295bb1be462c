"""Who guesses passwords or codes is stopped; whom it concerns still gets in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pyotp
import pytest
from sqlalchemy.engine import Engine

from bot.model.errors import PasswordError
from bot.services.staff.own_account import Oneself, change_password
from bot.services.staff.sign_in import Credentials, SignIn, sign_in
from bot.services.staff.totp import turn_totp_on
from tests.services.conftest import at_once
from tests.services.sign_in_setup import (
    BY,
    MINUTE,
    NOW,
    PASSWORD,
    SETTINGS,
    code_at,
    enter,
    hire,
    session_of,
)


def wait_of(engine: Engine, **how: object) -> int:
    """Seconds to wait after a refused try."""
    refused = enter(engine, **how)  # type: ignore[arg-type]
    assert refused.refusal == "throttled", refused
    return refused.wait


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
