"""The experts (质量专家数据库), kept on the desk: added, changed, retired."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot import resource_texts as texts
from bot.model.resource_errors import ExpertError
from bot.services.resources.rows import ResourceKind, get_resource, list_resources
from bot.services.resources.sheets import Names, ResourceSheet
from bot.services.resources.words import words_fit
from bot.storage.resource_tables import experts as table
from knowledge import load_knowledge
from knowledge.rota import load_rota

NAME_LONGEST = 40
WORDS_LONGEST = 120
TERM_LONGEST = 64
MOST_TERMS = 60


@dataclass(frozen=True)
class ExpertProfile:
    """What the centre decides about an expert. Ids are the knowledge's."""

    name: str
    organisation: str
    field: str  # in words, as enterprises are told
    categories: tuple[str, ...]
    terms: tuple[str, ...] = ()  # words that mean the field
    stations: tuple[str, ...] = ()  # station ids that they go to; empty: all
    availability: str = ""
    confirms: bool = False  # their side confirms each session beforehand
    source: str = ""
    sample: bool = False
    active: bool = True


@dataclass(frozen=True)
class StoredExpert(ExpertProfile):
    """An expert as stored; not `active`: retired."""

    id: str = ""
    version: int = 1


_TEXTS = ("organisation", "field", "availability")


def list_experts(db: Connection, *, active_only: bool = False) -> list[StoredExpert]:
    """All of them, in the order in which they came."""
    return list_resources(db, EXPERTS, active_only=active_only)


def get_expert(db: Connection, expert_id: str) -> StoredExpert:
    """Raises NotFoundError."""
    return get_resource(db, EXPERTS, expert_id)


def known_experts(db: Connection) -> dict[str, StoredExpert]:
    """All by id, retired ones as well: sessions of the past were theirs."""
    return {expert.id: expert for expert in list_experts(db)}


def expert_field(db: Connection, expert_id: str) -> str:
    """What an expert is for, in words; empty for nobody's id."""
    return db.scalar(sa.select(table.c.field).where(table.c.id == expert_id)) or ""


def retired_experts(db: Connection) -> frozenset[str]:
    """Ids of those who have retired."""
    return frozenset(db.scalars(sa.select(table.c.id).where(sa.not_(table.c.active))))


def _check(profile: ExpertProfile) -> None:
    """Raises ExpertError naming what is wrong with it.

    Codes: name_missing, field_missing, too_long, categories, stations, terms.
    """
    known = load_knowledge()
    if not profile.name.strip():
        raise ExpertError("name_missing")
    if not profile.field.strip():
        raise ExpertError("field_missing")
    long = any(len(getattr(profile, name)) > WORDS_LONGEST for name in _TEXTS)
    if len(profile.name) > NAME_LONGEST or long:
        raise ExpertError("too_long")
    if not profile.categories or set(profile.categories) - set(known.categories):
        raise ExpertError("categories")
    if set(profile.stations) - {s.id for s in known.stations if s.expert_visits}:
        raise ExpertError("stations")
    if not words_fit(profile.terms, TERM_LONGEST, MOST_TERMS):
        raise ExpertError("terms")


def _seed() -> list[tuple[str, ExpertProfile]]:
    """Those of knowledge/experts.yml."""
    entries = [dict(vars(entry)) for entry in load_rota().experts.values()]
    return [(values.pop("id"), ExpertProfile(**values)) for values in entries]


def _names(db: Connection) -> Names:
    known = load_knowledge()
    return {
        "categories": {c.id: c.name for c in known.categories.values()},
        "stations": {s.id: s.name for s in known.stations if s.expert_visits},
    }


EXPERTS = ResourceKind(
    what="expert",
    event="expert",
    table=table,
    profile=ExpertProfile,
    stored=StoredExpert,
    error=ExpertError,
    words=("terms",),
    ids=("categories", "stations"),
    flags=("confirms", "sample", "active"),
    check=_check,
    seed=_seed,
)
EXPERT_SHEET = ResourceSheet(
    kind=EXPERTS,
    title=texts.EXPERT_SHEET,
    columns={
        "name": texts.EXPERT_NAME,
        "organisation": texts.EXPERT_ORGANISATION,
        "field": texts.FIELD,
        "categories": texts.CATEGORIES,
        "terms": texts.EXPERT_TERMS,
        "stations": texts.EXPERT_STATIONS,
        "availability": texts.AVAILABILITY,
        "confirms": texts.CONFIRMS,
        "source": texts.SOURCE,
        "sample": texts.SAMPLE,
        "active": texts.EXPERT_ACTIVE,
    },
    widths=texts.EXPERT_COLUMNS,
    key=("name", "organisation"),
    names=_names,
    faults=texts.EXPERT_FAULTS,
)
