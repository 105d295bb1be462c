"""What is asked for most: items, options of the forms, categories of the chats."""

from __future__ import annotations

from collections import Counter
from datetime import date

from sqlalchemy.engine import Engine

from bot import statistics_texts as texts
from bot.model.periods import Period
from bot.services.statistics.query import StatisticsQuery
from bot.services.statistics.topics import hot_topics
from bot.storage.tables import demands
from bot.storage.transcript_tables import transcript_categories, transcripts
from tests.services.conftest import add_user
from tests.services.recount import YEAR, kept, local, raw
from tests.services.statistics_setup import HOUR, START, STATIONS, lives


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
