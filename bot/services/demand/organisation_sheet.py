"""Organisations as a workbook: exported to be edited, imported whole or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy.engine import Connection

from bot import demand_texts
from bot import resource_texts as texts
from bot.model.demand_errors import OrganisationError
from bot.model.rights import Staff, require
from bot.services.demand.organisations import (
    Organisation,
    OrganisationProfile,
    add_organisation,
    change_organisation,
    check_profile,
    list_organisations,
)
from bot.services.record import Origin
from bot.services.spreadsheet import Sheet, make_workbook, read_spreadsheet
from knowledge import load_knowledge

PARTING = re.compile(r"[、，,;；\n]+")


@dataclass(frozen=True)
class RowProblem:
    """What is wrong in a row of the file. `row`: as the spreadsheet program numbers it."""

    row: int
    text: str


@dataclass(frozen=True)
class OrganisationImport:
    """What an import did; with `problems`, nothing."""

    added: int = 0
    changed: int = 0
    same: int = 0
    problems: tuple[RowProblem, ...] = field(default_factory=tuple)


def export_organisations(db: Connection, staff: Staff) -> bytes:
    """All organisations as XLSX; what is imported again unchanged changes nothing."""
    require(staff, "resources")
    rows = [list(_row(each).values()) for each in list_organisations(db)]
    return make_workbook([Sheet(texts.SHEET, list(texts.COLUMNS.items()), rows)])


def import_organisations(
    db: Connection, content: bytes, staff: Staff, origin: Origin
) -> OrganisationImport:
    """Add and change organisations by their names; those not in the file stay as they are.

    Raises ForbiddenError, SpreadsheetError (the file as a whole); rows with faults are named in
    `problems`, and then nothing is changed.
    """
    require(staff, "resources_change")
    profiles: dict[str, OrganisationProfile] = {}
    problems = []
    for number, values in read_spreadsheet(content, list(texts.COLUMNS)):
        try:
            profile = _profile(values)
            check_profile(profile)
            if profile.name in profiles:
                raise OrganisationError("name_twice")
            profiles[profile.name] = profile
        except OrganisationError as error:
            unknown = texts.JOIN.join(error.data.get("unknown", ()))
            problems.append(
                RowProblem(number, texts.ROW_ERRORS[error.code].format(unknown=unknown))
            )
    if problems:
        return OrganisationImport(problems=tuple(problems))
    return _apply(db, profiles, origin)


def _apply(
    db: Connection, profiles: dict[str, OrganisationProfile], origin: Origin
) -> OrganisationImport:
    known = {each.name: each for each in list_organisations(db)}
    added = changed = same = 0
    for name, profile in profiles.items():
        if name not in known:
            add_organisation(db, profile, origin)
            added += 1
        elif _profile(_row(known[name])) != profile:
            change_organisation(db, known[name], profile, origin)
            changed += 1
        else:
            same += 1
    return OrganisationImport(added, changed, same)


def _row(organisation: Organisation) -> dict[str, str]:
    """In the order of the columns."""
    names = _names()

    def called(column: str, ids: tuple[str, ...]) -> str:
        return texts.JOIN.join(names[column][each] for each in ids)

    return {
        texts.NAME: organisation.name,
        texts.KIND: demand_texts.KIND_NAMES[organisation.kind],
        texts.CATEGORIES: called(texts.CATEGORIES, organisation.categories),
        texts.SERVICES: called(texts.SERVICES, organisation.services),
        texts.CAPABILITIES: texts.JOIN.join(organisation.capabilities),
        texts.STATIONS: called(texts.STATIONS, organisation.stations),
        texts.CONTACT: organisation.contact,
        texts.TELEPHONE: organisation.telephone,
        texts.SOURCE: organisation.source,
        texts.SAMPLE: texts.YES if organisation.sample else texts.NO,
        texts.ACTIVE: texts.YES if organisation.active else texts.NO,
    }


def _profile(values: dict[str, str]) -> OrganisationProfile:
    """A row as a profile. Raises OrganisationError."""
    kinds = {name: kind for kind, name in demand_texts.KIND_NAMES.items()}
    return OrganisationProfile(
        name=values[texts.NAME],
        kind=kinds.get(values[texts.KIND], ""),
        categories=_ids(texts.CATEGORIES, "categories", values),
        services=_ids(texts.SERVICES, "services", values),
        capabilities=_words(values[texts.CAPABILITIES]),
        stations=_ids(texts.STATIONS, "stations", values),
        contact=values[texts.CONTACT],
        telephone=values[texts.TELEPHONE],
        source=values[texts.SOURCE][:200],
        sample=_yes(values[texts.SAMPLE], default=False),
        active=_yes(values[texts.ACTIVE], default=True),
    )


def _ids(column: str, code: str, values: dict[str, str]) -> tuple[str, ...]:
    known = {name: each for each, name in _names()[column].items()}
    words = _words(values[column])
    if unknown := [word for word in words if word not in known]:
        raise OrganisationError(code, unknown=unknown)
    return tuple(known[word] for word in words)


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in PARTING.split(text) if word.strip()))


def _yes(text: str, *, default: bool) -> bool:
    if not text:
        return default
    if text not in (texts.YES, texts.NO):
        raise OrganisationError("yes_no")
    return text == texts.YES


@cache
def _names() -> dict[str, dict[str, str]]:
    """How ids are called in the workbook, by column. An item of annex 3: 计量服务 第1行."""
    knowledge = load_knowledge()
    return {
        texts.CATEGORIES: {c.id: c.name for c in knowledge.categories.values()},
        texts.SERVICES: {i.id: i.source.removeprefix("附件3 ") for i in knowledge.services},
        texts.STATIONS: {s.id: s.name for s in knowledge.stations},
    }
