"""A step that writes a service record, with the files that belong to it (服务记录的附件)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Connection

from bot.model.demand import TRANSITIONS
from bot.model.demand_actor import DemandActor, Given
from bot.services.demand.attachments import Attachment, attach_file
from bot.services.demand.matter_rows import Matter
from bot.services.demand.service_records import ServiceRecord, records_of
from bot.services.demand.steps import take_step


@dataclass(frozen=True)
class GivenFile:
    """A file as it came in; its media type was found by its content, empty for an unknown one."""

    name: str
    media_type: str
    content: bytes


def take_recorded_step(
    db: Connection,
    var: Path,
    name: str,
    seen: Matter,
    who: DemandActor,
    now: datetime,
    given: Given,
    files: Sequence[GivenFile],
) -> Matter:
    """Take the step, and keep the files with the record that it writes, all or nothing.

    `var`: BOT_VAR. A step without a record keeps no files. Raises what take_step raises, and
    AttachmentError.
    """
    moved = take_step(db, name, seen, who, now, given)
    if files and "record" in TRANSITIONS[name].needs:
        record = records_of(db, moved.id)[-1]  # the demand is locked: it is this step's
        for file in files:
            attach_file(
                db, var, moved.demand_id, file.name, file.media_type, file.content, who, now,
                matter_id=moved.id, record_id=record.id,
            )  # fmt: skip
    return moved


def records_with_files(
    records: Sequence[ServiceRecord], files: Sequence[Attachment]
) -> list[tuple[ServiceRecord, list[Attachment]]]:
    """Each record with its own files."""
    return [(record, [f for f in files if f.record_id == record.id]) for record in records]


def other_files(files: Sequence[Attachment], matter_id: int | None) -> list[Attachment]:
    """Those that are a matter's (None: the demand's) without belonging to a record."""
    return [f for f in files if f.matter_id == matter_id and f.record_id is None]
