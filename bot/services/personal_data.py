"""A person's data: consent to it, its export, its deletion when asked for or when they leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.demand import WITHDRAWN
from bot.services.booking.privacy import forget_bookings
from bot.services.consents import has_consent, record_consent, withdraw_consent
from bot.services.demand.privacy import STEP_EVENTS, forget_asking, forget_life
from bot.services.demand.rows import list_demands
from bot.services.form.draft_rows import OPEN
from bot.services.handoff.chat_pictures import forget_pictures
from bot.services.handoff.privacy import forget_handoffs
from bot.services.personal_export import export_personal_data
from bot.services.record import Origin, record_event
from bot.services.transcript.privacy import forget_transcripts
from bot.storage.database import utc_now
from bot.storage.tables import (
    conversations,
    demand_versions,
    demands,
    drafts,
    events,
    messages_in,
    messages_out,
    users,
)

__all__ = [
    "Deletion",
    "delete_personal_data",
    "export_personal_data",
    "forget_user",
    "has_consent",
    "record_consent",
]
NOTHING_SAID: dict[str, Any] = {"text": "", "choices": []}
WITH_WORDS = ("draft_answers_changed", "draft_migrated", "demand_changed", "demand_withdrawn")
"""Kinds of events whose data hold what a user wrote."""
UNFINISHED_OUT = ("pending", "held", "sending", "passive")


@dataclass(frozen=True)
class Deletion:
    """What a deletion did.

    `kept`: numbers whose data stay: of demands, the newest first, then of bookings to come.
    """

    drafts: int
    messages: int
    kept: tuple[str, ...]


def delete_personal_data(
    db: Connection,
    user_id: int,
    *,
    channel: str = "wechat",
    actor: str = "user",
    now: datetime | None = None,
) -> Deletion:
    """Delete what is stored of a user; what a submitted demand or a booking to come needs stays,
    and is named.

    Drafts are given up and emptied, withdrawn demands emptied, past messages too; consent ends.
    The rows stay, so that counts and the record of who did what when hold; their values go.
    A message that is being handled, or not yet delivered, stays until then.
    """
    origin = Origin(channel, actor, now or utc_now())
    bound, withdrawn = _demands_by_state(db, user_id)
    emptied = _empty_drafts(db, user_id, origin.now)
    for demand_id in withdrawn:
        _empty_demand(db, demand_id)
        forget_life(db, demand_id)
    forget_asking(db, user_id)
    _empty_events(db, user_id, set(bound))
    upcoming = forget_bookings(db, user_id, origin)
    forget_handoffs(db, user_id, origin)
    withdraw_consent(db, user_id, channel=channel, actor=actor, now=origin.now)
    messages = _empty_messages(
        db,
        user_id,
        messages_in.c.status != "pending",
        messages_out.c.status.not_in(UNFINISHED_OUT),
    )
    forget_pictures(db, user_id)  # after the messages: a fetch under way holds their rows
    forget_transcripts(db, user_id)
    db.execute(users.update().where(users.c.id == user_id).values(station=None))
    kept = (*sorted(bound.values(), reverse=True), *upcoming)
    deletion = Deletion(emptied, messages, kept)
    record_event(
        db,
        "personal_data_deleted",
        user_id,
        origin,
        drafts=deletion.drafts,
        messages=deletion.messages,
        kept=list(deletion.kept),
    )
    return deletion


def is_known(db: Connection, user_id: int) -> bool:
    """Whether there is such a user."""
    return db.scalar(sa.select(users.c.id).where(users.c.id == user_id)) is not None


def forget_user(db: Connection, user_id: int, last_message: int) -> None:
    """Delete the data and the openid of a user who left, as the platform demands of us.

    `last_message`: the inbox row of the leaving; what came after it is a new user's.
    """
    _move_later_messages(db, user_id, last_message)
    delete_personal_data(db, user_id)
    db.execute(
        messages_out.update()
        .where(
            messages_out.c.user_id == user_id,
            messages_out.c.status.in_(("pending", "held", "sending")),
        )
        .values(status="void", reason="unsubscribed")
    )
    _empty_messages(db, user_id, sa.true(), sa.true())
    forget_transcripts(db, user_id)
    db.execute(
        conversations.update()
        .where(conversations.c.user_id == user_id)
        .values(choices=None, case_number=conversations.c.case_number + 1, case_turns=0)
    )
    db.execute(
        users.update()
        .where(users.c.id == user_id)
        .values(openid=f"deleted:{user_id}", subscribed=False, station=None, quota_left=0)
    )


def _demands_by_state(db: Connection, user_id: int) -> tuple[dict[int, str], list[int]]:
    """{id: number} of the demands that bind their data, and the ids of the withdrawn."""
    rows = list_demands(db, user_id)
    bound = {row.id: row.number for row in rows if row.status != WITHDRAWN}
    return bound, [row.id for row in rows if row.status == WITHDRAWN]


def _empty_drafts(db: Connection, user_id: int, now: datetime) -> int:
    mine = drafts.c.user_id == user_id
    db.execute(drafts.update().where(mine, drafts.c.status.in_(OPEN)).values(status="given_up"))
    return int(
        db.execute(
            drafts.update()
            .where(mine)
            .values(answers={}, prefilled=[], asking=None, last_reply=None, changed_at=now)
        ).rowcount
    )


def _empty_demand(db: Connection, demand_id: int) -> None:
    db.execute(demands.update().where(demands.c.id == demand_id).values(answers={}))
    db.execute(
        demand_versions.update()
        .where(demand_versions.c.demand_id == demand_id)
        .values(answers={}, reason="")
    )


def _empty_events(db: Connection, user_id: int, bound: set[int]) -> None:
    """Take the answers out of the record; which fields changed, when and by whom stays."""
    query = sa.select(events.c.id, events.c.kind, events.c.data).where(
        events.c.user_id == user_id,
        sa.or_(events.c.kind.in_(WITH_WORDS), events.c.kind.like(STEP_EVENTS)),
    )
    for row in db.execute(query).all():
        if row.data.get("demand") in bound:
            continue
        data = {name: value for name, value in row.data.items() if name != "reason"}
        for side in ("old", "new"):
            if row.kind in WITH_WORDS and isinstance(data[side], dict):
                data[side] = dict.fromkeys(data[side])
        db.execute(events.update().where(events.c.id == row.id).values(data=data))


def _empty_messages(db: Connection, user_id: int, which_in: Any, which_out: Any) -> int:
    """Take the words out of the messages that the conditions name; returns how many."""
    count = db.execute(
        messages_in.update()
        .where(messages_in.c.user_id == user_id, which_in)
        .values(text=None, data={}, parse=None)
    ).rowcount
    count += db.execute(
        messages_out.update()
        .where(messages_out.c.user_id == user_id, which_out)
        .values(body=NOTHING_SAID)
    ).rowcount
    return int(count)


def _move_later_messages(db: Connection, user_id: int, last_message: int) -> None:
    """Who comes back before the leaving is handled starts anew, with what they said since."""
    later = sa.and_(messages_in.c.user_id == user_id, messages_in.c.id > last_message)
    if db.scalar(sa.select(messages_in.c.id).where(later).limit(1)) is None:
        return
    old = db.execute(sa.select(users).where(users.c.id == user_id)).one()
    db.execute(users.update().where(users.c.id == user_id).values(openid=f"deleted:{user_id}"))
    new = db.execute(
        users.insert().values(
            openid=old.openid,
            account=old.account,
            subscribed=True,
            created_at=utc_now(),
            quota_left=old.quota_left,
            quota_until=old.quota_until,
        )
    ).inserted_primary_key[0]
    db.execute(conversations.insert().values(user_id=new))
    moved = {"user_id": new, "transcript_id": None, "handoff_id": None}
    db.execute(messages_in.update().where(later).values(**moved))
