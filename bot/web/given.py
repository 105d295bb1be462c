"""Numbers and days in what pages send and addresses hold, within what can be stored."""

from __future__ import annotations

from datetime import date

from bot.web.guard import Posted, first

DIGITS = 18
"""So many always fit into 64 bits."""


def read_number(text: str) -> int:
    """A whole number; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else 0


def number_of(posted: Posted, name: str) -> int:
    """As read_number, of a posted form's field."""
    return read_number(first(posted, name))


def read_day(text: str) -> date | None:
    """2026-11-28 as a day; None for anything else, and for years nobody means here."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2020 <= day.year <= 2100 else None
