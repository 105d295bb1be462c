"""A year of demands and chats to count, each going its own way."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.demand_actor import Given, by_enterprise, by_link
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
from bot.storage.desk_tables import handoffs
from bot.storage.tables import messages_in, users
from tests.services.conftest import ANSWERS, add_user, ready_draft
from tests.services.demand_setup import (
    CENTRE,
    OTHER_WANTS,
    TWO_WANTS,
    department,
    technical,
)

START = datetime(2025, 11, 3, 1, 30)
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
