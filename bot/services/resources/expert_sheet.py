"""Experts as a workbook: exported to be edited, imported whole or not at all."""

from __future__ import annotations

from functools import partial

from sqlalchemy.engine import Connection

from bot import resource_texts as texts
from bot.model.rights import Staff, require
from bot.services.record import Origin
from bot.services.resources.experts import (
    ExpertProfile,
    add_expert,
    change_expert,
    check_expert,
    list_experts,
)
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


def export_experts(db: Connection, staff: Staff) -> bytes:
    """All experts as XLSX; what is imported again unchanged changes nothing."""
    require(staff, "resources")
    rows = [list(_row(each, _names()).values()) for each in list_experts(db)]
    return make_workbook([Sheet(texts.EXPERT_SHEET, list(texts.EXPERT_COLUMNS.items()), rows)])


def import_experts(db: Connection, content: bytes, staff: Staff, origin: Origin) -> ResourceImport:
    """Add, change and retire experts by name and organisation; others stay as they are.

    Raises ForbiddenError, SpreadsheetError (the file as a whole); rows with faults are named in
    `problems`, and then nothing is changed.
    """
    require(staff, "resources_change")
    names = _names()
    kind = SheetKind(
        texts.EXPERT_COLUMNS,
        (texts.EXPERT_NAME, texts.EXPERT_ORGANISATION),
        partial(_profile, names=names),
        texts.EXPERT_FAULTS,
    )
    profiles, problems = read_profiles(content, kind)
    if problems:
        return ResourceImport(problems=tuple(problems))
    known = {(each.name, each.organisation): each for each in list_experts(db)}
    added = changed = 0
    for key, profile in profiles.items():
        name, organisation = key
        stored = known.get((name, organisation))
        if stored is None:
            add_expert(db, profile, origin)
            added += 1
        elif _row(stored, names) != _row(profile, names):
            change_expert(db, stored, profile, origin)
            changed += 1
    return ResourceImport(added, changed, len(profiles) - added - changed)


def _row(expert: ExpertProfile, names: Names) -> dict[str, str]:
    """In the order of the columns."""
    return {
        texts.EXPERT_NAME: expert.name,
        texts.EXPERT_ORGANISATION: expert.organisation,
        texts.FIELD: expert.field,
        texts.CATEGORIES: called(texts.CATEGORIES, expert.categories, names),
        texts.EXPERT_TERMS: texts.JOIN.join(expert.terms),
        texts.EXPERT_STATIONS: called(texts.EXPERT_STATIONS, expert.stations, names),
        texts.AVAILABILITY: expert.availability,
        texts.CONFIRMS: yes_no(expert.confirms),
        texts.SOURCE: expert.source,
        texts.SAMPLE: yes_no(expert.sample),
        texts.EXPERT_ACTIVE: yes_no(expert.active),
    }


def _profile(cells: Cells, names: Names) -> ExpertProfile:
    """A row as a profile. Raises CellError, ExpertError."""
    profile = ExpertProfile(
        name=cells[texts.EXPERT_NAME],
        organisation=cells[texts.EXPERT_ORGANISATION],
        field=cells[texts.FIELD],
        categories=ids(cells, texts.CATEGORIES, names),
        terms=words(cells[texts.EXPERT_TERMS]),
        stations=ids(cells, texts.EXPERT_STATIONS, names),
        availability=cells[texts.AVAILABILITY],
        confirms=is_yes(cells, texts.CONFIRMS, default=False),
        source=cells[texts.SOURCE][:200],
        sample=is_yes(cells, texts.SAMPLE, default=False),
        active=is_yes(cells, texts.EXPERT_ACTIVE, default=True),
    )
    check_expert(profile)
    return profile


def _names() -> Names:
    known = load_knowledge()
    return {
        texts.CATEGORIES: {c.id: c.name for c in known.categories.values()},
        texts.EXPERT_STATIONS: {s.id: s.name for s in known.stations if s.expert_visits},
    }
