"""What was said with the wish to fill the form, or beside its consent: read once it is given.

Nothing of it is kept before; the words are those of the inbox.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Select

from bot.model.answer.company import has_organisation, is_name_alone
from bot.model.answer.contacts import telephones_in
from bot.model.answer.person import surely_person
from bot.model.form import first_open, place_of
from bot.model.form_talk.fit import SURELY, fit
from bot.model.form_talk.reading import Message
from bot.model.form_talk.turn import read_form_message
from bot.model.transcript import classified
from bot.model.wording import asks, tidy
from bot.storage.tables import messages_in
from knowledge import CLEAR, find_matters, find_services, load_knowledge
from knowledge.form import DemandForm

WISH = "start_demand_form"
WINDOW = timedelta(minutes=30)
"""Who agrees later than this has to say it again."""
MOST = 10
CONTACT, TELEPHONE, WANTED = "contact", "telephone", "wanted"
"""Fields that a department with a name, a number, and what is wished answer, unasked."""
_WISHES = re.compile("想|要|需|做|办|搞|弄|申请|咨询|续展|注册|检定|检测|认证|培训")
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
    """Texts with their rankings since the user wished to fill the form, before `message_id`;

    and a demand that was told whole right before the wish.
    """
    query = _before(user_id, message_id, now)
    told: list[Told] = []
    rows = iter(db.execute(query).all())
    for row in rows:
        if (words := _told(row)) is not None:
            told.insert(0, words)
        if ((row.parse or {}).get("intent") or {}).get("name") == WISH:
            return [*_whole_demand(rows), *told]
    return []


def told_last(db: Connection, user_id: int, message_id: int, now: datetime) -> list[Told]:
    """A demand that was told whole right before `message_id`, the wish to fill the form."""
    return _whole_demand(iter(db.execute(_before(user_id, message_id, now)).all()))


def _before(user_id: int, message_id: int, now: datetime) -> Select:
    return (
        sa.select(messages_in.c.kind, messages_in.c.text, messages_in.c.parse)
        .where(
            messages_in.c.user_id == user_id,
            messages_in.c.id < message_id,
            messages_in.c.received_at >= now - WINDOW,
        )
        .order_by(messages_in.c.id.desc())
        .limit(MOST)
    )


def _told(row: Any) -> Told | None:
    if row.kind not in ("text", "voice") or not row.text:
        return None
    ranking = [(each["name"], each["confidence"]) for each in classified(row.parse or {})]
    return Told(row.text, ranking)


def _whole_demand(rows: Iterator[Any]) -> list[Told]:
    """The next message of `rows`, where it tells an enterprise and how to reach it."""
    words = next(filter(None, map(_told, rows)), None)
    whole = words and has_organisation(words.text) and telephones_in(words.text)
    return [words] if words and whole else []


def read_told(
    form: DemandForm, told: Sequence[Told], answers: Mapping[str, Any], today: date
) -> dict[str, Any]:
    """The answers in what was told, {field id: value}.

    Nothing was asked yet: what names its field or plainly is a name counts, talk does not.
    """
    read: dict[str, Any] = {}
    for text, ranking in told:
        read |= _read_one(form, text, ranking, {**answers, **read}, today)
    _part_contact(read)
    if WANTED not in answers and (wanted := _wanted(form, told, read)):
        read.setdefault(WANTED, wanted)
    return {field.id: read[field.id] for field in form.fields if field.id in read}


def _part_contact(read: dict[str, Any]) -> None:
    """Of 王芳，13911112222，商标续展 the telephone has its own field, and the rest is no name."""
    said = str(read.get(CONTACT) or "")
    if numbers := telephones_in(said):
        read[CONTACT] = re.split(r"[\s,，、:：(（]*\d", said, maxsplit=1)[0]
        read.setdefault(TELEPHONE, numbers[0])
    if not read.get(CONTACT):
        read.pop(CONTACT, None)


def _wanted(form: DemandForm, told: Sequence[Told], read: Mapping[str, Any]) -> list[str]:
    """The services that are wanted in so many words, as the form's sections name them."""
    titles = {s.category: s.title for s in form.sections if s.chosen and s.category}
    named: set[str] = set()
    for text, _ in told:
        for value in map(str, read.values()):
            text = text.replace(value, " ")  # 计量检测有限公司 wants nothing
        if asks(text) or not _WISHES.search(text):
            continue
        items = find_matters(load_knowledge(), text)
        if not items:
            found = find_services(load_knowledge(), text, limit=1)
            items = [match.item for match in found if match.score >= CLEAR]
        named |= {titles[c] for item in items for c in item.categories if c in titles}
    return [option for option in form.field(WANTED).options if option in named]


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
