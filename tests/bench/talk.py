"""Two years of talk, as the filing of messages leaves it: rows for the bench of transcripts."""

from __future__ import annotations

import hashlib
import io
import json
import random
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.model.rights import CENTRE
from bot.model.search_text import grams
from bot.services.transcript.sentences import sentences_of
from bot.storage.desk_tables import handoffs, staff
from bot.storage.tables import conversations, messages_in, messages_out, users
from bot.storage.transcript_tables import (
    sentence_uses,
    sentences,
    transcript_categories,
    transcript_grams,
    transcripts,
)
from knowledge import load_knowledge
from nlu.examples import read_examples

MESSAGES = 1_000_000
TURNS = 4
"""Messages of the user in one transcript; each is answered."""
TRANSCRIPTS = MESSAGES // (2 * TURNS)
USERS = 20_000
BEGIN = datetime(2024, 1, 1)
NAMES = ("单于敏", "欧阳晓岚", "尉迟秀兰", "令狐志强", "澹台文静")
PERSONAL = 0.1
"""Share of the assistant's messages with a line that is said once in all."""


def fill(engine: Engine) -> None:
    """Write it all; PostgreSQL takes it by COPY."""
    with engine.begin() as db:
        for name in ("transcript_grams", "sentence_uses", "messages_in", "messages_out"):
            for index in sa.inspect(db).get_indexes(name):
                if not index["unique"]:
                    db.execute(sa.text(f'DROP INDEX "{index["name"]}"'))
    rows = _rows(TRANSCRIPTS)
    raw = engine.raw_connection()
    if engine.name == "sqlite":
        raw.cursor().execute("PRAGMA cache_size = -600000")  # KB: the index grows all over
        raw.cursor().execute("BEGIN")  # else each row were a transaction
    else:  # the rows fit each other: looking up every foreign key takes most of the time
        raw.cursor().execute("SET session_replication_role = replica")
    for target in (users, conversations, staff, handoffs, transcripts):
        _load(raw, target, next(rows))
    for chunk in rows:
        for target, made in zip(CHUNKED, chunk, strict=True):
            _load(raw, target, made)
    if engine.name == "postgresql":
        raw.cursor().execute("RESET session_replication_role")
    raw.commit()
    if engine.name == "sqlite":
        raw.cursor().execute("PRAGMA cache_size = -2000")  # as the product runs
    raw.close()
    with engine.begin() as db:
        for target in (transcript_grams, sentence_uses, messages_in, messages_out):
            for index in target.indexes:
                if not index.unique:
                    index.create(db)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(sa.text("VACUUM ANALYZE" if engine.name == "postgresql" else "ANALYZE"))


CHUNKED = (
    messages_in,
    messages_out,
    transcript_categories,
    transcript_grams,
    sentences,
    sentence_uses,
)


