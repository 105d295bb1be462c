"""The figures counted another way: from whole tables, row by row."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.demand import UNTIL_SERVED
from bot.model.periods import Period, month
from bot.services.statistics.query import StatisticsQuery
from bot.storage.demand_tables import deadlines, matter_steps, matters
from bot.storage.desk_tables import handoffs
from bot.storage.tables import demands, messages_in, users

YEAR = Period(date(2025, 11, 1), date(2026, 12, 31))
CHINA = timedelta(hours=8)


def raw(db: Connection, table: sa.Table) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in db.execute(sa.select(table))]


def local(moment: datetime) -> date:
    return (moment + CHINA).date()


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def recount(db: Connection, query: StatisticsQuery) -> dict[str, Any]:
    """The figures from whole tables, row by row, without the columns made for counting."""
    inside = query.period.first, query.period.last
    by_id = {d["id"]: d for d in raw(db, demands)}
    steps, times = raw(db, matter_steps), raw(db, deadlines)
    cohort = []
    for matter in raw(db, matters):
        demand = by_id[matter["demand_id"]]
        fits = (
            inside[0] <= local(demand["submitted_at"]) <= inside[1]
            and query.station in ("", demand["station"])
            and query.source in ("", demand["source"])
            and query.category in ("", matter["category"])
            and query.organisation_id in (None, matter["organisation_id"])
            and not any(s["matter_id"] == matter["id"] and s["name"] == "drop" for s in steps)
        )
        if fits:
            cohort.append(matter)
    ids = {m["demand_id"] for m in cohort}
    named = {m["id"]: [s["name"] for s in steps if s["matter_id"] == m["id"]] for m in cohort}
    done = [m for m in cohort if "complete" in named[m["id"]]]
    kept = [m for m in cohort if "withdraw" not in named[m["id"]]]
    late = {
        t["matter_id"]
        for t in times
        if t["state"] in UNTIL_SERVED
        and ((t["ended_at"] and t["ended_at"] > t["due_at"]) or t["overdue_at"])
    }
    scores = [m["score"] for m in cohort if {"rate", "rate_badly"} & set(named[m["id"]])]
    online = [i for i in ids if by_id[i]["source"] == "online"]
    return {
        "demands": len(ids),
        "online_rate": share(len(online), len(ids)),
        "matters": len(cohort),
        "completed": len(done),
        "completion_rate": share(len([m for m in done if m in kept]), len(kept)),
        "on_time_rate": share(len([m for m in done if m["id"] not in late]), len(done)),
        "returns": sum(named[m["id"]].count("return") for m in cohort),
        "ratings": len(scores),
        "rating_rate": share(len(scores), len(done)),
        "satisfaction": share(len([s for s in scores if s >= 4]), len(scores)),
        "mean_score": share(sum(scores), len(scores)),
        **recount_chats(db, query),
    }


def recount_chats(db: Connection, query: StatisticsQuery) -> dict[str, Any]:
    nothing = dict.fromkeys(("consultations", "handoffs", "assistant_rate"))
    if query.organisation_id is not None or query.source:
        return nothing
    inside = query.period.first, query.period.last
    of_station = {u["id"] for u in raw(db, users) if query.station in ("", u["station"])}
    asked = {
        (m["user_id"], local(m["received_at"]))
        for m in raw(db, messages_in)
        if m["kind"] in ("text", "voice")
        and m["user_id"] in of_station
        and inside[0] <= local(m["received_at"]) <= inside[1]
    }
    passed = [
        (h["user_id"], local(h["opened_at"]))
        for h in raw(db, handoffs)
        if query.station in ("", h["station"])
        and query.category in ("", h["category"])
        and inside[0] <= local(h["opened_at"]) <= inside[1]
    ]
    if query.category:
        return {**nothing, "handoffs": len(passed)}
    alone = len(asked - set(passed))
    return {
        "consultations": len(asked),
        "handoffs": len(passed),
        "assistant_rate": share(alone, len(asked)),
    }


def named(by: str, key: str) -> StatisticsQuery:
    if by == "month":
        year, number = key.split("-")
        return StatisticsQuery(month(int(year), int(number)))
    if by == "organisation":
        return StatisticsQuery(YEAR, organisation_id=int(key))
    return StatisticsQuery(YEAR, **{by: key})


def kept(db: Connection) -> list[dict[str, Any]]:
    """All matters that were not taken out of their demand."""
    gone = {step["matter_id"] for step in raw(db, matter_steps) if step["name"] == "drop"}
    found = [matter for matter in raw(db, matters) if matter["id"] not in gone]
    assert len(found) < len(raw(db, matters)), "something was taken out"
    return found
