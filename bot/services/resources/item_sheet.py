"""Service items as a workbook: exported to be edited, imported whole or not at all."""

from __future__ import annotations

from functools import partial

from sqlalchemy.engine import Connection

from bot import resource_texts as texts
from bot.model.rights import Staff, require
from bot.services.record import Origin
from bot.services.resources.service_items import (
    ItemProfile,
    add_item,
    change_item,
    check_categories,
    check_item,
    list_items,
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


def export_items(db: Connection, staff: Staff) -> bytes:
    """All items as XLSX; what is imported again unchanged changes nothing."""
    require(staff, "resources")
    rows = [list(_row(each, _names()).values()) for each in list_items(db)]
    return make_workbook([Sheet(texts.ITEM_SHEET, list(texts.ITEM_COLUMNS.items()), rows)])


def import_items(db: Connection, content: bytes, staff: Staff, origin: Origin) -> ResourceImport:
    """Add, change and withdraw items by their names; those not in the file stay as they are.

    Raises ForbiddenError, SpreadsheetError (the file as a whole), ServiceItemError category_empty;
    rows with faults are named in `problems`, and then nothing is changed.
    """
    require(staff, "resources_change")
    names = _names()
    kind = SheetKind(
        texts.ITEM_COLUMNS, (texts.ITEM_NAME,), partial(_profile, names=names), texts.ITEM_FAULTS
    )
    profiles, problems = read_profiles(content, kind)
    if problems:
        return ResourceImport(problems=tuple(problems))
    known = {each.name: each for each in list_items(db)}
    added = changed = 0
    for (name,), profile in profiles.items():
        if name not in known:
            add_item(db, profile, origin)
            added += 1
        elif _row(known[name], names) != _row(profile, names):
            change_item(db, known[name], profile, origin)
            changed += 1
    check_categories(db)
    return ResourceImport(added, changed, len(profiles) - added - changed)


def _row(item: ItemProfile, names: Names) -> dict[str, str]:
    """In the order of the columns."""
    return {
        texts.ITEM_NAME: item.name,
        texts.HEADING: item.heading,
        texts.CATEGORIES: called(texts.CATEGORIES, item.categories, names),
        texts.ALSO: called(texts.ALSO, item.also, names),
        texts.TEXT: item.text,
        texts.DEPARTMENTS: texts.JOIN.join(item.departments),
        texts.TELEPHONE: texts.JOIN.join(item.telephones),
        texts.TERMS: texts.JOIN.join(item.terms),
        texts.SOURCE: item.source,
        texts.ITEM_ACTIVE: yes_no(item.active),
    }


def _profile(cells: Cells, names: Names) -> ItemProfile:
    """A row as a profile. Raises CellError, ServiceItemError."""
    profile = ItemProfile(
        name=cells[texts.ITEM_NAME],
        heading=cells[texts.HEADING],
        categories=ids(cells, texts.CATEGORIES, names),
        also=ids(cells, texts.ALSO, names),
        text=cells[texts.TEXT],
        departments=words(cells[texts.DEPARTMENTS]),
        telephones=words(cells[texts.TELEPHONE]),
        terms=words(cells[texts.TERMS]),
        source=cells[texts.SOURCE][:200],
        active=is_yes(cells, texts.ITEM_ACTIVE, default=True),
    )
    check_item(profile)
    return profile


def _names() -> Names:
    categories = {c.id: c.name for c in load_knowledge().categories.values()}
    return {texts.CATEGORIES: categories, texts.ALSO: categories}
