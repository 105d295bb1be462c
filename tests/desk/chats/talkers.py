"""Users who talk to the desk, as the gateway would have written them down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.model.rights import Staff
from bot.services.handoff.handoffs import claim_handoff
from bot.services.handoff.requests import request_handoff
from bot.services.handoff.rows import Handoff, get_handoff
from bot.services.handoff.sending import send_to_user
from bot.services.record import Origin
from bot.storage.database import reading, utc_now
from bot.storage.desk_tables import handoffs
from bot.storage.tables import conversations, messages_in, messages_out, users
from tests.desk.office import Office

HERE, THERE = "station_fenghuanghu", "station_gangqiao"
"""Two stations."""
ATTACK = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
"""Words that would be a script if they were not shown as text."""


@dataclass
class Talker:
    """A follower of the account. `handoff`: the newest that they asked for."""

    office: Office
    id: int
    handoff: int = 0

    def say(self, text: str, ago: float = 0, **values: Any) -> int:
        """A message of theirs, `ago` seconds ago; it belongs to the open hand-off."""
        at = utc_now() - timedelta(seconds=ago)
        with self.office.engine.begin() as db:
            row = {
                "user_id": self.id,
                "dedup_key": f"k{self.id}-{at.timestamp()}-{text[:20]}",
                "nonce": f"n{self.id}-{at.timestamp()}-{text[:20]}",
                "kind": "text",
                "text": text,
                "data": {},
                "received_at": at,
                "passive_until": at,
                "status": "done",
                "handoff_id": self.handoff or None,
                **values,
            }
            made = db.execute(messages_in.insert().values(**row)).inserted_primary_key[0]
            if self.handoff:
                db.execute(
                    handoffs.update().where(handoffs.c.id == self.handoff).values(user_spoke_at=at)
                )
        return int(made)

    def hear(self, text: str, ago: float = 0, **values: Any) -> int:
        """What the assistant said, and that it was sent."""
        at = utc_now() - timedelta(seconds=ago)
        row = {
            "user_id": self.id,
            "sender": "assistant",
            "body": {"text": text, "choices": []},
            "status": "sent",
            "due_at": at,
            "created_at": at,
            "sent_at": at,
            **values,
        }
        with self.office.engine.begin() as db:
            return int(db.execute(messages_out.insert().values(**row)).inserted_primary_key[0])

    def call(self, ago: float = 0, **values: Any) -> Talker:
        """They ask for a person."""
        origin = Origin("wechat", "user", utc_now() - timedelta(seconds=ago))
        with self.office.engine.begin() as db:
            self.handoff = request_handoff(db, self.id, origin, **values).id
        return self

    def taken_by(self, staff: Staff, ago: float = 0) -> Talker:
        """A colleague takes it."""
        origin = Origin("desk", staff.actor, utc_now() - timedelta(seconds=ago))
        with self.office.engine.begin() as db:
            claim_handoff(db, self.handoff, staff, origin)
        return self

    def told_by(self, staff: Staff, text: str, ago: float = 0) -> list[int]:
        """Their owner writes."""
        origin = Origin("desk", staff.actor, utc_now() - timedelta(seconds=ago))
        with self.office.engine.begin() as db:
            return send_to_user(db, self.handoff, staff, text, origin)

    def deliver(self, status: str = "sent", reason: str | None = None) -> None:
        """The outbox did its work on everything that waits."""
        with self.office.engine.begin() as db:
            db.execute(
                messages_out.update()
                .where(messages_out.c.user_id == self.id, messages_out.c.status == "pending")
                .values(status=status, reason=reason, sent_at=utc_now())
            )

    def told(self) -> list[str]:
        """All that was put into their outbox by the desk, in order."""
        query = (
            sa.select(messages_out.c.body)
            .where(messages_out.c.user_id == self.id, messages_out.c.sender == "specialist")
            .order_by(messages_out.c.id)
        )
        with reading(self.office.engine) as db:
            return [body["text"] for body in db.scalars(query)]

    def state(self) -> Handoff:
        """The hand-off as it is."""
        with reading(self.office.engine) as db:
            return get_handoff(db, self.handoff)


def follow(office: Office, openid: str, **values: Any) -> Talker:
    """A new follower who may be sent five messages."""
    now = utc_now()
    row = {
        "openid": openid,
        "account": "gh_1",
        "subscribed": True,
        "created_at": now - timedelta(days=3),
        "quota_left": 5,
        "quota_until": now + timedelta(hours=48),
        **values,
    }
    with office.engine.begin() as db:
        made = db.execute(users.insert().values(**row)).inserted_primary_key[0]
        db.execute(conversations.insert().values(user_id=made))
    return Talker(office, int(made))


def at(hour: int, minute: int = 0) -> datetime:
    """A moment of Monday, 2 March 2026, a working day, by China's clock; in UTC."""
    return datetime(2026, 3, 2, hour - 8, minute)
