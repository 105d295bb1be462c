"""The moment that the expressions are read at, and the days that they name."""

from __future__ import annotations

from datetime import datetime

from bot.model.times.expressions import read_time

TUESDAY = datetime(2026, 11, 24, 9, 30)


def days(text: str, now: datetime = TUESDAY) -> tuple[str, str]:
    """First and last day as month-day; "" for none, "…" for an open end."""
    read = read_time(text, now)
    first = f"{read.first:%m-%d}" if read.first else ""
    last = f"{read.last:%m-%d}" if read.last else ("…" if read.first else "")
    return first, last
