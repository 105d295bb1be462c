"""A demand's life: who may take which step from where, what it needs, tells and leaves behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.demand_texts import DEMAND_NEWS, NEXT_STEPS, STATE_NAMES, STEP_NAMES
from bot.model.demand import (
    ACTORS,
    CLOSED,
    OPEN_STATES,
    STATES,
    TRANSITIONS,
    demand_state,
    steps_for,
)
from bot.model.demand_actor import BY_CLOCK, DemandActor, Given, by_enterprise, by_link
from bot.model.demand_errors import StaleMatterError, StepError
from bot.model.errors import ForbiddenError, NotFoundError, StaleDemandError
from bot.services.demand import steps as demand_steps
from bot.services.demand.demands import change_demand, withdraw_demand
from bot.services.demand.matter_plans import MatterPlan, analyse_demand
from bot.services.demand.matter_rows import Matter, matters_of, read_matter, steps_of
from bot.services.demand.rows import get_demand
from bot.services.demand.service_records import records_of
from bot.services.demand.steps import take_step
from bot.storage.demand_tables import matters
from tests.services.conftest import ANSWERS, BY_CHAT, NOW, at_once
from tests.services.demand_setup import (
    CENTRE,
    LATER,
    OTHER_WANTS,
    TWO_WANTS,
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


def test_two_people_at_once_one_wins_and_the_other_sees_what_changed(engine: Engine) -> None:
    results = accept_and_return(engine)
    assert sorted(type(r).__name__ for r in results) == ["Matter", "StaleMatterError"]
    (stale,) = [r for r in results if isinstance(r, StaleMatterError)]
    (won,) = [r for r in results if isinstance(r, Matter)]
    assert stale.current == won
    assert [step.new for step in stale.steps] == [won.state]
    with engine.begin() as db:
        assert len(steps_of(db, won.id)) == 3


def test_without_the_check_both_would_act(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: what was accepted is returned by somebody who never saw it so."""
    monkeypatch.setattr(demand_steps, "check_unchanged", lambda *_: None)
    for place in range(20):
        results = accept_and_return(engine, f"o{place}", swap=place % 2 == 1)
        if all(isinstance(r, Matter) for r in results):
            return
    pytest.fail("the race is no race")


def accept_and_return(engine: Engine, openid: str = "oUser", swap: bool = False) -> list[Any]:
    """A specialist records that it is accepted, the centre its return, both from what they saw."""
    with engine.begin() as db:
        ours = department(db, f"部门{openid}")
        seen = forwarded(db, submitted(db, openid), ours)

    def act(name: str, who: DemandActor, given: Given) -> Any:
        with engine.begin() as db:
            return take_step(db, name, seen, who, NOW, given)

    actions = [
        lambda: act("accept", staff("specialist"), Given()),
        lambda: act("return", CENTRE, Given("电话里说办不了")),
    ]
    return at_once(actions[::-1] if swap else actions)


def test_foreign_matters_do_not_exist_for_who_has_nothing_to_do_with_them(engine: Engine) -> None:
    with engine.begin() as db:
        ours, theirs = department(db), department(db, "区商务委")
        demand = submitted(db, station="station_fenghuanghu")
        matter = forwarded(db, demand, ours)
        stranger = submitted(db, "oStranger").user_id
        for who in (
            by_link(theirs.id),
            by_enterprise(stranger),
            staff("specialist", "station_gangqiao"),
            staff("organisation", organisation_id=theirs.id),
            staff("organisation"),
        ):
            with pytest.raises(NotFoundError):
                take_step(db, "accept", matter, who, NOW)
        near = staff("specialist", "station_fenghuanghu")
        assert take_step(db, "accept", matter, near, NOW).state == "accepted"


def test_link_of_who_returned_a_matter_opens_it_no_more(engine: Engine) -> None:
    with engine.begin() as db:
        ours = department(db)
        matter = forwarded(db, submitted(db), ours)
        matter = take_step(db, "return", matter, by_link(ours.id), NOW, Given("办不了"))
        with pytest.raises(StepError) as refusal:
            take_step(db, "accept", matter, by_link(ours.id), NOW)
        assert refusal.value.code == "given_back"


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


