"""Transcripts as the list of them shows each, in a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.personal import hide_links
from bot.model.rights import Staff, require
from bot.model.search_text import says
from bot.services.transcript.words import ASSISTANT, PEOPLE, Said, shown_words
from bot.storage.transcript_tables import transcript_categories


@dataclass(frozen=True)
class Line:
    """One transcript in the list. `words`: what was said first, or what was searched for."""

    row: Any  # of search.Found
    words: str
    speaker: str  # of words.SPEAKERS; empty where nothing was said
    categories: tuple[str, ...]


def list_lines(
    db: Connection, staff: Staff, rows: Sequence[Any], text: str = "", said_by: str = ""
) -> list[Line]:
    """`rows` of find_transcripts as the list shows them; `text` is what was searched for."""
    require(staff, "transcripts")
    words = shown_words(db, staff, rows, (said_by,) if text and said_by else PEOPLE)
    shown = {number: _having(said, text) for number, said in words.items()}
    if text and not said_by:
        others = [row for row in rows if shown.get(row.id) is None]
        heard = shown_words(db, staff, others, (ASSISTANT,))
        shown |= {number: _having(said, text) for number, said in heard.items()}
    categories = categories_of(db, [row.id for row in rows])
    lines = []
    for row in rows:
        said = shown.get(row.id) or next(iter(words.get(row.id, ())), Said("", ""))
        lines.append(Line(row, hide_links(said.text), said.speaker, categories.get(row.id, ())))
    return lines


def _having(said: Sequence[Said], text: str) -> Said | None:
    """The first of the words that have `text` in them, and of those the line."""
    first = next((one for one in said if text and says(one.text, text)), None)
    if first is None:
        return None
    lines = first.text.splitlines()
    return Said(first.speaker, next((line for line in lines if says(line, text)), first.text))


def categories_of(db: Connection, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """{transcripts.id: the categories it is listed under}."""
    under = transcript_categories
    query = sa.select(under.c.transcript_id, under.c.category).where(under.c.transcript_id.in_(ids))
    found: dict[int, list[str]] = {}
    for number, category in db.execute(query.order_by(under.c.category)):
        found.setdefault(number, []).append(category)
    return {number: tuple(names) for number, names in found.items()}
