"""质量事项清单: troubles that a station's people hear of, collected and handed to the centre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.demand import DESK_SOURCES
from bot.model.demand_errors import QualityMatterError
from bot.model.errors import ForbiddenError, NotFoundError
from bot.model.rights import CENTRE, Staff, require, require_station
from bot.services.record import Origin, record_event
from bot.storage.demand_tables import quality_matters as table
from knowledge import load_knowledge

COLLECTED, SUBMITTED, SETTLED = "collected", "submitted", "settled"
SHORT, LONG = 80, 1000


@dataclass(frozen=True)
class QualityMatterEntry:
    """What is written down about a trouble. `station`: scene; `source`: window, phone, visit."""

    station: str
    company: str
    problem: str
    source: str
    contact: str = ""
    telephone: str = ""
    category: str | None = None


@dataclass(frozen=True)
class QualityMatter:
    """An entry as stored. Times are UTC."""

    id: int
    station: str
    company: str
    contact: str
    telephone: str
    category: str | None
    problem: str
    source: str
    status: str  # collected → submitted → settled
    demand_id: int | None
    answer: str
    actor: str
    version: int
    created_at: datetime
    changed_at: datetime


def raise_quality_matter(
    db: Connection, entry: QualityMatterEntry, staff: Staff, origin: Origin
) -> QualityMatter:
    """Write a trouble down. Raises ForbiddenError, QualityMatterError."""
    require(staff, "demands_record")
    require_station(staff, entry.station)
    _check(entry)
    values = {**vars(entry), "status": COLLECTED, "answer": "", "actor": origin.actor}
    times = {"created_at": origin.now, "changed_at": origin.now}
    made = db.execute(table.insert().values(**values, **times)).inserted_primary_key[0]
    _note(db, "quality_matter_raised", int(made), origin, None, COLLECTED)
    return read_quality_matter(db, int(made))


def submit_quality_matters(db: Connection, ids: Sequence[int], staff: Staff, origin: Origin) -> int:
    """Hand collected entries of their station to the centre; how many were still to be handed.

    Raises ForbiddenError for an entry of another station.
    """
    require(staff, "demands_record")
    done = 0
    for entry in (read_quality_matter(db, each) for each in ids):
        require_station(staff, entry.station)
        if entry.status == COLLECTED and _move(db, entry, origin, status=SUBMITTED):
            _note(db, "quality_matter_submitted", entry.id, origin, COLLECTED, SUBMITTED)
            done += 1
    return done


def settle_quality_matter(
    db: Connection,
    seen: QualityMatter,
    answer: str,
    staff: Staff,
    origin: Origin,
    *,
    demand_id: int | None = None,
) -> QualityMatter:
    """The centre says what becomes of it; `demand_id`: the demand that it became.

    `seen`: as the caller saw it. Raises ForbiddenError, QualityMatterError: answer_missing,
    too_long, status (not handed to the centre), stale.
    """
    if staff.role != CENTRE:
        raise ForbiddenError(right="demands_analyse")
    answer = answer.strip()
    if not answer and demand_id is None:
        raise QualityMatterError("answer_missing")
    if len(answer) > LONG:
        raise QualityMatterError("too_long")
    if read_quality_matter(db, seen.id).status != SUBMITTED:
        raise QualityMatterError("status")
    if not _move(db, seen, origin, status=SETTLED, answer=answer, demand_id=demand_id):
        raise QualityMatterError("stale")
    _note(db, "quality_matter_settled", seen.id, origin, SUBMITTED, SETTLED)
    return read_quality_matter(db, seen.id)


def list_quality_matters(
    db: Connection,
    staff: Staff,
    *,
    status: str = "",
    station: str = "",
    before: int | None = None,
    limit: int = 50,
) -> list[QualityMatter]:
    """Theirs to see, the newest first: a station's own; for the centre what was handed to it."""
    require(staff, "demands_record")
    found: list[Any] = []
    if staff.station:
        found.append(table.c.station == staff.station)
    if station:
        found.append(table.c.station == station)
    if status:
        found.append(table.c.status == status)
    if before is not None:
        found.append(table.c.id < before)
    return _read(db, *found, limit=limit)


def read_quality_matter(db: Connection, matter_id: int) -> QualityMatter:
    """Raises NotFoundError."""
    found = _read(db, table.c.id == matter_id)
    if not found:
        raise NotFoundError(what="quality_matter", id=matter_id)
    return found[0]


def seen_quality_matter(db: Connection, matter_id: int, version: int) -> QualityMatter:
    """An entry as a page showed it: of that version."""
    return replace(read_quality_matter(db, matter_id), version=version)


def _check(entry: QualityMatterEntry) -> None:
    knowledge = load_knowledge()
    if not entry.company.strip():
        raise QualityMatterError("company_missing")
    if not entry.problem.strip():
        raise QualityMatterError("problem_missing")
    if len(entry.company) > SHORT or len(entry.problem) > LONG or len(entry.contact) > 64:
        raise QualityMatterError("too_long")
    if len(entry.telephone) > 32:
        raise QualityMatterError("too_long")
    if entry.category is not None and entry.category not in knowledge.categories:
        raise QualityMatterError("category")
    if entry.station not in {station.scene for station in knowledge.stations}:
        raise QualityMatterError("station")
    if entry.source not in DESK_SOURCES:
        raise QualityMatterError("source")


def _move(db: Connection, seen: QualityMatter, origin: Origin, **values: Any) -> bool:
    which = sa.and_(table.c.id == seen.id, table.c.version == seen.version)
    values = {**values, "version": seen.version + 1, "changed_at": origin.now}
    return bool(db.execute(table.update().where(which).values(**values)).rowcount)


def _read(db: Connection, *conditions: Any, limit: int = 1) -> list[QualityMatter]:
    columns = [table.c[field.name] for field in fields(QualityMatter)]
    query = sa.select(*columns).where(*conditions).order_by(table.c.id.desc()).limit(limit)
    return [QualityMatter(**row._mapping) for row in db.execute(query)]


def _note(db: Connection, kind: str, matter_id: int, origin: Origin, *states: str | None) -> None:
    old, new = states
    record_event(db, kind, None, origin, quality_matter=matter_id, old=old, new=new)
