"""The one way in which a matter moves: a step of TRANSITIONS, checked, kept, recorded, told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from bot.model.demand import (
    ACCEPTED,
    COMPLETED,
    REASON_LONGEST,
    SCHEDULED,
    SYSTEM,
    TRANSITIONS,
    UNTIL_SERVED,
    Transition,
)
from bot.model.demand_actor import NOTHING_GIVEN, DemandActor, Given
from bot.model.demand_errors import StaleMatterError, StepError
from bot.model.errors import ForbiddenError, NotFoundError
from bot.services.demand.access import require_matter
from bot.services.demand.matter_deadlines import begin_deadline, end_deadline
from bot.services.demand.matter_rows import (
    Matter,
    follow_matters,
    read_matter,
    returned_by,
    steps_of,
    write_matter,
)
from bot.services.demand.news import tell_demand
from bot.services.demand.rows import Demand, lock_demand
from bot.services.demand.service_records import check_record, keep_record
from bot.services.record import Origin, record_event
from bot.services.resources.organisations import get_organisation
from bot.storage.demand_tables import matter_steps

KINDS = {"forward": "department", "match": "technical"}
"""What kind of organisation a step passes the matter to; others pass it to any."""


def take_step(
    db: Connection,
    name: str,
    seen: Matter,
    who: DemandActor,
    now: datetime,
    given: Given = NOTHING_GIVEN,
    *,
    tell: bool = True,
) -> Matter:
    """Take the step `name` of TRANSITIONS; returns the matter as it is then.

    `seen`: the matter as the caller saw it; its id and version count. Raises NotFoundError (not
    theirs), ForbiddenError (not their role's), StaleMatterError (somebody was first), StepError.
    """
    step = TRANSITIONS[name]
    demand = lock_demand(db, seen.demand_id)
    current = read_matter(db, seen.id)
    _require_theirs(db, who, demand, current)
    if who.role not in step.roles:
        raise ForbiddenError(step=name)
    check_unchanged(db, current, seen)
    if current.state not in step.sources:
        raise StepError("step_not_now", step=name, state=current.state)
    changes = _check_given(db, step, current, now, given)
    if name == "urge" and who.role == SYSTEM:
        changes["late"] = current.late or current.state in UNTIL_SERVED
    moved = _move(db, step, current, now, changes)
    if "record" in step.needs:
        kind = "result" if name == "complete" else given.record_kind
        keep_record(db, moved, kind, given.record, who, now, given.served_on)
    told = None
    if step.tells and tell:
        # Who returns a matter is named though it is theirs no more.
        about = replace(moved, organisation_id=moved.organisation_id or current.organisation_id)
        told = tell_demand(db, step.tells, demand, now, about, reason=given.reason.strip())
    _keep_step(db, step, demand, current, moved, who, now, given, told)
    follow_matters(db, demand.id, now)
    return moved


def _require_theirs(db: Connection, who: DemandActor, demand: Demand, matter: Matter) -> None:
    """Raises NotFoundError; to the organisation that returned the matter, StepError given_back."""
    try:
        require_matter(who, demand, matter)
    except NotFoundError:
        if who.organisation_id in returned_by(db, matter.id):
            raise StepError("given_back", state=matter.state) from None
        raise


def check_unchanged(db: Connection, current: Matter, seen: Matter) -> None:
    """Raises StaleMatterError with what was done since the caller saw it; the demand is locked."""
    if current.version != seen.version:
        raise StaleMatterError(current, steps_of(db, current.id, seen.version))


def _check_given(
    db: Connection, step: Transition, matter: Matter, now: datetime, given: Given
) -> dict[str, Any]:
    """What the step changes of the matter besides its state. Raises StepError."""
    changes: dict[str, Any] = {}
    reason = given.reason.strip()
    if "reason" in step.needs and not reason:
        raise StepError("reason_missing", step=step.name)
    if len(reason) > REASON_LONGEST:
        raise StepError("reason_too_long", step=step.name, longest=REASON_LONGEST)
    if "organisation" in step.needs:
        changes["organisation_id"] = _fit_organisation(db, step, matter, given)
    if "time" in step.needs:
        if given.starts_at is None or given.starts_at <= now:
            raise StepError("time_past", step=step.name)
        changes |= {"starts_at": given.starts_at, "location": given.location.strip()[:120]}
    if "record" in step.needs:
        check_record(given.record_kind, given.record)
    if "score" in step.needs:
        changes |= _rating(matter, now, given)
    if step.name == "return":
        changes |= {"organisation_id": None, "returns": matter.returns + 1}
    if step.target == ACCEPTED:
        changes |= {"starts_at": None, "location": ""}
    if step.target == COMPLETED:
        changes["completed_at"] = now
    if step.name == "urge":
        changes["urged_at"] = now
    return changes


def _fit_organisation(db: Connection, step: Transition, matter: Matter, given: Given) -> int:
    if given.organisation_id is None:
        raise StepError("organisation_unfit", step=step.name)
    organisation = get_organisation(db, given.organisation_id)
    fits = organisation.kind == KINDS.get(step.name, organisation.kind)
    if not (fits and organisation.active):
        raise StepError("organisation_unfit", step=step.name, kind=organisation.kind)
    if organisation.id in returned_by(db, matter.id):
        raise StepError("organisation_unfit", step=step.name, returned=True)
    return organisation.id


def _rating(matter: Matter, now: datetime, given: Given) -> dict[str, Any]:
    if matter.score is not None:
        raise StepError("already_rated")
    if given.score not in range(1, 6):
        raise StepError("score_wrong")
    words = given.words.strip()[:REASON_LONGEST]
    return {"score": given.score, "rating_words": words, "rated_at": now}


def _move(
    db: Connection, step: Transition, current: Matter, now: datetime, changes: dict[str, Any]
) -> Matter:
    """Write the next version, and let the time for its state run."""
    if step.target is not None:
        changes |= {"state": step.target, "urged_at": None}
        late = end_deadline(db, current.id, now)
        changes["late"] = current.late or (late and current.state in UNTIL_SERVED)
        # Before the time fixed for the service nobody can begin with it.
        begins = changes.get("starts_at") if step.target == SCHEDULED else None
        begin_deadline(db, current.id, step.target, begins or now)
    write_matter(db, current, now, **changes)
    return read_matter(db, current.id)


def _keep_step(
    db: Connection,
    step: Transition,
    demand: Demand,
    old: Matter,
    new: Matter,
    who: DemandActor,
    now: datetime,
    given: Given,
    told: int | None,
) -> None:
    organisation_id = new.organisation_id or old.organisation_id
    values = {
        "matter_id": new.id,
        "name": step.name,
        "old": old.state,
        "new": new.state,
        "version": new.version,
        "organisation_id": organisation_id,
        "reason": given.reason.strip(),
        "actor": who.name,
        "channel": who.channel,
        "message_id": told,
        "at": now,
    }
    db.execute(matter_steps.insert().values(**values))
    record_event(
        db,
        f"matter_{step.name}",
        demand.user_id,
        Origin(who.channel, who.name, now),
        demand=demand.id,
        number=demand.number,
        matter=new.id,
        version=new.version,
        reason=given.reason.strip(),
        old={"state": old.state, "organisation": old.organisation_id},
        new={"state": new.state, "organisation": new.organisation_id},
    )
