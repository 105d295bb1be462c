"""Searching and listing a million messages of talk: `python -m tests.bench.transcripts`."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.model.rights import CENTRE, Staff
from bot.services.transcript.filters import STATES, Wish
from bot.services.transcript.lists import list_lines
from bot.services.transcript.search import find_transcripts
from bot.services.transcript.transcripts import read_transcript
from bot.storage.database import create_engine, migrate, reading
from bot.storage.tables import messages_in
from knowledge import load_knowledge
from tests.bench.figures import Figure, at, table
from tests.bench.talk import BEGIN, MESSAGES, NAMES, TRANSCRIPTS, fill

MOST_MS = 300.0
REPEATS = 40
READER = Staff(1, "bench", "示例", CENTRE)


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
        "search: what the assistant says often": [
            Wish(text=t, said_by="assistant")
            for t in ("联系电话", "需求表", "计量", "承办部门 检定")
        ],
        "search: what it said to few": [
            Wish(text=t, said_by="assistant") for t in ("ZLXQ-40004", "需求zlxq-12345已", "龘龘")
        ],
        "search: what it said in a month long ago": [
            Wish(text=t, said_by="assistant", **winter)  # type: ignore[arg-type]
            for t in ("联系电话", "需求表", "计量", "已转给")
        ],
        "search: what users alone said": [
            Wish(text=t, said_by="user") for t in (*words, *NAMES, "承办部门")
        ],
        "search: what specialists alone said": [
            Wish(text=t, said_by="specialist") for t in ("计量", "承办部门", "龘龘")
        ],
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
    ids = random.Random(2).sample(range(1, TRANSCRIPTS), REPEATS)
    deep = [_seconds(engine, lambda db, n=n: _list(db, Wish(), n)) for n in ids]  # type: ignore[misc]
    figures.append(_figure("list: a page deep down", kind, deep, like, target))
    opened = []
    for number in ids:
        begun = time.perf_counter()
        with engine.begin() as db:
            read_transcript(db, READER, number, BEGIN)
        opened.append(time.perf_counter() - begun)
    figures.append(_figure("one transcript, its reading on record", kind, opened, like, target))
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
