"""Trainings with the approved corrections: asked for, followed, put live, taken back.

The rows of training_runs are the truth; the worker (bot/training.py) does what they say.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.errors import NotFoundError, TrainingError
from bot.model.learning import (
    CAN_GO_LIVE,
    FAILED,
    LIVE,
    QUEUED,
    READY,
    REFUSED,
    REPLACED,
    TAKEN_BACK,
    TRAINING,
    UNDER_WAY,
    worse_figures,
)
from bot.model.rights import Staff, require
from bot.services.record import Origin, record_event
from bot.services.transcript.learning import approved_examples
from bot.storage.desk_tables import staff as staff_table
from bot.storage.transcript_tables import training_runs as runs

RIGHT = "models"
ABANDONED = timedelta(seconds=90)
"""A training whose process gave no sign for so long died; it is begun again."""
SHOWN = 20
ANSWERING = "answering"
"""The line that says that the assistant has loaded the live run's model."""


def request_training(db: Connection, staff: Staff, origin: Origin) -> int:
    """Ask for a training with all approved corrections; the run's id.

    Raises ForbiddenError, TrainingError "nothing" or "busy".
    """
    require(staff, RIGHT)
    examples = approved_examples(db)
    if not examples:
        raise TrainingError("nothing")
    values = {
        "status": QUEUED,
        "active": True,
        "requested_by": staff.id,
        "requested_at": origin.now,
        "examples": len(examples),
        "lines": [],
    }
    try:
        with db.begin_nested():
            number = db.execute(runs.insert().values(**values)).inserted_primary_key[0]
    except sa.exc.IntegrityError:
        raise TrainingError("busy") from None
    record_event(db, "training_requested", None, origin, run=number, new=QUEUED)
    return int(number)


def take_run(db: Connection, now: datetime) -> Any | None:
    """The run that waits to be done, or whose worker died: now the caller's, at its beginning."""
    waiting = sa.or_(
        runs.c.status == QUEUED,
        sa.and_(runs.c.active, runs.c.seen_at < now - ABANDONED),
    )
    number = db.scalar(sa.select(runs.c.id).where(waiting).order_by(runs.c.id).limit(1))
    if number is None:
        return None
    taken = db.execute(
        runs.update()
        .where(runs.c.id == number, waiting)
        .values(status=TRAINING, started_at=now, seen_at=now, lines=[], examples=_approved(db))
    ).rowcount
    return get_run(db, number) if taken else None


def _approved(db: Connection) -> int:
    return len(approved_examples(db))


def note_progress(
    db: Connection, run_id: int, now: datetime, line: str, *, status: str | None = None, **data: Any
) -> bool:
    """A sign of life, with what is being done now: a code, and `data` to say it with.

    False when the run is no longer under way: another worker took it, and ended it.
    """
    lines = db.scalar(sa.select(runs.c.lines).where(runs.c.id == run_id)) or []
    entry = {"at": now.isoformat(), "line": line, **data}
    # The same step, some seconds later, is one line.
    kept = lines[:-1] if lines and lines[-1]["line"] == line else lines
    values: dict[str, Any] = {"seen_at": now, "lines": [*kept, entry]}
    if status:
        values["status"] = status
    changed = db.execute(runs.update().where(runs.c.id == run_id, runs.c.active).values(**values))
    return bool(changed.rowcount)


def note_answering(db: Connection, run_id: int, now: datetime) -> None:
    """The assistant answers with the model of the live run, from now on."""
    run = get_run(db, run_id)
    if run.live and not any(entry["line"] == ANSWERING for entry in run.lines):
        lines = [*run.lines, {"at": now.isoformat(), "line": ANSWERING}]
        db.execute(runs.update().where(runs.c.id == run_id).values(lines=lines))


def end_run(
    db: Connection,
    run_id: int,
    now: datetime,
    *,
    figures: Mapping[str, Mapping[str, float]] | None = None,
    changed: list[dict[str, Any]] | None = None,
    model: str | None = None,
    failure: str | None = None,
) -> str:
    """Note how the run ended; its status: ready, refused (figures fell) or failed."""
    status = FAILED
    why: str | None = failure or "no_figures"
    if figures and not failure:
        worse = worse_figures(figures["before"], figures["after"])
        status, why = (REFUSED, "worse") if worse else (READY, None)
    db.execute(
        runs.update()
        .where(runs.c.id == run_id)
        .values(
            status=status,
            active=None,
            finished_at=now,
            figures=figures,
            changed=changed,
            model=model,
            failure=why,
        )
    )
    origin = Origin("system", "worker", now)
    record_event(db, "training_ended", None, origin, run=run_id, old=TRAINING, new=status)
    return status


