"""Experts: filled from knowledge/, kept at the desk; who retires leaves sessions, not gaps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.engine import Connection, Engine

from bot.model.errors import BookingRuleError, ForbiddenError, RotaError
from bot.model.resource_errors import ExpertError
from bot.model.rights import ROLES, Staff
from bot.services.booking.bookings import free_slots, join_waiting_list
from bot.services.booking.rota import get_session, plan_month
from bot.services.booking.rota_changes import SessionChange, change_session
from bot.services.booking.rows import get_booking
from bot.services.booking.search import expert_id
from bot.services.booking.substitutes import sessions_without_expert, substitutes
from bot.services.resources.experts import (
    EXPERTS,
    ExpertProfile,
    StoredExpert,
    get_expert,
    list_experts,
)
from bot.services.resources.rows import save_resource, seed_resources
from knowledge.rota import load_rota
from tests.services.booking_setup import DAY, DESK, NOW, book, people_in, session, slots
from tests.services.demand_setup import recorded
from tests.services.test_resource_files import BOSS

NEW = ExpertProfile("何工", "永川某研究所", "商标与地理标志", ("ip",), ("地理标志",))


def profile_of(expert: StoredExpert, **changed: Any) -> ExpertProfile:
    """What is decided about an expert, with some of it changed."""
    kept = {name: getattr(expert, name) for name in ExpertProfile.__dataclass_fields__}
    return ExpertProfile(**{**kept, **changed})


def change(db: Connection, expert: str, **changed: Any) -> StoredExpert:
    """What the centre changes about an expert at the desk."""
    seen = get_expert(db, expert)
    return save_resource(db, EXPERTS, seen, profile_of(seen, **changed), BOSS, DESK)


def refusal(db: Connection, seen: StoredExpert | None, profile: ExpertProfile) -> str:
    """The code with which it is not kept."""
    with pytest.raises(ExpertError) as caught, db.begin_nested():
        save_resource(db, EXPERTS, seen, profile, BOSS, DESK)
    return caught.value.code


def test_the_table_is_filled_from_the_knowledge_once(engine: Engine) -> None:
    with engine.begin() as db:
        entries = list(load_rota().experts.values())
        stored = list_experts(db)
        assert [(e.id, e.name, e.field, e.categories) for e in stored] == [
            (e.id, e.name, e.field, e.categories) for e in entries
        ]
        assert all(expert.sample and expert.active for expert in stored)
        change(db, "patent", name="陈晓静")
        assert seed_resources(db, EXPERTS, NOW) == 0, "once"
        assert get_expert(db, "patent").name == "陈晓静"


def test_changed_field_is_what_enterprises_are_offered(engine: Engine) -> None:
    with engine.begin() as db:
        session(db)
        assert free_slots(db, now=NOW)[0].field == "商标注册与商标保护"
        change(db, "trademark", field="商标与地理标志")
        assert free_slots(db, now=NOW)[0].field == "商标与地理标志"
        (event,) = recorded(db, "expert_changed")
        assert event.data["old"] == {"field": "商标注册与商标保护"}
        assert event.data["new"] == {"field": "商标与地理标志"}


def test_new_expert_gives_sessions_and_is_found_by_name(engine: Engine) -> None:
    with engine.begin() as db:
        made = save_resource(db, EXPERTS, None, NEW, BOSS, DESK)
        on = session(db, experts=(made.id,))
        assert get_session(db, on.id).field == "商标与地理标志"
        (user,) = people_in(db, 1)
        assert expert_id(db, "何工", user) == made.id
        assert free_slots(db, now=NOW, expert=made.id)[0].experts == (made.id,)


def test_bookings_of_a_retired_expert_stay_and_the_session_needs_a_substitute(
    engine: Engine,
) -> None:
    with engine.begin() as db:
        on = session(db)
        cancelled_ones = sessions_without_expert(db, NOW)
        (user,) = people_in(db, 1)
        booked = book(db, user, slots(db, on)[0])
        assert cancelled_ones == []
        change(db, "trademark", active=False)
        assert [s.id for s in sessions_without_expert(db, NOW)] == [on.id]
        assert sessions_without_expert(db, NOW, "sanjiao") == []
        kept = get_booking(db, booked.id)
        assert (kept.status, kept.field) == ("confirmed", "商标注册与商标保护")
        # Of the experts for intellectual property, the other one can come.
        assert [e.id for e in substitutes(db, on)] == ["patent"]
        change_session(db, on.id, SessionChange(experts=("patent",)), DESK, reason="换人")
        assert sessions_without_expert(db, NOW) == []
        assert get_booking(db, booked.id).experts == ("patent",)


def test_who_is_engaged_or_goes_elsewhere_is_no_substitute(engine: Engine) -> None:
    with engine.begin() as db:
        on = session(db)
        change(db, "trademark", active=False)
        there = session(db, station="gangqiao", experts=("patent",), begins="16:30")
        assert substitutes(db, on) == []
        change_session(db, there.id, SessionChange(experts=("testing",)), DESK)
        assert [e.id for e in substitutes(db, on)] == ["patent"]
        change(db, "patent", stations=("sanjiao",))
        assert substitutes(db, on) == []


def test_retired_expert_is_given_no_new_session(engine: Engine) -> None:
    with engine.begin() as db:
        on = session(db, experts=("patent", "trademark"))
        change(db, "trademark", active=False)
        with pytest.raises(RotaError) as refused:
            session(db, date(2026, 3, 12))
        assert (refused.value.code, refused.value.data["expert_name"]) == ("retired_expert", "周明")
        # A session that has them may be changed in other ways.
        assert change_session(db, on.id, SessionChange(seats=3), DESK).seats == 3
        other = session(db, date(2026, 3, 13), experts=("patent",))
        with pytest.raises(RotaError):
            change_session(db, other.id, SessionChange(experts=("trademark",)), DESK)


def test_planned_month_keeps_the_session_and_shows_what_it_needs(engine: Engine) -> None:
    with engine.begin() as db:
        change(db, "metrology", active=False)
        plan = plan_month(db, 2026, 4, DESK)
        assert len(plan.made) == len(load_rota().patterns), "nothing is silently left out"
        lacking = sessions_without_expert(db, NOW)
        assert {s.pattern for s in lacking} == {"fenghuanghu_metrology"}


def test_enterprise_does_not_ask_for_who_has_retired(engine: Engine) -> None:
    with engine.begin() as db:
        (user,) = people_in(db, 1)
        assert expert_id(db, "周明", user) == "trademark"
        change(db, "trademark", active=False)
        assert expert_id(db, "周明", user) == ""
        with pytest.raises(BookingRuleError) as refused:
            join_waiting_list(db, user, first=DAY, last=DAY, now=NOW, expert="trademark")
        assert refused.value.code == "unknown_expert"


def test_the_expert_of_last_time_is_nobody_once_retired(engine: Engine) -> None:
    with engine.begin() as db:
        (user,) = people_in(db, 1)
        book(db, user, slots(db, session(db, DAY - timedelta(days=1), experts=("patent",)))[0])
        book(db, user, slots(db, session(db))[0])
        assert expert_id(db, "上次那个老师", user) == "trademark"
        change(db, "trademark", active=False)
        assert expert_id(db, "上次那个老师", user) == "", "nor the one of the time before"


@pytest.mark.parametrize("role", [role for role in ROLES if role != "centre"])
def test_only_the_centre_changes_experts(engine: Engine, role: str) -> None:
    with engine.begin() as db:
        seen = get_expert(db, "patent")
        with pytest.raises(ForbiddenError):
            save_resource(
                db, EXPERTS, seen, profile_of(seen, name="改"), Staff(5, "x", "某", role), DESK
            )
        assert get_expert(db, "patent") == seen


def test_second_change_of_an_expert_is_told_of_the_first(engine: Engine) -> None:
    with engine.begin() as db:
        seen = get_expert(db, "patent")
        change(db, "patent", availability="每月第一周")
        assert refusal(db, seen, profile_of(seen, availability="随时")) == "stale"
        assert get_expert(db, "patent").availability == "每月第一周"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": " "}, "name_missing"),
        ({"name": "长" * 41}, "too_long"),
        ({"name": "陈静", "organisation": "大专院校（示例）"}, "name_taken"),
        ({"field": ""}, "field_missing"),
        ({"field": "长" * 121}, "too_long"),
        ({"categories": ()}, "categories"),
        ({"categories": ("law",)}, "categories"),
        ({"stations": ("admin_centre",)}, "stations"),
        ({"terms": ("长" * 65,)}, "terms"),
    ],
)
def test_expert_who_cannot_be_kept_so_is_refused(
    engine: Engine, wrong: dict[str, Any], code: str
) -> None:
    with engine.begin() as db:
        assert refusal(db, None, replace(NEW, **wrong)) == code
        assert len(list_experts(db)) == len(load_rota().experts)


def test_two_people_of_one_name_work_for_two_organisations(engine: Engine) -> None:
    with engine.begin() as db:
        save_resource(db, EXPERTS, None, replace(NEW, name="陈静"), BOSS, DESK)
        assert [e.name for e in list_experts(db)].count("陈静") == 2
