"""Demands: submitted once and whole, changed and withdrawn with their versions kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.model.demand import categories_of
from bot.model.errors import (
    ConsentMissingError,
    DemandStateError,
    DraftClosedError,
    FormChangedError,
    FormIncompleteError,
    NotFoundError,
    ReasonMissingError,
    StaleDemandError,
)
from bot.model.form import FieldError
from bot.services.demand.demands import (
    change_demand,
    find_demand,
    get_demand,
    list_demands,
    list_versions,
    submit_draft,
    withdraw_demand,
)
from bot.services.form.draft_rows import get_draft
from bot.services.form.drafts import open_draft, set_state
from bot.storage.tables import demands, drafts, events
from knowledge.form import load_form
from tests.services.conftest import ANSWERS, BY_CHAT, BY_PAGE, NOW, add_user, at_once, ready_draft


def store_unchecked(db: Connection, draft_id: int, answers: dict[str, Any]) -> None:
    """Answers as another version of the software, or a hand in the database, left them."""
    db.execute(drafts.update().where(drafts.c.id == draft_id).values(answers=answers))


def record(db: Connection, kind: str) -> list[Any]:
    query = sa.select(events).where(events.c.kind == kind).order_by(events.c.id)
    return list(db.execute(query))


def test_submitted_draft_is_a_demand_with_number_and_category(engine: Engine) -> None:
    with engine.begin() as db:
        user = add_user(db, station="fenghuanghu")
        draft = ready_draft(db, user)
        demand = submit_draft(db, draft, **BY_PAGE)
    assert demand.number == "ZLXQ-2026-0001"
    assert demand.answers == ANSWERS
    assert demand.categories == ("metrology",)
    assert (demand.status, demand.version, demand.channel) == ("submitted", 1, "h5")
    assert (demand.station, demand.submitted_at) == ("fenghuanghu", BY_PAGE["now"])
    with engine.begin() as db:
        assert get_draft(db, draft.id).demand_id == demand.id
        (event,) = record(db, "demand_submitted")
        assert (event.channel, event.actor, event.user_id) == ("h5", "user", user)
        assert (event.data["old"], event.data["new"]) == ("filling", "submitted")
        assert event.data["number"] == demand.number


def test_submitting_twice_is_one_demand(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        draft = ready_draft(db, user)
        first = submit_draft(db, draft, **BY_CHAT)
    with engine.begin() as db:
        assert submit_draft(db, draft, **BY_PAGE) == first
        assert len(list_demands(db, user)) == 1
        assert len(record(db, "demand_submitted")) == 1


def test_a_double_click_is_one_demand(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        draft = ready_draft(db, user)

    def submit() -> Any:
        with engine.begin() as db:
            return submit_draft(db, draft, **BY_PAGE)

    results = at_once([submit] * 8)
    assert {getattr(r, "number", r) for r in results} == {"ZLXQ-2026-0001"}
    with engine.begin() as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(demands)) == 1


@pytest.mark.parametrize("name", ["company_name", "contact", "telephone", "wanted"])
def test_required_answer_that_is_missing_stops_the_submission(
    engine: Engine, user: int, name: str
) -> None:
    with engine.begin() as db:
        draft = ready_draft(db, user)
        store_unchecked(db, draft.id, {n: v for n, v in ANSWERS.items() if n != name})
        with pytest.raises(FormIncompleteError) as refusal:
            submit_draft(db, draft, **BY_CHAT)
        assert refusal.value.problems[name] == "required"
        assert get_draft(db, draft.id).status == "filling"
        assert list_demands(db, user) == []


def test_every_field_is_checked_again_whatever_is_stored(engine: Engine, user: int) -> None:
    bad = {
        "telephone": "12345",
        "founded": "2020-02-30",
        "employees": -3,
        "metrology_wants": ["没有这一项"],
        "email": "nobody",
        "credit_code": "91500118MA5U0A0X0Z",
        "suggestions": 7,
    }
    with engine.begin() as db:
        draft = ready_draft(db, user)
        store_unchecked(db, draft.id, {**ANSWERS, **bad})
        with pytest.raises(FormIncompleteError) as refusal:
            submit_draft(db, draft, **BY_CHAT)
        order = [field.id for field in load_form().fields]
        assert list(refusal.value.problems) == sorted(bad, key=order.index)
        assert all(refusal.value.problems.values())


def test_nothing_is_submitted_without_answers_or_consent(engine: Engine, newcomer: int) -> None:
    with engine.begin() as db:
        waiting = open_draft(db, newcomer, "wechat", NOW)
        with pytest.raises(ConsentMissingError):
            submit_draft(db, waiting, **BY_CHAT)
        empty = ready_draft_of_nothing(db)
        with pytest.raises(FormIncompleteError):
            submit_draft(db, empty, **BY_CHAT)


def ready_draft_of_nothing(db: Connection) -> Any:
    draft = ready_draft(db, add_user(db, "oEmpty"))
    store_unchecked(db, draft.id, {})
    return draft


def test_draft_given_up_is_not_submitted(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        draft = ready_draft(db, user)
        set_state(db, draft, status="given_up")
        with pytest.raises(DraftClosedError):
            submit_draft(db, draft, **BY_CHAT)


def test_form_that_changed_since_is_said_before_submitting(engine: Engine, user: int) -> None:
    form = load_form()
    with engine.begin() as db:
        draft = ready_draft(db, user)
        with pytest.raises(FormChangedError):
            submit_draft(db, draft, form=replace(form, version=form.version + 1), **BY_CHAT)


def test_section_that_is_no_longer_wanted_is_not_submitted(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        draft = ready_draft(db, user, {**ANSWERS, "ip_wants": ["专利相关业务咨询服务"]})
        store_unchecked(
            db,
            draft.id,
            {**ANSWERS, "wanted": ["计量服务"], "ip_wants": ["专利相关业务咨询服务"]},
        )
        demand = submit_draft(db, draft, **BY_CHAT)
        assert "ip_wants" not in demand.answers
        assert demand.categories == ("metrology",)


def test_answer_not_asked_for_is_submitted_when_given(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        draft = ready_draft(db, user, {**ANSWERS, "email": "li@example.com"})
        assert submit_draft(db, draft, **BY_CHAT).answers["email"] == "li@example.com"


@pytest.mark.parametrize(
    ("answers", "categories"),
    [
        ({"training_wants": ["专利相关知识培训"]}, ["training"]),
        ({"quality_wants": ["质量诊断"]}, ["quality_management"]),
        ({"quality_wants": ["质量奖项申报咨询"]}, ["brand"]),
        ({"quality_wants": ["其他：看板"]}, ["quality_management"]),
        ({"next_projects": ["质量奖申报"]}, ["brand"]),
        ({"ip_wants": ["商标申请受理咨询服务"], "metrology_wants": []}, ["ip"]),
        ({"product_standards": [{"product": "陶瓷"}]}, ["standardization"]),
        ({"other_wants": "碳足迹"}, []),
    ],
)
def test_demand_is_filed_under_what_it_asks_for(
    answers: dict[str, Any], categories: list[str]
) -> None:
    assert categories_of(load_form(), answers) == categories


def test_numbers_begin_anew_with_the_year_in_china(engine: Engine) -> None:
    moments = [
        datetime(2026, 12, 31, 15, 59),
        datetime(2026, 12, 31, 16, 0),
        datetime(2027, 1, 2, 0, 0),
    ]
    numbers = []
    with engine.begin() as db:
        for place, now in enumerate(moments):
            draft = ready_draft(db, add_user(db, f"o{place}"))
            numbers.append(submit_draft(db, draft, channel="h5", actor="user", now=now).number)
    assert numbers == ["ZLXQ-2026-0001", "ZLXQ-2027-0001", "ZLXQ-2027-0002"]


def test_changed_demand_keeps_what_it_said_before(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        demand = submit_draft(db, ready_draft(db, user), **BY_CHAT)
        changed = change_demand(
            db, demand, {"telephone": "02349859793", "employees": 86}, " 换人了 ", **BY_PAGE
        )
        assert changed.answers == {**ANSWERS, "telephone": "02349859793", "employees": 86}
        assert find_demand(db, demand.number, user) == changed
        first, second = list_versions(db, demand.id)
        assert (first.answers, first.reason, first.channel) == (ANSWERS, "", "wechat")
        assert (second.answers, second.reason) == (changed.answers, "换人了")
        assert (second.channel, second.at, second.status) == ("h5", BY_PAGE["now"], "submitted")
        (event,) = record(db, "demand_changed")
        assert event.data["old"] == {"employees": None, "telephone": ANSWERS["telephone"]}
        assert event.data["new"] == {"employees": 86, "telephone": "02349859793"}
        assert event.data["reason"] == "换人了"


def test_a_demand_can_be_changed_when_the_form_has_lost_a_field(engine: Engine, user: int) -> None:
    form = load_form()
    fewer = replace(form, fields=tuple(f for f in form.fields if f.id != "industry"))
    with engine.begin() as db:
        draft = ready_draft(db, user, {**ANSWERS, "industry": "食品制造业"})
        demand = submit_draft(db, draft, **BY_CHAT)
        assert demand.answers["industry"] == "食品制造业"
        changed = change_demand(db, demand, {"employees": 86}, "补充人数", form=fewer, **BY_PAGE)
        assert "industry" not in changed.answers
        assert changed.answers["employees"] == 86
        first, _ = list_versions(db, demand.id)
        assert first.answers["industry"] == "食品制造业"


def test_change_of_nothing_is_no_version(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        demand = submit_draft(db, ready_draft(db, user), **BY_CHAT)
        same = {"telephone": ANSWERS["telephone"]}
        assert change_demand(db, demand, same, "再说一次", **BY_CHAT) == demand
        assert len(list_versions(db, demand.id)) == 1


def test_change_must_leave_a_whole_form(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        demand = submit_draft(db, ready_draft(db, user), **BY_CHAT)
        with pytest.raises(FormIncompleteError):
            change_demand(db, demand, {"telephone": None}, "不留电话", **BY_CHAT)
        with pytest.raises(FieldError):
            change_demand(db, demand, {"telephone": "12345"}, "换电话", **BY_CHAT)
        with pytest.raises(FieldError):
            change_demand(db, demand, {"no_such_field": "x"}, "换电话", **BY_CHAT)
        assert get_demand(db, demand.id) == demand


def test_change_and_withdrawal_need_a_reason(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        demand = submit_draft(db, ready_draft(db, user), **BY_CHAT)
        with pytest.raises(ReasonMissingError):
            change_demand(db, demand, {"employees": 86}, "  ", **BY_CHAT)
        with pytest.raises(ReasonMissingError):
            withdraw_demand(db, demand, "", **BY_CHAT)


def test_withdrawn_demand_keeps_its_answers_and_changes_no_more(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        demand = submit_draft(db, ready_draft(db, user), **BY_CHAT)
        withdrawn = withdraw_demand(db, demand, "已自行解决", **BY_CHAT)
        assert (withdrawn.status, withdrawn.answers) == ("withdrawn", ANSWERS)
        assert [v.status for v in list_versions(db, demand.id)] == ["submitted", "withdrawn"]
        (event,) = record(db, "demand_withdrawn")
        assert (event.data["old"], event.data["new"]) == ("submitted", "withdrawn")
        for act in (
            lambda: withdraw_demand(db, withdrawn, "再撤", **BY_CHAT),
            lambda: change_demand(db, withdrawn, {"employees": 86}, "再改", **BY_CHAT),
        ):
            with pytest.raises(DemandStateError) as refusal:
                act()
            assert refusal.value.data == {"number": demand.number, "status": "withdrawn"}


def test_demand_that_somebody_works_on_is_not_changed(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        demand = submit_draft(db, ready_draft(db, user), **BY_CHAT)
        db.execute(demands.update().values(status="in_service"))
        with pytest.raises(DemandStateError):
            change_demand(db, demand, {"employees": 86}, "改人数", **BY_CHAT)
        with pytest.raises(DemandStateError):
            withdraw_demand(db, demand, "不要了", **BY_CHAT)


def test_of_two_changes_at_once_one_is_told_of_the_other(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        demand = submit_draft(db, ready_draft(db, user), **BY_CHAT)

    def change(count: int) -> Any:
        with engine.begin() as db:
            return change_demand(db, demand, {"employees": count}, "改人数", **BY_PAGE)

    results = at_once([lambda n=n: change(n) for n in range(10, 16)])  # type: ignore[misc]
    made = [r for r in results if not isinstance(r, Exception)]
    refused = [r for r in results if isinstance(r, StaleDemandError)]
    assert (len(made), len(refused)) == (1, 5)
    assert all(r.current == made[0] for r in refused)
    with engine.begin() as db:
        assert len(list_versions(db, demand.id)) == 2


def test_foreign_number_is_as_unknown_as_one_that_does_not_exist(engine: Engine) -> None:
    with engine.begin() as db:
        mine, other = add_user(db, "oMine"), add_user(db, "oOther")
        demand = submit_draft(db, ready_draft(db, mine), **BY_CHAT)
        assert find_demand(db, demand.number, other) is None
        assert find_demand(db, "ZLXQ-2026-9999", other) is None
        assert list_demands(db, other) == []
        assert find_demand(db, " zlxq-2026-0001", mine) == demand
        assert find_demand(db, "ＺＬＸＱ－２０２６－０００１", mine) == demand


def test_demands_are_listed_newest_first(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        first = submit_draft(db, ready_draft(db, user), **BY_CHAT)
        second = submit_draft(db, ready_draft(db, user), **BY_CHAT)
        assert [d.number for d in list_demands(db, user)] == [second.number, first.number]


def test_unknown_demand_is_said_to_be_unknown(engine: Engine) -> None:
    with engine.begin() as db, pytest.raises(NotFoundError):
        get_demand(db, 999)
