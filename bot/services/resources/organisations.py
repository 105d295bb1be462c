"""Departments and technical organisations that serve demands, kept on the desk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot import resource_texts as texts
from bot.demand_texts import KIND_NAMES
from bot.model.resource_errors import OrganisationError
from bot.services.resources.rows import (
    LinkedField,
    ResourceKind,
    get_resource,
    list_resources,
)
from bot.services.resources.service_items import list_items
from bot.services.resources.sheets import Names, ResourceSheet
from bot.services.resources.words import words_fit
from bot.storage.resource_tables import organisation_services as links
from bot.storage.resource_tables import organisations, service_items
from knowledge import load_knowledge
from knowledge.loader import TELEPHONE
from knowledge.resources import ORGANISATION_KINDS, load_organisations

NAME_LONGEST = 80
WORDS_LONGEST = 64
MOST_CAPABILITIES = 60


@dataclass(frozen=True)
class OrganisationProfile:
    """What the centre decides about an organisation. Ids are the knowledge's."""

    name: str
    kind: str  # department, technical
    categories: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()  # station ids; empty: all
    contact: str = ""
    telephone: str = ""
    source: str = ""
    sample: bool = False
    active: bool = True


@dataclass(frozen=True)
class Organisation(OrganisationProfile):
    """An organisation as stored."""

    id: int = 0
    version: int = 1


def list_organisations(db: Connection, *, active_only: bool = False) -> list[Organisation]:
    """All of them, departments first, in the order in which they came."""
    return list_resources(db, ORGANISATIONS, active_only=active_only)


def get_organisation(db: Connection, organisation_id: int) -> Organisation:
    """Raises NotFoundError."""
    return get_resource(db, ORGANISATIONS, organisation_id)


def _check(profile: OrganisationProfile) -> None:
    """Raises OrganisationError naming what is wrong with it.

    Codes: name_missing, too_long, kind, telephone, categories, stations, capabilities; services
    are checked as links.
    """
    knowledge = load_knowledge()
    if not profile.name.strip():
        raise OrganisationError("name_missing")
    if len(profile.name) > NAME_LONGEST or len(profile.contact) > WORDS_LONGEST:
        raise OrganisationError("too_long")
    if profile.kind not in ORGANISATION_KINDS:
        raise OrganisationError("kind")
    if profile.telephone and not TELEPHONE.fullmatch(profile.telephone):
        raise OrganisationError("telephone")
    _check_known("categories", profile.categories, knowledge.categories)
    _check_known("stations", profile.stations, [station.id for station in knowledge.stations])
    if not words_fit(profile.capabilities, WORDS_LONGEST, MOST_CAPABILITIES):
        raise OrganisationError("capabilities")


def _check_known(field: str, ids: Iterable[str], known: Iterable[str]) -> None:
    if unknown := set(ids) - set(known):
        raise OrganisationError(field, unknown=sorted(unknown))


def _known_items(db: Connection) -> set[str]:
    """Ids of all service items, withdrawn ones as well."""
    return set(db.scalars(sa.select(service_items.c.id)))


def _services(db: Connection, organisation_id: int | None = None) -> dict[int, tuple[str, ...]]:
    """{organisation: ids of its items in the list's order}."""
    query = (
        sa.select(links)
        .outerjoin(service_items, service_items.c.id == links.c.service)
        .order_by(links.c.organisation_id, service_items.c.place, links.c.service)
    )
    if organisation_id is not None:
        query = query.where(links.c.organisation_id == organisation_id)
    found: dict[int, tuple[str, ...]] = {}
    for row in db.execute(query):
        found[row.organisation_id] = (*found.get(row.organisation_id, ()), row.service)
    return found


def _link(db: Connection, organisation_id: int, services: Iterable[str]) -> None:
    """These items instead of those that it served."""
    db.execute(links.delete().where(links.c.organisation_id == organisation_id))
    rows = [
        {"organisation_id": organisation_id, "service": each} for each in dict.fromkeys(services)
    ]
    if rows:
        db.execute(links.insert(), rows)


def _seed() -> list[tuple[str, OrganisationProfile]]:
    """Those of knowledge/organisations.yml."""
    entries = [asdict(entry) for entry in load_organisations()]
    return [(values.pop("id"), OrganisationProfile(**values)) for values in entries]


def _names(db: Connection) -> Names:
    """An item is called by its short name: 计量服务 第1行."""
    knowledge = load_knowledge()
    return {
        "kind": KIND_NAMES,
        "categories": {c.id: c.name for c in knowledge.categories.values()},
        "services": {item.id: item.name for item in list_items(db)},
        "stations": {s.id: s.name for s in knowledge.stations},
    }


ORGANISATIONS = ResourceKind(
    what="organisation",
    event="organisation",
    table=organisations,
    order=("kind", "id"),
    profile=OrganisationProfile,
    stored=Organisation,
    error=OrganisationError,
    words=("capabilities",),
    ids=("categories", "services", "stations"),
    flags=("sample", "active"),
    linked=LinkedField("services", _known_items, _services, _link),
    check=_check,
    seed=_seed,
)
ORGANISATION_SHEET = ResourceSheet(
    kind=ORGANISATIONS,
    title=texts.SHEET,
    columns={
        "name": texts.NAME,
        "kind": texts.KIND,
        "categories": texts.CATEGORIES,
        "services": texts.SERVICES,
        "capabilities": texts.CAPABILITIES,
        "stations": texts.STATIONS,
        "contact": texts.CONTACT,
        "telephone": texts.TELEPHONE,
        "source": texts.SOURCE,
        "sample": texts.SAMPLE,
        "active": texts.ACTIVE,
    },
    widths=texts.COLUMNS,
    key=("name",),
    names=_names,
    faults=texts.FAULTS,
)
