"""The H5 pages on a port, with drafts whose links tests open."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.settings import DEMO_ACCOUNT, read_settings
from bot.storage.database import create_engine, migrate
from bot.storage.tables import metadata
from tests.conftest import fill_lists
from tests.e2e.conftest import browser  # noqa: F401
from tests.web.site import Site, serving_site


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The pages on a database of each kind, started once for a module."""
    var = tmp_path_factory.mktemp("web")
    url = f"sqlite:///{var / 'bot.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    migrate(url)
    settings = read_settings(
        {"BOT_VAR": str(var), "DATABASE_URL": url, "BOT_SECRET": "s" * 32, **DEMO_ACCOUNT}
    )
    engine = create_engine(url)
    with serving_site(settings, engine) as site:
        yield site
    engine.dispose()


@pytest.fixture
def site(served: Site) -> Iterator[Site]:
    """The pages with nothing stored but the lists of knowledge/."""
    fill_lists(served.engine)
    yield served
    with served.engine.begin() as db:
        for table in reversed(metadata.sorted_tables):
            db.execute(table.delete())
