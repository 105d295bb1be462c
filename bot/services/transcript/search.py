"""Lists transcripts: by what was said in them, and by what became of them. Newest first.

A page is told by the id after which it begins, so that page 1,000 costs what page 1 does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.demand import CHINA
from bot.model.personal import hide_links, mask_personal
from bot.model.rights import Staff, require
from bot.model.search_text import runs, says, wanted_grams
from bot.services.known_names import known_names
from bot.storage.desk_tables import handoffs
from bot.storage.tables import messages_in, messages_out
from bot.storage.transcript_tables import transcript_categories, transcript_grams, transcripts

UNMASKED = "personal_data_unmasked"
PAGE = 30
CHUNK = 120
"""Transcripts whose words are compared at once with a long query."""
MOST_COMPARED = 1_200
RARE = 500
"""A piece of a query that stands in fewer transcripts than this is the one to begin with."""
STATES = ("assistant", "waiting", "with_person", "closed", "undelivered", "unanswered")
_WAITING = ("queued", "message")


@dataclass(frozen=True)
class Wish:
    """What to list. Empty: whatever. Dates are China's, both included; `below`: 0 to 1."""

    text: str = ""
    since: date | None = None
    until: date | None = None
    category: str = ""
    below: float | None = None
    fallback: bool = False
    handed_off: bool = False
    rating: int | None = None
    station: str = ""
    state: str = ""  # of STATES
    flag: str = ""  # of model.transcript.FLAGS
    reviewed: bool | None = None


@dataclass(frozen=True)
class Found:
    """One page: rows of transcripts with `handoff_status`, `rating` and `outcome`.

    `after`: where the next page begins; None: there is none. `complete` is false where so many
    transcripts had to be compared that the search stopped midway; `after` goes on with it.
    """

    rows: tuple[Any, ...]
    after: int | None
    complete: bool = True


def find_transcripts(
    db: Connection, staff: Staff, wish: Wish, *, after: int | None = None, page: int = PAGE
) -> Found:
    """Transcripts in which somebody wrote something. Raises ForbiddenError.

    Who is shown masked words searches those: what is masked cannot be read out by trying.
    """
    require(staff, "transcripts")
    query = _query(staff, wish)
    pieces = wanted_grams(wish.text)
    if wish.text and not pieces:
        return Found((), None)
    order = transcripts.c.id
    if pieces:
        query, order = _with_words(db, query, pieces)
    query = query.order_by(order.desc())
    # What is longer than a piece may be made up of pieces that do not stand together.
    short = max((len(run) for run in runs(wish.text)), default=0) <= 2
    if not pieces or (short and staff.may(UNMASKED)):
        rows = _page(db, query, order, after, page + 1)
        return Found(tuple(rows[:page]), rows[page - 1].id if len(rows) > page else None)
    return _compared(db, staff, query, order, wish.text, after, page)


def _query(staff: Staff, wish: Wish) -> Any:
    """Everything but the words."""
    query = sa.select(
        transcripts,
        handoffs.c.status.label("handoff_status"),
        handoffs.c.rating,
        handoffs.c.outcome,
    ).select_from(transcripts.outerjoin(handoffs, handoffs.c.id == transcripts.c.handoff_id))
    query = query.where(transcripts.c.said > 0, *_times(wish), *_marks(wish))
    if staff.station:
        own = transcripts.c.station
        query = query.where(sa.or_(own == staff.station, own.is_(None)))
    if wish.station:
        query = query.where(transcripts.c.station == wish.station)
    if wish.category:
        under = transcript_categories
        query = query.where(
            sa.exists().where(
                under.c.transcript_id == transcripts.c.id, under.c.category == wish.category
            )
        )
    if wish.rating is not None:
        query = query.where(handoffs.c.rating == wish.rating)
    return query.where(*_state(wish.state))


def _times(wish: Wish) -> list[Any]:
    conditions = []
    if wish.since:
        conditions.append(transcripts.c.started_at >= _midnight(wish.since))
    if wish.until:
        conditions.append(transcripts.c.started_at < _midnight(wish.until + timedelta(days=1)))
    return conditions


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time()) - CHINA


def _marks(wish: Wish) -> list[Any]:
    conditions: list[Any] = []
    if wish.below is not None:
        conditions.append(transcripts.c.lowest_confidence < wish.below)
    if wish.fallback:
        conditions.append(transcripts.c.fallback)
    if wish.handed_off:
        conditions.append(transcripts.c.handoff_id.is_not(None))
    if wish.flag:
        conditions.append(transcripts.c.flag == wish.flag)
    if wish.reviewed is not None:
        seen = transcripts.c.reviewed_at
        conditions.append(seen.is_not(None) if wish.reviewed else seen.is_(None))
    return conditions


def _state(state: str) -> list[Any]:
    """Conditions of one of STATES."""
    status = handoffs.c.status
    undelivered = sa.exists().where(
        messages_out.c.transcript_id == transcripts.c.id,
        messages_out.c.status.in_(("failed", "held")),
    )
    return {
        "assistant": [transcripts.c.handoff_id.is_(None)],
        "waiting": [status.in_(_WAITING)],
        "with_person": [status == "claimed"],
        "closed": [status.in_(("closed", "cancelled"))],
        "undelivered": [undelivered],
        "unanswered": [transcripts.c.unanswered],
    }.get(state, [])


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


def _page(db: Connection, query: Any, order: Any, after: int | None, size: int) -> list[Any]:
    if after is not None:
        query = query.where(order < after)
    return list(db.execute(query.limit(size)).all())


def _compared(
    db: Connection,
    staff: Staff,
    query: Any,
    order: Any,
    text: str,
    after: int | None,
    page: int,
) -> Found:
    """Of those found by pieces, the ones in which the words stand as they were asked for."""
    kept: list[Any] = []
    for _ in range(0, MOST_COMPARED, CHUNK):
        rows = _page(db, query, order, after, CHUNK)
        words = shown_words(db, staff, rows)
        for row in rows:
            if says("\n".join(words.get(row.id, ())), text):
                kept.append(row)
                if len(kept) > page:
                    return Found(tuple(kept[:page]), kept[page - 1].id)
        if len(rows) < CHUNK:
            return Found(tuple(kept), None)
        after = rows[-1].id
    return Found(tuple(kept), after, complete=False)


def shown_words(db: Connection, staff: Staff, rows: Sequence[Any]) -> dict[int, list[str]]:
    """What people wrote in each of `rows` of transcripts, in order, as `staff` may see it."""
    words = words_of(db, [row.id for row in rows])
    if staff.may(UNMASKED):
        return words
    names = known_names(db, (row.user_id for row in rows))
    return {
        row.id: [
            mask_personal(hide_links(said), names.get(row.user_id, ()))
            for said in words.get(row.id, ())
        ]
        for row in rows
    }


def words_of(db: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """What people wrote in each of the transcripts `ids`, in order."""
    came = db.execute(
        sa.select(messages_in.c.transcript_id, messages_in.c.received_at, messages_in.c.text).where(
            messages_in.c.transcript_id.in_(ids), messages_in.c.text.is_not(None)
        )
    ).all()
    went = db.execute(
        sa.select(
            messages_out.c.transcript_id, messages_out.c.created_at, messages_out.c.body
        ).where(messages_out.c.transcript_id.in_(ids), messages_out.c.sender == "specialist")
    ).all()
    said = [(at, number, text) for number, at, text in came]
    said += [(at, number, str(body.get("text") or "")) for number, at, body in went]
    words: dict[int, list[str]] = {}
    for _, number, text in sorted(said):
        if text:
            words.setdefault(number, []).append(text)
    return words
