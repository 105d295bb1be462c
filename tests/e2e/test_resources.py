"""The service list in the whole product: changed at the desk, told on the phone at once."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.phone_page import ANSWER_MS, PhonePage
from tests.e2e.product import Product

ASKED = "电子秤检定找谁"
ITEM = "metrology_verification"
OLD, NEW = "49473890", "49850000"
"""The telephone of annex 3, and another one."""


@pytest.fixture
def desk(product: Product, browser: Browser) -> Iterator[Page]:
    """The centre's browser at the item's page; what was changed is put back at the end."""
    kept = dict(json.loads((product.settings.var / "demo-sign-ins.json").read_text()))
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.set_default_timeout(ANSWER_MS)
    page.goto(f"{product.web}/desk/sign-in?next=/service-items/{ITEM}")
    page.fill("#login", "centre")
    page.fill("#password", kept["centre"])
    page.click("text=登录 >> nth=-1")
    page.wait_for_url(f"**/desk/service-items/{ITEM}")
    yield page
    page.goto(f"{product.web}/desk/service-items/{ITEM}")
    save(page, OLD)
    page.context.close()


def save(page: Page, telephone: str) -> None:
    """Put another telephone into the item's page and save it."""
    page.fill("#telephones", telephone)
    page.click("text=保存")
    page.wait_for_selector("text=已保存")


def test_telephone_changed_at_the_desk_is_in_the_next_answer(phone: PhonePage, desk: Page) -> None:
    assert OLD in phone.ask(ASKED)
    save(desk, NEW)
    told = phone.ask(ASKED)
    assert NEW in told
    assert OLD not in told
