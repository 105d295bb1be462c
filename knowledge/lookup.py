"""Finds the service item, or the station, that a person's words mean."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from rapidfuzz import fuzz

from knowledge.model import Knowledge, ServiceItem, Station

ENOUGH = 75.0
"""Below this a term was not meant: 送货 is not 送检."""

CLEAR = 84.0
"""A term this well met stands in the text itself, and names its category whatever else is said."""
_JOINED = re.compile(
    "、|和|跟|以及|还有|另外|同时|顺便|再(?=问|咨询|了解|想|说)|还(?=想|要|问|需|打算)|也(?=想|要|需)"
)
"""What joins two matters in one message; a comma alone may stand before a reason."""


@dataclass(frozen=True)
class Match:
    """A service item and how well it fits, 0 to 100 (0: by its category alone)."""

    item: ServiceItem
    score: float


def services_of(knowledge: Knowledge, category: str) -> list[ServiceItem]:
    """The items of a category in annex 3's order, its own before those that serve it besides."""
    own = [item for item in knowledge.services if category in item.categories]
    return own + [item for item in knowledge.services if category in item.also]


def find_services(
    knowledge: Knowledge, text: str, category: str | None = None, limit: int = 3
) -> list[Match]:
    """The items that `text` means, best first.

    With a category: that category's items only; all of them, with score 0, when no word fits.
    Without: nothing when no word fits.
    """
    items = services_of(knowledge, category) if category else list(knowledge.services)
    said = _plain(text)
    scored = [Match(item, max(_fit(said, _plain(term)) for term in item.terms)) for item in items]
    found = sorted((m for m in scored if m.score >= ENOUGH), key=lambda m: -m.score)
    if found:
        best = found[0].score
        # A clearly better item stands alone; equals are all named.
        return [m for m in found if m.score >= best - 4][:limit]
    return [Match(item, 0.0) for item in items][:limit] if category else []


def find_matters(knowledge: Knowledge, text: str, category: str = "") -> list[ServiceItem]:
    """The items that `text` names in two or more categories, joined by 和, 还有, 、 and the like.

    One for each category, in the text's order; none when it speaks of one category only.
    `category`: what the whole text is taken for. It has the last word where all the parts name
    others: 计量和专利知识培训 is training. It is itself meant where a part names nothing known.
    """
    parts = [part for part in _JOINED.split(text) if part.strip()]
    best = [find_services(knowledge, part, limit=1) for part in parts]
    named: dict[str, ServiceItem] = {}
    for match in (found[0] for found in best if found and found[0].score >= CLEAR):
        named.setdefault(match.item.categories[0], match.item)
    if category and category not in named:
        if len(parts) < 3 or all(best):
            return []
        found = find_services(knowledge, text, category, limit=1)
        named |= {category: found[0].item} if found else {}
    return list(named.values()) if len(named) > 1 and len(parts) > 1 else []


def find_station(knowledge: Knowledge, text: str) -> Station | None:
    """The station that `text` names by its name, an alias or its QR scene."""
    said = _plain(text)
    for station in knowledge.stations:
        if said == station.scene or any(
            _plain(name) in said for name in (station.name, *station.aliases)
        ):
            return station
    return None


def contact_lines(knowledge: Knowledge) -> str:
    """Each category's telephones, categories with the same ones together, in annex 3's order."""
    names: dict[tuple[str, ...], list[str]] = {}
    for category in knowledge.categories.values():
        telephones = dict.fromkeys(
            telephone
            for item in knowledge.services
            if category.id in item.categories
            for telephone in item.telephones
        )
        names.setdefault(tuple(telephones), []).append(category.name)
    return "\n".join(f"{'、'.join(name)}：{'、'.join(tel)}" for tel, name in names.items())


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def _fit(said: str, term: str) -> float:
    """How well `term` fits: a longer term that stands in the text beats a shorter one."""
    if not said:
        return 0.0
    if term in said:
        return 80.0 + min(len(term), 10) * 2
    if len(term) < 4 or len(said) < 3:
        return 0.0
    # A misspelt or interrupted term: 标准化 试点, 六西格码
    return 0.94 * fuzz.partial_ratio(term, said) if len(said) >= len(term) else 0.0
