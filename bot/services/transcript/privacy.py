"""What is deleted of transcripts and learning when a user's data are."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.learning import APPROVED
from bot.services.transcript.sentences import forget_sentences
from bot.storage.tables import messages_in
from bot.storage.transcript_tables import (
    learning_candidates,
    transcript_grams,
    transcript_notes,
    transcripts,
)


def forget_transcripts(db: Connection, user_id: int) -> None:
    """Delete the words under which a user's transcripts are found, their station, the notes about
    them, and what was proposed for learning from their messages.

    To be called after the messages are emptied: the filing of messages holds their rows. What was
    approved for learning had its personal data taken out and was read by a second person: it
    stays, and no longer tells whose message it was.
    """
    own = transcripts.c.user_id == user_id
    db.execute(transcripts.update().where(own).values(station=None))
    mine = sa.select(transcripts.c.id).where(own)
    for table in (transcript_grams, transcript_notes):
        db.execute(table.delete().where(table.c.transcript_id.in_(mine)))
    forget_sentences(db, mine)
    said = sa.select(messages_in.c.id).where(messages_in.c.user_id == user_id)
    theirs = learning_candidates.c.message_id.in_(said)
    db.execute(learning_candidates.delete().where(theirs, learning_candidates.c.status != APPROVED))
    db.execute(learning_candidates.update().where(theirs).values(message_id=None))
