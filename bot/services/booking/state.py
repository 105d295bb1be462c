"""Where a user is in booking by chat, as kept in the database."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.services.booking.holds import lock_user
from bot.storage.booking_tables import booking_chats

WORDS, CONFIRM, SURE, CONSENT = "words", "confirm", "sure", "consent"
"""What is waited for: enterprise and topic; whether to book; whether to cancel; consent."""
OFFER = "offer"
"""Time slots are offered: nothing is asked, but words may narrow them."""


LIVE = ("asking", "recent")
"""What the clock decides."""
STILL_ON = timedelta(minutes=10)
"""So long 周三下午有没有 means the subject that was asked about before."""


@dataclass(frozen=True)
class SlotWish:
    """What is looked for: ids and China's days, empty for any.

    `clock`: HH:MM within the slot; with `clock_to` the span in which the slot lies.
    """

    category: str = ""
    station: str = ""
    expert: str = ""
    first: str = ""  # ISO
    last: str = ""
    period: str = ""
    clock: str = ""
    clock_to: str = ""

    def without_time(self) -> SlotWish:
        """The same for any time."""
        return replace(self, first="", last="", period="", clock="", clock_to="")

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The days, both included."""
        first, last = (date.fromisoformat(d) if d else None for d in (self.first, self.last))
        return first, last


@dataclass(frozen=True)
class BookingState:
    """`moving`: the booking that is to be moved; `booking`: what is to be confirmed or cancelled.

    `organisation`: of an individual appointment, which `individual` says it is.
    """

    wish: SlotWish = field(default_factory=SlotWish)
    offset: int = 0
    moving: int | None = None
    booking: int | None = None
    individual: bool = False
    organisation: str = ""
    company: str = ""
    topic: str = ""
    contact: str = ""
    telephone: str = ""
    done: int | None = None  # booking that was moved last, and
    used: int | None = None  # the hold that it used up
    listed: bool = False  # whether time slots were said last, and not what is asked
    waits: bool = False  # whether to stand in line for what is said next, if it is not free
    told: tuple[int, ...] = ()  # messages that say who comes or why, read once that is agreed to
    topic_since: int = 0  # the message before which these were on another subject
    recent: bool = False  # whether the conversation is still on
    asking: str = ""  # empty as well once its time is over


def read_state(db: Connection, user_id: int, now: datetime) -> BookingState:
    """The user's state; the user is locked until the transaction ends."""
    lock_user(db, user_id)
    row = db.execute(sa.select(booking_chats).where(booking_chats.c.user_id == user_id)).first()
    if row is None:
        return BookingState()
    told = tuple(row.state.get("told", ()))
    wish = SlotWish(**row.state.get("wish", {}))
    state = BookingState(**{**row.state, "wish": wish, "told": told})
    waited = row.asking and row.asking_until is not None and row.asking_until > now
    recent = row.changed_at > now - STILL_ON
    return replace(state, recent=recent, asking=row.asking if waited else "")


def waits_for_words(db: Connection, user_id: int, now: datetime) -> bool:
    """Whether what the user says next answers a question of the booking."""
    query = sa.select(booking_chats.c.user_id).where(
        booking_chats.c.user_id == user_id,
        booking_chats.c.asking != OFFER,
        booking_chats.c.asking_until > now,
    )
    return db.execute(query).first() is not None


def write_state(
    db: Connection, user_id: int, state: BookingState, until: datetime | None, now: datetime
) -> None:
    """Keep the state; words are waited for until `until`."""
    kept = {name: value for name, value in asdict(state).items() if name not in LIVE}
    waited = state.asking if until is not None else ""
    _write(db, user_id, now, state=kept, asking=waited or None, asking_until=until)


def read_reply(db: Connection, user_id: int, message_id: int) -> dict[str, Any] | None:
    """What was said to this message, when it was the last one handled."""
    query = sa.select(booking_chats.c.last_reply).where(
        booking_chats.c.user_id == user_id, booking_chats.c.last_message_id == message_id
    )
    found: dict[str, Any] | None = db.scalar(query)
    return found


def write_reply(
    db: Connection, user_id: int, message_id: int, reply: dict[str, Any], now: datetime
) -> None:
    """Keep what is said to this message."""
    _write(db, user_id, now, last_message_id=message_id, last_reply=reply)


def end_offer(db: Connection, user_id: int, now: datetime) -> None:
    """Something else was asked last: words are no longer on the time slots that were offered."""
    offered = sa.and_(booking_chats.c.user_id == user_id, booking_chats.c.asking == OFFER)
    db.execute(booking_chats.update().where(offered).values(asking_until=now))


def forget_chat(db: Connection, user_id: int) -> None:
    """Delete the state, words and all."""
    db.execute(booking_chats.delete().where(booking_chats.c.user_id == user_id))


def _write(db: Connection, user_id: int, now: datetime, **values: Any) -> None:
    which = booking_chats.c.user_id == user_id
    if not db.execute(
        booking_chats.update().where(which).values(changed_at=now, **values)
    ).rowcount:
        row = {"state": {}, **values, "user_id": user_id, "changed_at": now}
        db.execute(booking_chats.insert().values(**row))
