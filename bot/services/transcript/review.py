"""What the centre says about a transcript: flags, reviewed or not, notes."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection

from bot.model.errors import ReviewError
from bot.model.rights import Staff
from bot.model.transcript import FLAGS
from bot.services.record import Origin, record_event
from bot.services.transcript.transcripts import get_transcript
from bot.storage.transcript_tables import transcript_notes, transcripts

NOTE_LONGEST = 1_000


def flag_transcript(
    db: Connection, staff: Staff, transcript_id: int, flag: str | None, origin: Origin
) -> None:
    """Set its flag (of FLAGS), or take it away with None.

    Raises ForbiddenError, NotFoundError, ReviewError "flag".
    """
    row = get_transcript(db, staff, transcript_id)
    if flag is not None and flag not in FLAGS:
        raise ReviewError("flag")
    if flag != row.flag:
        _change(db, row, "transcript_flagged", origin, row.flag, flag, flag=flag)


def mark_reviewed(
    db: Connection, staff: Staff, transcript_id: int, version: int, origin: Origin
) -> None:
    """Note that the transcript was read to its end as it stood at `version`.

    Raises ForbiddenError, NotFoundError, ReviewError "changed": something was said meanwhile.
    """
    row = get_transcript(db, staff, transcript_id)
    changed = db.execute(
        transcripts.update()
        .where(transcripts.c.id == row.id, transcripts.c.version == version)
        .values(reviewed_at=origin.now, reviewed_by=staff.id)
    ).rowcount
    if not changed:
        raise ReviewError("changed")
    _note(db, row, "transcript_reviewed", origin, row.reviewed_at is not None, True)


def mark_unreviewed(db: Connection, staff: Staff, transcript_id: int, origin: Origin) -> None:
    """Put it back among those to be read. Raises ForbiddenError, NotFoundError."""
    row = get_transcript(db, staff, transcript_id)
    if row.reviewed_at is not None:
        empty: dict[str, Any] = {"reviewed_at": None, "reviewed_by": None}
        _change(db, row, "transcript_reviewed", origin, True, False, **empty)


def add_note(db: Connection, staff: Staff, transcript_id: int, text: str, origin: Origin) -> None:
    """Note something for colleagues; the user never sees it.

    Raises ForbiddenError, NotFoundError, ReviewError "note_empty" or "note_long".
    """
    row = get_transcript(db, staff, transcript_id)
    said = text.strip()
    if not said:
        raise ReviewError("note_empty")
    if len(said) > NOTE_LONGEST:
        raise ReviewError("note_long")
    number = db.execute(
        transcript_notes.insert().values(
            transcript_id=row.id, staff_id=staff.id, text=said, at=origin.now
        )
    ).inserted_primary_key[0]
    # The words stay out of the record: they go when the user's data are deleted.
    _note(db, row, "transcript_noted", origin, None, int(number))


def _change(
    db: Connection, row: Any, kind: str, origin: Origin, old: Any, new: Any, **values: Any
) -> None:
    db.execute(transcripts.update().where(transcripts.c.id == row.id).values(**values))
    _note(db, row, kind, origin, old, new)


def _note(db: Connection, row: Any, kind: str, origin: Origin, old: Any, new: Any) -> None:
    record_event(db, kind, row.user_id, origin, transcript=row.id, old=old, new=new)
