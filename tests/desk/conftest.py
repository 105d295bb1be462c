"""The desk on a port, on a database of each kind, with people who sign in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.settings import DEMO_ACCOUNT, read_settings
from bot.storage.database import create_engine, migrate
from bot.storage.tables import metadata
from tests.conftest import fill_lists
from tests.desk.office import Office, serving_office
from tests.e2e.conftest import browser  # noqa: F401


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def open_office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """The desk on a database of each kind, started once for a module."""
    var = tmp_path_factory.mktemp("desk")
    url = f"sqlite:///{var / 'bot.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    migrate(url)
    settings = read_settings(
        {"BOT_VAR": str(var), "DATABASE_URL": url, "BOT_SECRET": "s" * 32, **DEMO_ACCOUNT}
    )
    engine = create_engine(url)
    with serving_office(settings, engine) as office:
        yield office
    engine.dispose()


@pytest.fixture
def office(open_office: Office) -> Iterator[Office]:
    """The desk with nobody in it, and nothing but the lists of knowledge/."""
    fill_lists(open_office.engine)
    yield open_office
    with open_office.engine.begin() as db:
        for table in reversed(metadata.sorted_tables):
            db.execute(table.delete())
