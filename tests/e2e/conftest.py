"""One running product for all end-to-end tests, and a browser to look at it with."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.phone_page import PhonePage
from tests.e2e.product import Product, running

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """`python -m bot demo`, started once."""
    with running(tmp_path_factory.mktemp("demo")) as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The machine's Chromium; closed with the module, for it keeps an event loop in this thread."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert program, "no Chromium on this machine; install it: python3 deploy/set_up.py --browser"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def open_phone(
    request: pytest.FixtureRequest, product: Product, browser: Browser
) -> Iterator[Callable[..., PhonePage]]:
    """Opens the phone page for a new follower. What is seen at the end is kept as a picture."""
    folder = product.settings.var / "screenshots"
    folder.mkdir(exist_ok=True)
    opened: list[PhonePage] = []

    def open_page(width: int = 430, height: int = 880) -> PhonePage:
        page = browser.new_page(viewport={"width": width, "height": height})
        phone = PhonePage(page)
        opened.append(phone)
        page.goto(f"{product.web}/simulator/")
        phone.wait_for_answers(1)
        return phone

    yield open_page
    for number, phone in enumerate(opened):
        phone.page.screenshot(path=str(folder / f"{request.node.name[:60]}-{number}.png"))
        phone.page.close()
        assert phone.errors == [], "the page itself has no errors"


@pytest.fixture
def phone(open_phone: Callable[..., PhonePage]) -> PhonePage:
    """The phone of a new follower, welcomed."""
    return open_phone()
