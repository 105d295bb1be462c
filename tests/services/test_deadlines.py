"""Deadlines of a demand's steps: working time, one warning, urging once, the end without rating."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy.engine import Engine

from bot.model.demand import OPEN_STATES
from bot.model.demand_actor import Given, by_link
from bot.services.demand.demands import submit_draft
from bot.services.demand.matter_deadlines import begin_deadline, running_deadline
from bot.services.demand.matter_rows import matters_of, read_matter, steps_of
from bot.services.demand.rows import get_demand
from bot.services.demand.steps import take_step
from bot.services.demand.work import due_deadlines, tend_deadline
from bot.storage.database import create_engine, utc_now
from knowledge.loader import KnowledgeError
from knowledge.resources import load_deadlines
from tests.services.conftest import NOW, add_user, at_once, ready_draft
from tests.services.demand_setup import (
    CENTRE,
    LATER,
    analysed,
    completed,
    department,
    forwarded,
    rated,
    recorded,
    submitted,
    told,
)

HOUR = timedelta(hours=1)


def china(text: str) -> datetime:
    """A moment by China's clock, as stored."""
    return datetime.fromisoformat(text) - timedelta(hours=8)


def tend(engine: Engine, now: datetime) -> list[str]:
    """One look of the worker; what it did."""
    with engine.begin() as db:
        due = due_deadlines(db, now)
    done = []
    for deadline_id in due:
        with engine.begin() as db:
            done.append(tend_deadline(db, deadline_id, now))
    return done


@pytest.mark.parametrize(
    ("submitted_at", "due"),
    [
        ("2026-03-02 09:00", "2026-03-02 17:30"),
        ("2026-03-02 11:30", "2026-03-03 11:30"),  # lunch does not count
        ("2026-03-02 13:00", "2026-03-03 12:00"),  # nor is anybody there during it
        ("2026-03-06 16:00", "2026-03-09 16:00"),  # over the weekend
        ("2026-09-30 16:00", "2026-10-08 16:00"),  # over 国庆
        ("2026-10-03 10:00", "2026-10-08 17:30"),  # submitted in the holidays
        ("2026-10-09 16:00", "2026-10-10 16:00"),  # 10月10日 is a Saturday that is worked
        ("2026-09-18 16:00", "2026-09-20 16:00"),  # 9月20日 a Sunday, for the same holidays
    ],
)
def test_one_working_day_ends_after_office_hours_alone(
    engine: Engine, submitted_at: str, due: str
) -> None:
    with engine.begin() as db:
        draft = ready_draft(db, add_user(db))
        now = china(submitted_at)
        demand = submit_draft(db, draft, channel="wechat", actor="user", now=now)
        running = running_deadline(db, matters_of(db, demand.id)[0].id)
        assert running is not None
        assert running.due_at == china(due)
        assert running.warn_at < running.due_at


def test_clock_runs_over_the_holidays_warns_once_and_urges_once(engine: Engine) -> None:
    """Ten days around 国庆, the worker looking every half hour: one working day is allowed."""
    start = china("2026-09-30 16:00")
    with engine.begin() as db:
        draft = ready_draft(db, add_user(db))
        demand = submit_draft(db, draft, channel="wechat", actor="user", now=start)
    done: list[tuple[datetime, str]] = []
    with time_machine.travel(start, tick=False) as clock:
        while utc_now() < china("2026-10-10 09:00"):
            clock.shift(timedelta(minutes=30))
            done += [(utc_now(), kind) for kind in tend(engine, utc_now())]
    assert done == [
        (china("2026-10-08 11:00"), "warn"),
        (china("2026-10-08 16:00"), "overdue"),
    ]
    with engine.begin() as db:
        (matter,) = matters_of(db, demand.id)
        assert (matter.late, matter.urged_at) == (True, china("2026-10-08 16:00"))
        (step,) = steps_of(db, matter.id)
        assert (step.name, step.actor, step.old, step.new) == (
            "urge", "system", "submitted", "submitted",
        )  # fmt: skip
        assert len(recorded(db, "deadline_warning")) == 1
        assert told(db, demand.user_id) == [], "the enterprise has done nothing wrong"


