"""Searching and listing transcripts among a million messages: `python -m tests.bench.transcripts`.

The rows are written as the filing of messages leaves them; PostgreSQL takes them by COPY.
"""

from __future__ import annotations

import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.model.rights import CENTRE, Staff
from bot.model.search_text import grams
from bot.services.transcript_search import STATES, Wish, find_transcripts
from bot.services.transcripts import list_lines, read_transcript
from bot.storage.database import create_engine, migrate, reading
from bot.storage.desk_tables import handoffs, staff
from bot.storage.tables import conversations, messages_in, messages_out, users
from bot.storage.transcript_tables import transcript_categories, transcript_grams, transcripts
from knowledge import load_knowledge
from nlu.examples import read_examples
from tests.bench.figures import Figure, at, table

MESSAGES = 1_000_000
TURNS = 4
"""Messages of the user in one transcript; each is answered."""
USERS = 20_000
BEGIN = datetime(2024, 1, 1)
MOST_MS = 300.0
REPEATS = 20
NAMES = ("单于敏", "欧阳晓岚", "尉迟秀兰", "令狐志强", "澹台文静")
ANSWER = "服务项目：计量器具强制检定。承办部门：区市场监管局。联系电话：49473890。"
READER = Staff(1, "bench", "示例", CENTRE)
Row = Sequence[Any]


def measure(var: Path) -> list[Figure]:
    """Figures on PostgreSQL, and SQLite's beside them."""
    import pgserver

    var.mkdir(parents=True, exist_ok=True)
    server = pgserver.get_server(var / "pg", cleanup_mode="delete")
    uri = server.get_uri().replace("postgresql://", "postgresql+psycopg2://", 1)
    figures: list[Figure] = []
    try:
        for kind, url in (("PostgreSQL", uri), ("SQLite", f"sqlite:///{var / 'big.db'}")):
            begun = time.monotonic()
            migrate(url)
            engine = create_engine(url)
            fill(engine)
            print(
                f"  {kind}: {MESSAGES:,} messages in {time.monotonic() - begun:.0f} s", flush=True
            )
            figures += _all(engine, kind)
            engine.dispose()
    finally:
        server.cleanup()
    return figures


def fill(engine: Engine, messages: int = MESSAGES) -> None:
    """Two years of talk."""
    with engine.begin() as db:
        for name in ("transcript_grams", "messages_in", "messages_out"):
            for index in sa.inspect(db).get_indexes(name):
                if not index["unique"]:
                    db.execute(sa.text(f'DROP INDEX "{index["name"]}"'))
    rows = _rows(messages // (2 * TURNS))
    raw = engine.raw_connection()
    if engine.name == "sqlite":
        raw.cursor().execute("BEGIN")  # else each row were a transaction
    for target in (users, conversations, staff, handoffs, transcripts):
        _load(raw, target, next(rows))
    for chunk in rows:
        for target, made in zip(CHUNKED, chunk, strict=True):
            _load(raw, target, made)
    raw.commit()
    raw.close()
    with engine.begin() as db:
        for target in (transcript_grams, messages_in, messages_out):
            for index in target.indexes:
                if not index.unique:
                    index.create(db)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(sa.text("VACUUM ANALYZE" if engine.name == "postgresql" else "ANALYZE"))


CHUNKED = (messages_in, messages_out, transcript_categories, transcript_grams)


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
    import io

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
    for start in range(0, count, 10_000):
        yield _messages(made[start : start + 10_000], chance, questions)


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
    }


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
    made: list[dict[str, Any]], chance: random.Random, questions: list[tuple[str, str, set[str]]]
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
            went.append(_went(row, message_id, moment, chance))
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
    row: dict[str, Any], number: int, moment: datetime, chance: random.Random
) -> dict[str, Any]:
    return {
        "id": number,
        "user_id": row["user_id"],
        "reply_to": number,
        "sender": "assistant",
        "body": {"text": ANSWER, "choices": []},
        "status": "failed" if chance.random() < 0.0005 else "sent",
        "attempts": 0,
        "due_at": moment,
        "created_at": moment,
        "confirmed": True,
        "transcript_id": row["id"],
    }


