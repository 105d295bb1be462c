"""Statistics: every figure is what the raw rows say, counted another way."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot import statistics_texts as texts
from bot.model.demand import UNTIL_SERVED
from bot.model.demand_actor import Given, by_enterprise, by_link
from bot.model.errors import ForbiddenError
from bot.model.periods import Period, month, period_before, year_before
from bot.services.demand.demands import (
    change_demand,
    get_demand,
    submit_draft,
    withdraw_demand,
)
from bot.services.demand.matter_plans import analyse_demand, propose_plans
from bot.services.demand.matter_rows import Matter, matters_of
from bot.services.demand.rating import rate_matter
from bot.services.demand.steps import take_step
from bot.services.statistics.cases import list_cases
from bot.services.statistics.figures import COUNTED, change_of, compare, count_figures
from bot.services.statistics.groups import break_down
from bot.services.statistics.query import StatisticsQuery, theirs
from bot.services.statistics.topics import hot_topics
from bot.storage.demand_tables import deadlines, matter_steps, matters
from bot.storage.desk_tables import handoffs
from bot.storage.resource_tables import organisations
from bot.storage.tables import demands, messages_in, users
from bot.storage.transcript_tables import transcript_categories, transcripts
from tests.services.conftest import ANSWERS, add_user, ready_draft
from tests.services.demand_setup import (
    CENTRE,
    OTHER_WANTS,
    TWO_WANTS,
    department,
    staff,
    technical,
)

START = datetime(2025, 11, 3, 1, 30)
YEAR = Period(date(2025, 11, 1), date(2026, 12, 31))
CHINA = timedelta(hours=8)
STATIONS = ("station_fenghuanghu", "station_gangqiao", None)
IP_ONLY = {"wanted": ["知识产权服务"], "metrology_wants": []}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def lives(db: Connection, count: int = 27) -> None:
    """Demands over a year, each going its own way for a while, some late."""
    chance = random.Random(7)
    ours = [department(db), technical(db, "甲"), technical(db, "乙", categories=())]
    for place in range(count):
        now = START + place * timedelta(days=15, hours=5)
        user = add_user(db, f"o{place}", station=STATIONS[place % 3])
        answers = (ANSWERS, TWO_WANTS, OTHER_WANTS)[place % 3 if place % 4 else 1]
        draft = ready_draft(db, user, answers)
        source = ("online", "online", "window", "visit")[place % 4]
        demand = submit_draft(db, draft, channel="wechat", actor="user", now=now, source=source)
        if place % 9 == 8:
            withdraw_demand(db, demand, "不办了", channel="wechat", actor="user", now=now + HOUR)
            continue
        if place % 11 == 10:
            continue
        if place % 8 == 4:  # the first of its matters is taken out again
            change_demand(db, demand, IP_ONLY, "改了", channel="h5", actor="user", now=now + HOUR)
            demand = get_demand(db, demand.id)
        plans = propose_plans(db, matters_of(db, demand.id))
        now += DAY * chance.choice((0, 0, 4))
        for matter in analyse_demand(db, demand, plans, CENTRE, now + HOUR):
            live(db, matter, chance, [o.id for o in ours], now + HOUR)


def live(
    db: Connection, matter: Matter, chance: random.Random, ours: list[int], now: datetime
) -> None:
    """One matter, as far as it comes."""
    first = chance.choice(ours)
    name = "forward" if first == ours[0] else "match"
    matter = take_step(db, name, matter, CENTRE, now, Given(organisation_id=first))
    if chance.random() < 0.3:
        matter = take_step(db, "return", matter, by_link(first), now, Given("办不了"))
        first = chance.choice([each for each in ours if each != first])
        matter = take_step(db, "rematch", matter, CENTRE, now, Given(organisation_id=first))
    who = by_link(first)
    if chance.random() < 0.1:
        return
    now += DAY * chance.choice((0, 6))
    matter = take_step(db, "accept", matter, who, now)
    matter = take_step(db, "schedule", matter, who, now, Given(starts_at=now + DAY))
    matter = take_step(db, "start", matter, who, now + DAY)
    if chance.random() < 0.2:
        return
    now += DAY * chance.choice((2, 2, 40))
    matter = take_step(db, "complete", matter, who, now, Given(record="已服务"))
    if chance.random() < 0.7:
        user = by_enterprise(get_demand(db, matter.demand_id).user_id)
        score = chance.choice((1, 3, 4, 5, 5))
        matter = rate_matter(db, matter, score, "", user, now + HOUR)
        if matter.state == "rated":
            take_step(db, "close", matter, CENTRE, now + 30 * DAY)  # late, but served in time


def chats(db: Connection) -> None:
    """Users who ask on several days, some of whom came to a person."""
    asked = [(d, u) for d in range(40) for u in range(6) if (d * 7 + u) % 3 == 0]
    for place, (day, user) in enumerate(asked):
        at = START + day * DAY + user * 4 * HOUR  # some of them past midnight in China
        row = {"user_id": user_id(db, f"o{user}"), "dedup_key": f"k{place}", "nonce": f"n{place}"}
        row |= {"kind": ("text", "voice", "event")[place % 3], "data": {}, "received_at": at}
        db.execute(messages_in.insert().values(**row, passive_until=at, status="done"))
        if place % 5 == 0:
            values = {"user_id": row["user_id"], "status": "closed", "reason": "asked"}
            values |= {"station": STATIONS[user % 3], "category": ("ip", None)[place % 2]}
            db.execute(handoffs.insert().values(**values, opened_at=at, queued_at=at))


def user_id(db: Connection, openid: str) -> int:
    return int(db.scalar(sa.select(users.c.id).where(users.c.openid == openid)))


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


QUERIES = [
    {},
    {"station": "station_gangqiao"},
    {"category": "metrology"},
    {"category": "ip", "station": "station_fenghuanghu"},
    {"source": "visit"},
    {"organisation": "甲"},
    {"organisation": "区市场监管局", "category": "metrology"},
    {"period": month(2025, 11)},
    {"period": Period(date(2026, 2, 3), date(2026, 5, 20)), "source": "online"},
    {"period": Period(date(2020, 1, 1), date(2020, 1, 31))},
]


def test_every_figure_is_what_the_raw_rows_say(engine: Engine) -> None:
    with engine.begin() as db:
        lives(db)
        chats(db)
        ours = {row["name"]: row["id"] for row in raw(db, organisations)}
        whole = count_figures(db, StatisticsQuery(YEAR))
        assert all(value for value in whole.values()), "there is something of everything"
        assert set(whole) == set(texts.FIGURES)
        for each in QUERIES:
            wish: dict[str, Any] = dict(each)
            if name := wish.pop("organisation", None):
                wish["organisation_id"] = ours[name]
            query = StatisticsQuery(**{"period": YEAR, **wish})
            counted, expected = count_figures(db, query), recount(db, query)
            assert counted == pytest.approx(expected), each


def test_parts_are_what_the_raw_rows_say_and_add_up(engine: Engine) -> None:
    """Each group's figures are those of the query that names it; none is missing."""
    with engine.begin() as db:
        lives(db)
        whole = StatisticsQuery(YEAR)
        for by in texts.DIMENSIONS:
            groups = break_down(db, whole, by)
            assert len(groups) > 1
            assert sum(g.figures["matters"] or 0 for g in groups) == recount(db, whole)["matters"]
            for group in (g for g in groups if g.key):
                expected = recount(db, named(by, group.key))
                assert group.figures == pytest.approx({n: expected[n] for n in group.figures})
                assert group.name != group.key or by == "month"


