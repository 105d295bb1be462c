"""A specialist at the desk, and what both sides and the assistant have of the only conversation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.model.rights import Staff
from bot.services.handoff.handoffs import claim_handoff, close_handoff
from bot.services.handoff.rows import Handoff, last_handoff
from bot.services.handoff.sending import send_picture, send_to_user
from bot.services.record import Origin
from bot.settings import Settings
from bot.storage.database import reading, utc_now
from bot.storage.tables import conversations, messages_in, messages_out, users
from tests.gateway.peer import Peer, Phone
from tests.services.handoff_setup import add_staff

Make = Callable[..., Settings]
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Desk:
    """What a specialist does."""

    def __init__(self, engine: Engine, name: str = "李敏") -> None:
        self.engine = engine
        with engine.begin() as db:
            self.staff: Staff = add_staff(db, name)

    def _do(self, action: Callable[..., Any], *args: Any, **values: Any) -> Any:
        with self.engine.begin() as db:
            origin = Origin("desk", self.staff.actor, utc_now())
            return action(db, handoff(self.engine).id, self.staff, *args, origin=origin, **values)

    def claim(self) -> None:
        """Take the chat."""
        self._do(claim_handoff)

    def write(self, text: str) -> None:
        """Write to the user."""
        self._do(send_to_user, text)

    def send_picture(self, settings: Settings, content: bytes) -> None:
        """Send a picture to the user."""
        with self.engine.begin() as db:
            origin = Origin("desk", self.staff.actor, utc_now())
            number = handoff(self.engine).id
            send_picture(db, settings, number, self.staff, content, origin)

    def close(self) -> None:
        """End the chat."""
        self._do(close_handoff, outcome="solved", note="已登记。")


def handoff(engine: Engine) -> Handoff:
    """The only user's newest hand-off."""
    with reading(engine) as db:
        found = last_handoff(db, user_of(engine))
    assert found is not None
    return found


def user_of(engine: Engine) -> int:
    """The only user."""
    with reading(engine) as db:
        return int(db.scalar(sa.select(users.c.id)))


def owner(engine: Engine) -> str:
    """Who owns the only conversation."""
    with reading(engine) as db:
        return str(db.scalar(sa.select(conversations.c.owner_kind)))


def for_person(engine: Engine) -> list[str | None]:
    """What the user said that the desk sees, in order; the kind of what is no text."""
    query = (
        sa.select(messages_in)
        .where(messages_in.c.handoff_id.is_not(None), messages_in.c.status == "done")
        .order_by(messages_in.c.id)
    )
    with reading(engine) as db:
        return [row.text or row.kind for row in db.execute(query)]


def heard(peer: Peer) -> list[str]:
    """What reached the assistant."""
    return [turn["text"] for turn in peer.turns]


def texts_of(phone: Phone) -> list[str]:
    """All that the user was told."""
    return [row["text"] for row in phone.said()]


def ask_for_a_person(phone: Phone, already: int = 0) -> str:
    """The user asks, having been told so many things; what they are told then."""
    phone.do("text", "转人工")
    return str(phone.wait(already + 1)[already]["text"])


def tell(phone: Phone, text: str, already: int) -> str:
    """The user says something, having been told so many things; what they are told then."""
    phone.do("text", text)
    return str(phone.wait(already + 1)[already]["text"])


def served(phone: Phone, engine: Engine) -> Desk:
    """The user has a person who has written something."""
    ask_for_a_person(phone)
    desk = Desk(engine)
    desk.claim()
    desk.write("您好。")
    phone.wait(3)
    return desk


def statuses(engine: Engine) -> list[tuple[str, str]]:
    """Sender and status of all that goes out."""
    with reading(engine) as db:
        query = sa.select(messages_out.c.sender, messages_out.c.status).order_by(messages_out.c.id)
        return [(row.sender, row.status) for row in db.execute(query)]
