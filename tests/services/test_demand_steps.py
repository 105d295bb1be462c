"""A demand's life: who may take which step from where, what it needs, tells and leaves behind."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Connection, Engine

from bot.demand_texts import DEMAND_NEWS, NEXT_STEPS, STATE_NAMES, STEP_NAMES
from bot.model.demand import (
    ACTORS,
    CLOSED,
    OPEN_STATES,
    STATES,
    TRANSITIONS,
    steps_for,
)
from bot.model.demand_actor import BY_CLOCK, DemandActor, Given, by_enterprise, by_link
from bot.model.demand_errors import StepError
from bot.model.errors import ForbiddenError, NotFoundError
from bot.services.demand.matter_rows import Matter, read_matter, steps_of
from bot.services.demand.rows import get_demand
from bot.services.demand.service_records import records_of
from bot.services.demand.steps import take_step
from bot.storage.demand_tables import matters
from tests.services.conftest import NOW
from tests.services.demand_setup import (
    CENTRE,
    LATER,
    OTHER_WANTS,
    analysed,
    completed,
    department,
    forwarded,
    rated,
    recorded,
    staff,
    submitted,
    technical,
    told,
)


def actor(role: str, user: int, organisation: int) -> DemandActor:
    """Somebody of a role who may see the matter."""
    if role == "enterprise":
        return by_enterprise(user)
    if role == "system":
        return BY_CLOCK
    return staff(role, organisation_id=organisation)


def enough(name: str, organisation: int, other: int) -> Given:
    """All that any step needs."""
    passed = other if name == "match" else organisation
    return Given("原因", passed, LATER, "厂区", record="做了", score=1 if "badly" in name else 5)


def at_state(db: Connection, matter: Matter, state: str) -> Matter:
    db.execute(matters.update().where(matters.c.id == matter.id).values(state=state))
    return read_matter(db, matter.id)


def test_whole_table_is_held_for_every_role_and_state(engine: Engine) -> None:
    """Each step from each state by each role: taken where the table has it, else refused."""
    taken = refused = 0
    with engine.begin() as db:
        ours, lab = department(db), technical(db)
        matter = forwarded(db, submitted(db), ours)
        user = get_demand(db, matter.demand_id).user_id
        for state in STATES:
            for name, step in TRANSITIONS.items():
                for role in ACTORS:
                    with db.begin_nested() as trial:
                        seen = at_state(db, matter, state)
                        given = enough(name, ours.id, lab.id)
                        who = actor(role, user, ours.id)
                        allowed = role in step.roles and state in step.sources
                        if allowed:
                            moved = take_step(db, name, seen, who, NOW, given)
                            assert moved.state == (step.target or state)
                            assert moved.version == seen.version + 1
                            taken += 1
                        else:
                            with pytest.raises((ForbiddenError, StepError, NotFoundError)):
                                take_step(db, name, seen, who, NOW, given)
                            assert read_matter(db, matter.id) == seen
                            refused += 1
                        trial.rollback()
    assert taken == sum(len(t.sources) * len(t.roles) for t in TRANSITIONS.values())
    assert refused == len(STATES) * len(TRANSITIONS) * len(ACTORS) - taken


def test_every_state_and_step_has_its_words() -> None:
    assert set(STATE_NAMES) == set(NEXT_STEPS) == set(STATES)
    assert set(STEP_NAMES) == set(TRANSITIONS)
    assert {t.tells for t in TRANSITIONS.values() if t.tells} <= set(DEMAND_NEWS)


def test_every_open_state_is_left_by_people_and_reached() -> None:
    """No dead end: from each open state some step leads on, and each state is some step's end."""
    for state in OPEN_STATES:
        people = set(ACTORS) - {"system"}
        assert any(t.target for role in people for t in steps_for(state, role)), state
    assert {t.target for t in TRANSITIONS.values() if t.target} == set(STATES) - {"submitted"}


