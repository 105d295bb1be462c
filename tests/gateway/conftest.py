"""Webhooks to push at by hand, one for all tests of a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from bot.storage.database import create_engine, migrate
from tests.conftest import empty_tables, fill_lists
from tests.gateway.door import Door, build_door


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One database of each kind for all tests here, empty in the end."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('door') / 'bot.db'}"
    else:
        url = request.getfixturevalue("postgres_url")
    migrate(url)
    engine = create_engine(url)
    fill_lists(engine)
    yield engine
    empty_tables(engine)
    engine.dispose()


@pytest.fixture(scope="module")
def door(database: sa.engine.Engine, redis_url: str) -> Iterator[Door]:
    """A gateway in safe mode."""
    with build_door(database, redis_url) as made:
        yield made


@pytest.fixture(scope="module")
def plain_door(database: sa.engine.Engine, redis_url: str) -> Iterator[Door]:
    """A gateway in plain mode: there the signature does not cover the body."""
    with build_door(database, redis_url, WECHAT_MODE="plain") as made:
        yield made


@pytest.fixture
def next_message_works(door: Door) -> Iterator[None]:
    """After the test the gateway still answers."""
    yield
    door.works()
