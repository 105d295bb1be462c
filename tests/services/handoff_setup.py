"""People at the desk and users who want one. The time is Monday, 2 March 2026, 9:00 in China."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.model.rights import Staff
from bot.services.handoff.handoffs import claim_handoff
from bot.services.handoff.requests import request_handoff
from bot.services.handoff.rows import Handoff
from bot.services.record import Origin
from bot.settings import Settings, read_settings
from bot.storage.desk_tables import staff as staff_table
from bot.storage.tables import conversations, events, messages_in, messages_out
from tests.services.conftest import NOW, add_user

EVENING = datetime(2026, 3, 2, 11, 0)
"""19:00 of the same Monday: nobody is there."""
USER = Origin("wechat", "user", NOW)
SETTINGS: Settings = read_settings({})


def add_staff(db: Connection, name: str, role: str = "specialist", **values: Any) -> Staff:
    """A colleague at the desk, seen just now."""
    row = {
        "login": name,
        "name": name,
        "password_hash": "-",
        "role": role,
        "skills": [],
        "active": True,
        "available": True,
        "must_change_password": False,
        "seen_at": NOW,
        "created_at": NOW,
        **values,
    }
    made = db.execute(staff_table.insert().values(**row)).inserted_primary_key[0]
    skills = tuple(row["skills"])
    return Staff(made, name, name, role, row.get("station"), None, skills)


def desk(staff: Staff, now: datetime = NOW) -> Origin:
    """Where what they do comes from."""
    return Origin("desk", staff.actor, now)


def add_talker(db: Connection, openid: str = "oUser", **values: Any) -> int:
    """A follower who has a conversation and may be sent messages."""
    quota = {"quota_left": 5, "quota_until": NOW + timedelta(hours=48)}
    user_id = add_user(db, openid, **{**quota, **values})
    db.execute(conversations.insert().values(user_id=user_id))
    return user_id


def say(db: Connection, user_id: int, text: str, at: datetime = NOW, **values: Any) -> int:
    """A message of the user's in the inbox."""
    count = db.scalar(sa.select(sa.func.count()).select_from(messages_in))
    row = {
        "user_id": user_id,
        "dedup_key": f"k{user_id}-{count}",
        "nonce": f"n{user_id}-{count}",
        "kind": "text",
        "text": text,
        "data": {},
        "received_at": at,
        "passive_until": at,
        "status": "pending",
        **values,
    }
    return int(db.execute(messages_in.insert().values(**row)).inserted_primary_key[0])


def waiting(db: Connection, user_id: int, now: datetime = NOW, **values: Any) -> Handoff:
    """The user asked for a person."""
    return request_handoff(db, user_id, Origin("wechat", "user", now), **values)


def in_chat(db: Connection, user_id: int, staff: Staff, now: datetime = NOW) -> Handoff:
    """The user asked for a person and has one."""
    return claim_handoff(db, waiting(db, user_id, now).id, staff, desk(staff, now))


def said(db: Connection, user_id: int) -> list[str]:
    """What the user was or will be told, in order."""
    query = sa.select(messages_out.c.body).where(messages_out.c.user_id == user_id)
    return [body["text"] for body in db.scalars(query.order_by(messages_out.c.id))]


def owner(db: Connection, user_id: int) -> tuple[str, int | None]:
    """Who owns the conversation."""
    row = db.execute(sa.select(conversations).where(conversations.c.user_id == user_id)).one()
    return row.owner_kind, row.owner_id


def kinds(db: Connection, user_id: int) -> list[str]:
    """Kinds of events on record about the user."""
    query = sa.select(events.c.kind).where(events.c.user_id == user_id).order_by(events.c.id)
    return list(db.scalars(query))


def refusal(action: Callable[..., Any], *args: Any, **values: Any) -> str:
    """The code with which the service refuses."""
    from bot.model.errors import ServiceError

    try:
        action(*args, **values)
    except ServiceError as error:
        return error.code
    raise AssertionError("it was not refused")


def in_turn(engine: Engine, action: Callable[..., Any], *args: Any, **values: Any) -> Any:
    """`action` in a transaction of its own."""
    with engine.begin() as db:
        return action(db, *args, **values)
