"""Taking over a chat that a colleague has: for the centre, when the colleague is away."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from bot.model.rights import Staff, require
from bot.services.handoff.handoffs import claim_handoff
from bot.services.handoff.passing import Route, transfer_handoff
from bot.services.handoff.rows import Handoff
from bot.services.record import Origin


def take_over_handoff(
    db: Connection, handoff_id: int, staff: Staff, reason: str, origin: Origin
) -> Handoff:
    """Pass the chat to oneself and take it; who had it reads the reason.

    Raises ForbiddenError without the right, HandoffRuleError no_reason, HandoffStateError,
    NotFoundError.
    """
    require(staff, "chats_supervise")
    transfer_handoff(db, handoff_id, staff, Route(staff_id=staff.id), reason, origin)
    return claim_handoff(db, handoff_id, staff, origin)
