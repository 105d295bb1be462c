"""The district and its centre as data: reads and checks centre.yml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.loader import FOLDER, TELEPHONE, KnowledgeError, load_knowledge, read_entries


@dataclass(frozen=True)
class Centre:
    """Who speaks to the enterprises. `department`: whose `telephone` it is.

    `region`: what names of enterprises and addresses begin with; `towns`: places of the district.
    """

    id: str
    district: str
    department: str
    telephone: str
    region: tuple[str, ...]
    towns: tuple[str, ...]
    source: str


def load_centre(folder: Path = FOLDER) -> Centre:
    """centre.yml, checked. Raises KnowledgeError."""
    return _load(folder)


@cache
def _load(folder: Path) -> Centre:
    found = read_entries(folder / "centre.yml", "centre", Centre)
    if len(found) > 1:
        raise KnowledgeError(f"centre.yml: {found[1].id}: there is one centre only")
    (centre,) = found
    if not TELEPHONE.fullmatch(centre.telephone):
        raise KnowledgeError(f"centre.yml: {centre.id}: telephone: is no telephone")
    if not centre.region or not centre.towns:
        raise KnowledgeError(f"centre.yml: {centre.id}: region and towns must be given")
    return centre


def region_words() -> str:
    """What names of enterprises and addresses begin with, as alternatives of a pattern."""
    return "|".join(map(re.escape, load_centre().region))


def town_words() -> str:
    """The district's own places, as alternatives of a pattern."""
    return "|".join(map(re.escape, load_centre().towns))


def centre_facts() -> dict[str, str]:
    """What any text may name, by the name of its placeholder."""
    centre = load_centre()
    visited = (s.name for s in load_knowledge().stations if s.expert_visits)
    return {
        "district": centre.district,
        "centre_department": centre.department,
        "centre_telephone": centre.telephone,
        "visited_stations": "、".join(visited),
    }
