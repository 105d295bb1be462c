"""Which organisation could serve a matter: candidates ranked, with the reasons in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa
from rapidfuzz import fuzz
from sqlalchemy.engine import Connection

from bot import demand_texts as texts
from bot.model.demand import ACCEPTED, ASSESSING, IN_SERVICE, SCHEDULED
from bot.services.demand.matter_rows import Matter, returned_by
from bot.services.demand.rows import get_demand
from bot.services.resources.organisations import Organisation, list_organisations
from bot.storage.demand_tables import matters
from knowledge import load_knowledge
from nlu.segment import Segmenter

CATEGORY, SERVICE, WORDS, STATION, RATING = 40.0, 25.0, 20.0, 10.0, 5.0
"""The most that each counts for; together 100."""
LOAD = 2.0
"""What each matter that an organisation already has takes off, up to LOAD_MOST."""
LOAD_MOST = 20.0
CLOSE = 80.0
"""A capability so alike to the demand's words, of 100, is meant by them."""
SERVING = (ASSESSING, ACCEPTED, SCHEDULED, IN_SERVICE)
RATINGS = 2
"""Fewer say nothing of an organisation."""


@dataclass(frozen=True)
class Candidate:
    """An organisation that could serve a matter. `score`: 100 at most; `reasons`: in Chinese."""

    organisation: Organisation
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """How an organisation stands: matters that it has now, mean of its ratings (1 to 5)."""

    load: int = 0
    ratings: int = 0
    mean: float = 0.0


def match_organisations(
    db: Connection, matter: Matter, *, kind: str | None = None, limit: int = 10
) -> list[Candidate]:
    """Candidates for a matter, the best first; of one `kind` (department, technical) only.

    Who returned it is not among them, nor who has nothing to do with what is asked for.
    """
    refused = returned_by(db, matter.id)
    station = _station_id(get_demand(db, matter.demand_id).station)
    standings = organisation_standings(db)
    found = []
    for organisation in list_organisations(db, active_only=True):
        if organisation.id in refused or (kind and organisation.kind != kind):
            continue
        standing = standings.get(organisation.id, Standing())
        candidate = _judge(matter, station, organisation, standing)
        if candidate is not None:
            found.append(candidate)
    return sorted(found, key=lambda c: (-c.score, c.organisation.id))[:limit]


def organisation_standings(db: Connection) -> dict[int, Standing]:
    """Load and ratings of all organisations, by id."""
    query = sa.select(
        matters.c.organisation_id,
        sa.func.sum(sa.case((matters.c.state.in_(SERVING), 1), else_=0)),
        sa.func.count(matters.c.score),
        sa.func.avg(matters.c.score),
    ).where(matters.c.organisation_id.is_not(None))
    rows = db.execute(query.group_by(matters.c.organisation_id))
    return {row[0]: Standing(int(row[1]), int(row[2]), float(row[3] or 0)) for row in rows}


def _judge(
    matter: Matter, station: str | None, organisation: Organisation, standing: Standing
) -> Candidate | None:
    """None for one that nothing of the matter speaks for."""
    score, reasons = 0.0, []
    known = load_knowledge()
    if matter.category in organisation.categories:
        score += CATEGORY
        name = known.categories[matter.category].name
        reasons.append(texts.MATCH_CATEGORY.format(category=name))
    if matter.service is not None and matter.service in organisation.services:
        score += SERVICE
        reasons.append(texts.MATCH_SERVICE)
    words = meant_words(matter.wants, organisation.capabilities)
    if words:
        score += min(len(words), 2) * WORDS / 2
        reasons.append(texts.MATCH_WORDS.format(words="、".join(words[:4])))
    if not reasons:
        return None
    if station is not None and station in organisation.stations:
        score += STATION
        place = next(s.name for s in known.stations if s.id == station)
        reasons.append(texts.MATCH_STATION.format(station=place))
    if standing.ratings >= RATINGS:
        score += RATING * (standing.mean - 1) / 4
        reasons.append(texts.MATCH_RATING.format(mean=f"{standing.mean:.1f}", n=standing.ratings))
    score -= min(standing.load * LOAD, LOAD_MOST)
    reasons.append(
        texts.MATCH_LOAD.format(load=standing.load) if standing.load else texts.MATCH_FREE
    )
    return Candidate(organisation, round(score, 1), tuple(reasons))


def meant_words(wants: str, capabilities: tuple[str, ...]) -> list[str]:
    """The capabilities that the words name: as they stand, by a word of theirs, or misspelt."""
    said = wants.lower()
    tokens = {token for token in segmenter().cut(said) if len(token) > 1}
    found = []
    for capability in capabilities:
        word = capability.lower()
        own = {token for token in segmenter().cut(word) if len(token) > 1}
        alike = len(word) > 3 and fuzz.partial_ratio(word, said) >= CLOSE
        if said and (word in said or (own and own <= tokens) or alike):
            found.append(capability)
    return found


@cache
def segmenter() -> Segmenter:
    """Cuts words as the assistant does: the terms of annex 3 stay whole."""
    return Segmenter(term for item in load_knowledge().services for term in item.terms)


def _station_id(scene: str | None) -> str | None:
    return next((s.id for s in load_knowledge().stations if s.scene == scene), None)