def _wishes() -> dict[str, list[Wish]]:
    """What is looked for, several of a kind where they cost differently."""
    stations = [station.scene for station in load_knowledge().stations]
    winter = {"since": date(2024, 2, 1), "until": date(2024, 2, 29)}
    words = ("计量", "检定", "认证", "商标", "秤", "培训", "标准")
    return {
        "list: newest": [Wish()],
        "list: a month long ago": [Wish(**winter)],  # type: ignore[arg-type]
        "list: category, station, unreviewed": [
            Wish(category=category, station=station, reviewed=False)
            for category in load_knowledge().categories
            for station in stations[:2]
        ],
        "list: confidence, asked back": [Wish(below=0.25), Wish(below=0.21), Wish(fallback=True)],
        "list: handed off, rated, flagged": [
            Wish(handed_off=True),
            *(Wish(rating=rating) for rating in range(1, 6)),
            Wish(flag="complaint"),
            Wish(rating=1, flag="complaint"),
        ],
        "list: state": [Wish(state=state) for state in STATES],
        "search: frequent two characters": [Wish(text=text) for text in words],
        "search: a name": [Wish(text=name) for name in NAMES],
        "search: a rare two characters": [Wish(text=text) for text in ("澹台", "令狐", "尉迟")],
        "search: a phrase": [Wish(text=t) for t in ("电子秤检定", "商标怎么注册", "质量管理体系")],
        "search: what is nowhere": [Wish(text=t) for t in ("龘龘", "计量龘", "龘")],
        "search: in a month long ago": [Wish(text=t, **winter) for t in words],  # type: ignore[arg-type]
        "search: with marks": [Wish(text=t, fallback=True, reviewed=False) for t in words],
    }


def _all(engine: Engine, kind: str) -> list[Figure]:
    target = MOST_MS if kind == "PostgreSQL" else None
    like = _seconds(engine, _scan) * 1000
    figures = []
    for name, wishes in _wishes().items():
        times = []
        for turn in range(max(REPEATS, len(wishes))):
            wish = wishes[turn % len(wishes)]
            times.append(_seconds(engine, lambda db, wish=wish: _list(db, wish)))  # type: ignore[misc]
        figures.append(_figure(name, kind, times, like, target))
    ids = random.Random(2).sample(range(1, MESSAGES // (2 * TURNS)), REPEATS)
    deep = [_seconds(engine, lambda db, n=n: _list(db, Wish(), n)) for n in ids]  # type: ignore[misc]
    figures.append(_figure("list: a page deep down", kind, deep, like, target))
    opened = []
    for number in ids:
        begun = time.perf_counter()
        with engine.begin() as db:
            read_transcript(db, READER, number, BEGIN)
        opened.append(time.perf_counter() - begun)
    figures.append(_figure("one transcript", kind, opened, like, target))
    return figures


def _figure(
    name: str, kind: str, seconds: Sequence[float], like: float, target: float | None
) -> Figure:
    return Figure(
        f"{name}, p95 ({kind}, 1M)",
        at(seconds, 0.95) * 1000,
        "ms",
        like,
        "LIKE over all messages",
        target,
        absolute=True,
    )


def _list(db: Connection, wish: Wish, after: int | None = None) -> None:
    page = find_transcripts(db, READER, wish, after=after)
    list_lines(db, READER, page.rows, wish.text)


def _scan(db: Connection) -> None:
    like = messages_in.c.text.like("%澹台%")
    db.execute(sa.select(messages_in.c.id).where(like)).all()


def _seconds(engine: Engine, action: Callable[[Connection], None]) -> float:
    begun = time.perf_counter()
    with reading(engine) as db:
        action(db)
    return time.perf_counter() - begun


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        print("\n".join(table(measure(Path(folder)))))