def named(by: str, key: str) -> StatisticsQuery:
    if by == "month":
        year, number = key.split("-")
        return StatisticsQuery(month(int(year), int(number)))
    if by == "organisation":
        return StatisticsQuery(YEAR, organisation_id=int(key))
    return StatisticsQuery(YEAR, **{by: key})


def test_cases_are_those_that_a_figure_counts(engine: Engine) -> None:
    with engine.begin() as db:
        lives(db)
        query = StatisticsQuery(YEAR)
        figures = recount(db, query)
        counts = {name: len(list_cases(db, query, name, limit=1000)) for name in COUNTED}
        assert counts["matters"] == figures["matters"]
        assert counts["completed"] == figures["completed"]
        assert counts["ratings"] == counts["mean_score"] == figures["ratings"]
        assert counts["satisfaction"] == round(figures["satisfaction"] * figures["ratings"])
        assert counts["on_time_rate"] == round(figures["on_time_rate"] * figures["completed"])
        first = list_cases(db, query, "matters", limit=5)
        then = list_cases(db, query, "matters", after=first[-1].matter_id, limit=5)
        assert len({case.matter_id for case in first + then}) == 10
        assert list_cases(db, query, "consultations") == []
        assert set(COUNTED) < set(texts.FIGURES)


def kept(db: Connection) -> list[dict[str, Any]]:
    """All matters that were not taken out of their demand."""
    gone = {step["matter_id"] for step in raw(db, matter_steps) if step["name"] == "drop"}
    found = [matter for matter in raw(db, matters) if matter["id"] not in gone]
    assert len(found) < len(raw(db, matters)), "something was taken out"
    return found


def test_items_asked_for_most_are_what_the_raw_rows_say(engine: Engine) -> None:
    with engine.begin() as db:
        lives(db)
        topics = hot_topics(db, StatisticsQuery(YEAR))["services"]
        counted = Counter((m["service"], m["in_list"]) for m in kept(db))
        assert [count for _, count in topics] == sorted(counted.values(), reverse=True)
        assert (texts.OUTSIDE_LIST, counted[(None, False)]) in topics
        assert (texts.NOT_ANALYSED, counted[(None, None)]) in topics


