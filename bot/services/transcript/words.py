"""What was said in transcripts, in order, as its reader may see it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.personal import hide_links, mask_personal
from bot.model.rights import Staff
from bot.services.known_names import known_names
from bot.services.resources.directory import office_telephones
from bot.storage.tables import messages_in, messages_out

UNMASKED = "personal_data_unmasked"
USER, ASSISTANT, SPECIALIST = "user", "assistant", "specialist"
SPEAKERS = (USER, ASSISTANT, SPECIALIST)
PEOPLE = (USER, SPECIALIST)
SENDERS = {ASSISTANT: (ASSISTANT, "system"), SPECIALIST: (SPECIALIST,)}
"""Speakers as messages_out.sender names them: the system's notices are the assistant's to users."""


@dataclass(frozen=True)
class Said:
    """One message's words. `speaker`: one of SPEAKERS."""

    speaker: str
    text: str


def words_of_body(body: dict[str, Any]) -> str:
    """What a user sees of a row of messages_out: the words and the titles to choose from."""
    titles = (str(choice.get("title") or "") for choice in body.get("choices") or ())
    return "\n".join(filter(None, (str(body.get("text") or ""), *titles)))


def shown_words(
    db: Connection, staff: Staff, rows: Sequence[Any], speakers: Collection[str]
) -> dict[int, list[Said]]:
    """What `speakers` said in each of `rows` of transcripts, in order, as `staff` may see it."""
    if not rows:
        return {}
    words = _words(db, [row.id for row in rows], speakers)
    if staff.may(UNMASKED):
        return words
    names = known_names(db, (row.user_id for row in rows))
    public = office_telephones(db)
    return {
        row.id: [
            Said(
                said.speaker,
                mask_personal(
                    hide_links(said.text),
                    names.get(row.user_id, ()),
                    frozenset() if said.speaker == USER else public,
                ),
            )
            for said in words.get(row.id, ())
        ]
        for row in rows
    }


def _words(db: Connection, ids: Sequence[int], speakers: Collection[str]) -> dict[int, list[Said]]:
    found: list[tuple[Any, int, Said]] = []
    came, went = messages_in.c, messages_out.c
    if USER in speakers:
        query = sa.select(came.received_at, came.transcript_id, came.text).where(
            came.transcript_id.in_(ids), came.text.is_not(None)
        )
        found += [(at, number, Said(USER, text)) for at, number, text in db.execute(query)]
    senders = {
        sender: speaker for speaker in speakers if speaker in SENDERS for sender in SENDERS[speaker]
    }
    if senders:
        sent = sa.select(went.created_at, went.transcript_id, went.sender, went.body).where(
            went.transcript_id.in_(ids), went.sender.in_(senders)
        )
        for at, number, sender, body in db.execute(sent.order_by(went.id)):
            found.append((at, number, Said(senders[sender], words_of_body(body))))
    words: dict[int, list[Said]] = {}
    for _, number, said in sorted(found, key=lambda row: row[0]):
        if said.text:
            words.setdefault(number, []).append(said)
    return words
