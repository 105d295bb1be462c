"""The draft of a demand form: every answer is kept when given, whoever gives it and where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import EllipsisType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.model.demand import local_date
from bot.model.errors import ConsentMissingError, DraftClosedError, StaleDraftError
from bot.services.consents import has_consent
from bot.services.form.check import check_answer
from bot.services.form.draft_migration import fitting_answers
from bot.services.form.draft_rows import OPEN, Draft, find_draft, get_draft, lock_draft, write_draft
from bot.services.record import Origin, record_event
from bot.storage.database import utc_now
from bot.storage.tables import demands, drafts
from knowledge.form import DemandForm, load_form

MOVES = {
    "consent": ("filling", "given_up"),
    "filling": ("paused", "given_up"),
    "paused": ("filling", "given_up"),
}
"""How a draft's status may be set; "submitted" comes with the demand alone."""
BEGINNING = ("consent", "filling")


def open_draft(
    db: Connection,
    user_id: int,
    channel: str,
    now: datetime,
    *,
    actor: str = "user",
    form: DemandForm | None = None,
) -> Draft:
    """The user's open draft, or a new one; of two that ask at once both get the same.

    A new one waits for consent, unless it was given; then the basics of the user's last demand
    stand in it to be confirmed (`prefilled`).
    """
    if found := find_draft(db, user_id):
        return found
    form = form or load_form()
    origin = Origin(channel, actor, now)
    status = "filling" if has_consent(db, user_id) else "consent"
    row = {
        "user_id": user_id,
        "form_version": form.version,
        "answers": {},
        "prefilled": [],
        "status": status,
        "opened_at": now,
        "changed_at": now,
    }
    try:
        with db.begin_nested():
            made = db.execute(drafts.insert().values(**row)).inserted_primary_key[0]
    except IntegrityError:
        if found := find_draft(db, user_id):  # somebody was faster
            return found
        raise
    record_event(db, "draft_status_changed", user_id, origin, draft=made, old=None, new=status)
    draft = get_draft(db, made)
    return _prefill(db, draft, form, origin) if status == "filling" else draft


def save_answers(
    db: Connection,
    draft: Draft,
    values: Mapping[str, Any],
    *,
    channel: str,
    actor: str,
    now: datetime,
    version: int | None = None,
    form: DemandForm | None = None,
) -> Draft:
    """Keep the answers `values` ({field id: value}; None takes an answer away), all or none.

    `version`: what the caller saw. Raises FieldError for the first value that the form refuses,
    ConsentMissingError, DraftClosedError, and StaleDraftError when `version` is no longer the
    stored one; saying again what is stored is no conflict.
    """
    form = form or load_form()
    current = lock_draft(db, draft.id)
    if current.status not in OPEN:
        raise DraftClosedError(status=current.status)
    if current.status == "consent":
        raise ConsentMissingError()
    today = local_date(now)
    new = {name: check_answer(form, name, value, today) for name, value in values.items()}
    changed = {n: value for n, value in new.items() if value != current.answers.get(n)}
    if changed and version not in (None, current.version):
        raise StaleDraftError(current)
    if changed:
        _store(db, current, changed, Origin(channel, actor, now))
    left = [name for name in current.prefilled if name not in new]
    if len(left) < len(current.prefilled):
        write_draft(db, current, now, prefilled=left)
    return get_draft(db, current.id)


def set_state(
    db: Connection,
    draft: Draft,
    *,
    status: str | None = None,
    asking: str | None | EllipsisType = ...,
    misses: int | None = None,
    channel: str = "wechat",
    actor: str = "user",
    now: datetime | None = None,
) -> Draft:
    """Note where the conversation about the draft stands; what is left out stays.

    Beginning to fill needs the user's consent (ConsentMissingError) and brings the basics of the
    last demand. Raises DraftClosedError for a move of `status` that is not to be.
    """
    origin = Origin(channel, actor, now or utc_now())
    current = lock_draft(db, draft.id)
    values: dict[str, Any] = {} if misses is None else {"misses": misses}
    if not isinstance(asking, EllipsisType):
        values["asking"] = asking
    if status is not None and status != current.status:
        values |= _moved(db, current, status, origin)
    if values:
        write_draft(db, current, origin.now, **values)
    written = get_draft(db, current.id)
    if (current.status, status) == BEGINNING:
        return _prefill(db, written, load_form(), origin)
    return written


def _moved(db: Connection, draft: Draft, status: str, origin: Origin) -> dict[str, Any]:
    """Check and record a move; the columns that change with it."""
    _check_move(db, draft, status)
    record_event(
        db,
        "draft_status_changed",
        draft.user_id,
        origin,
        draft=draft.id,
        old=draft.status,
        new=status,
    )
    if (draft.status, status) != BEGINNING:
        return {"status": status}
    # Whoever got the consent: it is asked for no more, and what was said before counts no more.
    return {"status": status, "misses": 0, "asking": None}


def put_consent_aside(db: Connection, user_id: int, origin: Origin) -> None:
    """Something else was begun: what is said next is no answer to the form's consent."""
    draft = find_draft(db, user_id)
    if draft is not None and draft.status == "consent" and draft.asking is not None:
        write_draft(db, lock_draft(db, draft.id), origin.now, asking=None)


def _check_move(db: Connection, draft: Draft, status: str) -> None:
    if status not in MOVES.get(draft.status, ()):
        raise DraftClosedError(status=draft.status)
    if status == "filling" and not has_consent(db, draft.user_id):
        raise ConsentMissingError()


def _prefill(db: Connection, draft: Draft, form: DemandForm, origin: Origin) -> Draft:
    """Put the basics of the user's last demand into an empty draft."""
    last = db.scalar(
        sa.select(demands.c.answers)
        .where(demands.c.user_id == draft.user_id)
        .order_by(demands.c.id.desc())
        .limit(1)
    )
    lasting = {f.id for f in form.fields if f.section == form.sections[0].id and f.id != "wanted"}
    basics, _ = fitting_answers(
        form, {n: v for n, v in (last or {}).items() if n in lasting}, origin.now
    )
    if not basics or draft.answers:
        return draft
    _store(db, draft, basics, Origin(origin.channel, "system", origin.now))
    write_draft(db, draft, origin.now, prefilled=list(basics))
    return get_draft(db, draft.id)


def _store(db: Connection, draft: Draft, changed: Mapping[str, Any], origin: Origin) -> None:
    """Write changed answers of a locked draft as its next version, and note old and new."""
    answers = {**draft.answers, **changed}
    write_draft(
        db,
        draft,
        origin.now,
        answers={name: value for name, value in answers.items() if value is not None},
        version=draft.version + 1,
    )
    record_event(
        db,
        "draft_answers_changed",
        draft.user_id,
        origin,
        draft=draft.id,
        version=draft.version + 1,
        old={name: draft.answers.get(name) for name in changed},
        new=dict(changed),
    )
