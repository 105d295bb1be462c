"""A phone in a small world whose assistant calls a person at 转人工; somebody is there, or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from bot.model.calendar import Calendar
from bot.services.handoff.requests import request_handoff
from bot.services.record import Origin
from bot.settings import Settings
from bot.storage.database import utc_now
from tests.gateway.handoff.people import Make
from tests.gateway.peer import Peer, Phone, world


@pytest.fixture(autouse=True)
def office_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody is there, whatever day the test runs on."""
    monkeypatch.setattr(Calendar, "is_open", lambda self, moment: True)


@pytest.fixture
def nobody_there(office_hours: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Out of office hours."""
    monkeypatch.setattr(Calendar, "is_open", lambda self, moment: False)


def calls_a_person(engine: Engine) -> Callable[[dict[str, Any]], None]:
    """What the assistant's action does at 转人工."""

    def act(turn: dict[str, Any]) -> None:
        if turn["text"] != "转人工":
            return
        known = turn["metadata"]
        with engine.begin() as db:
            origin = Origin("wechat", "user", utc_now())
            request_handoff(db, int(known["user_id"]), origin, message_id=int(known["message_id"]))

    return act


@pytest.fixture
def peer(engine: Engine) -> Peer:
    """The assistant."""
    return Peer(act=calls_a_person(engine))


@pytest.fixture
def settings(make_settings: Make) -> Settings:
    """The gateway's settings."""
    return make_settings()


@pytest.fixture
def phone(settings: Settings, peer: Peer) -> Iterator[Phone]:
    """The user's phone; the gateway and its worker run."""
    with world(settings, peer) as made:
        yield made