def test_demand_in_the_list_goes_to_the_department_and_to_its_end(engine: Engine) -> None:
    with engine.begin() as db:
        demand = submitted(db, station="station_fenghuanghu")
        (matter,) = analysed(db, demand)
        assert (matter.in_list, matter.service) == (True, "metrology_standards")
        ours = department(db)
        given = Given(organisation_id=ours.id)
        matter = take_step(db, "forward", matter, CENTRE, NOW, given)
        matter = completed(db, matter)
        assert get_demand(db, demand.id).status == "completed"
        matter = rated(db, matter, 5, "很快")
        matter = take_step(db, "close", matter, CENTRE, LATER)
        assert (matter.state, matter.score, matter.rating_words) == (CLOSED, 5, "很快")
        assert get_demand(db, demand.id).status == "closed"
        steps = steps_of(db, matter.id)
        assert [step.name for step in steps] == (
            "analyse forward accept schedule start complete rate close".split()
        )
        assert [(s.old, s.new) for s in steps][0] == ("submitted", "analysed")
        assert all(a.new == b.old for a, b in zip(steps, steps[1:], strict=False))
        assert [r.kind for r in records_of(db, matter.id)] == ["result"]
        said = told(db, demand.user_id)
        assert [step.name for step in steps if step.message_id] == (
            "analyse forward accept schedule start complete close".split()
        )
        assert len(said) == 7
        assert all(demand.number in text for text in said)
        assert "区市场监管局" in said[1]
        assert "49473890" in said[1], "annex 3's telephone of the item"
        assert "3月3日（周二）09:00" in said[3]


def test_demand_outside_the_list_is_matched_returned_and_matched_again(engine: Engine) -> None:
    with engine.begin() as db:
        demand = submitted(db, answers=OTHER_WANTS)
        first, second = technical(db, "甲机构"), technical(db, "乙机构")
        (matter,) = analysed(db, demand)
        assert (matter.category, matter.in_list, matter.service) == (None, False, None)
        assert matter.wants == "产品碳足迹怎么算"
        with pytest.raises(StepError):
            take_step(
                db, "forward", matter, CENTRE, NOW, Given(organisation_id=first.id)
            )  # a technical organisation is matched, not forwarded to
        matter = take_step(db, "match", matter, CENTRE, NOW, Given(organisation_id=first.id))
        with pytest.raises(StepError) as refusal:
            take_step(db, "return", matter, by_link(first.id), NOW)
        assert refusal.value.code == "reason_missing"
        matter = take_step(db, "return", matter, by_link(first.id), NOW, Given("没有这项资质"))
        assert (matter.state, matter.organisation_id, matter.returns) == ("returned", None, 1)
        with pytest.raises(StepError) as again:
            take_step(db, "rematch", matter, CENTRE, NOW, Given(organisation_id=first.id))
        assert again.value.code == "organisation_unfit"
        assert again.value.data["returned"] is True
        matter = take_step(db, "rematch", matter, CENTRE, NOW, Given(organisation_id=second.id))
        matter = rated(db, completed(db, matter), 1, "来晚了")
        assert matter.state == "revisiting"
        matter = take_step(db, "revisit", matter, staff("specialist"), LATER, Given("已致歉"))
        matter = take_step(db, "close", matter, CENTRE, LATER)
        assert get_demand(db, demand.id).status == "closed"
        said = told(db, demand.user_id)
        assert "甲机构" in said[2], "who returned it is named"
        assert "没有这项资质" not in "".join(said), "the reason is between the centre and them"
        assert "乙机构" in said[3]


def test_every_step_stands_in_the_record_with_old_and_new(engine: Engine) -> None:
    with engine.begin() as db:
        ours = department(db)
        matter = forwarded(db, submitted(db), ours)
        take_step(db, "return", matter, by_link(ours.id), NOW, Given("不属本部门"))
        (event,) = recorded(db, "matter_return")
        assert event.data["old"] == {"state": "assessing", "organisation": ours.id}
        assert event.data["new"] == {"state": "returned", "organisation": None}
        assert (event.actor, event.channel) == (f"organisation:{ours.id}", "link")
        assert event.data["reason"] == "不属本部门"
        step = steps_of(db, matter.id)[-1]
        assert (step.old, step.new, step.reason) == ("assessing", "returned", "不属本部门")


def test_badly_rated_matter_can_be_served_on_and_is_not_rated_twice(engine: Engine) -> None:
    with engine.begin() as db:
        ours = department(db)
        matter = rated(db, completed(db, forwarded(db, submitted(db), ours)), 2)
        user = get_demand(db, matter.demand_id).user_id
        matter = take_step(db, "resume", matter, CENTRE, LATER, Given("再去一次"))
        done = Given(record="补做了校准。")
        matter = take_step(db, "complete", matter, by_link(ours.id), LATER, done)
        with pytest.raises(StepError) as refusal:
            rated(db, matter, 5)
        assert refusal.value.code == "already_rated"
        assert "打分" not in told(db, user)[-1]
        assert take_step(db, "close", matter, CENTRE, LATER).state == "closed"