def test_options_asked_for_most_are_those_of_the_forms(engine: Engine) -> None:
    """Counted from the answers themselves; what was written in own words is no option."""
    with engine.begin() as db:
        lives(db)
        asked: Counter[str] = Counter()
        for demand in raw(db, demands):
            for name in ("metrology_wants", "ip_wants"):
                asked.update(demand["answers"].get(name) or ())
        assert len(asked) > 2
        topics = hot_topics(db, StatisticsQuery(YEAR))["options"]
        assert dict(topics) == asked
        assert [count for _, count in topics] == sorted(asked.values(), reverse=True)
        ip = hot_topics(db, StatisticsQuery(YEAR, category="ip"))["options"]
        assert [name for name, _ in ip] == ["商标申请受理咨询服务"]
        assert len(hot_topics(db, StatisticsQuery(YEAR), limit=1)["options"]) == 1


def test_categories_asked_about_most_are_those_of_the_chats(engine: Engine) -> None:
    with engine.begin() as db:
        for place in range(30):
            at = START + place * 20 * HOUR
            person = add_user(db, f"c{place}")
            values = {"user_id": person, "station": STATIONS[place % 3], "ended_at": at}
            row = db.execute(transcripts.insert().values(**values, started_at=at))
            named = {("metrology", "ip", "brand")[place % 3], ("ip", "out_of_scope")[place % 2]}
            db.execute(
                transcript_categories.insert(),
                [{"category": c, "transcript_id": row.inserted_primary_key[0]} for c in named],
            )
        names = {"metrology": "计量", "ip": "知识产权", "brand": "品牌培育"}
        by_id = {row["id"]: row for row in raw(db, transcripts)}
        for wish in (
            {},
            {"station": "station_gangqiao"},
            {"category": "ip"},
            {"period": Period(date(2025, 11, 4), date(2025, 11, 9))},
        ):
            query = StatisticsQuery(**{"period": YEAR, **wish})
            counted: Counter[str] = Counter()
            for row in raw(db, transcript_categories):
                chat = by_id[row["transcript_id"]]
                inside = query.period.first <= local(chat["started_at"]) <= query.period.last
                fits = query.station in ("", chat["station"])
                if inside and fits and query.category in ("", row["category"]):
                    counted.update([names[row["category"]]] if row["category"] in names else [])
            topics = hot_topics(db, query)["asked"]
            assert dict(topics) == counted
            assert len(counted) > 0
            assert [count for _, count in topics] == sorted(counted.values(), reverse=True)
        assert hot_topics(db, StatisticsQuery(YEAR, source="visit"))["asked"] == []
        assert hot_topics(db, StatisticsQuery(YEAR, organisation_id=1))["asked"] == []
        assert set(hot_topics(db, query)) == set(texts.TOPICS)


def test_periods_are_compared_with_the_one_before_and_the_year_before(engine: Engine) -> None:
    with engine.begin() as db:
        lives(db)
        query = StatisticsQuery(month(2026, 11))
        made = compare(db, query)
        for figures, period in (
            (made.now, month(2026, 11)),
            (made.before, month(2026, 10)),
            (made.last_year, month(2025, 11)),
        ):
            assert figures == pytest.approx(recount(db, StatisticsQuery(period)))


@pytest.mark.parametrize(
    ("period", "before", "last_year"),
    [
        (month(2026, 3), month(2026, 2), month(2025, 3)),
        (month(2025, 2), month(2025, 1), Period(date(2024, 2, 1), date(2024, 2, 29))),
        (month(2024, 2), month(2024, 1), month(2023, 2)),
        (
            Period(date(2026, 1, 1), date(2026, 3, 31)),
            Period(date(2025, 10, 1), date(2025, 12, 31)),
            Period(date(2025, 1, 1), date(2025, 3, 31)),
        ),
        (
            Period(date(2026, 3, 9), date(2026, 3, 15)),
            Period(date(2026, 3, 2), date(2026, 3, 8)),
            Period(date(2025, 3, 9), date(2025, 3, 15)),
        ),
    ],
)
def test_periods_before(period: Period, before: Period, last_year: Period) -> None:
    assert period_before(period) == before
    assert year_before(period) == last_year


def test_change_says_nothing_where_there_was_nothing() -> None:
    assert change_of(6, 4) == 0.5
    assert change_of(6, 0) is None
    assert change_of(None, 4) is None


def test_stations_see_their_own_figures() -> None:
    query = StatisticsQuery(YEAR)
    assert theirs(CENTRE, query) == query
    clerk = staff("clerk", "station_gangqiao")
    assert theirs(clerk, query).station == "station_gangqiao"
    with pytest.raises(ForbiddenError):
        theirs(clerk, StatisticsQuery(YEAR, station="station_fenghuanghu"))
    for who in (staff("admin"), by_link(1), by_enterprise(1)):
        with pytest.raises(ForbiddenError):
            theirs(who, query)
