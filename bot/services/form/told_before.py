"""What was said with the wish to fill the form, or beside its consent: read once it is given.

Nothing of it is kept before; the words are those of the inbox.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.answer.company import is_name_alone
from bot.model.answer.person import surely_person
from bot.model.form import first_open, place_of
from bot.model.form_talk.fit import SURELY, fit
from bot.model.form_talk.reading import Message
from bot.model.form_talk.turn import read_form_message
from bot.model.transcript import classified
from bot.model.wording import tidy
from bot.storage.tables import messages_in
from knowledge.form import DemandForm

WISH = "start_demand_form"
WINDOW = timedelta(minutes=30)
"""Who agrees later than this has to say it again."""
MOST = 10
CONTACT = "contact"
"""The field that a department with a name answers, unasked."""
_LABEL = re.compile("^(?:公司|企业)(?:名称|名字|全称|叫|是)*(?=.)")
Ranking = Sequence[tuple[str, float]]


class Told(NamedTuple):
    """Words with their intents, the likeliest first."""

    text: str
    ranking: Ranking = ()

    @property
    def first(self) -> str:
        """The likeliest intent; empty when none was read."""
        return self.ranking[0][0] if self.ranking else ""

    @property
    def chance(self) -> float:
        """How likely `first` is, from 0 to 1."""
        return self.ranking[0][1] if self.ranking else 0.0


def told_before(db: Connection, user_id: int, message_id: int, now: datetime) -> list[Told]:
    """Texts with their rankings since the user wished to fill the form, before `message_id`."""
    query = (
        sa.select(messages_in.c.kind, messages_in.c.text, messages_in.c.parse)
        .where(
            messages_in.c.user_id == user_id,
            messages_in.c.id < message_id,
            messages_in.c.received_at >= now - WINDOW,
        )
        .order_by(messages_in.c.id.desc())
        .limit(MOST)
    )
    told: list[Told] = []
    for row in db.execute(query):
        parse = row.parse or {}
        if row.kind in ("text", "voice") and row.text:
            ranking = [(row["name"], row["confidence"]) for row in classified(parse)]
            told.insert(0, Told(row.text, ranking))
        if (parse.get("intent") or {}).get("name") == WISH:
            return told
    return []


def read_told(
    form: DemandForm, told: Sequence[Told], answers: Mapping[str, Any], today: date
) -> dict[str, Any]:
    """The answers in what was told, {field id: value}.

    Nothing was asked yet: what names its field or plainly is a name counts, talk does not.
    """
    read: dict[str, Any] = {}
    for text, ranking in told:
        read |= _read_one(form, text, ranking, {**answers, **read}, today)
    return read


def _read_one(
    form: DemandForm, text: str, ranking: Ranking, known: Mapping[str, Any], today: date
) -> dict[str, Any]:
    field = first_open(form, known)
    if field is None:
        return {}
    reading = read_form_message(form, field.id, text, ranking, known, today)
    values = dict(reading.values) if reading.kind in ("answer", "correction") else {}
    said = str(values.pop(field.id, ""))
    if field.format == "company" and is_name_alone(name := _LABEL.sub("", said)):
        values[field.id] = name
    elif field.format == "person" and surely_person(said):
        values[field.id] = said
    if values or CONTACT in known:
        return values
    place = place_of(form, CONTACT, known)
    if fit(Message(form, place, tidy(text), ranking, known, today)) < SURELY:
        return {}
    reading = read_form_message(form, CONTACT, text, ranking, known, today)
    return dict(reading.values) if reading.kind == "answer" else {}
