"""What a specialist does and sees at a page of the chats in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]
SQLITE = pytest.mark.parametrize("open_office", ["sqlite"], indirect=True)
"""What does not hang on the database is tried on one."""


def bubbles(page: Page) -> list[str]:
    """What was said in the open chat, in order."""
    return page.locator(".bubble__text").all_inner_texts()


def write(page: Page, text: str) -> None:
    """Type into the composer, and Enter."""
    page.fill("#text", text)
    page.press("#text", "Enter")


def expect_typed(page: Page, text: str) -> None:
    """What stands in the composer."""
    expect(page.locator("#text")).to_have_value(text)
