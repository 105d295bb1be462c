"""Demands: submitting a draft, changing and withdrawing what was submitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.demand import (
    MAY_CHANGE,
    MAY_WITHDRAW,
    SUBMITTED,
    categories_of,
    demand_number,
    local_date,
)
from bot.model.demand_actor import Given, by_enterprise
from bot.model.errors import (
    ConsentMissingError,
    DemandStateError,
    DraftClosedError,
    FormChangedError,
    ReasonMissingError,
    StaleDemandError,
)
from bot.services.demand.matter_plans import begin_matters
from bot.services.demand.matter_rows import matters_of
from bot.services.demand.rows import (
    Demand,
    DemandVersion,
    find_demand,
    get_demand,
    keep_version,
    list_demands,
    list_versions,
    lock_demand,
    next_number,
    store_version,
)
from bot.services.demand.search import index_demand
from bot.services.demand.steps import take_step
from bot.services.form.check import check_answer, check_form
from bot.services.form.draft_rows import OPEN, Draft, lock_draft, write_draft
from bot.services.record import Origin, record_event
from bot.storage.tables import demands, users
from knowledge.form import DemandForm, load_form

__all__ = [
    "Demand",
    "DemandVersion",
    "change_demand",
    "find_demand",
    "get_demand",
    "list_demands",
    "list_versions",
    "submit_draft",
    "withdraw_demand",
]


def submit_draft(
    db: Connection,
    draft: Draft,
    *,
    channel: str,
    actor: str,
    now: datetime,
    form: DemandForm | None = None,
    source: str = "online",
    station: str | None = None,
) -> Demand:
    """Make the draft a demand with a number; of a submitted draft, the demand it became.

    Every field is checked again. `source`: online, or how staff took it down (window, phone,
    visit); `station`: where, else that of the user's last scanned code. Raises
    FormIncompleteError, FormChangedError (migrate_draft first), ConsentMissingError,
    DraftClosedError (given up).
    """
    form = form or load_form()
    origin = Origin(channel, actor, now)
    current = lock_draft(db, draft.id)
    if current.demand_id is not None:
        return get_demand(db, current.demand_id)
    _check_ready(current, form)
    answers = check_form(form, current.answers, local_date(now))
    write_draft(db, current, now, status="submitted", asking=None)
    where = station or db.scalar(sa.select(users.c.station).where(users.c.id == current.user_id))
    demand = _insert(db, current, form, answers, origin, source=source, station=where)
    keep_version(db, demand, "", origin)
    begin_matters(db, demand, origin, form)
    index_demand(db, demand, form)
    noted = {"draft": current.id, "demand": demand.id, "number": demand.number}
    record_event(
        db, "demand_submitted", current.user_id, origin, **noted, old=current.status, new=SUBMITTED
    )
    return demand


def _insert(
    db: Connection,
    draft: Draft,
    form: DemandForm,
    answers: Mapping[str, Any],
    origin: Origin,
    **values: Any,
) -> Demand:
    """The demand's row, with the next number of its year."""
    row = {
        "draft_id": draft.id,
        "user_id": draft.user_id,
        "form_version": form.version,
        "answers": answers,
        "categories": categories_of(form, answers),
        "status": SUBMITTED,
        "channel": origin.channel,
        "submitted_at": origin.now,
        "changed_at": origin.now,
        **values,
    }
    year = local_date(origin.now).year
    # Drawn last: until this transaction ends, nobody else gets a number.
    number = demand_number(year, next_number(db, year))
    made = db.execute(demands.insert().values(**row, number=number)).inserted_primary_key[0]
    return get_demand(db, made)


def change_demand(
    db: Connection,
    demand: Demand,
    values: Mapping[str, Any],
    reason: str,
    *,
    channel: str,
    actor: str,
    now: datetime,
    form: DemandForm | None = None,
) -> Demand:
    """Change answers of a submitted demand ({field id: value}); what it said before is kept.

    `demand`: as the caller saw it. Raises FieldError, FormIncompleteError, ReasonMissingError,
    DemandStateError when it is past changing, StaleDemandError when it was changed meanwhile.
    """
    form = form or load_form()
    current = _lock_to_act(db, demand, reason, MAY_CHANGE)
    today = local_date(now)
    given = {name: check_answer(form, name, value, today) for name, value in values.items()}
    answers = check_form(form, {**_of_form(form, current.answers), **given}, today)
    names = {*answers, *current.answers}
    changed = sorted(n for n in names if answers.get(n) != current.answers.get(n))
    if not changed:
        return current
    made = replace(
        current,
        form_version=form.version,
        answers=answers,
        categories=tuple(categories_of(form, answers)),
    )
    origin = Origin(channel, actor, now)
    begin_matters(db, made, origin, form)
    index_demand(db, made, form)
    return store_version(
        db,
        made,
        "demand_changed",
        reason.strip(),
        origin,
        old={name: current.answers.get(name) for name in changed},
        new={name: answers.get(name) for name in changed},
    )


def _of_form(form: DemandForm, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to fields that the form still has; the others stay in the version before."""
    known = {field.id for field in form.fields}
    return {name: value for name, value in answers.items() if name in known}


def withdraw_demand(
    db: Connection, demand: Demand, reason: str, *, channel: str, actor: str, now: datetime
) -> Demand:
    """Take a demand back: every matter that is not yet being served; answers and versions stay.

    Raises ReasonMissingError, DemandStateError, StaleDemandError, StepError reason_too_long.
    """
    current = _lock_to_act(db, demand, reason, MAY_WITHDRAW)
    who = replace(by_enterprise(current.user_id, channel), name=actor)
    for matter in matters_of(db, current.id):
        if matter.state in MAY_WITHDRAW:
            take_step(db, "withdraw", matter, who, now, Given(reason=reason))
    return store_version(
        db,
        get_demand(db, current.id),
        "demand_withdrawn",
        reason.strip(),
        Origin(channel, actor, now),
        old=current.status,
        new=get_demand(db, current.id).status,
    )


def _check_ready(draft: Draft, form: DemandForm) -> None:
    if draft.status not in OPEN:
        raise DraftClosedError(status=draft.status)
    if draft.status == "consent":
        raise ConsentMissingError()
    if draft.form_version != form.version:
        raise FormChangedError()


def _lock_to_act(db: Connection, demand: Demand, reason: str, allowed: frozenset[str]) -> Demand:
    """The demand as it is now, if it may be acted upon; locked until the transaction ends."""
    if not reason.strip():
        raise ReasonMissingError()
    current = lock_demand(db, demand.id)
    if current.status not in allowed:
        raise DemandStateError(number=current.number, status=current.status)
    if current.version != demand.version:
        raise StaleDemandError(current)
    return current