def test_enterprise_withdraws_until_the_service_begins(engine: Engine) -> None:
    with engine.begin() as db:
        ours = department(db)
        early = submitted(db)
        matter = forwarded(db, early, ours)
        current = get_demand(db, early.id)
        assert withdraw_demand(db, current, "不需要了", **BY_CHAT).status == "withdrawn"
        assert read_matter(db, matter.id).state == "withdrawn"
        late = submitted(db, "oLate", answers=TWO_WANTS)
        metrology, ip = analysed(db, late)
        given = Given(organisation_id=ours.id)
        completed(db, take_step(db, "forward", metrology, CENTRE, NOW, given))
        withdraw_demand(db, get_demand(db, late.id), "商标不办了", **BY_CHAT)
        assert read_matter(db, ip.id).state == "withdrawn"
        assert get_demand(db, late.id).status == "completed", "what was served stays"


def test_who_left_or_never_followed_is_told_nothing(engine: Engine) -> None:
    with engine.begin() as db:
        demand = submitted(db, subscribed=False)
        (matter,) = analysed(db, demand)
        assert told(db, demand.user_id) == []
        assert steps_of(db, matter.id)[0].message_id is None


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("schedule", Given(), "time_past"),
        ("schedule", Given(starts_at=NOW - timedelta(hours=1)), "time_past"),
        ("record", Given(record="  "), "record_missing"),
        ("record", Given(record="长" * 2001), "record_too_long"),
        ("return", Given("理" * 301), "reason_too_long"),
    ],
)
def test_step_without_what_it_needs_is_refused(
    engine: Engine, name: str, given: Given, code: str
) -> None:
    with engine.begin() as db:
        ours = department(db)
        matter = take_step(db, "accept", forwarded(db, submitted(db), ours), by_link(ours.id), NOW)
        with pytest.raises(StepError) as refusal:
            take_step(db, name, matter, by_link(ours.id), NOW, given)
        assert refusal.value.code == code
        assert read_matter(db, matter.id) == matter


@pytest.mark.parametrize("score", [0, 6, None])
def test_only_scores_from_one_to_five_are_taken(engine: Engine, score: Any) -> None:
    with engine.begin() as db:
        matter = completed(db, forwarded(db, submitted(db), department(db)))
        user = get_demand(db, matter.demand_id).user_id
        with pytest.raises(StepError) as refusal:
            take_step(db, "rate", matter, by_enterprise(user), NOW, Given(score=score))
        assert refusal.value.code == "score_wrong"


def test_organisation_that_works_no_more_is_not_passed_to(engine: Engine) -> None:
    with engine.begin() as db:
        gone = department(db, active=False)
        (matter,) = analysed(db, submitted(db, answers={**ANSWERS, "employees": 8}))
        with pytest.raises(StepError):
            take_step(db, "forward", matter, CENTRE, NOW, Given(organisation_id=gone.id))
        with pytest.raises(StaleMatterError):
            take_step(db, "end", replace(matter, version=1), CENTRE, NOW, Given("不办"))


def test_no_message_to_the_enterprise_is_longer_than_the_platform_takes() -> None:
    longest = {
        "number": "ZLXQ-2026-12345",
        "matter": "检验检测",
        "organisation": "单" * 80,
        "contact": "联系电话：49473890、49853128。",
        "when": "11月30日（周一）09:00",
        "location": "地" * 120,
        "reason": "因" * 300,
        "answer": "答" * 500,
    }
    for text in DEMAND_NEWS.values():
        assert len(text.format(**longest).encode()) <= 2048


def test_matters_of_different_demands_have_their_own_row(engine: Engine) -> None:
    with engine.begin() as db:
        submitted(db, "oA"), submitted(db, "oB")
        assert db.scalar(sa.select(sa.func.count()).select_from(matters)) == 2
