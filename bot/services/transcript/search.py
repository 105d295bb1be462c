"""Lists transcripts: by what was said in them, and by what became of them. Newest first.

A page is told by the id after which it begins, so that page 1,000 costs what page 1 does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.rights import Staff, require
from bot.model.search_text import runs, wanted_grams
from bot.services.transcript.filters import Wish, filtered
from bot.services.transcript.heard import said_by_assistant
from bot.services.transcript.pages import PAGE, Found, compared_page, exact_page, merge_pages
from bot.services.transcript.words import ASSISTANT, PEOPLE, SPECIALIST, UNMASKED
from bot.storage.transcript_tables import transcript_grams, transcripts

RARE = 500
"""A piece of a query that stands in fewer transcripts than this is the one to begin with."""


def find_transcripts(
    db: Connection, staff: Staff, wish: Wish, *, after: int | None = None, page: int = PAGE
) -> Found:
    """Transcripts in which somebody wrote something; of words, either people or the assistant
    said all. Raises ForbiddenError.

    Who is shown masked words searches those: what is masked cannot be read out by trying.
    """
    require(staff, "transcripts")
    query = filtered(staff, wish)
    if not wish.text:
        order = transcripts.c.id
        return exact_page(db, query.order_by(order.desc()), order, after, page)
    if not runs(wish.text):
        return Found((), None)
    found = []
    if wish.said_by != ASSISTANT:
        found.append(_said_by_people(db, staff, query, wish, after, page))
    if wish.said_by in ("", ASSISTANT):
        found.append(said_by_assistant(db, staff, query, wish, after, page))
    return merge_pages(found, page)


def _said_by_people(
    db: Connection, staff: Staff, query: Any, wish: Wish, after: int | None, page: int
) -> Found:
    """By the pieces in the words of users and specialists."""
    if wish.said_by == SPECIALIST:
        query = query.where(transcripts.c.handoff_id.is_not(None))
    query, order = _with_words(db, query, wanted_grams(wish.text))
    query = query.order_by(order.desc())
    # What is longer than a piece may be made up of pieces that do not stand together.
    short = max(len(run) for run in runs(wish.text)) <= 2
    if short and not wish.said_by and staff.may(UNMASKED):
        return exact_page(db, query, order, after, page)
    speakers = (wish.said_by,) if wish.said_by else PEOPLE
    return compared_page(db, staff, query, order, wish.text, speakers, after, page)


def _with_words(db: Connection, query: Any, pieces: Sequence[str]) -> tuple[Any, Any]:
    """`query` of those that have all `pieces`, and the column that gives their order.

    The rarest piece's list is walked from its newest; the other pieces are looked up.
    """
    rarest = min(pieces, key=lambda piece: _count(db, piece))
    walked = transcript_grams.alias("walked")
    query = query.where(walked.c.transcript_id == transcripts.c.id, walked.c.gram == rarest)
    for number, piece in enumerate(piece for piece in pieces if piece != rarest):
        other = transcript_grams.alias(f"also{number}")
        query = query.where(
            sa.exists().where(
                other.c.gram == piece, other.c.transcript_id == walked.c.transcript_id
            )
        )
    return query, walked.c.transcript_id


def _count(db: Connection, piece: str) -> int:
    """In how many transcripts the piece stands; counted to RARE at most."""
    some = (
        sa.select(transcript_grams.c.transcript_id)
        .where(transcript_grams.c.gram == piece)
        .limit(RARE)
        .subquery()
    )
    return int(db.scalar(sa.select(sa.func.count()).select_from(some)) or 0)
