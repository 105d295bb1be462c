"""Lists, search and statistics over 100,000 demands: `python -m tests.bench demands`."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.demand_texts import WANTS_JOIN
from bot.model.demand import OPEN_STATES, STATES, demand_number
from bot.model.demand_actor import DemandActor, by_enterprise, by_link
from bot.model.periods import Period, month
from bot.services.demand.lists import DemandFilter, count_by_state, find_demands
from bot.services.demand.matching import match_organisations
from bot.services.demand.matter_rows import read_matter
from bot.services.resources.filling import fill_resources
from bot.services.resources.organisations import list_organisations
from bot.services.statistics.cases import list_cases
from bot.services.statistics.figures import compare, count_figures
from bot.services.statistics.groups import break_down
from bot.services.statistics.query import StatisticsQuery
from bot.services.statistics.topics import hot_topics
from bot.storage.database import create_engine, migrate, reading
from bot.storage.demand_tables import demand_search, matters
from bot.storage.tables import demands, drafts, users
from knowledge import load_knowledge
from knowledge.form import load_form
from tests.bench.figures import Figure, at, table

COUNT = 100_000
USERS = 5_000
START = datetime(2023, 12, 1, 1, 0)
YEARS = 3
REPEATS = 20
MOST_MS = 300.0
BATCH = 5_000
NAMES = "鑫源 永盛 长隆 港桥 东升 理文 雅迪 帝欧 万顺 华峰 联合 宏图 恒昌 正泰 金诚 三友".split()
TRADES = "铸造 纸业 陶瓷 食品 汽配 电子 卫浴 建材 调味品 中药 机械 包装".split()
RARE = "碳足迹核算"


def measure(var: Path) -> list[Figure]:
    """Figures on PostgreSQL: 95 % of the calls are faster than what is said."""
    import pgserver

    var.mkdir(parents=True, exist_ok=True)
    server = pgserver.get_server(var / "pg", cleanup_mode="delete")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg2://", 1)
    try:
        migrate(url)
        engine = create_engine(url)
        fill(engine, COUNT)
        figures = [*_measured(engine)]
        engine.dispose()
    finally:
        server.cleanup()
    return figures


def fill(engine: Engine, count: int) -> None:
    """`count` demands of three years with their matters, at every state."""
    with engine.begin() as db:
        fill_resources(db, START)
        ours = [each.id for each in list_organisations(db)]
        people = [{"openid": f"o{n}", "account": "gh_1", "created_at": START} for n in range(USERS)]
        db.execute(users.insert(), people)
        first = db.scalar(sa.select(sa.func.min(users.c.id)))
        chance = random.Random(5)
        made = _demands(chance, count, first, ours)
        while batch := list(islice(made, BATCH)):
            for place, each in enumerate((drafts, demands, demand_search)):
                db.execute(each.insert(), [row[place] for row in batch])
            db.execute(matters.insert(), [matter for row in batch for matter in row[3]])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(sa.text("VACUUM ANALYZE"))


def _demands(
    chance: random.Random, count: int, first_user: int, ours: list[int]
) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any], list[dict[str, Any]]]]:
    """Rows of draft, demand, search and matters."""
    stations = [station.scene for station in load_knowledge().stations]
    categories = list(load_knowledge().categories)
    services = {
        c: [i.id for i in load_knowledge().services if c in i.categories] for c in categories
    }
    options = {
        f.section: f.options for f in load_form().fields if f.kind == "choices" and f.options
    }
    for n in range(1, count + 1):
        at_time = START + timedelta(days=365 * YEARS) * (n / count)
        name = f"重庆市永川区{chance.choice(NAMES)}{chance.choice(TRADES)}有限公司{n % 997}"
        telephone = f"139{chance.randrange(10**8):08d}"
        asked = chance.sample(categories, chance.choice((1, 1, 1, 2)))
        wants = [chance.sample(options.get(c, ("咨询",)), 1)[0] for c in asked]
        if n % 9973 == 0:
            wants[0] = RARE
        old = n < count * 0.97
        state = "closed" if old else chance.choice(OPEN_STATES)
        times = {"changed_at": at_time}
        person = first_user + n % USERS
        answers = {"company_name": name, "contact": "李敏", "telephone": telephone}
        number = demand_number(at_time.year, n)
        draft = {"id": n, "user_id": person, "form_version": 1, "answers": answers}
        draft |= {"prefilled": [], "status": "submitted", "opened_at": at_time, **times}
        demand = {"id": n, "number": number, "draft_id": n, "user_id": person, "form_version": 1}
        demand |= {"answers": answers, "categories": asked, "status": state, "channel": "wechat"}
        demand |= {"source": chance.choice(("online", "online", "online", "window"))}
        demand |= {"station": chance.choice(stations), "submitted_at": at_time, **times}
        said = f"{number} {name} 李敏 {telephone} {WANTS_JOIN.join(wants)}".lower()
        parts = []
        for place, category in enumerate(asked, 1):
            done = STATES.index(state) >= OPEN_STATES.index("revisiting")
            score = chance.choice((3, 4, 5, 5, None)) if done else None
            parts.append(
                {
                    "demand_id": n,
                    "place": place,
                    "category": category,
                    "wants": wants[place - 1],
                    "state": state,
                    "in_list": True,
                    "service": chance.choice(services[category]),
                    "organisation_id": chance.choice(ours),
                    "late": chance.random() < 0.1,
                    "returns": int(chance.random() < 0.1),
                    "completed_at": at_time + timedelta(days=9) if done else None,
                    "score": score,
                    "created_at": at_time,
                    "submitted_at": at_time,
                    "station": demand["station"],
                    "source": demand["source"],
                    **times,
                }
            )
        yield draft, demand, {"demand_id": n, "text": said}, parts


def _measured(engine: Engine) -> Iterator[Figure]:
    with reading(engine) as db:
        simple = sa.select(sa.func.count()).select_from(demands)
        counting = _p95(lambda: db.scalar(simple))
        for name, action in _calls(db).items():
            value = _p95(action)
            yield Figure(name, value, "ms", counting, "counting all demands", MOST_MS, True)


def _calls(db: Connection) -> dict[str, Callable[[], Any]]:
    centre = DemandActor("centre", "staff:1", "desk")
    clerk = DemandActor("clerk", "staff:2", "desk", "station_gangqiao")
    organisation = list_organisations(db)[1].id
    user = db.scalar(sa.select(demands.c.user_id).limit(1))
    matter = read_matter(db, db.scalar(sa.select(sa.func.max(matters.c.id))))
    year, whole = (
        StatisticsQuery(Period(date(2026, 1, 1), date(2026, 12, 31))),
        StatisticsQuery(Period(date(2023, 1, 1), date(2026, 12, 31))),
    )

    def listed(who: DemandActor = centre, before: int | None = None, **wish: Any) -> Any:
        return lambda: find_demands(db, who, DemandFilter(**wish), before=before)

    calls = {
        "demands: all": listed(),
        "demands: deep page": listed(before=COUNT // 2),
        "demands: of a state": listed(states=("assessing",)),
        "demands: closed, station, category": listed(
            states=("closed",), station="station_sanjiao", category="ip"
        ),
        "demands: of a clerk's station": listed(clerk),
        "demands: of an organisation": listed(by_link(organisation)),
        "demands: late": listed(late=True),
        "demands: none fits": listed(states=("assessing",), source="visit"),
        "demands: of a person": listed(by_enterprise(user, "wechat")),
        "demands: count by state": lambda: count_by_state(db, centre),
        "search: number": listed(text=demand_number(2025, COUNT // 2)),
        "search: two characters": listed(text="鑫源"),
        "search: rare words": listed(text=RARE),
        "search: telephone": listed(text="13912345678"),
        "search: several words": listed(text="鑫源 陶瓷 李敏"),
        "search: nothing": listed(text="没有这个词"),
        "search: of an organisation": listed(by_link(organisation), text="鑫源"),
        "matching": lambda: match_organisations(db, matter),
        "statistics: a month compared": lambda: compare(db, StatisticsQuery(month(2026, 6))),
        "statistics: a year": lambda: count_figures(db, year),
        "statistics: all years": lambda: count_figures(db, whole),
        "statistics: topics": lambda: hot_topics(db, whole),
        "statistics: cases": lambda: list_cases(db, year, "satisfaction"),
    }
    for by in ("station", "category", "organisation", "source", "month"):
        calls[f"statistics: a year by {by}"] = lambda by=by: break_down(db, year, by)
        calls[f"statistics: all years by {by}"] = lambda by=by: break_down(db, whole, by)
    return calls


def _p95(action: Callable[[], Any]) -> float:
    """Milliseconds, after a first time that compiles the statement."""
    action()
    seconds = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - begun)
    return at(seconds, 0.95) * 1000


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        print("\n".join(table(measure(Path(folder)))))
