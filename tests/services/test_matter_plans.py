"""A demand divided anew while one of its matters was withdrawn or is late: no part is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Connection, Engine

from bot.demand_texts import DROPPED_BY_CENTRE, DROPPED_BY_FORM
from bot.model.demand_actor import Given
from bot.model.demand_errors import StepError
from bot.services.demand.attachments import attach_file, files_of
from bot.services.demand.demands import change_demand
from bot.services.demand.matter_deadlines import due_deadlines, running_deadline
from bot.services.demand.matter_plans import MatterPlan, analyse_demand, pair_plans, propose_plans
from bot.services.demand.matter_rows import Matter, matters_of, read_matter, steps_of
from bot.services.demand.progress import progress_lines
from bot.services.demand.rows import Demand, get_demand
from bot.services.demand.steps import take_step
from bot.services.demand.work import tend_deadline
from tests.services.conftest import BY_PAGE, NOW
from tests.services.demand_setup import CENTRE, LATER, TWO_WANTS, recorded, staff, submitted

IP_ONLY = {"wanted": ["知识产权服务"], "metrology_wants": []}
METROLOGY_ONLY = {"wanted": ["计量服务"], "ip_wants": []}
BOTH = {name: TWO_WANTS[name] for name in ("wanted", "metrology_wants", "ip_wants")}
TRADEMARK = MatterPlan("ip", "商标申请", True, "trademark")


def half_withdrawn(db: Connection) -> tuple[Demand, Matter, Matter]:
    """A demand for metrology, which a clerk withdrew, and for intellectual property."""
    demand = submitted(db, answers=TWO_WANTS)
    metrology, ip = matters_of(db, demand.id)
    gone = take_step(db, "withdraw", metrology, staff("clerk"), NOW, Given("企业来电说不办了"))
    return get_demand(db, demand.id), gone, ip


def late(db: Connection) -> tuple[Demand, Matter, Matter]:
    """A demand for both that the clock has urged the centre to analyse."""
    demand = submitted(db, answers=TWO_WANTS)
    for due in due_deadlines(db, LATER):
        assert tend_deadline(db, due, LATER) == "overdue"
    metrology, ip = matters_of(db, demand.id)
    return demand, metrology, ip


def change(db: Connection, demand: Demand, values: dict[str, Any]) -> list[tuple[str, str | None]]:
    """Change the form; state and category of the matters then."""
    change_demand(db, get_demand(db, demand.id), values, "改一下", **BY_PAGE)
    return [(m.state, m.category) for m in matters_of(db, demand.id)]


def test_what_is_left_of_a_demand_is_analysed(engine: Engine) -> None:
    with engine.begin() as db:
        demand, gone, ip = half_withdrawn(db)
        (done,) = analyse_demand(db, demand, [TRADEMARK], CENTRE, NOW)
        assert (done.id, done.place, done.state) == (ip.id, 2, "analysed")
        assert read_matter(db, gone.id) == gone
        assert get_demand(db, demand.id).status == "analysed"
        with pytest.raises(StepError):
            analyse_demand(db, demand, [TRADEMARK], CENTRE, NOW)


def test_what_is_left_can_be_divided_and_the_numbers_go_on(engine: Engine) -> None:
    with engine.begin() as db:
        demand, gone, ip = half_withdrawn(db)
        plans = [TRADEMARK, MatterPlan("ip", "专利许可", False)]
        first, second = analyse_demand(db, demand, plans, CENTRE, NOW)
        assert [(first.id, first.place), second.place] == [(ip.id, 2), 3]
        assert second.wants == "专利许可"
        assert read_matter(db, gone.id) == gone


def test_nothing_is_analysed_of_a_demand_that_was_withdrawn(engine: Engine) -> None:
    with engine.begin() as db:
        demand, _, ip = half_withdrawn(db)
        take_step(db, "withdraw", ip, staff("clerk"), NOW, Given("也不办了"))
        with pytest.raises(StepError) as refusal:
            analyse_demand(db, demand, [TRADEMARK], CENTRE, NOW)
        assert (refusal.value.code, len(matters_of(db, demand.id))) == ("step_not_now", 2)


def test_form_changed_to_what_is_left_keeps_it(engine: Engine) -> None:
    with engine.begin() as db:
        demand, gone, ip = half_withdrawn(db)
        change(db, demand, IP_ONLY)
        assert matters_of(db, demand.id) == [gone, ip]
        assert running_deadline(db, ip.id) is not None


def test_change_of_something_else_does_not_bring_back_what_was_withdrawn(engine: Engine) -> None:
    with engine.begin() as db:
        demand, gone, ip = half_withdrawn(db)
        change(db, demand, {"employees": 86})
        assert matters_of(db, demand.id) == [gone, ip]


def test_enterprise_that_wants_only_what_was_withdrawn_gets_it(engine: Engine) -> None:
    """And it stays when the other is asked for again: what lives is not what was withdrawn."""
    with engine.begin() as db:
        demand, _, _ = half_withdrawn(db)
        now = [("withdrawn", "metrology"), ("dropped", "ip"), ("submitted", "metrology")]
        assert change(db, demand, METROLOGY_ONLY) == now
        assert change(db, demand, {"employees": 86}) == now
        assert change(db, demand, BOTH) == [*now, ("submitted", "ip")]


def test_late_demand_is_changed_and_what_was_done_about_it_stays(
    engine: Engine, tmp_path: Path
) -> None:
    with engine.begin() as db:
        demand, metrology, ip = late(db)
        pdf = ("商标.pdf", "application/pdf", b"%PDF-1.7", CENTRE, NOW)
        kept = attach_file(db, tmp_path, demand.id, *pdf, matter_id=ip.id)
        assert change(db, demand, METROLOGY_ONLY) == [
            ("submitted", "metrology"),
            ("dropped", "ip"),
        ]
        dropped = read_matter(db, ip.id)
        assert (dropped.version, dropped.urged_at) == (ip.version + 1, None)
        assert [(s.name, s.reason) for s in steps_of(db, ip.id)] == [
            ("urge", ""),
            ("drop", DROPPED_BY_FORM),
        ]
        assert running_deadline(db, ip.id) is None
        assert running_deadline(db, metrology.id) is not None
        assert [(f.id, f.matter_id) for f in files_of(db, demand.id, CENTRE)] == [(kept.id, None)]
        (event,) = recorded(db, "matter_drop")
        assert (event.actor, event.channel, event.data["matter"]) == ("user", "h5", ip.id)
        assert [event.data[n]["state"] for n in ("old", "new")] == ["submitted", "dropped"]
        assert get_demand(db, demand.id).status == "submitted"


def test_late_demand_is_merged_by_the_centre(engine: Engine) -> None:
    with engine.begin() as db:
        demand, metrology, ip = late(db)
        plans = [MatterPlan("ip", "商标和计量一起咨询", True, "trademark")]
        (only,) = analyse_demand(db, demand, plans, CENTRE, LATER)
        assert (only.id, only.state, only.late) == (ip.id, "analysed", True)
        assert read_matter(db, metrology.id).state == "dropped"
        assert [event.actor for event in recorded(db, "matter_drop")] == [CENTRE.name]


def test_matter_without_a_step_leaves_its_file_to_the_demand(
    engine: Engine, tmp_path: Path
) -> None:
    with engine.begin() as db:
        demand = submitted(db, answers=TWO_WANTS)
        _, ip = matters_of(db, demand.id)
        pdf = ("商标.pdf", "application/pdf", b"%PDF-1.7", CENTRE, NOW)
        kept = attach_file(db, tmp_path, demand.id, *pdf, matter_id=ip.id)
        assert change(db, demand, METROLOGY_ONLY) == [
            ("submitted", "metrology"),
            ("dropped", "ip"),
        ]
        assert [(f.id, f.matter_id) for f in files_of(db, demand.id, CENTRE)] == [(kept.id, None)]


def test_what_the_form_dropped_can_be_asked_for_again(engine: Engine) -> None:
    with engine.begin() as db:
        demand, _, _ = late(db)
        change(db, demand, METROLOGY_ONLY)
        assert change(db, demand, BOTH) == [
            ("submitted", "metrology"),
            ("dropped", "ip"),
            ("submitted", "ip"),
        ]


def test_file_stays_with_what_it_is_about_when_a_section_before_it_goes(
    engine: Engine, tmp_path: Path
) -> None:
    with engine.begin() as db:
        demand, metrology, ip = late(db)
        pdf = ("商标.pdf", "application/pdf", b"%PDF-1.7", CENTRE, NOW)
        kept = attach_file(db, tmp_path, demand.id, *pdf, matter_id=ip.id)
        change(db, demand, IP_ONLY)
        stays = read_matter(db, ip.id)
        assert (stays.state, stays.category, stays.wants) == ("submitted", "ip", ip.wants)
        assert read_matter(db, metrology.id).state == "dropped"
        assert [(f.id, f.matter_id) for f in files_of(db, demand.id, CENTRE)] == [(kept.id, ip.id)]


def test_matters_analysed_in_another_order_or_category_are_still_themselves(
    engine: Engine,
) -> None:
    """The page says which matter each row is; a row added beside them takes none of theirs."""
    with engine.begin() as db:
        demand = submitted(db, answers=TWO_WANTS)
        metrology, ip = matters_of(db, demand.id)
        plans = [
            MatterPlan("ip", "再分出来的", False),
            MatterPlan("ip", "商标申请", True, "trademark", ip.id),
            MatterPlan("testing", "其实是检测", False, None, metrology.id),
        ]
        analyse_demand(db, demand, plans, CENTRE, NOW)
        found = {m.id: (m.place, m.category, m.wants) for m in matters_of(db, demand.id)}
        assert found.pop(metrology.id) == (1, "testing", "其实是检测")
        assert found.pop(ip.id) == (2, "ip", "商标申请")
        assert list(found.values()) == [(3, "ip", "再分出来的")]


def test_plan_of_a_matter_that_somebody_withdrew_meanwhile_is_refused(engine: Engine) -> None:
    with engine.begin() as db:
        demand = submitted(db, answers=TWO_WANTS)
        before = matters_of(db, demand.id)
        plans = propose_plans(db, before)
        take_step(db, "withdraw", before[0], staff("clerk"), NOW, Given("不办了"))
        with pytest.raises(StepError):
            analyse_demand(db, demand, plans, CENTRE, NOW)
        assert [m.state for m in matters_of(db, demand.id)] == ["withdrawn", "submitted"]


def test_pairs_prefer_the_same_words_among_matters_of_a_category(engine: Engine) -> None:
    with engine.begin() as db:
        demand = submitted(db, answers=TWO_WANTS)
        metrology, ip = matters_of(db, demand.id)
        one = MatterPlan(ip.category, "别的"), MatterPlan(ip.category, f" {ip.wants} ")
        assert pair_plans([metrology, ip], one) == [None, ip]
        assert pair_plans([metrology, ip], one[:1]) == [ip]


def test_enterprise_reads_what_became_of_a_dropped_part(engine: Engine) -> None:
    with engine.begin() as db:
        demand = submitted(db, answers=TWO_WANTS)
        metrology, _ = propose_plans(db, matters_of(db, demand.id))
        analyse_demand(db, demand, [metrology], CENTRE, NOW)
        lines = progress_lines(db, get_demand(db, demand.id))
        assert lines[0].startswith("计量：汇总分析。")
        assert lines[1] == f"知识产权：已撤销。{DROPPED_BY_CENTRE}"


def test_part_asked_for_again_is_told_once(engine: Engine) -> None:
    with engine.begin() as db:
        demand = submitted(db, answers=TWO_WANTS)
        change(db, demand, METROLOGY_ONLY)
        assert progress_lines(db, demand)[1] == f"知识产权：已撤销。{DROPPED_BY_FORM}"
        change(db, demand, BOTH)
        lines = progress_lines(db, demand)
        assert [line.split("。")[0] for line in lines] == [
            "计量：已提交，待受理",
            "知识产权：已提交，待受理",
        ]
