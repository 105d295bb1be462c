"""Brings a draft to the present version of the form: answers that still fit stay."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from bot.model.demand import local_date
from bot.model.form import FieldError, place_of
from bot.services.form.check import check_answer
from bot.services.form.draft_rows import OPEN, Draft, get_draft, lock_draft, write_draft
from bot.services.record import Origin, record_event
from knowledge.form import DemandForm, load_form


def migrate_draft(
    db: Connection,
    draft: Draft,
    *,
    channel: str,
    actor: str,
    now: datetime,
    form: DemandForm | None = None,
) -> tuple[Draft, dict[str, str]]:
    """Bring an open draft to the present version of the form.

    Every answer that still fits stays. Returns the draft and what did not fit: field id → code
    (unknown_field: the form no longer has it); the values lost stand in the event.
    """
    form = form or load_form()
    current = lock_draft(db, draft.id)
    if current.form_version == form.version or current.status not in OPEN:
        return current, {}
    kept, lost = fitting_answers(form, current.answers, now)
    write_draft(
        db,
        current,
        now,
        form_version=form.version,
        answers=kept,
        version=current.version + 1,
        asking=_still_asked(form, current.asking, kept),
        prefilled=[name for name in current.prefilled if name in kept],
    )
    record_event(
        db,
        "draft_migrated",
        current.user_id,
        Origin(channel, actor, now),
        draft=current.id,
        form_version=form.version,
        lost=lost,
        old={n: v for n, v in current.answers.items() if kept.get(n) != v},
        new={n: v for n, v in kept.items() if current.answers.get(n) != v},
    )
    return get_draft(db, current.id), lost


def fitting_answers(
    form: DemandForm, answers: Mapping[str, Any], now: datetime
) -> tuple[dict[str, Any], dict[str, str]]:
    """The answers that fit the form, and the codes of those that do not."""
    kept: dict[str, Any] = {}
    lost: dict[str, str] = {}
    for name, value in answers.items():
        try:
            kept[name] = check_answer(form, name, value, local_date(now))
        except FieldError as error:
            lost[name] = error.code
    return kept, lost


def _still_asked(form: DemandForm, asking: str | None, answers: Mapping[str, Any]) -> str | None:
    try:
        return place_of(form, asking, answers).path if asking else None
    except (KeyError, ValueError):
        return None
