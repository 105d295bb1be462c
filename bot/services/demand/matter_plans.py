"""From a demand to its matters: made when it is submitted, settled by the centre's analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot import demand_texts as texts
from bot.model.demand import CENTRE, DROPPED, SUBMITTED, SYSTEM, WITHDRAWN, wants_of
from bot.model.demand_actor import DemandActor, Given
from bot.model.demand_errors import PlanError, StepError
from bot.model.errors import ForbiddenError, StaleDemandError
from bot.services.demand.matter_deadlines import begin_deadline
from bot.services.demand.matter_rows import Matter, follow_matters, matters_of
from bot.services.demand.rows import Demand, lock_demand
from bot.services.demand.steps import take_step
from bot.services.record import Origin
from bot.services.resources.directory import read_knowledge
from bot.storage.demand_tables import attachments, matter_steps, matters
from knowledge import Knowledge, find_services
from knowledge.form import DemandForm, load_form

WANTS_LONGEST = 1000
MOST_MATTERS = 20


@dataclass(frozen=True)
class MatterPlan:
    """What one matter of a demand is to be. `in_list`: annex 3 has it, as item `service`.

    `matter_id`: the submitted matter that is to be so; None: the one of this category, or a new
    one.
    """

    category: str | None
    wants: str
    in_list: bool | None = None
    service: str | None = None
    matter_id: int | None = None


def begin_matters(
    db: Connection, demand: Demand, origin: Origin, form: DemandForm | None = None
) -> None:
    """Make the matters of a demand just submitted or changed: one for each category it asks for.

    What somebody withdrew stays withdrawn, unless the demand now asks for nothing else.
    """
    asked = wants_of(form or load_form(), demand.answers)
    plans = [
        MatterPlan(category or None, texts.WANTS_JOIN.join(words)[:WANTS_LONGEST].strip())
        for category, words in asked.items()
    ]
    current = [m for m in matters_of(db, demand.id) if m.state == SUBMITTED]
    live = [(m.category, m.wants) for m in current]
    gone = _withdrawn_wants(db, demand.id) - set(live)
    plans = [p for p in plans if (p.category, p.wants) not in gone] or plans
    if set(live) != {(p.category, p.wants) for p in plans}:
        _write_plans(db, demand, current, plans, origin, texts.DROPPED_BY_FORM)


def propose_plans(db: Connection, matters_now: Sequence[Matter]) -> list[MatterPlan]:
    """What the words of those that are submitted say, for the centre to confirm or change."""
    known = read_knowledge(db)
    return [_propose(known, matter) for matter in matters_now if matter.state == SUBMITTED]


def analyse_demand(
    db: Connection,
    demand: Demand,
    plans: Sequence[MatterPlan],
    who: DemandActor,
    now: datetime,
) -> list[Matter]:
    """Settle what the demand's matters are, however they were divided before (汇总分析).

    `demand`: as the caller saw it. Raises ForbiddenError, StaleDemandError (the enterprise changed
    it meanwhile), StepError step_not_now (also when a matter of the plans is submitted no more),
    PlanError.
    """
    if who.role != CENTRE:
        raise ForbiddenError(step="analyse")
    current = lock_demand(db, demand.id)
    if current.version != demand.version:
        raise StaleDemandError(current)
    before = _to_analyse(db, demand.id)
    if {plan.matter_id for plan in plans if plan.matter_id} - {matter.id for matter in before}:
        raise StepError("step_not_now", step="analyse", state=current.status)
    _check_plans(db, plans)
    origin = Origin(who.channel, who.name, now)
    _write_plans(db, current, before, plans, origin, texts.DROPPED_BY_CENTRE)
    return [
        take_step(db, "analyse", matter, who, now, tell=place == 0)  # the enterprise has one demand
        for place, matter in enumerate(_to_analyse(db, demand.id))
    ]


def _to_analyse(db: Connection, demand_id: int) -> list[Matter]:
    """The demand's submitted matters; those taken out do not count. Raises StepError."""
    every = matters_of(db, demand_id)
    beyond = [m for m in every if m.state not in (SUBMITTED, WITHDRAWN, DROPPED)]
    submitted = [m for m in every if m.state == SUBMITTED]
    if beyond or not submitted:
        raise StepError("step_not_now", step="analyse", state=(beyond or every)[0].state)
    return submitted


