"""What an enterprise says about a submitted demand besides the form, and what it is answered."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.demand import CENTRE, CLERK, CLOSED, SPECIALIST, WITHDRAWN
from bot.model.demand_actor import DemandActor
from bot.model.demand_errors import InquiryError
from bot.model.errors import ForbiddenError, NotFoundError
from bot.services.demand.access import require_demand
from bot.services.demand.matter_rows import matters_of
from bot.services.demand.news import tell_demand
from bot.services.demand.rows import Demand, lock_demand
from bot.services.record import Origin, record_event
from bot.storage.demand_tables import inquiries as table
from bot.storage.tables import demands

ADDITION, QUESTION, COMPLAINT = "addition", "question", "complaint"
KINDS = (ADDITION, QUESTION, COMPLAINT)
LONGEST = 500
"""Characters; an answer of so many fits one message of the platform."""
ANSWERERS = (CENTRE, SPECIALIST, CLERK)
ENDED = {CLOSED: (COMPLAINT,), WITHDRAWN: ()}
"""What may still be said once a demand has ended."""


@dataclass(frozen=True)
class Inquiry:
    """As stored. Times are UTC without zone."""

    id: int
    demand_id: int
    kind: str  # one of KINDS
    text: str
    actor: str
    channel: str
    at: datetime
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None
    version: int


def add_inquiry(
    db: Connection, demand_id: int, kind: str, text: str, who: DemandActor, now: datetime
) -> Inquiry:
    """Add words to a demand, ask or complain, oneself or by whoever records it at the desk.

    Raises NotFoundError, InquiryError: empty, too_long, kind, ended.
    """
    demand = lock_demand(db, demand_id)
    require_demand(who, demand, matters_of(db, demand_id))
    text = text.strip()
    if kind not in KINDS:
        raise InquiryError("kind")
    if not text:
        raise InquiryError("empty")
    if len(text) > LONGEST:
        raise InquiryError("too_long", longest=LONGEST)
    if kind not in ENDED.get(demand.status, KINDS):
        raise InquiryError("ended", status=demand.status)
    values = {"demand_id": demand_id, "kind": kind, "text": text, "at": now}
    insert = table.insert().values(**values, actor=who.name, channel=who.channel)
    made = int(db.execute(insert).inserted_primary_key[0])
    _note(db, f"{kind}_added", demand, made, who, now, None, "open")
    return read_inquiry(db, made)


def answer_inquiry(
    db: Connection, seen: Inquiry, answer: str, who: DemandActor, now: datetime
) -> Inquiry:
    """Answer a question or complaint; the enterprise is told.

    `seen`: as the caller saw it. Raises ForbiddenError, NotFoundError, InquiryError: empty,
    too_long, kind (an addition has no answer), stale (somebody answered meanwhile).
    """
    if who.role not in ANSWERERS:
        raise ForbiddenError(step="answer")
    demand = lock_demand(db, seen.demand_id)
    require_demand(who, demand, matters_of(db, demand.id))
    answer = answer.strip()
    if not answer:
        raise InquiryError("empty")
    if len(answer) > LONGEST:
        raise InquiryError("too_long", longest=LONGEST)
    if seen.kind == ADDITION:
        raise InquiryError("kind")
    which = sa.and_(table.c.id == seen.id, table.c.version == seen.version)
    values = {"answer": answer, "answered_by": who.name, "answered_at": now}
    done = table.update().where(which).values(**values, version=seen.version + 1)
    if not db.execute(done).rowcount:
        raise InquiryError("stale")
    tell_demand(db, seen.kind, demand, now, answer=answer)
    _note(db, f"{seen.kind}_answered", demand, seen.id, who, now, "open", "answered")
    return read_inquiry(db, seen.id)


def inquiries_of(db: Connection, demand_id: int) -> list[Inquiry]:
    """What was said about a demand, the first first."""
    return _read(db, table.c.demand_id == demand_id)


def open_inquiries(db: Connection, who: DemandActor, limit: int = 100) -> list[Inquiry]:
    """What waits for an answer and is theirs to see, the oldest first."""
    if who.role not in ANSWERERS:
        return []
    waiting = sa.and_(table.c.answered_at.is_(None), table.c.kind != ADDITION)
    if who.station and who.role != CENTRE:
        theirs = sa.or_(demands.c.station.is_(None), demands.c.station == who.station)
        waiting = sa.and_(
            waiting, sa.exists().where(demands.c.id == table.c.demand_id).where(theirs)
        )
    return _read(db, waiting, limit=limit)


def read_inquiry(db: Connection, inquiry_id: int) -> Inquiry:
    """Raises NotFoundError."""
    found = _read(db, table.c.id == inquiry_id)
    if not found:
        raise NotFoundError(what="inquiry", id=inquiry_id)
    return found[0]


def seen_inquiry(db: Connection, inquiry_id: int, version: int) -> Inquiry:
    """An inquiry as a page showed it: of that version."""
    return replace(read_inquiry(db, inquiry_id), version=version)


def _read(db: Connection, *conditions: sa.sql.ColumnElement, limit: int = 500) -> list[Inquiry]:
    columns = [table.c[field.name] for field in fields(Inquiry)]
    query = sa.select(*columns).where(*conditions).order_by(table.c.id).limit(limit)
    return [Inquiry(**row._mapping) for row in db.execute(query)]


def _note(
    db: Connection,
    kind: str,
    demand: Demand,
    inquiry_id: int,
    who: DemandActor,
    now: datetime,
    old: str | None,
    new: str,
) -> None:
    """Note the change; the words stand in the table alone."""
    about = {"demand": demand.id, "number": demand.number, "inquiry": inquiry_id}
    origin = Origin(who.channel, who.name, now)
    record_event(db, kind, demand.user_id, origin, **about, old=old, new=new)
