"""The desk's side of a hand-off: taking a chat, owning it, ending it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot import handoff_texts as texts
from bot.model.errors import HandoffRuleError, NotFoundError
from bot.model.handoff import (
    ASSISTANT,
    BY_USER,
    CLAIMED,
    OUTCOMES,
    QUEUE,
    QUEUED,
    SPECIALIST,
    next_state,
)
from bot.model.message_text import clean
from bot.model.rights import Staff
from bot.services.handoff import says
from bot.services.handoff.ownership import lock_conversation, read_owner, swap_owner, taken
from bot.services.handoff.queue import seen_handoff
from bot.services.handoff.rows import Handoff, change_handoff
from bot.services.notices import notify
from bot.services.record import Origin
from bot.storage.desk_tables import staff as staff_table
from bot.storage.tables import messages_out
from knowledge import load_knowledge

NOTE_LONGEST = 500
"""Characters of a closing note: it goes to the user together with the rest in one message."""


def claim_handoff(db: Connection, handoff_id: int, staff: Staff, origin: Origin) -> Handoff:
    """Take a chat out of the queue. Claiming one's own again changes nothing.

    What the assistant had not sent yet is void. Raises TakenError (who has it now),
    HandoffRuleError reserved, HandoffStateError, NotFoundError, ForbiddenError.
    """
    handoff = lock_handoff(db, handoff_id, staff)
    owner = read_owner(db, handoff.user_id)
    if owner.kind == SPECIALIST:
        if owner.id == staff.id and handoff.status == CLAIMED:
            return handoff
        raise taken(db, owner)
    values = {
        "status": next_state("claim", handoff.status),
        "staff_id": staff.id,
        "reserved_for": None,
        "claimed_at": origin.now,
        "staff_spoke_at": None,
        "warned_at": None,
        "warnings": 0,
    }
    _check_reserved(db, handoff, staff)
    swap_owner(db, handoff.user_id, owner, SPECIALIST, staff.id)
    void_assistant(db, handoff.user_id)
    waits = owner.kind == QUEUE and handoff.status == QUEUED
    text = (texts.CLAIMED if waits else texts.CLAIMED_CASE).format(name=staff.name)
    after = change_handoff(db, handoff, "handoff_claimed", origin, values)
    notify(db, handoff.user_id, text, origin.now)
    return after


def lock_handoff(db: Connection, handoff_id: int, staff: Staff) -> Handoff:
    """The hand-off as it is, and stays until the transaction ends. Raises as seen_handoff."""
    lock_conversation(db, seen_handoff(db, handoff_id, staff).user_id)
    return seen_handoff(db, handoff_id, staff)


def _check_reserved(db: Connection, handoff: Handoff, staff: Staff) -> None:
    if handoff.reserved_for in (None, staff.id) or staff.may("chats_supervise"):
        return
    name = db.scalar(sa.select(staff_table.c.name).where(staff_table.c.id == handoff.reserved_for))
    raise HandoffRuleError("reserved", staff=handoff.reserved_for, name=name)


def void_assistant(db: Connection, user_id: int) -> int:
    """Call back what the assistant has not sent yet: a person speaks now; how many."""
    return int(
        db.execute(
            messages_out.update()
            .where(
                messages_out.c.user_id == user_id,
                messages_out.c.sender == "assistant",
                messages_out.c.status.in_(("pending", "held")),
            )
            .values(status="void", reason="handed_over")
        ).rowcount
    )


def owned_handoff(db: Connection, handoff_id: int, staff: Staff) -> Handoff:
    """The hand-off, whose conversation `staff` owns and keeps until the transaction ends.

    Raises TakenError for all others.
    """
    handoff = lock_handoff(db, handoff_id, staff)
    owner = read_owner(db, handoff.user_id)
    if handoff.status != CLAIMED or owner.kind != SPECIALIST or owner.id != staff.id:
        raise taken(db, owner)
    return handoff


def movable_handoff(db: Connection, handoff_id: int, staff: Staff) -> Handoff:
    """A hand-off that `staff` may pass on or end: their own, one that waits, or any as the centre.

    Its conversation is locked.
    """
    handoff = lock_handoff(db, handoff_id, staff)
    if handoff.status != CLAIMED or staff.may("chats_supervise"):
        return handoff
    return owned_handoff(db, handoff_id, staff)


def close_handoff(
    db: Connection,
    handoff_id: int,
    staff: Staff,
    origin: Origin,
    *,
    outcome: str,
    category: str | None = None,
    note: str = "",
) -> Handoff:
    """End a chat: the user hears the outcome and is asked for a rating, the assistant is back.

    `outcome`: one of OUTCOMES but the user's own; `note` is for the user: what was settled.
    Raises TakenError, HandoffRuleError (no_outcome, too_long), HandoffStateError, NotFoundError.
    """
    handoff = movable_handoff(db, handoff_id, staff)
    if outcome not in OUTCOMES or outcome == BY_USER:
        raise HandoffRuleError("no_outcome")
    if len(note) > NOTE_LONGEST:
        raise HandoffRuleError("too_long", longest=NOTE_LONGEST)
    if category is not None and category not in load_knowledge().categories:
        raise NotFoundError(what="category", id=category)
    values: dict[str, Any] = {
        "category": category or handoff.category,
        "closing_note": clean(note).strip() or None,
    }
    if handoff.status != CLAIMED:
        values["staff_id"] = staff.id
    return end_handoff(db, handoff, outcome, origin, **values)


def end_handoff(
    db: Connection, handoff: Handoff, outcome: str, origin: Origin, **values: Any
) -> Handoff:
    """Close it and give the conversation back; the conversation is locked by the caller.

    A rating is asked for a chat that somebody served; `values`: columns to set with it.
    """
    served = handoff.status == CLAIMED and handoff.staff_spoke_at is not None
    owner = read_owner(db, handoff.user_id)
    choices = says.rating_choices(handoff.id) if served else []
    values |= {
        "status": next_state("close", handoff.status),
        "outcome": outcome,
        "closed_at": origin.now,
    }
    text = says.closing(outcome, values.get("closing_note") or "")
    # Before the end, so that the desk still sees it go out.
    notify(
        db,
        handoff.user_id,
        f"{text}\n\n{texts.RATE}" if choices else text,
        origin.now,
        choices=choices,
    )
    if owner.kind != ASSISTANT:
        swap_owner(db, handoff.user_id, owner, ASSISTANT, choices=choices)
    return change_handoff(db, handoff, "handoff_closed", origin, values)
