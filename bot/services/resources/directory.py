"""What answers are made of: the service items as they stand, and who else can serve them.

The one way in which assistant, desk, matching and statistics come to the items: each call reads
the tables, so that a change at the desk holds from the next question on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.services.resources.service_items import list_items
from bot.storage.resource_tables import organisation_services, organisations, service_items
from knowledge import Knowledge, ServiceItem, find_services, load_knowledge

SURELY = 86.0
"""A word of three characters that stands in the text; fewer mean too many things."""


@dataclass(frozen=True)
class Contact:
    """A technical organisation that an enterprise may turn to. `telephone`: may be empty."""

    name: str
    telephone: str


@dataclass(frozen=True)
class Directory:
    """The knowledge with the items in use; `others`: by item, who serves it besides those named.

    Organisations marked as a sample are not among them: no enterprise is sent to one.
    """

    knowledge: Knowledge
    others: dict[str, tuple[Contact, ...]]

    def newly_named(self, text: str) -> list[ServiceItem]:
        """Items that `text` surely names by words from the desk, which no training has seen."""
        taught = {word for item in load_knowledge().services for word in item.terms}
        new = {item.id: [w for w in item.terms if w not in taught] for item in self._items}
        items = tuple(replace(i, terms=tuple(new[i.id])) for i in self._items if new[i.id])
        found = find_services(replace(self.knowledge, services=items), text)
        sure = {match.item.id for match in found if match.score >= SURELY}
        return [item for item in self._items if item.id in sure]

    @property
    def _items(self) -> tuple[ServiceItem, ...]:
        return self.knowledge.services


def read_knowledge(db: Connection) -> Knowledge:
    """The knowledge with the service items in use, as they stand now."""
    items = tuple(stored.item for stored in list_items(db, active_only=True))
    return replace(load_knowledge(), services=items)


def read_directory(db: Connection) -> Directory:
    """The items in use with who can serve them."""
    query = (
        sa.select(organisation_services.c.service, organisations.c.name, organisations.c.telephone)
        .join(organisations)
        .where(
            organisations.c.kind == "technical",
            organisations.c.active,
            sa.not_(organisations.c.sample),
        )
        .order_by(organisations.c.id)
    )
    knowledge = read_knowledge(db)
    named = {item.id: item.departments for item in knowledge.services}
    others: dict[str, tuple[Contact, ...]] = {}
    for row in db.execute(query):
        if row.name not in named.get(row.service, ()):
            others[row.service] = (
                *others.get(row.service, ()),
                Contact(row.name, row.telephone),
            )
    return Directory(knowledge, others)


def item_texts(db: Connection) -> dict[str, str]:
    """What each item is, withdrawn ones as well: matters of the past are about them."""
    return {row.id: row.text for row in db.execute(sa.select(service_items))}


def office_telephones(db: Connection) -> frozenset[str]:
    """Telephones that the assistant tells or told to everyone."""
    stored = (telephone for item in list_items(db) for telephone in item.telephones)
    first = (t for item in load_knowledge().services for t in item.telephones)
    return frozenset((*stored, *first))