def _load(raw: Any, target: sa.Table, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    names = list(rows[0])
    columns = ", ".join(names)
    if isinstance(raw.driver_connection, sqlite3.Connection):
        marks = ", ".join("?" * len(names))
        insert = f"INSERT INTO {target.name} ({columns}) VALUES ({marks})"
        raw.cursor().executemany(insert, (tuple(_plain(v) for v in r.values()) for r in rows))
        return
    lines = ("\t".join(_field(value) for value in row.values()) for row in rows)
    content = io.StringIO("\n".join(lines) + "\n")
    raw.cursor().copy_expert(f"COPY {target.name} ({columns}) FROM STDIN", content)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(" ", "microseconds")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value


def _field(value: Any) -> str:
    if value is None:
        return "\\N"
    text = str(_plain(value))
    return text.replace("\\", "\\\\").replace("\t", " ").replace("\n", "\\n")


def _rows(count: int) -> Iterator[Any]:
    """Rows of users, conversations, staff, handoffs, transcripts; then chunks of the others."""
    chance = random.Random(1)
    stations = [station.scene for station in load_knowledge().stations]
    made = [_transcript(number, count, chance, stations) for number in range(1, count + 1)]
    yield [
        {"id": n, "openid": f"oBench{n}", "account": "gh_1", "subscribed": True}
        | {"created_at": BEGIN, "quota_left": 0}
        for n in range(1, USERS + 1)
    ]
    owner = {"owner_kind": "assistant", "version": 1, "case_number": 1, "case_turns": 0}
    yield [{"user_id": n, **owner} for n in range(1, USERS + 1)]
    person = {"id": 1, "login": "bench", "name": "示例", "password_hash": "x", "role": CENTRE}
    marks = {"skills": [], "active": True, "must_change_password": False, "available": True}
    yield [{**person, **marks, "created_at": BEGIN}]
    yield [_handoff(row) for row in made if row["handoff_id"]]
    yield made
    questions = [(intent, text, grams(text)) for _, intent, text in read_examples()]
    answers = Answers(chance)
    for start in range(0, count, 10_000):
        yield [
            *_messages(made[start : start + 10_000], chance, questions, answers),
            *answers.rows(),
        ]


def _transcript(
    number: int, count: int, chance: random.Random, stations: list[str]
) -> dict[str, Any]:
    started = BEGIN + timedelta(days=730) * (number / count)
    seen = started + timedelta(days=2) if chance.random() < 0.5 else None
    return {
        "id": number,
        "user_id": chance.randint(1, USERS),
        "station": chance.choice(stations),
        "started_at": started,
        "ended_at": started + timedelta(minutes=TURNS),
        "said": TURNS,
        "lowest_confidence": round(chance.uniform(0.2, 1), 3),
        "fallback": chance.random() < 0.1,
        "unanswered": chance.random() < 0.001,
        "handoff_id": number if chance.random() < 0.03 else None,
        "flag": "complaint" if chance.random() < 0.001 else None,
        "reviewed_at": seen,
        "version": 1,
        "sentences_kept": True,
    }


class Answers:
    """What the assistant says: service items, and now and then something for one person alone."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._ids: dict[str, int] = {}  # of each line
        self._new: list[dict[str, Any]] = []
        self._uses: set[tuple[int, int]] = set()
        self._texts = [
            f"服务项目：{item.text}\n承办部门：{'、'.join(item.departments)}\n"
            f"联系电话：{'、'.join(item.telephones)}\n还可以预约专家、填需求表、转人工。"
            for item in load_knowledge().services
        ]
        self._lines = {text: self._known(text) for text in self._texts}

    def say(self, transcript_id: int, message_id: int) -> str:
        """One message."""
        text = self._chance.choice(self._texts)
        lines = self._lines[text]
        if self._chance.random() < PERSONAL:
            own = f"{self._chance.choice(NAMES)}，您的需求ZLXQ-{message_id}已转给承办部门办理。"
            text, lines = f"{own}\n{text}", lines | self._known(own)
        self._uses.update((line, transcript_id) for line in lines)
        return text

    def rows(self) -> list[list[dict[str, Any]]]:
        """Rows of sentences and sentence_uses since the last time."""
        made = [self._new, [{"sentence_id": s, "transcript_id": t} for s, t in sorted(self._uses)]]
        self._new, self._uses = [], set()
        return made

    def _known(self, text: str) -> set[int]:
        """Ids of its lines; new ones get theirs."""
        found = set()
        for line in sentences_of({"text": text}):
            if line not in self._ids:
                self._ids[line] = len(self._ids) + 1
                digest = hashlib.sha256(line.encode()).hexdigest()
                self._new.append({"id": self._ids[line], "digest": digest, "text": line})
            found.add(self._ids[line])
        return found


def _handoff(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "user_id": row["user_id"],
        "status": "closed",
        "reason": "asked",
        "urgency": 0,
        "opened_at": row["started_at"],
        "queued_at": row["started_at"],
        "rating": row["id"] % 5 + 1,
    }


def _messages(
    made: list[dict[str, Any]],
    chance: random.Random,
    questions: list[tuple[str, str, set[str]]],
    answers: Answers,
) -> list[list[dict[str, Any]]]:
    came, went, categories, pieces = [], [], [], []
    known = load_knowledge().categories
    for row in made:
        number, found, under = row["id"], set(), set()
        for turn in range(TURNS):
            intent, text, own = chance.choice(questions)
            if number % 5_000 < len(NAMES) and turn == 0:
                text = f"我叫{NAMES[number % 5_000]}，{text}"
                own = grams(text)
            found |= own
            under |= {intent} & known.keys()
            moment = row["started_at"] + timedelta(minutes=turn)
            message_id = (number - 1) * TURNS + turn + 1
            ranking = [{"name": intent, "confidence": 0.9}, {"name": "chitchat", "confidence": 0.1}]
            came.append(_came(row, message_id, text, moment, ranking))
            said = answers.say(number, message_id)
            went.append(_went(row, message_id, moment, said, chance))
        categories += [{"category": c, "transcript_id": number} for c in under]
        pieces += [{"gram": piece, "transcript_id": number} for piece in found]
    return [came, went, categories, pieces]


def _came(
    row: dict[str, Any], number: int, text: str, moment: datetime, ranking: list[Any]
) -> dict[str, Any]:
    return {
        "id": number,
        "user_id": row["user_id"],
        "dedup_key": f"k{number}",
        "nonce": f"n{number}",
        "kind": "text",
        "text": text,
        "data": {},
        "received_at": moment,
        "deliveries": 1,
        "passive_until": moment,
        "status": "done",
        "attempts": 0,
        "parse": {"text": text, "intent": ranking[0], "intent_ranking": ranking, "entities": []},
        "transcript_id": row["id"],
    }


def _went(
    row: dict[str, Any], number: int, moment: datetime, said: str, chance: random.Random
) -> dict[str, Any]:
    return {
        "id": number,
        "user_id": row["user_id"],
        "reply_to": number,
        "sender": "assistant",
        "body": {"text": said, "choices": []},
        "status": "failed" if chance.random() < 0.0005 else "sent",
        "attempts": 0,
        "due_at": moment,
        "created_at": moment,
        "confirmed": True,
        "transcript_id": row["id"],
    }
