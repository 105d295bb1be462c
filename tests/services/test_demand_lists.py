"""Lists of demands: filters, search, pages, and that nobody sees what is not theirs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.engine import Connection, Engine

from bot.model.demand_actor import DemandActor, Given, by_enterprise, by_link
from bot.services.demand.demands import change_demand, withdraw_demand
from bot.services.demand.lists import (
    DemandFilter,
    count_by_state,
    find_demands,
    list_alerts,
)
from bot.services.demand.steps import take_step
from bot.services.demand.work import due_deadlines, tend_deadline
from bot.services.personal_data import delete_personal_data
from tests.services.conftest import ANSWERS, BY_CHAT, NOW
from tests.services.demand_setup import (
    CENTRE,
    TWO_WANTS,
    analysed,
    department,
    forwarded,
    staff,
    submitted,
)


def numbers(
    db: Connection,
    who: DemandActor = CENTRE,
    *,
    before: int | None = None,
    limit: int = 50,
    **wish: object,
) -> list[int]:
    """Last figures of the numbers found, in the order shown."""
    found = find_demands(db, who, DemandFilter(**wish), before=before, limit=limit)  # type: ignore[arg-type]
    return [int(row.demand.number[-4:]) for row in found]


def three(db: Connection) -> None:
    """1: metrology at 凤凰湖, forwarded; 2: metrology and ip at 港桥; 3: at no station."""
    forwarded(db, submitted(db, "oA", station="station_fenghuanghu"), department(db))
    submitted(db, "oB", answers=TWO_WANTS, station="station_gangqiao")
    submitted(db, "oC", answers={**ANSWERS, "company_name": "重庆市永川区鑫源铸造有限公司"})


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ({}, [3, 2, 1]),
        ({"states": ("assessing",)}, [1]),
        ({"station": "station_gangqiao"}, [2]),
        ({"category": "ip"}, [2]),
        ({"category": "metrology", "states": ("submitted",)}, [3, 2]),
        ({"source": "visit"}, []),
        ({"first": date(2026, 3, 2), "last": date(2026, 3, 2)}, [3, 2, 1]),
        ({"last": date(2026, 3, 1)}, []),
        ({"text": "鑫源"}, [3]),  # two characters
        ({"text": "ZLXQ-2026-0002"}, [2]),
        ({"text": "ｚｌｘｑ-2026-0002"}, [2]),
        ({"text": "商标 计量"}, [2]),
        ({"text": "139-1234-5678"}, [3, 2, 1]),
        ({"text": "12345678"}, [3, 2, 1]),  # part of a telephone
        ({"text": "100%"}, []),
        ({"text": "%"}, []),
        ({"text": "没有这个"}, []),
        ({"late": True}, []),
    ],
)
def test_lists_are_filtered(engine: Engine, wish: dict[str, object], found: list[int]) -> None:
    with engine.begin() as db:
        three(db)
        assert numbers(db, **wish) == found  # type: ignore[arg-type]


def test_lists_go_on_page_by_page(engine: Engine) -> None:
    with engine.begin() as db:
        made = [submitted(db, f"o{place}") for place in range(5)]
        assert numbers(db, limit=2) == [5, 4]
        assert numbers(db, limit=2, before=made[3].id) == [3, 2]
        assert numbers(db, limit=2, before=made[1].id) == [1]


def test_everybody_sees_what_is_theirs_alone(engine: Engine) -> None:
    with engine.begin() as db:
        three(db)
        second = find_demands(db, CENTRE, DemandFilter())[1].demand
        first = find_demands(db, CENTRE, DemandFilter(station="station_fenghuanghu"))[0]
        ours = first.matters[0].organisation_id
        assert ours is not None
        assert numbers(db, staff("specialist")) == [3, 2, 1]
        assert numbers(db, staff("clerk", "station_gangqiao")) == [3, 2]
        assert numbers(db, by_link(ours)) == [1]
        assert numbers(db, staff("organisation", organisation_id=ours)) == [1]
        assert numbers(db, staff("organisation")) == []
        assert numbers(db, staff("admin")) == []
        assert numbers(db, by_enterprise(second.user_id)) == [2]
        assert count_by_state(db, CENTRE) == {"assessing": 1, "submitted": 2}
        assert count_by_state(db, by_link(ours)) == {"assessing": 1}


def test_organisation_sees_its_own_matter_of_a_demand(engine: Engine) -> None:
    with engine.begin() as db:
        ours = department(db)
        demand = submitted(db, answers=TWO_WANTS)
        metrology, _ = analysed(db, demand)
        take_step(db, "forward", metrology, CENTRE, NOW, Given(organisation_id=ours.id))
        (row,) = find_demands(db, by_link(ours.id), DemandFilter())
        assert [m.id for m in row.matters] == [metrology.id]
        (whole,) = find_demands(db, CENTRE, DemandFilter())
        assert len(whole.matters) == 2


def test_search_follows_what_the_demand_says(engine: Engine) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        changed = change_demand(db, demand, {"contact": "质量部 王丽"}, "换人", **BY_CHAT)
        assert numbers(db, text="王丽") == [1]
        assert numbers(db, text="李敏") == []
        withdraw_demand(db, changed, "不办了", **BY_CHAT)
        delete_personal_data(db, demand.user_id, now=NOW)
        assert numbers(db, text="王丽") == []


def test_alerts_name_what_is_near_its_end_and_what_is_past_it(engine: Engine) -> None:
    with engine.begin() as db:
        ours, theirs = department(db), department(db, "区商务委")
        matter = forwarded(db, submitted(db, station="station_fenghuanghu"), ours)
        assert list_alerts(db, CENTRE) == []
        later = NOW + timedelta(days=10)
        (due,) = due_deadlines(db, later)
        tend_deadline(db, due, later)
        for who in (CENTRE, by_link(ours.id), staff("specialist", "station_fenghuanghu")):
            (alert,) = list_alerts(db, who)
            assert (alert.matter.id, alert.number) == (matter.id, "ZLXQ-2026-0001")
            assert alert.deadline.overdue_at == later
        assert list_alerts(db, by_link(theirs.id)) == []
        assert list_alerts(db, staff("specialist", "station_gangqiao")) == []
        assert numbers(db, late=True) == numbers(db, urged=True) == [1]
