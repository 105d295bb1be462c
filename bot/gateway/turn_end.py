"""The end of a turn: what came of a message is written in one transaction with its answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.gateway import outbox, owned
from bot.gateway.assistant import Answer
from bot.gateway.compose import compose
from bot.gateway.lease import LeaseLostError, lock_leased
from bot.gateway.owned import OwnerChangedError
from bot.gateway.pending import has_pending
from bot.gateway.read_message import Said
from bot.model.handoff import ASSISTANT
from bot.services.handoff.chat import keep_for_person
from bot.services.handoff.ownership import lock_conversation
from bot.services.notices import PASSIVE_MARGIN
from bot.services.personal_data import forget_user
from bot.storage.database import redoable, utc_now
from bot.storage.tables import conversations, events, messages_in, users

# Statements that every turn needs are made once: building one costs more than running it.
_CLOSE = (
    messages_in.update()
    .where(messages_in.c.id == sa.bindparam("b_id"), messages_in.c.status == "pending")
    .values(
        status=sa.bindparam("b_status"),
        done_at=sa.bindparam("b_now"),
        parse=sa.bindparam("b_parse", type_=messages_in.c.parse.type),
    )
)
_SETTLED = ("case_number", "case_turns", "choices", "lease_holder", "lease_until")
_SETTLE = (
    conversations.update()
    .where(conversations.c.user_id == sa.bindparam("b_user"))
    .values(
        {name: sa.bindparam(f"b_{name}", type_=conversations.c[name].type) for name in _SETTLED}
    )
)


@dataclass(frozen=True)
class Outcome:
    """What came of the inbox row `row`.

    `answer`: None when nothing is said to it; `case`: the one that the assistant answered in;
    `failed`: nothing but an apology could be said.
    """

    row: Any
    said: Said
    answer: Answer | None
    case: int
    failed: bool = False


def finish_turn(
    engine: Engine, holder: str, outcome: Outcome, waited_for: bool
) -> tuple[bool, str | None]:
    """Write the whole turn in one transaction: (lease given back, passive answer).

    The push is safe on the disk: whatever a power cut takes back here is a turn again. Raises
    LeaseLostError, and OwnerChangedError when the conversation is the assistant's once more.
    """
    row = outcome.row
    with redoable(engine) as db:
        conversation = lock_leased(db, row.user_id, holder)
        now = utc_now()
        _close_message(db, outcome, now)
        if outcome.said.station:
            _note_station(db, row.user_id, outcome.said.station)
        if outcome.failed:
            _record_failure(db, row, now)
        changes = _put_answer(db, conversation, outcome, now)
        passive = None
        if waited_for and now < row.passive_until:
            passive = outbox.take_passive(db, conversation, row.id)
        return _release(db, conversation, changes), passive


def release_if_idle(engine: Engine, holder: str, user_id: int) -> bool:
    """Give the lease back unless a message waits; True when it is not `holder`'s any more."""
    with redoable(engine) as db:
        conversation = lock_conversation(db, user_id)
        if conversation is None or conversation.lease_holder != holder:
            return True
        return _release(db, conversation, {})


def forget(engine: Engine, holder: str, row: Any) -> None:
    """The user left: the message is done, and what was known of the user goes.

    Raises LeaseLostError.
    """
    with engine.begin() as db:
        lock_leased(db, row.user_id, holder)
        ended = db.execute(
            messages_in.update()
            .where(messages_in.c.id == row.id, messages_in.c.status == "pending")
            .values(status="done", done_at=utc_now())
        )
        if ended.rowcount:  # else committed before, though the database could not say so
            forget_user(db, row.user_id, row.id)


def _close_message(db: Connection, outcome: Outcome, now: datetime) -> None:
    closed = {
        "b_id": outcome.row.id,
        "b_status": "failed" if outcome.failed else "done",
        "b_now": now,
        "b_parse": outcome.answer.parse if outcome.answer else None,
    }
    if not db.execute(_CLOSE, closed).rowcount:
        raise LeaseLostError  # committed before, though the database could not say so


def _note_station(db: Connection, user_id: int, station: str) -> None:
    """The code was scanned whose station it is: who scans follows."""
    whose = users.c.id == user_id
    db.execute(users.update().where(whose).values(station=station, subscribed=True))


def _record_failure(db: Connection, row: Any, now: datetime) -> None:
    db.execute(
        events.insert().values(
            at=now,
            user_id=row.user_id,
            actor="assistant",
            channel="system",
            kind="message_unanswered",
            data={"message": row.id},
        )
    )


def _put_answer(
    db: Connection, conversation: Any, outcome: Outcome, now: datetime
) -> dict[str, Any]:
    """Put the answer into the outbox; what changes of the conversation with it.

    A person may have taken the conversation over while the assistant was thinking.
    """
    row, answer = outcome.row, outcome.answer
    if answer is None:
        return {}
    if conversation.version != row.version:
        if conversation.owner_kind == ASSISTANT:
            raise OwnerChangedError
        keep_for_person(db, row.user_id, row.id, owned.origin())
        return {}
    bodies = compose(answer.messages)
    outbox.add(
        db,
        row.user_id,
        bodies,
        sender="assistant" if answer.parse else "system",
        reply_to=row.id,
        due_at=max(now, row.passive_until + PASSIVE_MARGIN),
    )
    return {
        "case_number": outcome.case,
        "case_turns": 0 if outcome.case != row.case_number else row.case_turns + 1,
        "choices": bodies[-1]["choices"] if bodies else [],
    }


def _release(db: Connection, conversation: Any, changes: dict[str, Any]) -> bool:
    """Give our lease back unless a message waits; True when given back.

    `changes` of the conversation are written with it. Its row is locked by the caller.
    """
    idle = not has_pending(db, conversation.user_id)
    if idle:
        changes = {**changes, "lease_holder": None, "lease_until": None}
    if changes:
        kept = {**conversation._mapping, **changes}
        values = {f"b_{name}": kept[name] for name in _SETTLED}
        db.execute(_SETTLE, {"b_user": conversation.user_id, **values})
    return idle
