"""The H5 pages on a port, with drafts whose links tests open."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.engine import Engine

from bot.settings import Settings
from tests.conftest import empty_tables, fill_lists
from tests.e2e.conftest import browser  # noqa: F401
from tests.web.site import Site, serving_site


@pytest.fixture(scope="module")
def served(site_settings: tuple[Settings, Engine]) -> Iterator[Site]:
    """The pages on a database of each kind, started once for a module."""
    with serving_site(*site_settings) as site:
        yield site


@pytest.fixture
def site(served: Site) -> Iterator[Site]:
    """The pages with nothing stored but the lists of knowledge/."""
    fill_lists(served.engine)
    yield served
    empty_tables(served.engine)
