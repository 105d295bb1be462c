"""Corrections of what the assistant understood: proposed, then approved by another right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.errors import LearningError, NotFoundError
from bot.model.learning import APPROVED, PROPOSED, REJECTED
from bot.model.personal import take_out_personal
from bot.model.rights import Staff, require
from bot.model.transcript import read_parse
from bot.services.known_names import known_names
from bot.services.record import Origin, record_event
from bot.services.transcript.transcripts import get_transcript
from bot.storage.desk_tables import staff as staff_table
from bot.storage.tables import messages_in
from bot.storage.transcript_tables import learning_candidates as table
from nlu.examples import one_line, spoken, trained_intents, trained_questions

LONGEST = 300
"""Characters; what is longer says several things, and teaches none of them."""
PAGE = 50


@dataclass(frozen=True)
class Page:
    """`rows` of learning_candidates, with `proposer` and `decider`; `after` as in searches."""

    rows: tuple[Any, ...]
    after: int | None


def label_message(
    db: Connection, staff: Staff, message_id: int, intent: str, origin: Origin
) -> Any:
    """Say which intent a message has, right as understood or corrected; its candidate's row.

    The text is kept without personal data. Saying it again, of this message or of another with
    the same words, replaces what was said before. Raises ForbiddenError, NotFoundError,
    LearningError: intent, no_words, too_long, known, at_once.
    """
    require(staff, "learning")
    message = _message(db, staff, message_id)
    if intent not in trained_intents():
        raise LearningError("intent")
    names = known_names(db, [message.user_id]).get(message.user_id, ())
    text = _checked(take_out_personal(message.text or "", names))
    read = read_parse(message.parse)
    words = spoken(text)
    trained = trained_questions().get(words)
    if trained == intent:
        raise LearningError("known")
    values = {
        "message_id": message_id,
        "text": text,
        "intent": intent,
        "understood": read.label if read else None,
        "confidence": read.confidence if read else None,
        "trained": trained,
        "status": PROPOSED,
        "proposed_by": staff.id,
        "proposed_at": origin.now,
        "decided_by": None,
        "decided_at": None,
    }
    return _propose(db, words, values, origin, message.user_id)


def _message(db: Connection, staff: Staff, message_id: int) -> Any:
    """The inbox row, if it stands in a transcript that the person may read."""
    row = db.execute(sa.select(messages_in).where(messages_in.c.id == message_id)).first()
    if row is None or row.transcript_id is None:
        raise NotFoundError(what="message", id=message_id)
    get_transcript(db, staff, row.transcript_id)
    return row


def _checked(text: str) -> str:
    """`text` as one example. Raises LearningError."""
    plain = one_line(text)
    if len(spoken(plain)) < 2:
        raise LearningError("no_words")
    if len(plain) > LONGEST:
        raise LearningError("too_long")
    return plain


def _propose(
    db: Connection, words: str, values: dict[str, Any], origin: Origin, user_id: int
) -> Any:
    same = sa.or_(table.c.spoken == words, table.c.message_id == values["message_id"])
    known = db.execute(sa.select(table).where(same).with_for_update()).all()
    old = next((row for row in known if row.spoken == words), None)
    for row in known:
        if row is not old and row.status == PROPOSED:
            db.execute(table.delete().where(table.c.id == row.id))
    if old is None:
        with _alone_with_words(db):
            made = db.execute(table.insert().values(spoken=words, **values))
        number = made.inserted_primary_key[0]
    elif (old.intent, old.status) == (values["intent"], APPROVED):
        return old
    else:
        number = old.id
        changed = {**values, "version": table.c.version + 1}
        db.execute(table.update().where(table.c.id == number).values(**changed))
    record_event(
        db,
        "learning_proposed",
        user_id,
        origin,
        candidate=number,
        message=values["message_id"],
        old=old.intent if old else values["understood"],
        new=values["intent"],
    )
    return get_candidate(db, number)


@contextmanager
def _alone_with_words(db: Connection) -> Iterator[None]:
    """Write the words of a correction. Raises LearningError "at_once": somebody else just did."""
    try:
        with db.begin_nested():
            yield
    except sa.exc.IntegrityError:
        raise LearningError("at_once") from None


def get_candidate(db: Connection, candidate_id: int) -> Any:
    """Its row. Raises NotFoundError."""
    row = db.execute(sa.select(table).where(table.c.id == candidate_id)).first()
    if row is None:
        raise NotFoundError(what="candidate", id=candidate_id)
    return row


def list_candidates(
    db: Connection, staff: Staff, status: str, *, after: int | None = None, page: int = PAGE
) -> Page:
    """Corrections in `status`, the newest first. Raises ForbiddenError."""
    require(staff, "learning")
    decider = staff_table.alias("decider")
    query = (
        sa.select(table, staff_table.c.name.label("proposer"), decider.c.name.label("decider"))
        .join(staff_table, staff_table.c.id == table.c.proposed_by)
        .outerjoin(decider, decider.c.id == table.c.decided_by)
        .where(table.c.status == status)
        .order_by(table.c.id.desc())
    )
    if after is not None:
        query = query.where(table.c.id < after)
    rows = db.execute(query.limit(page + 1)).all()
    return Page(tuple(rows[:page]), rows[page - 1].id if len(rows) > page else None)


def approve_candidate(
    db: Connection,
    staff: Staff,
    candidate_id: int,
    version: int,
    origin: Origin,
    *,
    text: str | None = None,
    intent: str | None = None,
) -> None:
    """Take it into the training data, with the words or the intent changed where given.

    Raises ForbiddenError, NotFoundError, LearningError: changed, intent, no_words, too_long,
    known, at_once.
    """
    row = get_candidate(db, candidate_id)
    said = _checked(row.text if text is None else text)
    wanted = intent or row.intent
    if wanted not in trained_intents():
        raise LearningError("intent")
    words = spoken(said)
    trained = trained_questions().get(words)
    if trained == wanted:
        raise LearningError("known")
    other = sa.select(table.c.id).where(table.c.spoken == words, table.c.id != row.id)
    if db.scalar(other) is not None:
        raise LearningError("known")
    values = {"text": said, "spoken": words, "intent": wanted, "trained": trained}
    with _alone_with_words(db):
        _decide(db, staff, row, version, APPROVED, origin, **values)


def reject_candidate(
    db: Connection, staff: Staff, candidate_id: int, version: int, origin: Origin
) -> None:
    """Leave it out of the training data, also when it was approved before.

    Raises ForbiddenError, NotFoundError, LearningError "changed".
    """
    _decide(db, staff, get_candidate(db, candidate_id), version, REJECTED, origin)


def _decide(
    db: Connection,
    staff: Staff,
    row: Any,
    version: int,
    status: str,
    origin: Origin,
    **values: Any,
) -> None:
    require(staff, "learning_approve")
    changed = db.execute(
        table.update()
        .where(table.c.id == row.id, table.c.version == version)
        .values(
            status=status,
            decided_by=staff.id,
            decided_at=origin.now,
            version=version + 1,
            **values,
        )
    ).rowcount
    if not changed:
        raise LearningError("changed")
    record_event(
        db,
        "learning_decided",
        None,
        origin,
        candidate=row.id,
        old={"status": row.status, "intent": row.intent},
        new={"status": status, "intent": values.get("intent", row.intent)},
    )


def approved_examples(db: Connection) -> list[tuple[str, str]]:
    """(text, intent) of all approved corrections, the oldest first."""
    query = sa.select(table.c.text, table.c.intent).where(table.c.status == APPROVED)
    return [(row.text, row.intent) for row in db.execute(query.order_by(table.c.id))]


def count_candidates(db: Connection) -> dict[str, int]:
    """{status: how many}."""
    query = sa.select(table.c.status, sa.func.count().label("n")).group_by(table.c.status)
    return {row.status: row.n for row in db.execute(query)}
