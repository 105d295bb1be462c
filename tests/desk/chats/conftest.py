"""Somebody at the desk, and a user who waits for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from tests.desk.chats.talkers import HERE, Talker, at, follow
from tests.desk.office import Colleague, Office


@pytest.fixture(autouse=True)
def office_hours() -> Iterator[None]:
    """Somebody is there: whoever asks for a person stands in the queue."""
    with time_machine.travel(at(10), tick=True):
        yield


@pytest.fixture
def anna(office: Office) -> Colleague:
    """A specialist of a station."""
    return office.colleague("specialist", "anna", name="李娜", station=HERE)


@pytest.fixture
def bert(office: Office) -> Colleague:
    """Another of the same station."""
    return office.colleague("specialist", "bert", name="王明", station=HERE)


@pytest.fixture
def talker(office: Office) -> Talker:
    """A user of that station who waits for a person."""
    made = follow(office, "oOne", station=HERE)
    made.say("压力表在哪里检定", ago=60)
    made.hear("服务项目：计量器具强制检定/校准咨询服务。", ago=59)
    return made.call(ago=50)
