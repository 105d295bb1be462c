"""A demand of several matters: how it is divided, and where it stands as a whole."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.model.demand import (
    demand_state,
)
from bot.model.demand_actor import Given
from bot.model.demand_errors import StepError
from bot.model.errors import StaleDemandError
from bot.services.demand.demands import change_demand
from bot.services.demand.matter_plans import MatterPlan, analyse_demand
from bot.services.demand.matter_rows import matters_of
from bot.services.demand.rows import get_demand
from bot.services.demand.steps import take_step
from bot.storage.demand_tables import matters
from tests.services.conftest import BY_CHAT, NOW
from tests.services.demand_setup import (
    CENTRE,
    TWO_WANTS,
    analysed,
    department,
    submitted,
    told,
)


@pytest.mark.parametrize(
    ("states", "state"),
    [
        (["submitted"], "submitted"),
        (["in_service", "assessing"], "assessing"),
        (["closed", "scheduled"], "scheduled"),
        (["returned", "accepted"], "returned"),
        (["closed", "withdrawn"], "closed"),
        (["withdrawn", "withdrawn"], "withdrawn"),
        (["rated", "completed"], "completed"),
    ],
)
def test_demand_is_where_its_matter_furthest_behind_is(states: list[str], state: str) -> None:
    assert demand_state(states) == state


def test_sections_become_one_matter_each_seen_as_one_demand(engine: Engine) -> None:
    with engine.begin() as db:
        demand = submitted(db, answers=TWO_WANTS)
        both = matters_of(db, demand.id)
        assert [(m.category, m.state) for m in both] == [
            ("metrology", "submitted"),
            ("ip", "submitted"),
        ]
        metrology, ip = analysed(db, demand)
        assert len(told(db, demand.user_id)) == 1, "one demand, one word"
        ours = department(db)
        take_step(db, "forward", metrology, CENTRE, NOW, Given(organisation_id=ours.id))
        assert get_demand(db, demand.id).status == "analysed", "the other one waits"
        take_step(db, "end", ip, CENTRE, NOW, Given("请向商标代办处申请"))
        assert get_demand(db, demand.id).status == "assessing"
        assert "请向商标代办处申请" in told(db, demand.user_id)[-1]


def test_centre_divides_a_demand_anew(engine: Engine) -> None:
    with engine.begin() as db:
        demand = submitted(db, answers=TWO_WANTS)
        plans = [MatterPlan("ip", "商标和计量一起咨询", True, "trademark")]
        (only,) = analyse_demand(db, demand, plans, CENTRE, NOW)
        assert (only.place, only.category, only.service) == (2, "ip", "trademark")
        assert [m.state for m in matters_of(db, demand.id)] == ["dropped", "analysed"]
        with pytest.raises(StepError):
            analyse_demand(db, demand, plans, CENTRE, NOW)


def test_analysis_of_what_the_enterprise_changed_meanwhile_is_refused(engine: Engine) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        wanted = {"wanted": ["知识产权服务"], "ip_wants": ["商标申请受理咨询服务"]}
        changed = change_demand(db, demand, wanted, "改成商标", **BY_CHAT)
        parts = [(m.state, m.category) for m in matters_of(db, demand.id)]
        assert parts == [("dropped", "metrology"), ("submitted", "ip")]
        with pytest.raises(StaleDemandError):
            analysed(db, demand)
        assert analysed(db, changed)[0].service == "trademark"


def test_matters_of_different_demands_have_their_own_row(engine: Engine) -> None:
    with engine.begin() as db:
        submitted(db, "oA"), submitted(db, "oB")
        assert db.scalar(sa.select(sa.func.count()).select_from(matters)) == 2
