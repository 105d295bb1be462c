"""What happens to hand-offs as time passes; any number of workers may look, all is done once.

`due_handoffs` names those at which something is due; `tend_handoff` looks again under the
conversation's lock and does it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot import handoff_texts as texts
from bot.model.handoff import ASSISTANT, CLAIMED, MESSAGE, OPEN, QUEUE, next_state
from bot.services.handoff import says
from bot.services.handoff.hours import answered_now
from bot.services.handoff.ownership import lock_conversation, read_owner, swap_owner
from bot.services.handoff.passing import requeue_handoff
from bot.services.handoff.queue import place_in_queue
from bot.services.handoff.requests import keep_message
from bot.services.handoff.rows import Handoff, change_handoff, get_handoff
from bot.services.notices import notify
from bot.services.record import Origin
from bot.settings import Settings
from bot.storage.desk_tables import handoffs
from bot.storage.desk_tables import staff as staff_table
from bot.storage.tables import conversations

_STANDING = (
    sa.select(handoffs, conversations.c.owner_kind, staff_table.c.seen_at)
    .join(conversations, conversations.c.user_id == handoffs.c.user_id)
    .outerjoin(staff_table, staff_table.c.id == handoffs.c.staff_id)
    .where(handoffs.c.status.in_(OPEN))
    .order_by(handoffs.c.queued_at, handoffs.c.id)
)


def due_handoffs(db: Connection, settings: Settings, now: datetime) -> list[int]:
    """Hand-offs at which something is due, the longest waiting first."""
    is_open = answered_now(db, now)
    rows = db.execute(_STANDING).all()
    return [row.id for row in rows if _what_is_due(settings, row, is_open(row.station), now)]


def tend_handoff(db: Connection, settings: Settings, handoff_id: int, now: datetime) -> str:
    """Do what is due at this hand-off; its name, "" when another worker has done it."""
    lock_conversation(db, get_handoff(db, handoff_id).user_id)
    row = db.execute(_STANDING.where(handoffs.c.id == handoff_id)).first()
    is_open = answered_now(db, now)
    due = _what_is_due(settings, row, is_open(row.station), now) if row else ""
    if due:
        _ACTIONS[due](db, get_handoff(db, handoff_id), Origin("system", "system", now))
    return due


def _what_is_due(settings: Settings, row: Any, is_open: bool, now: datetime) -> str:
    """A key of `_ACTIONS`, or "". `row`: of `_STANDING`."""

    def since(moment: datetime, seconds: float) -> bool:
        return now >= moment + timedelta(seconds=seconds)

    if row.status == CLAIMED:
        return _due_of_owner(settings, row, is_open, since)
    if row.status == MESSAGE and row.owner_kind == QUEUE:
        last = max(filter(None, (row.user_spoke_at, row.warned_at, row.queued_at)))
        return "keep" if since(last, settings.handoff_message_seconds) else ""
    if row.status == MESSAGE:
        return "open" if is_open else ""
    if not is_open:
        return "put_off"
    if row.reserved_for is not None and since(row.queued_at, settings.handoff_reserved_seconds):
        return "end_reservation"
    if row.owner_kind != QUEUE:
        return ""
    if row.warnings < 2 and since(row.queued_at, settings.handoff_late_seconds):
        return "late"
    return (
        "warn" if not row.warnings and since(row.queued_at, settings.handoff_warn_seconds) else ""
    )


def _due_of_owner(
    settings: Settings, row: Any, is_open: bool, since: Callable[[datetime, float], bool]
) -> str:
    """What is due of an owner who has not answered the user."""
    waiting = Handoff.of(row).waits_since
    if waiting is None:
        return ""
    seen = max(filter(None, (row.seen_at, row.claimed_at, row.staff_spoke_at)))
    absent = since(seen, settings.handoff_absent_seconds)
    if absent or since(waiting, settings.handoff_silent_pass_seconds):
        return "pass_on" if is_open else "put_off"
    reminded = row.warnings or not since(waiting, settings.handoff_silent_warn_seconds)
    return "" if reminded else "remind"


def _remind(db: Connection, handoff: Handoff, origin: Origin) -> None:
    """The owner's desk shows it: the user has been waiting for an answer."""
    values = {"warnings": 1, "warned_at": origin.now}
    change_handoff(db, handoff, "handoff_owner_reminded", origin, values, staff=handoff.staff_id)


def _pass_on(db: Connection, handoff: Handoff, origin: Origin) -> None:
    """The owner is silent or gone: somebody else is to take it, before all others."""
    requeue_handoff(db, handoff, texts.PASSED_ON, origin)


def _put_off(db: Connection, handoff: Handoff, origin: Origin) -> None:
    """The centre has closed: kept until it opens; who waits is told when, and may add something."""
    owner = read_owner(db, handoff.user_id)
    values: dict[str, Any] = {
        "status": next_state("put_off", handoff.status),
        "warnings": 0,
        "warned_at": origin.now,
        "queued_at": origin.now,
    }
    if handoff.status == CLAIMED:
        values["urgency"] = handoff.urgency + 1
    change_handoff(db, handoff, "handoff_put_off", origin, values)
    if owner.kind == ASSISTANT:  # a case that nobody took yet: its user knows
        return
    text = texts.PUT_OFF.format(opening=says.opening(origin.now))
    swap_owner(db, handoff.user_id, owner, QUEUE, handoff.id, [says.BACK])
    text = f"{text}\n\n{texts.PUT_OFF_MORE}"
    notify(db, handoff.user_id, text, origin.now, choices=[says.BACK])


def _keep(db: Connection, handoff: Handoff, origin: Origin) -> None:
    """No more is added to the message."""
    keep_message(db, handoff, origin, None, quietly=handoff.user_spoke_at is None)


def _open(db: Connection, handoff: Handoff, origin: Origin) -> None:
    """The centre is open: the case waits its turn."""
    values = {"status": next_state("open", MESSAGE), "queued_at": origin.now, "warnings": 0}
    change_handoff(db, handoff, "handoff_opened", origin, values)


def _end_reservation(db: Connection, handoff: Handoff, origin: Origin) -> None:
    """Who was meant did not take it: others of the queue may."""
    change_handoff(db, handoff, "handoff_reservation_ended", origin, {"reserved_for": None})


def _warn(db: Connection, handoff: Handoff, origin: Origin) -> None:
    """Who waits is told that they are not forgotten."""
    text = texts.WAIT_STILL.format(place=place_in_queue(db, handoff))
    values = {"warnings": 1, "warned_at": origin.now}
    change_handoff(db, handoff, "handoff_waits", origin, values)
    notify(db, handoff.user_id, text, origin.now)


def _late(db: Connection, handoff: Handoff, origin: Origin) -> None:
    """Too long: first in the queue from now on, and other ways are offered."""
    values = {"warnings": 2, "warned_at": origin.now, "urgency": handoff.urgency + 1}
    handoff = change_handoff(db, handoff, "handoff_waits_long", origin, values)
    choices = [says.LEAVE, says.BACK]
    owner = read_owner(db, handoff.user_id)
    swap_owner(db, handoff.user_id, owner, QUEUE, handoff.id, choices)
    text = texts.WAIT_LATE.format(place=place_in_queue(db, handoff))
    notify(db, handoff.user_id, text, origin.now, choices=choices)


_ACTIONS: dict[str, Callable[[Connection, Handoff, Origin], None]] = {
    "remind": _remind,
    "pass_on": _pass_on,
    "put_off": _put_off,
    "keep": _keep,
    "open": _open,
    "end_reservation": _end_reservation,
    "warn": _warn,
    "late": _late,
}
