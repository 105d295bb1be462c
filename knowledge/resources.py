"""Organisations that serve demands, and how long each step may take, as data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.loader import FOLDER, TELEPHONE, KnowledgeError, load_knowledge, read_entries

ORGANISATION_KINDS = ("department", "technical")


@dataclass(frozen=True)
class OrganisationEntry:
    """A department or technical organisation as it is put into the database at first start."""

    id: str
    name: str
    kind: str
    source: str
    categories: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()
    telephone: str = ""
    sample: bool = False


@dataclass(frozen=True)
class DeadlineEntry:
    """How long a matter may stay in the state `id`; `warn_hours`: office hours before the end."""

    id: str
    days: int
    warn_hours: int
    reason: str
    sample: bool = False


def load_organisations(folder: Path = FOLDER) -> tuple[OrganisationEntry, ...]:
    """The entries of organisations.yml, checked. Raises KnowledgeError naming file and entry."""
    return _organisations(folder)


def load_deadlines(folder: Path = FOLDER) -> dict[str, DeadlineEntry]:
    """The entries of deadlines.yml by state. Raises KnowledgeError naming file and entry."""
    return _deadlines(folder)


@cache
def _organisations(folder: Path) -> tuple[OrganisationEntry, ...]:
    knowledge = load_knowledge(folder)
    known = {
        "categories": set(knowledge.categories),
        "services": {item.id for item in knowledge.services},
        "stations": {station.id for station in knowledge.stations},
    }
    entries = tuple(read_entries(folder / "organisations.yml", "organisations", OrganisationEntry))
    for entry in entries:
        where = f"organisations.yml: {entry.id}"
        if entry.kind not in ORGANISATION_KINDS:
            raise KnowledgeError(f"{where}: kind: must be {' or '.join(ORGANISATION_KINDS)}")
        for field, ids in known.items():
            for each in getattr(entry, field):
                if each not in ids:
                    raise KnowledgeError(f"{where}: {field}: unknown {each!r}")
        if entry.telephone and not TELEPHONE.fullmatch(entry.telephone):
            raise KnowledgeError(f"{where}: telephone: {entry.telephone!r} is no telephone")
    return entries


@cache
def _deadlines(folder: Path) -> dict[str, DeadlineEntry]:
    entries = read_entries(folder / "deadlines.yml", "deadlines", DeadlineEntry)
    for entry in entries:
        if entry.days < 1 or entry.warn_hours < 0:
            raise KnowledgeError(f"deadlines.yml: {entry.id}: days: must be 1 or more")
    return {entry.id: entry for entry in entries}
