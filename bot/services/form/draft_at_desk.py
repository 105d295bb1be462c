"""The draft of the demand form beside a chat: the owner fills it in, if the enterprise agrees."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.errors import ConsentMissingError
from bot.model.rights import Staff
from bot.services.consents import record_consent
from bot.services.form.draft_migration import migrate_draft
from bot.services.form.draft_rows import Draft, lock_draft
from bot.services.form.drafts import open_draft, set_state
from bot.services.handoff.handoffs import owned_handoff
from bot.services.handoff.rows import Handoff
from bot.services.record import Origin, record_event
from bot.storage.tables import events
from knowledge.form import load_form

AGREED = "draft_editing_agreed"
"""Kind of the event that the enterprise agreed, in this chat, to its draft being filled in."""


def has_agreed(db: Connection, handoff: Handoff) -> bool:
    """Whether the enterprise agreed in this chat."""
    said = db.scalars(
        sa.select(events.c.data).where(
            events.c.kind == AGREED,
            events.c.user_id == handoff.user_id,
            events.c.at >= handoff.opened_at,
        )
    )
    return any(data.get("handoff") == handoff.id for data in said)


def agree_to_editing(db: Connection, handoff_id: int, staff: Staff, origin: Origin) -> Draft:
    """Record that the enterprise agreed, and open its draft for filling in.

    It is also the consent to keeping what is filled in, where it was not given before.
    Raises TakenError for all but the owner, NotFoundError, ForbiddenError.
    """
    handoff = owned_handoff(db, handoff_id, staff)
    if not has_agreed(db, handoff):
        record_event(
            db, AGREED, handoff.user_id, origin, handoff=handoff.id, old=None, new=staff.name
        )
    by: dict[str, Any] = {"channel": origin.channel, "actor": origin.actor, "now": origin.now}
    record_consent(db, handoff.user_id, **by)
    draft = open_draft(db, handoff.user_id, origin.channel, origin.now, actor=origin.actor)
    if draft.status == "consent":
        draft = set_state(db, draft, status="filling", **by)
    return migrate_draft(db, draft, form=load_form(), **by)[0]


def editable_draft(db: Connection, handoff_id: int, staff: Staff, origin: Origin) -> Draft:
    """The draft for the owner of the chat to save answers in, locked.

    Raises ConsentMissingError when the enterprise did not agree in this chat, TakenError.
    """
    handoff = owned_handoff(db, handoff_id, staff)
    if not has_agreed(db, handoff):
        raise ConsentMissingError()
    draft = open_draft(db, handoff.user_id, origin.channel, origin.now, actor=origin.actor)
    return lock_draft(db, draft.id)
