"""The assistant's sentences, kept once however often they were said, so that searches find them.

What people write is indexed by its pieces (transcript_grams). The assistant says a few thousand
lines again and again, long ones: their pieces would be ten times as many as people's. Each line is
therefore kept once, with the transcripts it stands in; a search looks through the lines.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.personal import hide_links
from bot.model.search_text import fold, runs
from bot.services.transcript.words import ASSISTANT, SENDERS, words_of_body
from bot.storage.database import insert_missing
from bot.storage.tables import messages_out
from bot.storage.transcript_tables import sentence_uses, sentences, transcripts

MOST = 100
"""Transcripts from before sentences were kept that are done at once."""


def sentences_of(body: dict[str, Any]) -> set[str]:
    """The lines of a row of messages_out as they are compared; without addresses."""
    lines = hide_links(words_of_body(body)).splitlines()
    return {fold(line).strip() for line in lines if runs(line)}


def keep_sentences(db: Connection, said: Mapping[int, Iterable[str]]) -> None:
    """Note which lines were said; {transcripts.id: lines}."""
    pairs = [(number, _digest(line), line) for number, lines in said.items() for line in lines]
    if not pairs:
        return
    made = {digest: line for _, digest, line in pairs}
    rows = [{"digest": digest, "text": made[digest]} for digest in sorted(made)]
    insert_missing(db, sentences, rows)
    query = sa.select(sentences.c.digest, sentences.c.id).where(sentences.c.digest.in_(made))
    known = {row.digest: row.id for row in db.execute(query)}
    uses = sorted({(known[digest], number) for number, digest, _ in pairs})
    insert_missing(db, sentence_uses, [{"sentence_id": s, "transcript_id": t} for s, t in uses])


def anything_unkept(db: Connection) -> bool:
    """Whether there are transcripts from before sentences were kept."""
    return bool(_unkept(db, 1))


def keep_earlier(db: Connection, most: int = MOST) -> int:
    """Do the newest of those transcripts; how many."""
    ids = _unkept(db, most)
    said: dict[int, set[str]] = {number: set() for number in ids}
    query = sa.select(messages_out.c.transcript_id, messages_out.c.body).where(
        messages_out.c.transcript_id.in_(ids), messages_out.c.sender.in_(SENDERS[ASSISTANT])
    )
    for number, body in db.execute(query.with_for_update()):
        said[number] |= sentences_of(body)
    keep_sentences(db, said)
    done = transcripts.update().where(transcripts.c.id.in_(ids))
    db.execute(done.values(sentences_kept=True))
    return len(ids)


def forget_sentences(db: Connection, transcript_ids: Any) -> None:
    """Take the lines out of the transcripts that the query selects, and those nobody else heard."""
    uses = sentence_uses.c
    mine = uses.transcript_id.in_(transcript_ids)
    heard = list(db.scalars(sa.select(uses.sentence_id).where(mine).distinct()))
    db.execute(sentence_uses.delete().where(mine))
    # Held first: who notes at this moment that a line was said again is waited for, and seen.
    held = sa.select(sentences.c.id).where(sentences.c.id.in_(heard)).order_by(sentences.c.id)
    db.execute(held.with_for_update())
    used = sa.exists().where(uses.sentence_id == sentences.c.id)
    db.execute(sentences.delete().where(sentences.c.id.in_(heard), ~used))


def _unkept(db: Connection, most: int) -> list[int]:
    query = sa.select(transcripts.c.id).where(transcripts.c.sentences_kept.is_(None))
    return list(db.scalars(query.order_by(transcripts.c.id.desc()).limit(most)))


def _digest(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()
