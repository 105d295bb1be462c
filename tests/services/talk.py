"""Talk as the gateway leaves it in the tables, and the people at the desk who read it."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.engine import Connection

from bot.model.rights import Staff
from bot.services.record import Origin
from bot.services.transcript.filing import file_messages
from bot.services.transcript.filters import Wish
from bot.services.transcript.search import find_transcripts
from bot.storage.desk_tables import handoffs
from bot.storage.desk_tables import staff as staff_table
from bot.storage.tables import conversations, messages_in, messages_out, users
from nlu.decide import DECIDED

NOW = datetime(2026, 3, 2, 1, 0)
_numbers = count(1)
ANSWER = "服务项目：计量器具强制检定。\n承办部门：区市场监管局。\n联系电话：49473890。"


def origin(staff: Staff, now: datetime = NOW) -> Origin:
    """Of what somebody does at the desk."""
    return Origin("desk", staff.actor, now)


def hire(db: Connection, role: str = "centre", **values: Any) -> Staff:
    """Somebody at the desk."""
    login = f"{role}{next(_numbers)}"
    row = {
        "login": login,
        "name": f"示例{login}",
        "password_hash": "x",
        "role": role,
        "skills": [],
        "created_at": NOW,
        **values,
    }
    number = int(db.execute(staff_table.insert().values(**row)).inserted_primary_key[0])
    return Staff(number, login, row["name"], role, values.get("station"))


def follow(db: Connection, openid: str = "", station: str | None = None) -> int:
    """A new follower's id."""
    values = {
        "openid": openid or f"oUser{next(_numbers)}",
        "account": "gh_1",
        "created_at": NOW,
        "station": station,
    }
    number = int(db.execute(users.insert().values(**values)).inserted_primary_key[0])
    db.execute(conversations.insert().values(user_id=number))
    return number


def parse(intent: str, confidence: float, *, unsure: bool = False, **more: Any) -> dict[str, Any]:
    """What the assistant's channel returns for a message."""
    ranking = [{"name": intent, "confidence": confidence}, {"name": "chitchat", "confidence": 0.01}]
    if unsure:
        ranking.insert(0, {"name": "nlu_fallback", "confidence": 1 - confidence, DECIDED: True})
    return {"text": "…", "intent": ranking[0], "intent_ranking": ranking, "entities": [], **more}


def hears(db: Connection, user_id: int, text: str | None, at: datetime = NOW, **values: Any) -> int:
    """A message of the user's, handled."""
    number = next(_numbers)
    row = {
        "user_id": user_id,
        "dedup_key": f"k{number}",
        "nonce": f"n{number}",
        "kind": "text",
        "text": text,
        "data": {},
        "received_at": at,
        "passive_until": at,
        "status": "done",
        **values,
    }
    return int(db.execute(messages_in.insert().values(**row)).inserted_primary_key[0])


def says(
    db: Connection,
    user_id: int,
    text: str,
    at: datetime = NOW + timedelta(seconds=1),
    **values: Any,
) -> int:
    """A message to the user."""
    row = {
        "user_id": user_id,
        "sender": "assistant",
        "body": {"text": text, "choices": []},
        "status": "sent",
        "due_at": at,
        "created_at": at,
        **values,
    }
    return int(db.execute(messages_out.insert().values(**row)).inserted_primary_key[0])


def hand_off(db: Connection, user_id: int, status: str = "closed", **values: Any) -> int:
    """A hand-off's id."""
    row = {
        "user_id": user_id,
        "status": status,
        "reason": "asked",
        "opened_at": NOW,
        "queued_at": NOW,
        **values,
    }
    return int(db.execute(handoffs.insert().values(**row)).inserted_primary_key[0])


def file_all(db: Connection) -> int:
    """File everything; how many messages that were."""
    filed = 0
    while some := file_messages(db):
        filed += some
    return filed


def found(db: Connection, **wish: Any) -> list[int]:
    """Users of the transcripts found, the newest first."""
    staff = hire(db)
    return [row.user_id for row in find_transcripts(db, staff, Wish(**wish)).rows]
