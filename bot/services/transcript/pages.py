"""Pages of what a search finds, each told by the id after which it begins."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from bot.model.rights import Staff
from bot.model.search_text import says
from bot.services.transcript.words import shown_words

PAGE = 30
CHUNK = 120
"""Transcripts whose words are compared at once with a long query."""
MOST_COMPARED = 1_200


@dataclass(frozen=True)
class Found:
    """One page: rows of transcripts with `handoff_status`, `rating` and `outcome`.

    `after`: where the next page begins; None: there is none. `complete` is false where so many
    transcripts had to be compared that the search stopped midway; `after` goes on with it.
    """

    rows: tuple[Any, ...]
    after: int | None
    complete: bool = True


def _page(db: Connection, query: Any, order: Any, after: int | None, size: int) -> list[Any]:
    if after is not None:
        query = query.where(order < after)
    return list(db.execute(query.limit(size)).all())


def exact_page(db: Connection, query: Any, order: Any, after: int | None, page: int) -> Found:
    """The first of `query`, which goes down by the column `order`."""
    rows = _page(db, query, order, after, page + 1)
    return Found(tuple(rows[:page]), rows[page - 1].id if len(rows) > page else None)


def compared_page(
    db: Connection,
    staff: Staff,
    query: Any,
    order: Any,
    text: str,
    speakers: Collection[str],
    after: int | None,
    page: int,
) -> Found:
    """Of those found by pieces, the ones in which the words stand as they were asked for."""
    kept: list[Any] = []
    for _ in range(0, MOST_COMPARED, CHUNK):
        rows = _page(db, query, order, after, CHUNK)
        words = shown_words(db, staff, rows, speakers)
        for row in rows:
            if says("\n".join(said.text for said in words.get(row.id, ())), text):
                kept.append(row)
                if len(kept) > page:
                    return Found(tuple(kept[:page]), kept[page - 1].id)
        if len(rows) < CHUNK:
            return Found(tuple(kept), None)
        after = rows[-1].id
    return Found(tuple(kept), after, complete=False)


def merge_pages(found: Sequence[Found], page: int) -> Found:
    """One page of several searches: as far down as all of them looked."""
    reach = max(one.after or 0 for one in found)
    rows = {row.id: row for one in found for row in one.rows if row.id >= reach}
    ordered = sorted(rows.values(), key=lambda row: row.id, reverse=True)
    if len(ordered) > page:
        return Found(tuple(ordered[:page]), ordered[page - 1].id)
    complete = all(one.complete or one.after != reach for one in found)
    return Found(tuple(ordered), reach or None, complete)
