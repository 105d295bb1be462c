"""Someone who talks about booking: what they say and tap, what they are told, what they have."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import yaml
from sqlalchemy.engine import Engine

from bot.services.booking.bookings import my_bookings
from bot.services.booking.chat import BookingChat
from bot.services.booking.rows import Booking
from bot.services.form.says import FormTurn
from bot.settings import ROOT, Settings
from bot.storage.database import reading
from bot.storage.tables import messages_in
from knowledge.centre import centre_facts
from nlu.classifier import rank
from tests.services.conftest import NOW

RESPONSES = {
    name: texts[0]["text"]
    for path in (ROOT / "domain" / "responses").glob("*.yml")
    for name, texts in yaml.safe_load(path.read_text(encoding="utf-8"))["responses"].items()
}
"""What is said: a value that a response needs and does not get fails the test."""
WORDS = "永川某某陶瓷有限公司，商标续展"


@dataclass
class Person:
    """Someone who talks about booking."""

    engine: Engine
    settings: Settings
    model: Any
    user_id: int
    now: datetime = NOW
    message: int = 0
    turn: FormTurn = field(default_factory=lambda: FormTurn([]))
    heard: str = ""

    def do(self, how: str, *args: Any, again: bool = False) -> set[str]:
        """One message; the names of the responses that were said."""
        self.message += 0 if again else 1
        with self.engine.begin() as db:
            chat = BookingChat(db, self.settings, self.user_id, self.message, self.now)
            self.turn = getattr(chat, how)(*args)
        self.heard = "\n".join(
            RESPONSES[s.response].format(**centre_facts(), **s.values) for s in self.turn.said
        )
        return {said.response for said in self.turn.said}

    def say(self, text: str, again: bool = False) -> set[str]:
        """Words, which come in as any message does."""
        if not again:
            self._come_in(self.message + 1, text)
        return self.do("hear", text, rank(self.model, text), again=again)

    def _come_in(self, number: int, text: str) -> None:
        row = {"id": number, "dedup_key": str(number), "nonce": str(number), "text": text[:9000]}
        at = {"received_at": self.now, "passive_until": self.now}
        by = {"user_id": self.user_id, "kind": "text", "data": {}, "status": "pending"}
        with self.engine.begin() as db:
            db.execute(messages_in.insert().values(**row, **at, **by))

    def tap(self, title: str, again: bool = False) -> set[str]:
        """The choice whose title begins so."""
        payload = next(c["payload"] for c in self.choices if c["title"].startswith(title))
        return self.do("choose", json.loads(payload[payload.index("{") :])["choice"], again=again)

    @property
    def choices(self) -> list[dict[str, Any]]:
        """What can be tapped."""
        return [choice for said in self.turn.said for choice in said.choices]

    @property
    def titles(self) -> list[str]:
        """Titles of what can be tapped."""
        return [choice["title"] for choice in self.choices]

    @property
    def values(self) -> dict[str, str]:
        """Values of everything said."""
        return {name: v for said in self.turn.said for name, v in said.values.items()}

    @property
    def mine(self) -> list[Booking]:
        """What the person has."""
        with reading(self.engine) as db:
            return my_bookings(db, self.user_id, self.now)

    def book(self, words: str = "想约3月11号下午的商标专家") -> str:
        """Book the first time slot that is offered; its number."""
        self.say(words)
        self.tap("3月11日")
        if self.turn.said[0].response.startswith("utter_booking_ask"):
            self.say(WORDS)
        self.tap("确认")
        return self.values["number"]
