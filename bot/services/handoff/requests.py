"""The user's side of a hand-off: a person is asked for, a message left, the wait given up."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot import handoff_texts as texts
from bot.model.calendar import centre_calendar
from bot.model.handoff import ASSISTANT, MESSAGE, QUEUE, QUEUED, URGENCY, next_state
from bot.services.booking.state import end_offer
from bot.services.form.drafts import put_consent_aside
from bot.services.handoff import says
from bot.services.handoff.hours import answered_now
from bot.services.handoff.ownership import (
    lock_conversation,
    offer,
    read_choices,
    read_owner,
    swap_owner,
)
from bot.services.handoff.rows import (
    Handoff,
    change_handoff,
    get_handoff,
    last_handoff,
    open_handoff,
    take_off,
    words_of,
)
from bot.services.notices import notify
from bot.services.record import Origin, record_event
from bot.storage.desk_tables import handoffs
from bot.storage.tables import users
from knowledge.centre import centre_facts


def request_handoff(
    db: Connection,
    user_id: int,
    origin: Origin,
    *,
    reason: str = "asked",
    message_id: int | None = None,
    category: str | None = None,
    message: bool = False,
) -> Handoff:
    """A person is wanted: the conversation leaves the assistant, and the user hears at once.

    Within office hours, or while somebody is on duty, it waits in the queue of the user's station;
    else the user leaves a message. `reason`: one of REASONS; `message_id`: the message that asked:
    asked twice, it is one request. Whoever waits, or has a person already, stays where they are.
    `message`: a message is to be left, whoever is there.
    """
    lock_conversation(db, user_id)
    owner = read_owner(db, user_id)
    found = open_handoff(db, user_id)
    if found is not None and owner.kind != ASSISTANT:
        return found
    last = last_handoff(db, user_id)
    if last is not None and message_id is not None and last.first_message_id == message_id:
        return last
    if found is not None:
        handoff = _again(db, found, origin, message_id, message)
    else:
        handoff = _begin(db, user_id, origin, reason, message_id, category, message)
    put_consent_aside(db, user_id, origin)
    text, choices = says.receipt(db, handoff, origin.now, wished=message)
    swap_owner(db, user_id, owner, QUEUE, handoff.id, choices)
    notify(db, user_id, text, origin.now, choices=choices, reply_to=message_id)
    return handoff


def _begin(
    db: Connection,
    user_id: int,
    origin: Origin,
    reason: str,
    message_id: int | None,
    category: str | None,
    message: bool,
) -> Handoff:
    station = db.scalar(sa.select(users.c.station).where(users.c.id == user_id))
    values = {
        "user_id": user_id,
        "status": QUEUED if not message and answered_now(db, origin.now)(station) else MESSAGE,
        "reason": reason,
        "station": station,
        "category": category,
        "urgency": URGENCY[reason],
        "first_message_id": message_id,
        "opened_at": origin.now,
        "queued_at": origin.now,
        "warnings": 0,
    }
    made = db.execute(handoffs.insert().values(**values)).inserted_primary_key[0]
    new = {name: values[name] for name in ("status", "station", "category", "urgency")}
    record_event(
        db, "handoff_requested", user_id, origin, handoff=made, reason=reason, old=None, new=new
    )
    return get_handoff(db, made)


def _again(
    db: Connection, case: Handoff, origin: Origin, message_id: int | None, message: bool
) -> Handoff:
    """Who left a message before asks again: the same case, where it stands in the queue."""
    now = answered_now(db, origin.now)(case.station)
    status = QUEUED if now and not message else MESSAGE
    values: dict[str, Any] = {
        "status": status,
        "first_message_id": message_id,
        "warned_at": None,
        "warnings": 0,
    }
    if status == QUEUED and case.status == MESSAGE:
        values["queued_at"] = origin.now
    return change_handoff(db, case, "handoff_requested", origin, values, reason=case.reason)


def leave_message(db: Connection, handoff: Handoff, origin: Origin, reply_to: int | None) -> None:
    """Who waits in the queue would rather leave a message. The conversation is locked."""
    values = {
        "status": next_state("leave_message", handoff.status),
        "first_message_id": reply_to or handoff.first_message_id,  # what was said before it stands
        "warned_at": origin.now,
    }
    if reply_to:
        take_off(db, reply_to)
    owner = read_owner(db, handoff.user_id)
    change_handoff(db, handoff, "handoff_put_off", origin, values)
    swap_owner(db, handoff.user_id, owner, QUEUE, handoff.id, [says.BACK])
    notify(
        db,
        handoff.user_id,
        texts.MESSAGE_GOES_ON,
        origin.now,
        choices=[says.BACK],
        reply_to=reply_to,
    )


def keep_message(
    db: Connection, handoff: Handoff, origin: Origin, reply_to: int | None, *, quietly: bool = False
) -> None:
    """The message is complete: it is a case from now on, and the assistant is back.

    Without a word in it there is no case. The conversation is locked. `quietly`: what the user
    asked for is answered instead, and a number typed still means what was offered.
    """
    if not words_of(db, handoff) and not handoff.is_promised:
        cancel_handoff(db, handoff, origin, reply_to, quietly=quietly)
        return
    choices = read_choices(db, handoff.user_id) if quietly else None
    _leave_case(db, handoff, origin, choices)
    if not quietly:
        _say_back(db, handoff.user_id, says.kept_message(origin.now), origin, reply_to)


def keep_case(db: Connection, handoff: Handoff, origin: Origin, reply_to: int) -> None:
    """Who was promised that their case is kept waits no longer: it stands with all its words.

    The conversation is locked.
    """
    _leave_case(db, handoff, origin)
    _say_back(db, handoff.user_id, texts.CASE_STANDS, origin, reply_to)


def drop_message(db: Connection, handoff: Handoff, origin: Origin, reply_to: int) -> None:
    """No message is to be left: what was written now is none; what was said before stands.

    A case that was promised to be kept loses nothing. The conversation is locked.
    """
    if handoff.is_promised:
        keep_case(db, handoff, origin, reply_to)
        return
    words = words_of(db, handoff)
    before = [each for each in words if each < (handoff.first_message_id or 0)]
    if not before:
        cancel_handoff(db, handoff, origin, quietly=True)
        text = texts.MESSAGE_DROPPED if words else texts.MESSAGE_NOT_LEFT
        if not centre_calendar().is_open(origin.now):
            facts = {**centre_facts(), "opening": says.opening(origin.now)}
            text += texts.CLOSED_STILL.format(**facts)
        text += texts.ASSISTANT_IS_BACK
    else:
        take_off(db, *words[len(before) :])
        _leave_case(db, handoff, origin)
        text = texts.MESSAGE_BEFORE_STANDS
    _say_back(db, handoff.user_id, text, origin, reply_to)


def _leave_case(
    db: Connection, handoff: Handoff, origin: Origin, choices: list[says.Choice] | None = None
) -> None:
    """The case waits for a person, and the assistant is back."""
    swap_owner(db, handoff.user_id, read_owner(db, handoff.user_id), ASSISTANT, choices=choices)
    record_event(db, "handoff_message_kept", handoff.user_id, origin, handoff=handoff.id)


def _say_back(
    db: Connection, user_id: int, text: str, origin: Origin, reply_to: int | None
) -> None:
    """The assistant is back: say so, and what its form was asking when it was left."""
    question, choices = says.open_question(db, user_id, origin.now)
    if choices:
        offer(db, user_id, choices)
    if question:
        end_offer(db, user_id, origin.now)
    whole = f"{text}\n\n{question}" if question else text
    notify(db, user_id, whole, origin.now, choices=choices, reply_to=reply_to)


def cancel_handoff(
    db: Connection,
    handoff: Handoff,
    origin: Origin,
    reply_to: int | None = None,
    *,
    quietly: bool = False,
) -> None:
    """The user wants no person any more; the assistant is back. The conversation is locked.

    Raises HandoffStateError once somebody has taken it: then the user ends it instead.
    """
    values = {"status": next_state("cancel", handoff.status), "closed_at": origin.now}
    owner = read_owner(db, handoff.user_id)
    change_handoff(db, handoff, "handoff_cancelled", origin, values)
    if owner.kind != ASSISTANT:
        choices = read_choices(db, handoff.user_id) if quietly else None
        swap_owner(db, handoff.user_id, owner, ASSISTANT, choices=choices)
    if not quietly:
        text = texts.MESSAGE_EMPTY if handoff.status == MESSAGE else texts.CANCELLED
        _say_back(db, handoff.user_id, text, origin, reply_to)
