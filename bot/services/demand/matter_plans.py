"""From a demand to its matters: made when it is submitted, settled by the centre's analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot import demand_texts as texts
from bot.model.demand import CENTRE, SUBMITTED, wants_of
from bot.model.demand_actor import DemandActor
from bot.model.demand_errors import PlanError, StepError
from bot.model.errors import ForbiddenError, StaleDemandError
from bot.services.demand.matter_deadlines import begin_deadline
from bot.services.demand.matter_rows import Matter, matters_of
from bot.services.demand.rows import Demand, lock_demand
from bot.services.demand.steps import take_step
from bot.storage.demand_tables import deadlines, matters
from knowledge import find_services, load_knowledge
from knowledge.form import DemandForm, load_form

WANTS_LONGEST = 1000
MOST_MATTERS = 20


@dataclass(frozen=True)
class MatterPlan:
    """What one matter of a demand is to be. `in_list`: annex 3 has it, as item `service`."""

    category: str | None
    wants: str
    in_list: bool | None = None
    service: str | None = None


def begin_matters(
    db: Connection, demand: Demand, now: datetime, form: DemandForm | None = None
) -> None:
    """Make the matters of a demand just submitted or changed: one for each category it asks for."""
    asked = wants_of(form or load_form(), demand.answers)
    plans = [
        MatterPlan(category or None, texts.WANTS_JOIN.join(words)[:WANTS_LONGEST])
        for category, words in asked.items()
    ]
    current = matters_of(db, demand.id)
    if [(m.category, m.wants) for m in current] != [(p.category, p.wants) for p in plans]:
        _write_plans(db, demand, current, plans, now)


def propose_plans(matters_now: Sequence[Matter]) -> list[MatterPlan]:
    """What the words of submitted matters say, for the centre to confirm or change."""
    return [_propose(matter) for matter in matters_now]


def analyse_demand(
    db: Connection,
    demand: Demand,
    plans: Sequence[MatterPlan],
    who: DemandActor,
    now: datetime,
) -> list[Matter]:
    """Settle what the demand's matters are, however they were divided before (汇总分析).

    `demand`: as the caller saw it. Raises ForbiddenError, StaleDemandError (the enterprise changed
    it meanwhile), StepError step_not_now, PlanError.
    """
    if who.role != CENTRE:
        raise ForbiddenError(step="analyse")
    current = lock_demand(db, demand.id)
    if current.version != demand.version:
        raise StaleDemandError(current)
    before = matters_of(db, demand.id)
    for matter in before:
        if matter.state != SUBMITTED:
            raise StepError("step_not_now", step="analyse", state=matter.state)
    _check_plans(plans)
    _write_plans(db, current, before, plans, now)
    return [
        take_step(db, "analyse", matter, who, now, tell=place == 0)  # the enterprise has one demand
        for place, matter in enumerate(matters_of(db, demand.id))
    ]


def _propose(matter: Matter) -> MatterPlan:
    other = matter.category is None
    found = find_services(load_knowledge(), matter.wants, matter.category, limit=1)
    service = found[0].item.id if found and not (other and found[0].score <= 0) else None
    return MatterPlan(matter.category, matter.wants, service is not None, service)


def _check_plans(plans: Sequence[MatterPlan]) -> None:
    if not 0 < len(plans) <= MOST_MATTERS:
        raise PlanError("matters_number", most=MOST_MATTERS)
    knowledge = load_knowledge()
    items = {item.id for item in knowledge.services}
    for place, plan in enumerate(plans, 1):
        if plan.category is not None and plan.category not in knowledge.categories:
            raise PlanError("category", place=place)
        if plan.in_list is None or (plan.in_list and plan.service not in items):
            raise PlanError("service", place=place)
        if len(plan.wants) > WANTS_LONGEST:
            raise PlanError("too_long", place=place)


def _write_plans(
    db: Connection,
    demand: Demand,
    before: Sequence[Matter],
    plans: Sequence[MatterPlan],
    now: datetime,
) -> None:
    """Make the demand's submitted matters what the plans say; their numbers go on."""
    for place, plan in enumerate(plans, 1):
        values: dict[str, Any] = {
            "category": plan.category,
            "wants": plan.wants.strip(),
            "in_list": plan.in_list,
            "service": plan.service if plan.in_list else None,
            "changed_at": now,
        }
        if place <= len(before):
            which = matters.c.id == before[place - 1].id
            db.execute(matters.update().where(which).values(**values))
            continue
        row = {"demand_id": demand.id, "place": place, "state": SUBMITTED, "created_at": now}
        row |= {n: getattr(demand, n) for n in ("submitted_at", "station", "source")}
        made = db.execute(matters.insert().values(**row, **values)).inserted_primary_key[0]
        begin_deadline(db, made, SUBMITTED, now)
    surplus = [matter.id for matter in before[len(plans) :]]
    db.execute(deadlines.delete().where(deadlines.c.matter_id.in_(surplus)))
    db.execute(sa.delete(matters).where(matters.c.id.in_(surplus)))
