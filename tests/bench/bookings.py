"""Listing free time slots as the rota grows: `python -m tests.bench.bookings`."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.model.calendar import centre_calendar, moment_of
from bot.services.booking.bookings import alternatives, free_slots
from bot.services.booking.free_slots import free_days
from bot.services.booking.rota_rows import slot_values
from bot.storage.booking_tables import (
    bookings,
    rota_sessions,
    seats,
    session_categories,
    session_experts,
    time_slots,
)
from bot.storage.database import create_engine, migrate, reading
from bot.storage.tables import users
from knowledge import load_knowledge
from knowledge.calendar import parse_clock
from knowledge.rota import load_rota
from tests.bench.figures import Figure, median_ms, table

NOW = datetime(2026, 6, 15, 1, 0)
SIZES = {"a month": (30, 1_000), "a quarter": (91, 3_000), "a year": (365, 10_000)}
"""Days of rota around NOW, and how many bookings stand in it."""
SLOTS, SEATS = 6, 2
FULL = "training"
"""A category whose every seat is taken: the listing has to look at all there are."""
REPEATS = 60
MOST_MS = 50.0


def measure(var: Path) -> list[Figure]:
    """Figures of listing on SQLite and PostgreSQL, at each size."""
    import pgserver

    var.mkdir(parents=True, exist_ok=True)
    server = pgserver.get_server(var / "pg", cleanup_mode="delete")
    uri = server.get_uri().replace("postgresql://", "postgresql+psycopg2://", 1)
    figures: list[Figure] = []
    try:
        for kind in ("SQLite", "PostgreSQL"):
            for size, (days, count) in SIZES.items():
                url = f"sqlite:///{var / f'{days}.db'}" if kind == "SQLite" else uri
                migrate(url)
                engine = create_engine(url)
                fill(engine, days, count)
                figures += [_named(f, f"{kind}, {size}") for f in _list(engine)]
                engine.dispose()
    finally:
        server.cleanup()
    return figures


def _named(figure: Figure, where: str) -> Figure:
    return Figure(**{**vars(figure), "name": f"{figure.name} ({where})"})


def fill(engine: Engine, days: int, count: int) -> None:
    """A rota of `days` around NOW, at all parks every working day, with `count` bookings."""
    chance = random.Random(1)
    with engine.begin() as db:
        for each in (bookings, seats, time_slots, session_experts, session_categories):
            db.execute(each.delete())
        db.execute(rota_sessions.delete())
        db.execute(users.delete())
        person = {"openid": "oBench", "account": "gh_1", "created_at": NOW}
        user_id = db.execute(users.insert().values(**person)).inserted_primary_key[0]
        sessions = list(_sessions(days))
        for name, rows in _rows(sessions, chance, count, user_id).items():
            db.execute(TABLES[name].insert(), rows)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.execute(sa.text("ANALYZE"))
    else:
        with engine.begin() as db:
            db.execute(sa.text("ANALYZE"))


TABLES = {
    each.name: each
    for each in (
        rota_sessions,
        session_categories,
        session_experts,
        time_slots,
        seats,
        bookings,
    )
}


def _sessions(days: int) -> Iterator[dict[str, Any]]:
    """Two sessions a working day at each park."""
    number, centre = 0, centre_calendar()
    start = NOW.date() - timedelta(days=days // 2)
    for ahead in range(days):
        day = start + timedelta(days=ahead)
        if not centre.is_workday(day):
            continue
        for station in ("fenghuanghu", "gangqiao", "sanjiao"):
            for clock in ("09:00", "14:00"):
                number += 1
                begins = moment_of(day, parse_clock(clock))
                yield {
                    "id": number,
                    "station": station,
                    "starts_at": begins,
                    "ends_at": begins + timedelta(hours=3),
                    "slot_minutes": 30,
                    "notice_minutes": 120,
                    "horizon_days": 45,
                    "status": "open",
                    "created_at": NOW,
                    "changed_at": NOW,
                }


def _rows(
    sessions: list[dict[str, Any]], chance: random.Random, count: int, user_id: int
) -> dict[str, list[dict[str, Any]]]:
    categories, experts = list(load_knowledge().categories), list(load_rota().experts)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    rows["rota_sessions"] = sessions
    full, rest = [], []
    for made in sessions:
        category = categories[made["id"] % len(categories)]
        rows["session_categories"].append({"session_id": made["id"], "category": category})
        rows["session_experts"].append(
            {"session_id": made["id"], "expert": experts[made["id"] % len(experts)]}
        )
        for place in range(SLOTS):
            slot_id = made["id"] * SLOTS + place
            begin = made["starts_at"] + timedelta(minutes=30 * place)
            values = slot_values(begin, begin + timedelta(minutes=30), 120, 45)
            rows["time_slots"].append({"id": slot_id, "session_id": made["id"], **values})
            for seat in range(1, SEATS + 1):
                rows["seats"].append({"time_slot_id": slot_id, "number": seat})
                (full if category == FULL else rest).append((slot_id, seat))
    chance.shuffle(rest)
    rows["bookings"] = [
        {
            "time_slot_id": slot_id,
            "seat": seat,
            "status": "confirmed",
            "channel": "wechat",
            "number": f"ZJYY-2026-{place:05d}",
            "created_at": NOW,
            "changed_at": NOW,
        }
        for place, (slot_id, seat) in enumerate((full + rest)[:count])
    ]
    return rows


def _list(engine: Engine) -> list[Figure]:
    week = {"first": NOW.date() + timedelta(days=7), "last": NOW.date() + timedelta(days=13)}
    wishes: dict[str, Callable[[Connection], Any]] = {
        "days": lambda db: free_days(db, now=NOW),
        "days of a subject at a park": lambda db: free_days(
            db, now=NOW, category="ip", station="gangqiao"
        ),
        "soonest": lambda db: free_slots(db, now=NOW),
        "park, subject, week": lambda db: free_slots(
            db, now=NOW, station="gangqiao", category="ip", period="afternoon", **week
        ),
        "nothing free": lambda db: free_slots(db, now=NOW, category=FULL),
        "alternatives": lambda db: alternatives(
            db, now=NOW, category="ip", station="sanjiao", first=week["first"]
        ),
    }
    with reading(engine) as db:
        assert wishes["days"](db)
        assert wishes["soonest"](db)
        assert not wishes["nothing free"](db)
        simple = sa.select(sa.func.count()).select_from(bookings)
        counting = _median(lambda: db.scalar(simple))
        return [
            Figure(
                f"free slots: {name}",
                _median(lambda wish=wish: wish(db)),  # type: ignore[misc]
                "ms",
                counting,
                "counting all bookings",
                MOST_MS,
                absolute=True,
            )
            for name, wish in wishes.items()
        ]


def _median(action: Callable[[], Any]) -> float:
    """Milliseconds, after a first time that compiles the statement."""
    action()
    seconds = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - begun)
    return median_ms(seconds)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        print("\n".join(table(measure(Path(folder)))))
