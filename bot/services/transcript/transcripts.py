"""One transcript as it is read at the desk; personal data masked by role."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.errors import NotFoundError
from bot.model.personal import hide_links, mask_personal
from bot.model.rights import Staff, require
from bot.model.transcript import Understanding, read_parse
from bot.services.known_names import known_names
from bot.services.record import record_read
from bot.services.resources.directory import office_telephones
from bot.services.transcript.lists import categories_of
from bot.services.transcript.words import UNMASKED
from bot.storage.desk_tables import handoffs
from bot.storage.desk_tables import staff as staff_table
from bot.storage.tables import messages_in, messages_out, users
from bot.storage.transcript_tables import (
    learning_candidates,
    transcript_notes,
    transcripts,
)


@dataclass(frozen=True)
class Message:
    """One message. `id` is that of messages_in or messages_out (`incoming` tells which).

    `sender`: user, event, assistant, system, specialist; `status`: as in the tables; `choices`:
    titles offered; `label`: the intent that somebody said is right, with `label_status`.
    """

    id: int
    incoming: bool
    at: datetime
    sender: str
    text: str
    kind: str
    status: str
    reason: str | None = None
    understanding: Understanding | None = None
    choices: tuple[str, ...] = ()
    staff_name: str = ""
    label: str | None = None
    label_status: str | None = None


@dataclass(frozen=True)
class Note:
    """What somebody noted about a transcript."""

    at: datetime
    author: str
    text: str


@dataclass(frozen=True)
class Transcript:
    """A transcript with all that belongs to it. `row`: of transcripts; `handoff`: of handoffs."""

    row: Any
    user: str  # masked openid, unless the reader may see it
    messages: tuple[Message, ...]
    categories: tuple[str, ...]
    notes: tuple[Note, ...]
    handoff: Any | None
    reviewer: str
    earlier: int | None
    later: int | None
    masked: bool


def get_transcript(db: Connection, staff: Staff, transcript_id: int) -> Any:
    """Its row. Raises NotFoundError also for another station's: none learns that it exists."""
    require(staff, "transcripts")
    row = db.execute(sa.select(transcripts).where(transcripts.c.id == transcript_id)).first()
    if row is None or not staff.serves(row.station):
        raise NotFoundError(what="transcript", id=transcript_id)
    return row


def read_transcript(db: Connection, staff: Staff, transcript_id: int, now: datetime) -> Transcript:
    """All of it; the reading is on record. Raises ForbiddenError, NotFoundError."""
    row = get_transcript(db, staff, transcript_id)
    record_read(db, staff, "transcript", row.user_id, now, transcript=row.id)
    names = known_names(db, [row.user_id]).get(row.user_id, ())
    masked = not staff.may(UNMASKED)
    openid = str(db.scalar(sa.select(users.c.openid).where(users.c.id == row.user_id)))
    return Transcript(
        row,
        f"{openid[:2]}***{openid[-3:]}" if masked else openid,
        tuple(messages_of(db, staff, [row])[row.id]),
        categories_of(db, [row.id]).get(row.id, ()),
        tuple(_notes(db, row.id, names if masked else None)),
        _handoff(db, row.handoff_id),
        _staff_names(db, [row.reviewed_by]).get(row.reviewed_by, ""),
        _neighbour(db, row, earlier=True),
        _neighbour(db, row, earlier=False),
        masked,
    )


def _shown(
    message: Message, masked: bool, names: Iterable[str], telephones: frozenset[str]
) -> Message:
    text = hide_links(message.text)
    if masked:
        text = mask_personal(text, names, telephones)
    return Message(**{**vars(message), "text": text})


def messages_of(db: Connection, staff: Staff, rows: Sequence[Any]) -> dict[int, list[Message]]:
    """{id: messages in their order} of rows of transcripts, as the person may see them."""
    masked = not staff.may(UNMASKED)
    names = known_names(db, (row.user_id for row in rows)) if masked else {}
    public = office_telephones(db) if masked else frozenset()
    said = _messages(db, [row.id for row in rows])
    return {
        row.id: [
            _shown(m, masked, names.get(row.user_id, ()), public) for m in said.get(row.id, ())
        ]
        for row in rows
    }


