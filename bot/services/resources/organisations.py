"""Departments and technical organisations that serve demands, kept on the desk."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.model.errors import NotFoundError
from bot.model.resource_errors import OrganisationError
from bot.model.rights import Staff, require
from bot.services.record import Origin, record_event
from bot.storage.resource_tables import organisation_services as links
from bot.storage.resource_tables import organisations as table
from bot.storage.resource_tables import service_items
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


_LISTS = ("categories", "services", "capabilities", "stations")


def list_organisations(db: Connection, *, active_only: bool = False) -> list[Organisation]:
    """All of them, departments first, in the order in which they came."""
    query = sa.select(table).order_by(table.c.kind, table.c.id)
    if active_only:
        query = query.where(table.c.active)
    services = _services(db)
    return [_organisation(row, services.get(row.id, ())) for row in db.execute(query)]


def get_organisation(db: Connection, organisation_id: int) -> Organisation:
    """Raises NotFoundError."""
    row = db.execute(sa.select(table).where(table.c.id == organisation_id)).first()
    if row is None:
        raise NotFoundError(what="organisation", id=organisation_id)
    return _organisation(row, _services(db, organisation_id).get(organisation_id, ()))


def add_organisation(db: Connection, profile: OrganisationProfile, origin: Origin) -> Organisation:
    """A new organisation. Raises OrganisationError."""
    check_profile(profile, known_items(db))
    times = {"created_at": origin.now, "changed_at": origin.now}
    try:
        with db.begin_nested():
            insert = table.insert().values(**_stored_columns(profile), **times)
            made = int(db.execute(insert).inserted_primary_key[0])
    except IntegrityError:
        raise OrganisationError("name_taken") from None
    _link(db, made, profile.services)
    _note(db, "organisation_added", made, profile.name, origin, None, _columns(profile))
    return get_organisation(db, made)


def change_organisation(
    db: Connection, seen: Organisation, profile: OrganisationProfile, origin: Origin
) -> Organisation:
    """Change what is decided about it; `seen`: as the caller saw it.

    Nothing new: nothing is recorded.

    Raises OrganisationError: the profile's codes, or stale when somebody changed it meanwhile.
    """
    check_profile(profile, known_items(db))
    stored = get_organisation(db, seen.id)
    old, new = _columns(stored), _columns(profile)
    if old == new and stored.version == seen.version:
        return stored
    changed = {name for name in new if old[name] != new[name]}
    which = sa.and_(table.c.id == seen.id, table.c.version == seen.version)
    values = {**_stored_columns(profile), "version": seen.version + 1, "changed_at": origin.now}
    try:
        with db.begin_nested():
            if not db.execute(table.update().where(which).values(**values)).rowcount:
                raise OrganisationError("stale")
    except IntegrityError:
        raise OrganisationError("name_taken") from None
    if "services" in changed:
        _link(db, seen.id, profile.services)
    sides = ({name: side[name] for name in sorted(changed)} for side in (old, new))
    _note(db, "organisation_changed", seen.id, profile.name, origin, *sides)
    return get_organisation(db, seen.id)


def seen_organisation(db: Connection, organisation_id: int, version: int) -> Organisation:
    """An organisation as a page showed it: of that version. Raises NotFoundError."""
    return replace(get_organisation(db, organisation_id), version=version)


def save_organisation(
    db: Connection,
    seen: Organisation | None,
    profile: OrganisationProfile,
    staff: Staff,
    origin: Origin,
) -> Organisation:
    """What somebody at the desk decides: a new organisation, or a change of the one they saw.

    Raises ForbiddenError, OrganisationError.
    """
    require(staff, "resources_change")
    if seen is None:
        return add_organisation(db, profile, origin)
    return change_organisation(db, seen, profile, origin)


def seed_organisations(db: Connection, now: datetime) -> int:
    """Put those of knowledge/organisations.yml into an empty table; how many."""
    if db.scalar(sa.select(table.c.id).limit(1)) is not None:
        return 0
    entries = load_organisations()
    for entry in entries:
        values = {name: value for name, value in asdict(entry).items() if name != "id"}
        add_organisation(db, OrganisationProfile(**values), Origin("system", "system", now))
    return len(entries)


def known_items(db: Connection) -> set[str]:
    """Ids of all service items, withdrawn ones as well."""
    return set(db.scalars(sa.select(service_items.c.id)))


def check_profile(profile: OrganisationProfile, items: Collection[str]) -> None:
    """Raises OrganisationError naming what is wrong with it. `items`: ids of the service items.

    Codes: name_missing, too_long, kind, telephone, categories, services, stations, capabilities.
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
    _check_known("services", profile.services, items)
    _check_known("stations", profile.stations, [station.id for station in knowledge.stations])
    if len(profile.capabilities) > MOST_CAPABILITIES:
        raise OrganisationError("capabilities")
    if any(not 0 < len(word) <= WORDS_LONGEST for word in profile.capabilities):
        raise OrganisationError("capabilities")


def _check_known(field: str, ids: Iterable[str], known: Iterable[str]) -> None:
    if unknown := set(ids) - set(known):
        raise OrganisationError(field, unknown=sorted(unknown))


def _columns(profile: OrganisationProfile) -> dict[str, Any]:
    values = {n: getattr(profile, n) for n in OrganisationProfile.__dataclass_fields__}
    return {name: list(v) if name in _LISTS else v for name, v in values.items()}


def _stored_columns(profile: OrganisationProfile) -> dict[str, Any]:
    """Without the services, which are rows of their own."""
    return {name: value for name, value in _columns(profile).items() if name != "services"}


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


def _organisation(row: Any, services: tuple[str, ...]) -> Organisation:
    values: dict[str, Any] = {
        name: services if name == "services" else getattr(row, name)
        for name in Organisation.__dataclass_fields__
    }
    return Organisation(**{**values, **{name: tuple(values[name]) for name in _LISTS}})


def _note(
    db: Connection, kind: str, organisation_id: int, name: str, origin: Origin, *sides: Any
) -> None:
    old, new = sides
    record_event(db, kind, None, origin, organisation=organisation_id, name=name, old=old, new=new)
