"""What people ask for most: items of annex 3, options of the form, categories of questions."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot import statistics_texts as texts
from bot.demand_texts import WANTS_JOIN
from bot.model.demand import NO_WANTS
from bot.services.resources.directory import item_texts
from bot.services.statistics.query import StatisticsQuery, conditions
from bot.storage.demand_tables import matters
from bot.storage.transcript_tables import transcript_categories, transcripts
from knowledge import load_knowledge
from knowledge.form import load_form

Topics = list[tuple[str, int]]
"""(name, how often), the most first."""


def hot_topics(db: Connection, query: StatisticsQuery, limit: int = 10) -> dict[str, Topics]:
    """The most frequent of each kind of TOPICS; empty where the query names what it lacks."""
    kinds = {"services": _services, "options": _options, "asked": _asked}
    return {kind: count(db, query, limit) for kind, count in kinds.items()}


def _services(db: Connection, query: StatisticsQuery, limit: int) -> Topics:
    """Items of annex 3 with their number of matters."""
    count = sa.func.count()
    rows = db.execute(
        sa.select(matters.c.service, matters.c.in_list, count)
        .where(*conditions(query))
        .group_by(matters.c.service, matters.c.in_list)
        .order_by(count.desc(), matters.c.service)
        .limit(limit)
    )
    items = item_texts(db)
    other = {False: texts.OUTSIDE_LIST, None: texts.NOT_ANALYSED}
    return [(items.get(row[0]) or other.get(row[1], str(row[0])), int(row[2])) for row in rows]


def _options(db: Connection, query: StatisticsQuery, limit: int) -> Topics:
    """Options of the form with the number of matters that ask for them.

    What the enterprise wrote in its own words is none of them.
    """
    fields = (f for f in load_form().fields if f.kind == "choices" and f.id not in NO_WANTS)
    known = {option for field in fields for option in field.options}
    rows = db.execute(
        sa.select(matters.c.wants, sa.func.count())
        .where(*conditions(query))
        .group_by(matters.c.wants)
    )
    found: Counter[str] = Counter()
    for wants, count in rows:
        for option in {*wants.split(WANTS_JOIN)} & known:
            found[option] += count
    return sorted(found.items(), key=lambda row: (-row[1], row[0]))[:limit]


def _asked(db: Connection, query: StatisticsQuery, limit: int) -> Topics:
    """Categories of questions in chats with the number of chats; of a demand they know nothing."""
    if query.organisation_id is not None or query.source:
        return []
    t, c = transcripts.c, transcript_categories.c
    known = load_knowledge().categories
    count = sa.func.count()
    asked = (
        sa.select(c.category, count)
        .join(transcripts, t.id == c.transcript_id)
        .where(t.started_at >= query.period.begins, t.started_at < query.period.ends)
        .where(c.category.in_([query.category] if query.category else list(known)))
    )
    if query.station:
        asked = asked.where(t.station == query.station)
    rows = db.execute(asked.group_by(c.category).order_by(count.desc(), c.category).limit(limit))
    return [(known[row[0]].name, int(row[1])) for row in rows]
