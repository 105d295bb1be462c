"""The H5 pages on a port, with drafts whose links tests open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy.engine import Engine

from bot.settings import Settings
from tests.e2e.conftest import browser  # noqa: F401
from tests.web.site import Site, serving_site

Make = Callable[..., Settings]


@pytest.fixture
def open_site(make_settings: Make, engine: Engine) -> Iterator[Callable[..., Site]]:
    """Serves the pages on this test's database; keywords are variables, `form` another form."""
    with ExitStack() as stack:

        def serve(form: object = None, **variables: object) -> Site:
            settings = make_settings(**{"BOT_SECRET": "s" * 32, **variables})
            return stack.enter_context(serving_site(settings, engine, form))

        yield serve


@pytest.fixture
def site(open_site: Callable[..., Site]) -> Site:
    """The pages as they are served by default."""
    return open_site()