def _withdrawn_wants(db: Connection, demand_id: int) -> set[tuple[str | None, str]]:
    """Category and wants of the matters that somebody withdrew, as against a form changed."""
    query = sa.select(matters.c.category, matters.c.wants).join(matter_steps)
    which = sa.and_(matters.c.demand_id == demand_id, matter_steps.c.name == "withdraw")
    return {(row.category, row.wants) for row in db.execute(query.where(which))}


def _propose(known: Knowledge, matter: Matter) -> MatterPlan:
    other = matter.category is None
    found = find_services(known, matter.wants, matter.category, limit=1)
    service = found[0].item.id if found and not (other and found[0].score <= 0) else None
    return MatterPlan(matter.category, matter.wants, service is not None, service, matter.id)


def _check_plans(db: Connection, plans: Sequence[MatterPlan]) -> None:
    if not 0 < len(plans) <= MOST_MATTERS:
        raise PlanError("matters_number", most=MOST_MATTERS)
    knowledge = read_knowledge(db)
    items = {item.id for item in knowledge.services}
    for place, plan in enumerate(plans, 1):
        if plan.category is not None and plan.category not in knowledge.categories:
            raise PlanError("category", place=place)
        if plan.in_list is None or (plan.in_list and plan.service not in items):
            raise PlanError("service", place=place)
        if len(plan.wants) > WANTS_LONGEST:
            raise PlanError("too_long", place=place)


def pair_plans(before: Sequence[Matter], plans: Sequence[MatterPlan]) -> list[Matter | None]:
    """Which of the matters `before` each plan goes on; None: a new one.

    A plan's own matter before all, then the one that asks for just the same, then one of the same
    category: what belongs to a matter stays with what it is about, in whatever order they come.
    """
    left = {matter.id: matter for matter in before}
    found: list[Matter | None] = [
        left.pop(p.matter_id, None) if p.matter_id else None for p in plans
    ]
    for same in (_same_wants, _same_category):
        for place, plan in enumerate(plans):
            if found[place] is None:
                fits = next((m for m in left.values() if same(m, plan)), None)
                found[place] = left.pop(fits.id) if fits else None
    return found


def _same_category(matter: Matter, plan: MatterPlan) -> bool:
    return matter.category == plan.category


def _same_wants(matter: Matter, plan: MatterPlan) -> bool:
    return _same_category(matter, plan) and matter.wants == plan.wants.strip()


def _write_plans(
    db: Connection,
    demand: Demand,
    before: Sequence[Matter],
    plans: Sequence[MatterPlan],
    origin: Origin,
    dropped: str,
) -> None:
    """Make the demand's submitted matters what the plans say; their numbers go on.

    `dropped`: why those are taken out that no plan goes on.
    """
    last = max((m.place for m in matters_of(db, demand.id)), default=0)
    pairs = pair_plans(before, plans)
    for plan, matter in zip(plans, pairs, strict=True):
        values = {
            "category": plan.category,
            "wants": plan.wants.strip(),
            "in_list": plan.in_list,
            "service": plan.service if plan.in_list else None,
            "changed_at": origin.now,
        }
        if matter is not None:
            db.execute(matters.update().where(matters.c.id == matter.id).values(**values))
            continue
        last += 1
        row = {"demand_id": demand.id, "place": last, "state": SUBMITTED, "created_at": origin.now}
        row |= {n: getattr(demand, n) for n in ("submitted_at", "station", "source")}
        made = db.execute(matters.insert().values(**row, **values)).inserted_primary_key[0]
        begin_deadline(db, made, SUBMITTED, origin.now)
    kept = {matter.id for matter in pairs if matter is not None}
    for surplus in (matter for matter in before if matter.id not in kept):
        _drop_matter(db, surplus, origin, dropped)
    follow_matters(db, demand.id, origin.now)


def _drop_matter(db: Connection, matter: Matter, origin: Origin, reason: str) -> None:
    """Take a matter out of a demand that was changed or divided anew; what was done stays."""
    own = attachments.c.matter_id == matter.id  # its files are the demand's from now on
    db.execute(attachments.update().where(own).values(matter_id=None))
    by = DemandActor(SYSTEM, origin.actor, origin.channel)
    take_step(db, "drop", matter, by, origin.now, Given(reason=reason))