def _messages(db: Connection, ids: Sequence[int]) -> dict[int, list[Message]]:
    came = db.execute(sa.select(messages_in).where(messages_in.c.transcript_id.in_(ids))).all()
    labels = _labels(db, ids)
    went = db.execute(sa.select(messages_out).where(messages_out.c.transcript_id.in_(ids))).all()
    authors = _staff_names(db, (row.staff_id for row in went))
    found: dict[int, list[Message]] = {}
    for row in came:
        found.setdefault(row.transcript_id, []).append(_incoming(row, labels.get(row.id)))
    for row in went:
        found.setdefault(row.transcript_id, []).append(_outgoing(row, authors))
    for messages in found.values():
        messages.sort(key=lambda message: (message.at, not message.incoming, message.id))
    return found


def _outgoing(row: Any, authors: dict[int | None, str]) -> Message:
    return Message(
        row.id,
        False,
        row.created_at,
        row.sender,
        str(row.body.get("text") or ""),
        "image" if row.body.get("image") else "text",
        row.status,
        row.reason,
        choices=tuple(str(c.get("title")) for c in row.body.get("choices") or ()),
        staff_name=authors.get(row.staff_id, ""),
    )


def _labels(db: Connection, ids: Sequence[int]) -> dict[int, Any]:
    """{messages_in.id: the last correction of it}: one approved in other words stays beside it."""
    of = learning_candidates
    query = (
        sa.select(of.c.message_id, of.c.intent, of.c.status)
        .join(messages_in, messages_in.c.id == of.c.message_id)
        .where(messages_in.c.transcript_id.in_(ids))
        .order_by(of.c.proposed_at, of.c.id)
    )
    return {row.message_id: row for row in db.execute(query)}


def _incoming(row: Any, label: Any | None) -> Message:
    return Message(
        row.id,
        True,
        row.received_at,
        "event" if row.kind == "event" else "user",
        row.text or "",
        row.event or row.kind,
        row.status,
        understanding=read_parse(row.parse),
        label=label.intent if label else None,
        label_status=label.status if label else None,
    )


def _notes(db: Connection, transcript_id: int, names: Iterable[str] | None) -> list[Note]:
    notes = transcript_notes
    query = (
        sa.select(notes.c.at, notes.c.text, staff_table.c.name)
        .join(staff_table, staff_table.c.id == notes.c.staff_id)
        .where(notes.c.transcript_id == transcript_id)
        .order_by(notes.c.id)
    )
    return [
        Note(row.at, row.name, row.text if names is None else mask_personal(row.text, names))
        for row in db.execute(query)
    ]


def _handoff(db: Connection, handoff_id: int | None) -> Any | None:
    if handoff_id is None:
        return None
    query = sa.select(handoffs, staff_table.c.name.label("staff_name")).outerjoin(
        staff_table, staff_table.c.id == handoffs.c.staff_id
    )
    return db.execute(query.where(handoffs.c.id == handoff_id)).first()


def _staff_names(db: Connection, ids: Iterable[int | None]) -> dict[int | None, str]:
    wanted = {number for number in ids if number is not None}
    if not wanted:
        return {}
    query = sa.select(staff_table.c.id, staff_table.c.name).where(staff_table.c.id.in_(wanted))
    return {row.id: row.name for row in db.execute(query)}


def _neighbour(db: Connection, row: Any, *, earlier: bool) -> int | None:
    """The same user's transcript before or after this one."""
    number = transcripts.c.id
    query = sa.select(sa.func.max(number) if earlier else sa.func.min(number)).where(
        transcripts.c.user_id == row.user_id, number < row.id if earlier else number > row.id
    )
    found = db.scalar(query)
    return int(found) if found is not None else None
