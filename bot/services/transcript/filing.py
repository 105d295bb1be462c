"""Files messages in transcripts and under the words in them; the worker does it all the time.

A message is filed when its row names a transcript: what was not filed yet is found by that alone,
whatever process died meanwhile, and messages from before transcripts existed are filed likewise.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.search_text import grams
from bot.model.transcript import QUIET, categories_of, read_parse
from bot.services.transcript.sentences import keep_earlier, keep_sentences, sentences_of
from bot.services.transcript.words import PEOPLE
from bot.storage.database import insert_missing
from bot.storage.desk_tables import handoffs
from bot.storage.tables import messages_in, messages_out, users
from bot.storage.transcript_tables import (
    transcript_categories,
    transcript_grams,
    transcripts,
)
from knowledge import load_knowledge

MOST = 200
"""Messages of each direction filed at once: SQLite's other writers wait meanwhile."""
_LOCK = 7_420_001
"""Number of PostgreSQL's lock for this work: two workers must not both begin a transcript."""


@dataclass(frozen=True)
class _Message:
    table: sa.Table
    id: int
    user_id: int
    at: datetime
    sender: str
    text: str
    sentences: Collection[str] = ()  # the assistant's
    parse: Any = None
    unanswered: bool = False
    handoff_id: int | None = None


@dataclass
class _Stretch:
    """A transcript while messages are added to it; `changes` are of its row."""

    id: int
    ended_at: datetime
    said: int
    lowest: float | None
    changes: dict[str, Any] = field(default_factory=dict)
    categories: set[str] = field(default_factory=set)
    pieces: set[str] = field(default_factory=set)
    sentences: set[str] = field(default_factory=set)


def file_messages(db: Connection, most: int = MOST) -> int:
    """File the oldest messages that are in no transcript yet; returns how many."""
    if not _alone(db):
        return 0
    found = _unfiled(db, most)
    if not found:
        return 0
    stretches = _latest(db, {message.user_id for message in found})
    asked = _asked_for_person(db, found)
    placed: dict[sa.Table, list[dict[str, int]]] = {messages_in: [], messages_out: []}
    touched: dict[int, _Stretch] = {}
    for message in found:
        stretch = stretches.get(message.user_id)
        if stretch is None or message.at - stretch.ended_at > QUIET:
            stretch = stretches[message.user_id] = _begin(db, message)
        _add(stretch, message, asked.get(message.id) if message.table is messages_in else None)
        touched[stretch.id] = stretch
        placed[message.table].append({"b_id": message.id, "b_transcript": stretch.id})
    for table, rows in placed.items():
        if rows:
            place = table.update().where(table.c.id == sa.bindparam("b_id"))
            db.execute(place.values(transcript_id=sa.bindparam("b_transcript")), rows)
    _write(db, touched.values())
    return len(found)


def file_earlier(db: Connection) -> int:
    """Keep the assistant's sentences of transcripts from before they were kept; how many."""
    return keep_earlier(db) if _alone(db) else 0


def anything_unfiled(db: Connection) -> bool:
    """Whether there is something to file."""
    ids = (
        sa.select(messages_in.c.id).where(
            messages_in.c.transcript_id.is_(None), messages_in.c.status != "pending"
        ),
        sa.select(messages_out.c.id).where(messages_out.c.transcript_id.is_(None)),
    )
    return any(db.scalar(query.limit(1)) is not None for query in ids)


def _alone(db: Connection) -> bool:
    """Whether no other worker files at this moment; SQLite has one writer anyway."""
    if db.dialect.name != "postgresql":
        return True
    return bool(db.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_LOCK))))