def test_two_workers_do_it_once(engine: Engine, database_url: str) -> None:
    with engine.begin() as db:
        demands = [submitted(db, f"o{place}") for place in range(6)]
        due = due_deadlines(db, LATER)
    assert len(due) == len(demands)
    other = create_engine(database_url)

    def work(by: Engine) -> list[str]:
        done = []
        for deadline_id in due:
            with by.begin() as db:
                done.append(tend_deadline(db, deadline_id, LATER))
        return done

    results = at_once([lambda: work(engine), lambda: work(other)])
    other.dispose()
    assert Counter(results[0] + results[1]) == {"overdue": 6, "": 6}
    with engine.begin() as db:
        for demand in demands:
            assert len(steps_of(db, matters_of(db, demand.id)[0].id)) == 1


def test_step_that_is_taken_ends_its_time_and_begins_the_next(engine: Engine) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        (matter,) = analysed(db, demand, NOW + HOUR)
        running = running_deadline(db, matter.id)
        assert running is not None
        assert (running.state, running.begun_at) == ("analysed", NOW + HOUR)
    assert tend(engine, NOW + 2 * HOUR) == []


def test_late_step_counts_even_when_no_worker_noticed(engine: Engine) -> None:
    with engine.begin() as db:
        (matter,) = analysed(db, submitted(db), LATER)
        assert matter.late
        (other,) = analysed(db, submitted(db, "oOther"), NOW + HOUR)
        assert not other.late


def test_time_for_the_service_runs_from_its_date(engine: Engine) -> None:
    with engine.begin() as db:
        ours = department(db)
        matter = forwarded(db, submitted(db), ours)
        matter = take_step(db, "accept", matter, by_link(ours.id), NOW)
        at = Given(starts_at=china("2026-03-20 10:00"))
        matter = take_step(db, "schedule", matter, by_link(ours.id), NOW, at)
        running = running_deadline(db, matter.id)
        assert running is not None
        assert running.due_at == china("2026-03-23 10:00")


def test_rating_is_reminded_of_once_and_then_closed_without(engine: Engine) -> None:
    with engine.begin() as db:
        matter = completed(db, forwarded(db, submitted(db), department(db)))
        user = get_demand(db, matter.demand_id).user_id
        before = len(told(db, user))
    kinds: Counter[str] = Counter()
    now = NOW
    while now < NOW + timedelta(days=20):
        now += timedelta(hours=6)
        kinds.update(tend(engine, now))
    assert kinds == {"warn": 1, "overdue": 1}
    with engine.begin() as db:
        closed = read_matter(db, matter.id)
        assert (closed.state, closed.score, closed.late) == ("closed", None, False)
        said = told(db, user)[before:]
        assert ["打分" in text for text in said] == [True, False], "none is asked after the close"
        assert steps_of(db, matter.id)[-1].actor == "system"


def test_who_has_rated_is_not_reminded(engine: Engine) -> None:
    with engine.begin() as db:
        matter = rated(db, completed(db, forwarded(db, submitted(db), department(db))), 4)
        user = get_demand(db, matter.demand_id).user_id
        before = told(db, user)
    tend(engine, NOW + timedelta(days=30))
    with engine.begin() as db:
        assert told(db, user) == before


def test_urging_by_the_centre_leaves_the_step_in_time(engine: Engine) -> None:
    with engine.begin() as db:
        matter = forwarded(db, submitted(db), department(db))
        urged = take_step(db, "urge", matter, CENTRE, NOW, Given("请尽快评估"))
        assert (urged.late, urged.urged_at, urged.state) == (False, NOW, "assessing")
        on = take_step(db, "accept", urged, CENTRE, NOW)
        assert on.urged_at is None


def test_every_open_state_has_its_time() -> None:
    assert set(load_deadlines()) == set(OPEN_STATES)


def test_state_without_an_entry_has_no_deadline(engine: Engine) -> None:
    with engine.begin() as db:
        (matter,) = matters_of(db, submitted(db).id)
        begin_deadline(db, matter.id, "closed", NOW)
        running = running_deadline(db, matter.id)
        assert running is not None
        assert running.state == "submitted"


def test_broken_entry_is_named(tmp_path: Path) -> None:
    entry = "deadlines:\n  - {id: submitted, days: 0, warn_hours: 3, reason: x}\n"
    (tmp_path / "deadlines.yml").write_text(entry, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"deadlines\.yml: submitted: days"):
        load_deadlines(tmp_path)
