"""Periods beside the one before and the year before."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.engine import Engine

from bot.model.periods import Period, month, period_before, year_before
from bot.services.statistics.figures import change_of, compare
from bot.services.statistics.query import StatisticsQuery
from tests.services.recount import recount
from tests.services.statistics_setup import lives


def test_periods_are_compared_with_the_one_before_and_the_year_before(engine: Engine) -> None:
    with engine.begin() as db:
        lives(db)
        query = StatisticsQuery(month(2026, 11))
        made = compare(db, query)
        for figures, period in (
            (made.now, month(2026, 11)),
            (made.before, month(2026, 10)),
            (made.last_year, month(2025, 11)),
        ):
            assert figures == pytest.approx(recount(db, StatisticsQuery(period)))


@pytest.mark.parametrize(
    ("period", "before", "last_year"),
    [
        (month(2026, 3), month(2026, 2), month(2025, 3)),
        (month(2025, 2), month(2025, 1), Period(date(2024, 2, 1), date(2024, 2, 29))),
        (month(2024, 2), month(2024, 1), month(2023, 2)),
        (
            Period(date(2026, 1, 1), date(2026, 3, 31)),
            Period(date(2025, 10, 1), date(2025, 12, 31)),
            Period(date(2025, 1, 1), date(2025, 3, 31)),
        ),
        (
            Period(date(2026, 3, 9), date(2026, 3, 15)),
            Period(date(2026, 3, 2), date(2026, 3, 8)),
            Period(date(2025, 3, 9), date(2025, 3, 15)),
        ),
    ],
)
def test_periods_before(period: Period, before: Period, last_year: Period) -> None:
    assert period_before(period) == before
    assert year_before(period) == last_year


def test_change_says_nothing_where_there_was_nothing() -> None:
    assert change_of(6, 4) == 0.5
    assert change_of(6, 0) is None
    assert change_of(None, 4) is None
