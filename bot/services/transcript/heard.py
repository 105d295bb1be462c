"""Finds transcripts by what the assistant said in them.

Few transcripts are fetched by their ids. Where a word stands in very many, the newest are looked at
one after the other, so far and no further: the page says that the search goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.rights import Staff
from bot.model.search_text import runs
from bot.services.transcript.filters import Wish, midnight
from bot.services.transcript.pages import Found, compared_page, exact_page
from bot.services.transcript.words import ASSISTANT, UNMASKED
from bot.storage.transcript_tables import sentence_uses, sentences, transcripts

MOST_RUNS = 6
"""Words of a query that are looked for among the lines; with more, the rest are compared."""
FEW_LINES = 1_000
FEW_TRANSCRIPTS = 3_000
SPAN = 5_000
"""Transcripts that are looked at for one page where there are more than few."""
LATE = 200
"""So many transcripts may have been begun out of the order of their ids."""


@dataclass(frozen=True)
class _Heard:
    """Where one run of the query was said. Empty: in more than few lines, or transcripts."""

    run: str
    lines: Sequence[int] | None
    transcripts: frozenset[int] | None


def said_by_assistant(
    db: Connection, staff: Staff, query: Any, wish: Wish, after: int | None, page: int
) -> Found:
    """A page of `query`, rows of transcripts, in which the assistant said the words of `wish`."""
    wanted = runs(wish.text)
    heard = [_look_up(db, run) for run in wanted[:MOST_RUNS]]
    if any(one.lines == () for one in heard):
        return Found((), None)
    few = [one.transcripts for one in heard if one.transcripts is not None]
    order, low, lowest = transcripts.c.id, 0, 0
    if few:
        query = query.where(order.in_(sorted(frozenset.intersection(*few))))
    else:
        lowest, highest = _ends(db, wish)
        low = min(after or highest + 1, highest + 1) - SPAN - 1
        query = query.where(order > low)
    query = query.where(*(_says(one) for one in heard if one.transcripts is None))
    query = query.order_by(order.desc())
    if len(wanted) <= MOST_RUNS and staff.may(UNMASKED):
        found = exact_page(db, query, order, after, page)
    else:
        found = compared_page(db, staff, query, order, wish.text, (ASSISTANT,), after, page)
    if found.after is not None or low <= lowest:
        return found
    return Found(found.rows, low + 1, complete=False)


def _look_up(db: Connection, run: str) -> _Heard:
    query = sa.select(sentences.c.id).where(sentences.c.text.contains(run, autoescape=True))
    lines = db.scalars(query.limit(FEW_LINES + 1)).all()
    if not lines:
        return _Heard(run, (), frozenset())
    if len(lines) > FEW_LINES:
        return _Heard(run, None, None)
    uses = sentence_uses.c
    saying = sa.select(uses.transcript_id).where(uses.sentence_id.in_(lines))
    found = db.scalars(saying.limit(FEW_TRANSCRIPTS + 1)).all()
    return _Heard(run, lines, frozenset(found) if len(found) <= FEW_TRANSCRIPTS else None)


def _says(one: _Heard) -> Any:
    """The condition on a row of transcripts, looked up for each row by itself: its LIMIT keeps a
    database from gathering all the transcripts first."""
    uses = sentence_uses.c
    query = sa.select(uses.sentence_id).where(uses.transcript_id == transcripts.c.id)
    if one.lines is not None:
        query = query.where(uses.sentence_id.in_(one.lines))
    else:
        says = sentences.c.text.contains(one.run, autoescape=True)
        query = query.join(sentences, sentences.c.id == uses.sentence_id).where(says)
    return query.limit(1).correlate(transcripts).scalar_subquery().is_not(None)


def _ends(db: Connection, wish: Wish) -> tuple[int, int]:
    """The ids below and up to which the days of `wish` lie: ids grow with time."""
    began, number = transcripts.c.started_at, transcripts.c.id
    newest = sa.select(number).order_by(number.desc()).limit(1)
    if wish.until:
        end = midnight(wish.until + timedelta(days=1))
        newest = sa.select(number).where(began < end).order_by(began.desc()).limit(LATE)
    oldest = sa.select(number).order_by(number).limit(1)
    if wish.since:
        oldest = sa.select(number).where(began >= midnight(wish.since)).order_by(began).limit(LATE)
    highest = max(db.scalars(newest).all(), default=0)
    return min(db.scalars(oldest).all(), default=highest) - 1, highest
