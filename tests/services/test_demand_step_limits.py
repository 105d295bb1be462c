"""Steps that are refused: foreign matters, what is missing, what was changed or left meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from bot.demand_texts import DEMAND_NEWS
from bot.model.demand_actor import DemandActor, Given, by_enterprise, by_link
from bot.model.demand_errors import StaleMatterError, StepError
from bot.model.errors import NotFoundError
from bot.services.demand import steps as demand_steps
from bot.services.demand.demands import withdraw_demand
from bot.services.demand.matter_rows import Matter, read_matter, steps_of
from bot.services.demand.rows import get_demand
from bot.services.demand.steps import take_step
from tests.services.conftest import ANSWERS, BY_CHAT, NOW, at_once
from tests.services.demand_setup import (
    CENTRE,
    TWO_WANTS,
    analysed,
    completed,
    department,
    forwarded,
    staff,
    submitted,
    told,
)


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
