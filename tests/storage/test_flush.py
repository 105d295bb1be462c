"""Waiting for the disk, together: nobody returns before a flush that began after the commit."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.settings import read_settings
from bot.storage.database import create_engine, migrate, utc_now
from bot.storage.flush import Flusher
from bot.storage.tables import heartbeats
from tests.gateway.door import build_door, text_fields, xml_of


class SlowDisk:
    """Takes `seconds` for a flush; notes when each began and ended; fails when told so."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.flushes: list[tuple[float, float]] = []
        self.broken = False
        self._sync = os.fdatasync

    def fdatasync(self, handle: int) -> None:
        """As os.fdatasync."""
        began = time.monotonic()
        time.sleep(self.seconds)
        if self.broken:
            raise OSError(5, "Input/output error")
        self._sync(handle)
        self.flushes.append((began, time.monotonic()))


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> SlowDisk:
    """The machine's disk, slowed down."""
    slow = SlowDisk(0.05)
    monkeypatch.setattr(os, "fdatasync", slow.fdatasync)
    return slow


@pytest.fixture
def flusher(tmp_path: Path) -> Iterator[Flusher]:
    """Of an SQLite database."""
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    migrate(url)
    engine = create_engine(url)
    yield Flusher(engine)
    engine.dispose()


def commit(engine: sa.engine.Engine, name: str) -> None:
    """Any row."""
    row = {"process": name, "started_at": utc_now(), "seen_at": utc_now()}
    with engine.begin() as db:
        db.execute(heartbeats.insert(), row)


def test_many_commits_share_a_flush(flusher: Flusher, disk: SlowDisk) -> None:
    async def run() -> None:
        await asyncio.gather(*(one(number) for number in range(50)))

    async def one(number: int) -> None:
        commit(flusher.engine, str(number))
        await flusher.flushed()

    asyncio.run(run())
    assert 1 <= len(disk.flushes) <= 2


def test_a_commit_during_a_flush_waits_for_the_next(flusher: Flusher, disk: SlowDisk) -> None:
    async def run() -> float:
        commit(flusher.engine, "first")
        first = asyncio.create_task(flusher.flushed())
        await asyncio.sleep(0.02)
        commit(flusher.engine, "second")
        committed = time.monotonic()
        await flusher.flushed()
        assert first.done()
        return committed

    committed = asyncio.run(run())
    assert len(disk.flushes) == 2
    assert disk.flushes[0][0] < committed < disk.flushes[1][0]


def test_a_commit_itself_does_not_wait_for_the_disk(flusher: Flusher, disk: SlowDisk) -> None:
    commit(flusher.engine, "quick")
    assert disk.flushes == []


def test_a_disk_that_fails_is_told_and_asked_again(flusher: Flusher, disk: SlowDisk) -> None:
    async def run() -> None:
        commit(flusher.engine, "row")
        disk.broken = True
        with pytest.raises(OSError, match="Input/output"):
            await flusher.flushed()
        disk.broken = False
        await flusher.flushed()

    asyncio.run(run())
    assert len(disk.flushes) == 1


def test_postgresql_waits_in_the_commit(postgres_url: str, disk: SlowDisk) -> None:
    engine = create_engine(postgres_url)
    flusher = Flusher(engine)
    assert flusher.engine is engine
    with flusher.engine.begin() as db:
        assert db.scalar(sa.text("SHOW synchronous_commit")) == "on"
    asyncio.run(flusher.flushed())
    assert disk.flushes == []
    engine.dispose()


def test_no_push_is_acknowledged_before_it_is_on_the_disk(
    tmp_path: Path, redis_url: str, disk: SlowDisk
) -> None:
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    migrate(url)
    engine = create_engine(url)
    with build_door(engine, redis_url, WECHAT_MODE="plain", BOT_VAR=str(tmp_path)) as door:
        body = xml_of(text_fields("在吗")).encode()
        disk.broken = True
        refused = door.http.post(door.url, params=door.query(), content=body)
        assert (refused.status_code, refused.text) == (503, "try again")
        disk.broken = False
        began = time.monotonic()
        taken = door.post(door.query(), body)
        assert "答：在吗" in taken.text, "its redelivery gets the answer"
        assert any(began < flush[0] for flush in disk.flushes)
        assert len(door.peer.turns) == 1, "and is no second turn"
    engine.dispose()


def test_threads_of_one_process_write_in_turn(tmp_path: Path) -> None:
    """SQLite's own waiting would let some of them starve: it sleeps and looks again."""
    account = read_settings({"BOT_VAR": str(tmp_path)})
    migrate(account.database)
    engine = create_engine(account.database)
    slowest: list[float] = []

    def write(thread: int) -> None:
        for number in range(20):
            began = time.monotonic()
            commit(engine, f"{thread}-{number}")
            slowest.append(time.monotonic() - began)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(heartbeats)) == 160
    assert max(slowest) < 2
    engine.dispose()