def put_live(db: Connection, staff: Staff, run_id: int, origin: Origin) -> None:
    """Let the assistant answer with the run's model.

    Raises ForbiddenError, NotFoundError, TrainingError "state".
    """
    require(staff, RIGHT)
    run = get_run(db, run_id)
    if run.status not in CAN_GO_LIVE:
        raise TrainingError("state", status=run.status)
    _end_live(db, REPLACED)
    _begin_live(db, run, CAN_GO_LIVE, origin.now)
    _record(db, run, LIVE, origin)


def take_back(db: Connection, staff: Staff, run_id: int, origin: Origin) -> None:
    """Let the assistant answer with the model before this one: the run's that was live last, else
    the one that the product was installed with.

    Raises ForbiddenError, NotFoundError, TrainingError "state".
    """
    require(staff, RIGHT)
    run = get_run(db, run_id)
    if not run.live or not _end_live(db, TAKEN_BACK, run_id):
        raise TrainingError("state", status=run.status)
    before = db.execute(
        sa.select(runs)
        .where(runs.c.status == REPLACED, runs.c.live_at < run.live_at)
        .order_by(runs.c.live_at.desc())
        .limit(1)
    ).first()
    if before is not None:
        # It keeps the time at which it first went live, so that going back goes on before it.
        _begin_live(db, before, (REPLACED,), before.live_at)
    _record(db, run, TAKEN_BACK, origin)


def _end_live(db: Connection, status: str, run_id: int | None = None) -> int:
    which = runs.c.live if run_id is None else sa.and_(runs.c.live, runs.c.id == run_id)
    return int(db.execute(runs.update().where(which).values(status=status, live=None)).rowcount)


def _begin_live(db: Connection, run: Any, states: tuple[str, ...], at: datetime) -> None:
    try:
        changed = db.execute(
            runs.update()
            .where(runs.c.id == run.id, runs.c.status.in_(states))
            .values(
                status=LIVE,
                live=True,
                live_at=at,
                lines=[entry for entry in run.lines if entry["line"] != ANSWERING],
            )
        ).rowcount
    except sa.exc.IntegrityError:
        changed = 0  # another was put live at the same moment
    if not changed:
        raise TrainingError("state", status=run.status)


def _record(db: Connection, run: Any, status: str, origin: Origin) -> None:
    record_event(db, "model_changed", None, origin, run=run.id, old=run.status, new=status)


def get_run(db: Connection, run_id: int) -> Any:
    """Its row. Raises NotFoundError."""
    row = db.execute(sa.select(runs).where(runs.c.id == run_id)).first()
    if row is None:
        raise NotFoundError(what="training_run", id=run_id)
    return row


def list_runs(db: Connection, staff: Staff) -> list[Any]:
    """The newest runs first, with `requester`. Raises ForbiddenError."""
    require(staff, "learning")
    query = (
        sa.select(runs, staff_table.c.name.label("requester"))
        .join(staff_table, staff_table.c.id == runs.c.requested_by)
        .order_by(runs.c.id.desc())
        .limit(SHOWN)
    )
    return list(db.execute(query).all())


def retire_live(db: Connection, run_id: int, now: datetime) -> None:
    """A newer model was installed, made with the corrections too: the run's is no longer used."""
    if _end_live(db, REPLACED, run_id):
        origin = Origin("system", "worker", now)
        record_event(db, "model_changed", None, origin, run=run_id, old=LIVE, new=REPLACED)


def live_run(db: Connection) -> Any | None:
    """The run whose model the assistant is to answer with; None: the installed one."""
    return db.execute(sa.select(runs).where(runs.c.live)).first()


def under_way(db: Connection) -> Any | None:
    """The run that is waiting or being done."""
    return db.execute(sa.select(runs).where(runs.c.status.in_(UNDER_WAY))).first()
