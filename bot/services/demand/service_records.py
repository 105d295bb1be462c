"""What was done for a matter, as those who serve it write it down (服务记录)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.demand import local_date
from bot.model.demand_actor import DemandActor
from bot.model.demand_errors import StepError
from bot.services.demand.matter_rows import Matter
from bot.storage.demand_tables import service_records as table

LONGEST = 2000
KINDS = ("contact", "visit", "service", "result")


@dataclass(frozen=True)
class ServiceRecord:
    """A record as stored. `served_on`: China's day; `at`: UTC."""

    id: int
    matter_id: int
    organisation_id: int | None
    kind: str  # one of KINDS
    served_on: date
    text: str
    actor: str
    channel: str
    at: datetime


def check_record(kind: str, text: str) -> None:
    """Raises StepError record_missing, record_too_long, record_kind."""
    if not text.strip():
        raise StepError("record_missing")
    if len(text) > LONGEST:
        raise StepError("record_too_long", longest=LONGEST)
    if kind not in KINDS:
        raise StepError("record_kind")


def keep_record(
    db: Connection,
    matter: Matter,
    kind: str,
    text: str,
    who: DemandActor,
    now: datetime,
    served_on: date | None = None,
) -> int:
    """Keep what was done; the record's id.

    Called by the step that the record belongs to, which checks it and the rights and notes the
    change.
    """
    values = {
        "matter_id": matter.id,
        "organisation_id": matter.organisation_id,
        "kind": kind,
        "served_on": served_on or local_date(now),
        "text": text.strip(),
        "actor": who.name,
        "channel": who.channel,
        "at": now,
    }
    return int(db.execute(table.insert().values(**values)).inserted_primary_key[0])


def records_of(db: Connection, matter_id: int) -> list[ServiceRecord]:
    """The records of a matter, the first first."""
    columns = [table.c[field.name] for field in fields(ServiceRecord)]
    query = sa.select(*columns).where(table.c.matter_id == matter_id).order_by(table.c.id)
    return [ServiceRecord(**row._mapping) for row in db.execute(query)]
