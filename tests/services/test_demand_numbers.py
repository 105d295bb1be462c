"""Numbers without gap or double when 40 enterprises submit at once."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

import bot.services.demand.demands
from bot.services.demand.demands import submit_draft
from bot.services.form.draft_rows import Draft
from bot.storage.tables import demands
from tests.services.conftest import BY_CHAT, add_user, at_once, ready_draft

WHOLE = [f"ZLXQ-2026-{n:04d}" for n in range(1, 41)]


class ConnectionCutError(Exception):
    """What happens to a submission between its number and its commit."""


def ready_drafts(engine: Engine, count: int) -> list[Draft]:
    with engine.begin() as db:
        return [ready_draft(db, add_user(db, f"o{n}")) for n in range(count)]


def submit_all(engine: Engine, drafts: list[Draft], cut: int = 0) -> list[Any]:
    """Submit all at once; the first `cut` of them break after their number was drawn."""

    def submit(place: int) -> Any:
        with engine.begin() as db:
            demand = submit_draft(db, drafts[place], **BY_CHAT)
            if place < cut:
                raise ConnectionCutError
            return demand

    return at_once([lambda n=n: submit(n) for n in range(len(drafts))])  # type: ignore[misc]


def stored_numbers(engine: Engine) -> list[str]:
    with engine.begin() as db:
        return list(db.scalars(sa.select(demands.c.number).order_by(demands.c.number)))


def test_40_at_once_get_40_numbers_in_a_row(engine: Engine) -> None:
    drafts = ready_drafts(engine, 40)
    results = submit_all(engine, drafts)
    assert sorted(getattr(r, "number", repr(r)) for r in results) == WHOLE
    assert stored_numbers(engine) == WHOLE


def test_submissions_that_break_leave_no_gap(engine: Engine) -> None:
    drafts = ready_drafts(engine, 40)
    results = submit_all(engine, drafts, cut=12)
    assert sum(isinstance(r, ConnectionCutError) for r in results) == 12
    assert stored_numbers(engine) == WHOLE[:28]
    submit_all(engine, drafts)
    assert stored_numbers(engine) == WHOLE


def test_without_the_protection_the_race_is_lost(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: the same race, numbers by looking first, as everybody writes it once."""
    drafts = ready_drafts(engine, 40)
    looked = threading.local()
    monkeypatch.setattr(
        bot.services.demand.demands, "next_number", lambda db, year: looked.last + 1
    )

    def submit(draft: Draft) -> Any:
        with engine.begin() as db:
            looked.last = db.scalar(sa.select(sa.func.count()).select_from(demands))
        time.sleep(0.02)
        with engine.begin() as db:
            return submit_draft(db, draft, **BY_CHAT)

    results = at_once([lambda d=d: submit(d) for d in drafts])  # type: ignore[misc]
    assert any(isinstance(r, sa.exc.IntegrityError) for r in results)
    assert stored_numbers(engine) != WHOLE
