"""Passing a chat on: to a person, to another queue, or back to where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot import handoff_texts as texts
from bot.model.errors import HandoffRuleError
from bot.model.handoff import ASSISTANT, CLAIMED, QUEUE, next_state
from bot.model.rights import Staff
from bot.services.handoff.handoffs import (
    movable_handoff,
)
from bot.services.handoff.notes import add_note
from bot.services.handoff.ownership import read_owner, swap_owner
from bot.services.handoff.rows import Handoff, change_handoff
from bot.services.notices import notify
from bot.services.record import Origin
from bot.storage.desk_tables import staff as staff_table
from knowledge import load_knowledge


@dataclass(frozen=True)
class Route:
    """Where a chat is passed: to a person, to a station's queue, or to a category's.

    `station`: a scene, or "" for any; None leaves station or category as they are.
    """

    staff_id: int | None = None
    station: str | None = None
    category: str | None = None


def transfer_handoff(
    db: Connection, handoff_id: int, staff: Staff, route: Route, reason: str, origin: Origin
) -> Handoff:
    """Pass a chat to a person, a station or a category's queue; the next owner reads `reason`.

    A person's own chat waits for them a while, then others may take it. Raises TakenError,
    HandoffRuleError (no_reason, no_target), HandoffStateError, NotFoundError, ForbiddenError.
    """
    handoff = movable_handoff(db, handoff_id, staff)
    if not reason.strip():
        raise HandoffRuleError("no_reason")
    values = {**_routed(db, handoff, route), "status": next_state("route", handoff.status)}
    add_note(db, handoff_id, staff, reason, origin)
    return _requeue(db, handoff, values, "handoff_transferred", texts.TRANSFERRED, origin)


def return_handoff(
    db: Connection, handoff_id: int, staff: Staff, reason: str, origin: Origin
) -> Handoff:
    """Give a chat back to the queue, in front. Errors as of `transfer_handoff`."""
    handoff = movable_handoff(db, handoff_id, staff)
    if not reason.strip():
        raise HandoffRuleError("no_reason")
    add_note(db, handoff_id, staff, reason, origin)
    return requeue_handoff(db, handoff, texts.TRANSFERRED, origin)


def requeue_handoff(db: Connection, handoff: Handoff, text: str, origin: Origin) -> Handoff:
    """Put a chat that somebody had back into the queue, before those who were never served.

    The conversation is locked by the caller. `text`: what the user is told.
    """
    values = {"status": next_state("return", handoff.status), "reserved_for": None}
    return _requeue(db, handoff, values, "handoff_returned", text, origin)


def _requeue(
    db: Connection, handoff: Handoff, values: dict[str, Any], kind: str, text: str, origin: Origin
) -> Handoff:
    served = handoff.status == CLAIMED
    if served:
        urgency = handoff.urgency + 1
        values = {**values, "urgency": urgency, "queued_at": origin.now, "warnings": 0}
    owner = read_owner(db, handoff.user_id)
    if owner.kind != ASSISTANT:  # a case's user goes on with the assistant until it is taken
        swap_owner(db, handoff.user_id, owner, QUEUE, handoff.id)
    after = change_handoff(db, handoff, kind, origin, values)
    if served:
        notify(db, handoff.user_id, text, origin.now)
    return after


def _routed(db: Connection, handoff: Handoff, route: Route) -> dict[str, Any]:
    """The columns that a route sets. Raises HandoffRuleError no_target."""
    if route == Route():
        raise HandoffRuleError("no_target")
    known = load_knowledge()
    values: dict[str, Any] = {"reserved_for": None}
    if route.category is not None:
        if route.category not in known.categories:
            raise HandoffRuleError("no_target")
        values["category"] = route.category
    if route.station is not None:
        if route.station and route.station not in {s.scene for s in known.stations}:
            raise HandoffRuleError("no_target")
        values["station"] = route.station or None
    if route.staff_id is not None:
        target = db.execute(
            sa.select(staff_table).where(staff_table.c.id == route.staff_id, staff_table.c.active)
        ).first()
        if target is None or not Staff(target.id, "", "", target.role).may("chats"):
            raise HandoffRuleError("no_target")
        values["reserved_for"] = target.id
        if target.station and handoff.station != target.station:
            values["station"] = target.station
    return values
