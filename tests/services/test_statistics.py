"""Statistics: every figure is what the raw rows say, counted another way."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from bot import statistics_texts as texts
from bot.model.demand_actor import by_enterprise, by_link
from bot.model.errors import ForbiddenError
from bot.model.periods import Period, month
from bot.services.statistics.cases import list_cases
from bot.services.statistics.figures import COUNTED, count_figures
from bot.services.statistics.groups import break_down
from bot.services.statistics.query import StatisticsQuery, theirs
from bot.storage.resource_tables import organisations
from tests.services.demand_setup import (
    CENTRE,
    staff,
)
from tests.services.recount import YEAR, named, raw, recount
from tests.services.statistics_setup import chats, lives

QUERIES = [
    {},
    {"station": "station_gangqiao"},
    {"category": "metrology"},
    {"category": "ip", "station": "station_fenghuanghu"},
    {"source": "visit"},
    {"organisation": "甲"},
    {"organisation": "区市场监管局", "category": "metrology"},
    {"period": month(2025, 11)},
    {"period": Period(date(2026, 2, 3), date(2026, 5, 20)), "source": "online"},
    {"period": Period(date(2020, 1, 1), date(2020, 1, 31))},
]


def test_every_figure_is_what_the_raw_rows_say(engine: Engine) -> None:
    with engine.begin() as db:
        lives(db)
        chats(db)
        ours = {row["name"]: row["id"] for row in raw(db, organisations)}
        whole = count_figures(db, StatisticsQuery(YEAR))
        assert all(value for value in whole.values()), "there is something of everything"
        assert set(whole) == set(texts.FIGURES)
        for each in QUERIES:
            wish: dict[str, Any] = dict(each)
            if name := wish.pop("organisation", None):
                wish["organisation_id"] = ours[name]
            query = StatisticsQuery(**{"period": YEAR, **wish})
            counted, expected = count_figures(db, query), recount(db, query)
            assert counted == pytest.approx(expected), each


def test_parts_are_what_the_raw_rows_say_and_add_up(engine: Engine) -> None:
    """Each group's figures are those of the query that names it; none is missing."""
    with engine.begin() as db:
        lives(db)
        whole = StatisticsQuery(YEAR)
        for by in texts.DIMENSIONS:
            groups = break_down(db, whole, by)
            assert len(groups) > 1
            assert sum(g.figures["matters"] or 0 for g in groups) == recount(db, whole)["matters"]
            for group in (g for g in groups if g.key):
                expected = recount(db, named(by, group.key))
                assert group.figures == pytest.approx({n: expected[n] for n in group.figures})
                assert group.name != group.key or by == "month"


def test_cases_are_those_that_a_figure_counts(engine: Engine) -> None:
    with engine.begin() as db:
        lives(db)
        query = StatisticsQuery(YEAR)
        figures = recount(db, query)
        counts = {name: len(list_cases(db, query, name, limit=1000)) for name in COUNTED}
        assert counts["matters"] == figures["matters"]
        assert counts["completed"] == figures["completed"]
        assert counts["ratings"] == counts["mean_score"] == figures["ratings"]
        assert counts["satisfaction"] == round(figures["satisfaction"] * figures["ratings"])
        assert counts["on_time_rate"] == round(figures["on_time_rate"] * figures["completed"])
        first = list_cases(db, query, "matters", limit=5)
        then = list_cases(db, query, "matters", after=first[-1].matter_id, limit=5)
        assert len({case.matter_id for case in first + then}) == 10
        assert list_cases(db, query, "consultations") == []
        assert set(COUNTED) < set(texts.FIGURES)


def test_stations_see_their_own_figures() -> None:
    query = StatisticsQuery(YEAR)
    assert theirs(CENTRE, query) == query
    clerk = staff("clerk", "station_gangqiao")
    assert theirs(clerk, query).station == "station_gangqiao"
    with pytest.raises(ForbiddenError):
        theirs(clerk, StatisticsQuery(YEAR, station="station_fenghuanghu"))
    for who in (staff("admin"), by_link(1), by_enterprise(1)):
        with pytest.raises(ForbiddenError):
            theirs(who, query)
