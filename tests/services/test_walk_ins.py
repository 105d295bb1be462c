"""Demands taken down by staff, and the list of quality matters of a station."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from sqlalchemy.engine import Connection, Engine

from bot.model.demand_errors import DemandSourceError, QualityMatterError
from bot.model.errors import (
    ConsentMissingError,
    DraftClosedError,
    ForbiddenError,
    FormIncompleteError,
    NotFoundError,
    ServiceError,
)
from bot.model.rights import Staff
from bot.services.consents import has_consent
from bot.services.demand import walk_ins
from bot.services.demand.matter_rows import matters_of
from bot.services.demand.quality_matters import (
    QualityMatterEntry,
    list_quality_matters,
    raise_quality_matter,
    seen_quality_matter,
    settle_quality_matter,
    submit_quality_matters,
)
from bot.services.demand.rating import rate_matter
from bot.services.demand.rows import Demand
from bot.services.demand.walk_ins import (
    discard_walk_in,
    keep_answers,
    open_walk_in,
    submit_walk_in,
)
from bot.services.form.draft_rows import get_draft
from bot.services.record import Origin
from tests.services.conftest import ANSWERS, NOW
from tests.services.demand_setup import (
    completed,
    department,
    forwarded,
    recorded,
    staff,
    told,
)

CLERK = Staff(7, "chen", "陈工", "clerk", "station_gangqiao")
BOSS = Staff(1, "li", "李工", "centre")
ORIGIN = Origin("desk", "staff:7", NOW)
ENTRY = QualityMatterEntry("station_gangqiao", "永川某纸业", "纸箱耐破度总不合格", "visit")


def received(db: Connection, clerk: Staff = CLERK, **values: Any) -> Demand:
    """The whole form at once; `values`: its answers, and what open_walk_in takes."""
    given: dict[str, Any] = {"source": "window", "key": "k1", "consent": True, **values}
    answers = given.pop("answers", ANSWERS)
    walk_in = open_walk_in(db, given.pop("source"), clerk, ORIGIN, **given)
    if walk_in.draft.demand_id is None:
        assert keep_answers(db, walk_in, answers, ORIGIN)[1] == {}
    return submit_walk_in(db, walk_in, ORIGIN)


def test_demand_at_the_window_is_a_demand_like_any_other(engine: Engine) -> None:
    with engine.begin() as db:
        demand = received(db)
        assert (demand.number, demand.source, demand.channel, demand.station) == (
            "ZLXQ-2026-0001", "window", "desk", "station_gangqiao",
        )  # fmt: skip
        assert [m.state for m in matters_of(db, demand.id)] == ["submitted"]
        (event,) = recorded(db, "demand_submitted")
        assert (event.actor, event.channel) == ("staff:7", "desk")
        matter = completed(db, forwarded(db, demand, department(db)))
        assert told(db, demand.user_id) == [], "nobody can be told by WeChat"
        by_phone = staff("clerk", "station_gangqiao")
        assert rate_matter(db, matter, 4, "电话里说不错", by_phone, NOW).state == "rated"


def test_double_click_is_one_demand(engine: Engine) -> None:
    with engine.begin() as db:
        assert received(db) == received(db)
        assert received(db, key="k2").number == "ZLXQ-2026-0002"


@pytest.mark.parametrize("first", ["submitted", "given_up"])
def test_form_given_up_while_a_colleague_submits_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    with engine.begin() as db:
        opened = open_walk_in(db, "window", CLERK, ORIGIN, key="k1", consent=True)
        keep_answers(db, opened, ANSWERS, ORIGIN)
    acts: dict[str, Callable[[Connection], Any]] = {
        "submitted": lambda db: submit_walk_in(db, opened, ORIGIN),
        "given_up": lambda db: discard_walk_in(db, opened.draft.id, CLERK, ORIGIN),
    }
    second = next(act for name, act in acts.items() if name != first)
    comes, lock = Event(), walk_ins.lock_user

    def late() -> Any:
        try:
            with engine.begin() as db:
                return second(db)
        except ServiceError as error:
            return error

    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as db:
            acts[first](db)
            monkeypatch.setattr(walk_ins, "lock_user", lambda *a: (comes.set(), lock(*a)))
            result = pool.submit(late)
            comes.wait(1)  # PostgreSQL: it has read the form; SQLite: it waits to begin
        refusal = result.result()
    expected = NotFoundError if first == "submitted" else DraftClosedError
    assert isinstance(refusal, expected)
    with engine.begin() as db:
        kept = get_draft(db, opened.draft.id)
        assert has_consent(db, kept.user_id) == (first == "submitted")
        assert kept.status == first
        assert bool(kept.answers) == (first == "submitted")


def test_form_taken_down_is_checked_like_any_other(engine: Engine) -> None:
    with engine.begin() as db, pytest.raises(FormIncompleteError):
        received(db, answers={"company_name": "重庆永川计量检测有限公司"})


def test_what_lacks_consent_right_or_place_is_not_taken(engine: Engine) -> None:
    with engine.begin() as db:
        with pytest.raises(ConsentMissingError):
            received(db, consent=False)
        with pytest.raises(ForbiddenError):
            received(db, station="station_fenghuanghu")
        with pytest.raises(ForbiddenError):
            received(db, Staff(9, "o", "机构", "organisation", organisation_id=1))
        with pytest.raises(DemandSourceError):
            received(db, source="pigeon")
        with pytest.raises(DemandSourceError):
            received(db, BOSS, station="station_nowhere")


def test_entry_of_another_station_is_not_taken_down(engine: Engine) -> None:
    with engine.begin() as db:
        entry = raise_quality_matter(db, ENTRY, CLERK, ORIGIN)
        elsewhere = Staff(8, "w", "王工", "clerk", "station_fenghuanghu")
        with pytest.raises(ForbiddenError):
            received(db, elsewhere, quality_matter_id=entry.id)
        with pytest.raises(NotFoundError):
            received(db, quality_matter_id=entry.id + 1)
        assert received(db, quality_matter_id=entry.id).station == "station_gangqiao"


def test_mark_of_a_form_submitted_elsewhere_opens_nothing(engine: Engine) -> None:
    with engine.begin() as db:
        demand = received(db)
        elsewhere = Staff(8, "w", "王工", "clerk", "station_fenghuanghu")
        with pytest.raises(ForbiddenError):
            received(db, elsewhere)
        assert received(db, BOSS) == demand


def test_list_of_a_station_goes_to_the_centre_and_is_settled(engine: Engine) -> None:
    with engine.begin() as db:
        raised = raise_quality_matter(db, ENTRY, CLERK, ORIGIN)
        assert list_quality_matters(db, CLERK) == [raised]
        other = Staff(8, "w", "王工", "specialist", "station_fenghuanghu")
        assert list_quality_matters(db, other) == []
        with pytest.raises(ForbiddenError):
            submit_quality_matters(db, [raised.id], other, ORIGIN)
        assert submit_quality_matters(db, [raised.id], CLERK, ORIGIN) == 1
        assert submit_quality_matters(db, [raised.id], CLERK, ORIGIN) == 0
        (waiting,) = list_quality_matters(db, BOSS, status="submitted")
        with pytest.raises(ForbiddenError):
            settle_quality_matter(db, waiting, "已安排", CLERK, ORIGIN)
        demand = received(db)
        done = settle_quality_matter(db, waiting, "", BOSS, ORIGIN, demand_id=demand.id)
        assert (done.status, done.demand_id) == ("settled", demand.id)
        kinds = ("raised", "submitted", "settled")
        assert all(len(recorded(db, f"quality_matter_{kind}")) == 1 for kind in kinds)


def test_of_two_who_settle_one_is_told(engine: Engine) -> None:
    with engine.begin() as db:
        raised = raise_quality_matter(db, ENTRY, CLERK, ORIGIN)
        with pytest.raises(QualityMatterError) as early:
            settle_quality_matter(db, raised, "已安排", BOSS, ORIGIN)
        assert early.value.code == "status"
        submit_quality_matters(db, [raised.id], CLERK, ORIGIN)
        with pytest.raises(QualityMatterError) as stale:
            settle_quality_matter(db, seen_quality_matter(db, raised.id, 1), "好", BOSS, ORIGIN)
        assert stale.value.code == "stale"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"company": " "}, "company_missing"),
        ({"problem": ""}, "problem_missing"),
        ({"problem": "长" * 1001}, "too_long"),
        ({"category": "law"}, "category"),
        ({"source": "mail"}, "source"),
    ],
)
def test_entry_with_a_fault_is_refused(engine: Engine, values: dict[str, str], code: str) -> None:
    entry = QualityMatterEntry(**{**vars(ENTRY), **values})
    with engine.begin() as db:
        with pytest.raises(QualityMatterError) as refusal:
            raise_quality_matter(db, entry, CLERK, ORIGIN)
        assert refusal.value.code == code
