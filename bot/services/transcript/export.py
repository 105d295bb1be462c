"""Transcripts as rows to take away; personal data masked by role, the export on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from bot.model.errors import ReviewError
from bot.model.rights import Staff, require
from bot.services.record import record_read
from bot.services.transcript.filters import Wish
from bot.services.transcript.search import find_transcripts
from bot.services.transcript.transcripts import Message, messages_of

MOST = 500
"""Transcripts in one export; more is told to be narrowed down."""


@dataclass(frozen=True)
class Exported:
    """One message with the transcript it stands in."""

    transcript_id: int
    station: str | None
    flag: str | None
    message: Message


def export_transcripts(db: Connection, staff: Staff, wish: Wish, now: datetime) -> list[Exported]:
    """All messages of the transcripts that `wish` finds, the newest transcript first.

    Raises ForbiddenError, ReviewError "too_many".
    """
    require(staff, "transcripts_export")
    found = find_transcripts(db, staff, wish, page=MOST)
    if found.after is not None:
        raise ReviewError("too_many")
    said = messages_of(db, staff, found.rows)
    record_read(db, staff, "transcripts", None, now, count=len(found.rows))
    return [
        Exported(row.id, row.station, row.flag, message)
        for row in found.rows
        for message in said[row.id]
    ]
