"""Fifty specialists want one chat at the same moment: one gets it, the others learn who."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.model.errors import TakenError
from bot.model.rights import Staff
from bot.services.handoff import handoffs, ownership
from bot.services.handoff.handoffs import claim_handoff
from bot.services.handoff.ownership import Owner
from bot.services.handoff.rows import Handoff
from bot.storage.database import TRANSIENT
from tests.services.conftest import at_once
from tests.services.handoff_setup import add_staff, add_talker, desk, kinds, owner, waiting

RACERS = 50


def prepare(engine: Engine) -> tuple[int, int, list[Staff]]:
    """A user who waits, the hand-off and those who want it."""
    with engine.begin() as db:
        user = add_talker(db)
        people = [add_staff(db, f"专员{number}") for number in range(RACERS)]
        return user, waiting(db, user).id, people


def claim(engine: Engine, handoff_id: int, staff: Staff) -> Handoff:
    """As the desk does it; who finds the database busy asks again."""
    for _ in range(20):
        try:
            with engine.begin() as db:
                return claim_handoff(db, handoff_id, staff, desk(staff))
        except TRANSIENT:
            continue
    raise AssertionError("the database stays busy")


def race(engine: Engine, handoff_id: int, people: list[Staff]) -> list[Any]:
    """What each got or was told."""
    return at_once([partial(claim, engine, handoff_id, staff) for staff in people])


def test_50_specialists_race_for_one_chat_and_one_owns_it(engine: Engine) -> None:
    user, handoff_id, people = prepare(engine)
    results = race(engine, handoff_id, people)
    (won,) = [r for r in results if isinstance(r, Handoff)]
    lost = [r for r in results if isinstance(r, TakenError)]
    assert len(lost) == RACERS - 1, results
    winner = next(staff for staff in people if staff.id == won.staff_id)
    for error in lost:
        assert error.data == {"kind": "specialist", "staff": winner.id, "name": winner.name}
    with engine.begin() as db:
        assert owner(db, user) == ("specialist", winner.id)
        assert kinds(db, user).count("handoff_claimed") == 1


def test_without_the_comparison_several_think_they_own_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: all saw the chat in the queue before the first one took it."""
    user, handoff_id, people = prepare(engine)
    with engine.begin() as db:
        seen = ownership.read_owner(db, user)
    looked = Owner(seen.kind, seen.id, seen.version)
    monkeypatch.setattr(handoffs, "read_owner", lambda db, user_id: looked)
    monkeypatch.setattr(handoffs, "next_state", lambda action, status: "claimed")
    results = race(engine, handoff_id, people)
    assert sum(isinstance(r, Handoff) for r in results) == 1, "the swap alone lets one through"
    with engine.begin() as db:
        db.execute(sa.text("UPDATE conversations SET owner_kind = 'queue', version = 2"))
    monkeypatch.setattr(ownership, "unchanged", lambda seen: sa.true())
    results = race(engine, handoff_id, people)
    assert sum(isinstance(r, Handoff) for r in results) > 1