def _unfiled(db: Connection, most: int) -> list[_Message]:
    """The oldest of both directions, in order of time; locked, so that a deletion waits.

    What somebody is changing at this moment is left for the next time.
    """
    came = db.execute(
        sa.select(messages_in)
        .where(messages_in.c.transcript_id.is_(None), messages_in.c.status != "pending")
        .order_by(messages_in.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    went = db.execute(
        sa.select(messages_out)
        .where(messages_out.c.transcript_id.is_(None))
        .order_by(messages_out.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    found = [_incoming(row) for row in came] + [_outgoing(row) for row in went]
    found.sort(key=lambda message: (message.at, message.table is messages_out, message.id))
    # Where there are more of one direction, the other's later ones wait for their turn.
    ends = [m[-1] for m, full in ((came, len(came) == most), (went, len(went) == most)) if full]
    if not ends:
        return found
    horizon = min(getattr(row, "received_at", None) or row.created_at for row in ends)
    return [message for message in found if message.at <= horizon] or found


def _incoming(row: Any) -> _Message:
    text = row.text if row.kind in ("text", "voice") else None
    return _Message(
        messages_in,
        row.id,
        row.user_id,
        row.received_at,
        "event" if row.kind == "event" else "user",
        text or "",
        parse=row.parse,
        unanswered=row.status == "failed",
        handoff_id=row.handoff_id,
    )


def _outgoing(row: Any) -> _Message:
    text = str(row.body.get("text") or "")
    return _Message(
        messages_out,
        row.id,
        row.user_id,
        row.created_at,
        row.sender,
        text,
        sentences_of(row.body) if row.sender not in PEOPLE else (),
        handoff_id=row.handoff_id,
    )


def _latest(db: Connection, user_ids: set[int]) -> dict[int, _Stretch]:
    newest = (
        sa.select(sa.func.max(transcripts.c.id))
        .where(transcripts.c.user_id.in_(user_ids))
        .group_by(transcripts.c.user_id)
    )
    rows = db.execute(sa.select(transcripts).where(transcripts.c.id.in_(newest))).all()
    return {
        row.user_id: _Stretch(row.id, row.ended_at, row.said, row.lowest_confidence) for row in rows
    }


def _asked_for_person(db: Connection, found: list[_Message]) -> dict[int, int]:
    """{messages_in.id: handoffs.id} of the messages that a hand-off began with."""
    ids = [message.id for message in found if message.table is messages_in]
    query = sa.select(handoffs.c.first_message_id, handoffs.c.id).where(
        handoffs.c.first_message_id.in_(ids)
    )
    return {row.first_message_id: row.id for row in db.execute(query)}


def _begin(db: Connection, message: _Message) -> _Stretch:
    station = sa.select(users.c.station).where(users.c.id == message.user_id).scalar_subquery()
    number = db.execute(
        transcripts.insert().values(
            user_id=message.user_id,
            station=station,
            started_at=message.at,
            ended_at=message.at,
        )
    ).inserted_primary_key[0]
    return _Stretch(number, message.at, 0, None)


def _add(stretch: _Stretch, message: _Message, began: int | None) -> None:
    changes = stretch.changes
    if message.at > stretch.ended_at:
        stretch.ended_at = changes["ended_at"] = message.at
    if message.sender in PEOPLE:
        stretch.said += 1
        changes["said"] = stretch.said
        stretch.pieces |= grams(message.text)
    stretch.sentences.update(message.sentences)
    if message.sender == "user":
        changes["reviewed_at"] = changes["reviewed_by"] = None
    if message.unanswered:
        changes["unanswered"] = True
    if handoff := began or message.handoff_id:
        changes["handoff_id"] = handoff
    read = read_parse(message.parse)
    if read is None or not read.free:
        return
    stretch.categories |= categories_of(read, load_knowledge().categories.keys())
    if read.fallback:
        changes["fallback"] = True
    if stretch.lowest is None or read.confidence < stretch.lowest:
        stretch.lowest = changes["lowest_confidence"] = read.confidence


def _write(db: Connection, stretches: Collection[_Stretch]) -> None:
    categories, pieces = [], []
    for stretch in stretches:
        if stretch.changes:
            values = {**stretch.changes, "version": transcripts.c.version + 1}
            db.execute(transcripts.update().where(transcripts.c.id == stretch.id).values(**values))
        categories += [{"category": c, "transcript_id": stretch.id} for c in stretch.categories]
        pieces += [{"gram": piece, "transcript_id": stretch.id} for piece in stretch.pieces]
    insert_missing(db, transcript_categories, categories)
    insert_missing(db, transcript_grams, sorted(pieces, key=lambda row: row["gram"]))
    keep_sentences(db, {stretch.id: stretch.sentences for stretch in stretches})
