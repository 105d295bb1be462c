"""Organisations as a workbook: exported to be edited, imported whole or not at all."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from bot import demand_texts
from bot import resource_texts as texts
from bot.model.rights import Staff, require
from bot.services.record import Origin
from bot.services.resources.organisations import (
    OrganisationProfile,
    add_organisation,
    change_organisation,
    check_profile,
    known_items,
    list_organisations,
)
from bot.services.resources.service_items import list_items
from bot.services.resources.sheets import (
    Cells,
    Names,
    ResourceImport,
    SheetKind,
    called,
    ids,
    is_yes,
    read_profiles,
    words,
    yes_no,
)
from bot.services.spreadsheet import Sheet, make_workbook
from knowledge import load_knowledge


def export_organisations(db: Connection, staff: Staff) -> bytes:
    """All organisations as XLSX; what is imported again unchanged changes nothing."""
    require(staff, "resources")
    names = _names(db)
    rows = [list(_row(each, names).values()) for each in list_organisations(db)]
    return make_workbook([Sheet(texts.SHEET, list(texts.COLUMNS.items()), rows)])


def import_organisations(
    db: Connection, content: bytes, staff: Staff, origin: Origin
) -> ResourceImport:
    """Add and change organisations by their names; those not in the file stay as they are.

    Raises ForbiddenError, SpreadsheetError (the file as a whole); rows with faults are named in
    `problems`, and then nothing is changed.
    """
    require(staff, "resources_change")
    names, items = _names(db), known_items(db)

    def read(cells: Cells) -> OrganisationProfile:
        profile = _profile(cells, names)
        check_profile(profile, items)
        return profile

    kind = SheetKind(texts.COLUMNS, (texts.NAME,), read, texts.FAULTS)
    profiles, problems = read_profiles(content, kind)
    if problems:
        return ResourceImport(problems=tuple(problems))
    known = {each.name: each for each in list_organisations(db)}
    added = changed = 0
    for (name,), profile in profiles.items():
        if name not in known:
            add_organisation(db, profile, origin)
            added += 1
        elif _row(known[name], names) != _row(profile, names):
            change_organisation(db, known[name], profile, origin)
            changed += 1
    return ResourceImport(added, changed, len(profiles) - added - changed)


def _row(organisation: OrganisationProfile, names: Names) -> dict[str, str]:
    """In the order of the columns."""
    return {
        texts.NAME: organisation.name,
        texts.KIND: demand_texts.KIND_NAMES[organisation.kind],
        texts.CATEGORIES: called(texts.CATEGORIES, organisation.categories, names),
        texts.SERVICES: called(texts.SERVICES, organisation.services, names),
        texts.CAPABILITIES: texts.JOIN.join(organisation.capabilities),
        texts.STATIONS: called(texts.STATIONS, organisation.stations, names),
        texts.CONTACT: organisation.contact,
        texts.TELEPHONE: organisation.telephone,
        texts.SOURCE: organisation.source,
        texts.SAMPLE: yes_no(organisation.sample),
        texts.ACTIVE: yes_no(organisation.active),
    }


def _profile(cells: Cells, names: Names) -> OrganisationProfile:
    """A row as a profile. Raises CellError."""
    kinds = {name: kind for kind, name in demand_texts.KIND_NAMES.items()}
    return OrganisationProfile(
        name=cells[texts.NAME],
        kind=kinds.get(cells[texts.KIND], ""),
        categories=ids(cells, texts.CATEGORIES, names),
        services=ids(cells, texts.SERVICES, names),
        capabilities=words(cells[texts.CAPABILITIES]),
        stations=ids(cells, texts.STATIONS, names),
        contact=cells[texts.CONTACT],
        telephone=cells[texts.TELEPHONE],
        source=cells[texts.SOURCE][:200],
        sample=is_yes(cells, texts.SAMPLE, default=False),
        active=is_yes(cells, texts.ACTIVE, default=True),
    )


def _names(db: Connection) -> Names:
    """An item is called by its short name: 计量服务 第1行."""
    knowledge = load_knowledge()
    return {
        texts.CATEGORIES: {c.id: c.name for c in knowledge.categories.values()},
        texts.SERVICES: {item.id: item.name for item in list_items(db)},
        texts.STATIONS: {s.id: s.name for s in knowledge.stations},
    }
