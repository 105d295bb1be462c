"""The desk on a port, on a database of each kind, with people who sign in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.engine import Engine

from bot.settings import Settings
from tests.conftest import empty_tables, fill_lists
from tests.desk.office import Office, serving_office
from tests.e2e.conftest import browser  # noqa: F401


@pytest.fixture(scope="module")
def open_office(site_settings: tuple[Settings, Engine]) -> Iterator[Office]:
    """The desk on a database of each kind, started once for a module."""
    with serving_office(*site_settings) as office:
        yield office


@pytest.fixture
def office(open_office: Office) -> Iterator[Office]:
    """The desk with nobody in it, and nothing but the lists of knowledge/."""
    fill_lists(open_office.engine)
    yield open_office
    empty_tables(open_office.engine)
