"""Files of a demand: rows in the database, bytes under BOT_VAR/files by their SHA-256."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.demand import ENDED
from bot.model.demand_actor import DemandActor
from bot.model.demand_errors import AttachmentError
from bot.model.errors import NotFoundError
from bot.services.demand.access import require_demand, require_matter, sees_demand, sees_matter
from bot.services.demand.matter_rows import matters_of, read_matter
from bot.services.demand.rows import Demand, get_demand, lock_demand
from bot.services.record import Origin, record_event
from bot.storage.demand_tables import attachments as table

EPOCH = datetime(1970, 1, 1)
FOLDER = "files"
"""Under BOT_VAR."""
MOST_BYTES = 10 * 2**20
MOST_FILES = 30
"""For one matter, and for a demand beside its matters: nobody takes up the room of others."""
MEDIA_TYPES = frozenset(
    {
        "application/pdf",
        "image/png",
        "image/jpeg",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)
"""What is kept; that a file is what it says is checked by its content where it comes in."""


@dataclass(frozen=True)
class Attachment:
    """A file as stored. `at`: UTC."""

    id: int
    demand_id: int
    matter_id: int | None
    record_id: int | None
    name: str
    media_type: str
    size: int
    sha256: str
    actor: str
    at: datetime


def attach_file(
    db: Connection,
    var: Path,
    demand_id: int,
    name: str,
    media_type: str,
    content: bytes,
    who: DemandActor,
    now: datetime,
    *,
    matter_id: int | None = None,
    record_id: int | None = None,
) -> Attachment:
    """Keep a file with a demand, or with a matter of it or its record; the same twice is one.

    `var`: BOT_VAR. Raises NotFoundError, AttachmentError: kind, too_large, empty, too_many, ended.
    """
    demand = lock_demand(db, demand_id)
    _check(media_type, content, _state(db, demand, matter_id, who))
    digest = hashlib.sha256(content).hexdigest()
    beside = [f for f in files_of(db, demand_id) if f.matter_id == matter_id]
    for known in beside:
        if (known.sha256, known.record_id) == (digest, record_id):
            return known
    if len(beside) >= MOST_FILES:
        raise AttachmentError("too_many", most=MOST_FILES)
    _write(path_of(var, digest), content)
    made = _insert(
        db,
        demand_id=demand_id,
        matter_id=matter_id,
        record_id=record_id,
        name=name[:120],
        media_type=media_type,
        size=len(content),
        sha256=digest,
        actor=who.name,
        at=now,
    )
    origin = Origin(who.channel, who.name, now)
    about = {"demand": demand_id, "number": demand.number, "attachment": made}
    record_event(db, "file_attached", demand.user_id, origin, **about, old=None, new=media_type)
    return _get(db, made)


def _insert(db: Connection, **values: Any) -> int:
    return int(db.execute(table.insert().values(**values)).inserted_primary_key[0])


def _state(db: Connection, demand: Demand, matter_id: int | None, who: DemandActor) -> str:
    """The state of what the file is kept with, which `who` may see."""
    if matter_id is None:
        require_demand(who, demand, matters_of(db, demand.id))
        return demand.status
    matter = read_matter(db, matter_id)
    require_matter(who, demand, matter)
    if matter.demand_id != demand.id:
        raise NotFoundError(what="matter", id=matter_id)
    return matter.state


def read_file(
    db: Connection, var: Path, attachment_id: int, who: DemandActor
) -> tuple[Attachment, bytes]:
    """A file that they may see, with its bytes. Raises NotFoundError."""
    found = _get(db, attachment_id)
    demand = get_demand(db, found.demand_id)
    if found.matter_id is None:
        require_demand(who, demand, matters_of(db, demand.id))
    else:
        require_matter(who, demand, read_matter(db, found.matter_id))
    try:
        return found, path_of(var, found.sha256).read_bytes()
    except FileNotFoundError:
        raise NotFoundError(what="file", id=attachment_id) from None


def files_of(db: Connection, demand_id: int, who: DemandActor | None = None) -> list[Attachment]:
    """The files of a demand, the first first; those that `who` may see."""
    found = _read(db, table.c.demand_id == demand_id)
    if who is None or not found:
        return found
    demand = get_demand(db, demand_id)
    seen = {m.id for m in matters_of(db, demand_id) if sees_matter(who, demand, m)}
    whole = sees_demand(who, demand) or bool(seen)
    return [f for f in found if (whole if f.matter_id is None else f.matter_id in seen)]


def delete_unnamed_files(db: Connection, var: Path, now: datetime, keep_seconds: float) -> int:
    """Delete files that no row names, unless written just now; how many.

    What a withdrawn demand or a transaction that failed left behind.
    """
    named = set(db.scalars(sa.select(table.c.sha256).distinct()))
    gone = 0
    for path in (var / FOLDER).glob("*/*"):
        old = (now - EPOCH).total_seconds() - path.stat().st_mtime > keep_seconds
        if path.name not in named and old:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def path_of(var: Path, digest: str) -> Path:
    """Where the bytes of a digest lie."""
    return var / FOLDER / digest[:2] / digest


def _check(media_type: str, content: bytes, state: str) -> None:
    if media_type not in MEDIA_TYPES:
        raise AttachmentError("kind")
    if not content:
        raise AttachmentError("empty")
    if len(content) > MOST_BYTES:
        raise AttachmentError("too_large", most=MOST_BYTES)
    if state in ENDED:
        raise AttachmentError("ended")


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all; the same bytes are written once."""
    if path.exists():
        os.utime(path)
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(file.name, path)


def _get(db: Connection, attachment_id: int) -> Attachment:
    found = _read(db, table.c.id == attachment_id)
    if not found:
        raise NotFoundError(what="file", id=attachment_id)
    return found[0]


def _read(db: Connection, which: sa.sql.ColumnElement) -> list[Attachment]:
    columns = [table.c[field.name] for field in fields(Attachment)]
    rows = db.execute(sa.select(*columns).where(which).order_by(table.c.id))
    return [Attachment(**row._mapping) for row in rows]
