"""Resources as workbooks: exported to be edited, imported whole or not at all.

What is wrong in a file is named by row and column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Generic

from sqlalchemy.engine import Connection

from bot import resource_texts as texts
from bot.model.errors import CodedError, ServiceError
from bot.model.rights import Staff, require
from bot.services.record import Origin
from bot.services.resources.rows import (
    P,
    Profile,
    ResourceKind,
    S,
    add_resource,
    change_resource,
    list_resources,
)
from bot.services.resources.words import read_words
from bot.services.spreadsheet import Sheet, make_workbook, read_spreadsheet

SOURCE_LONGEST = 200
Names = Mapping[str, Mapping[str, str]]
"""How ids are called in a workbook, by field: {field: {id: name}}."""


class CellError(CodedError):
    """What stands in a cell cannot be read; `code`: a key of texts.CELL_ERRORS; data: column."""


@dataclass(frozen=True)
class RowProblem:
    """What is wrong in a row of the file. `row`: as the spreadsheet program numbers it."""

    row: int
    column: str
    text: str


@dataclass(frozen=True)
class ResourceImport:
    """What an import did; with `problems`, nothing."""

    added: int = 0
    changed: int = 0
    same: int = 0
    problems: tuple[RowProblem, ...] = ()


@dataclass(frozen=True)
class ResourceSheet(Generic[P, S]):
    """How a kind stands in a workbook.

    `columns`: {field of the profile: its column} in their order; `widths`: {column: characters}.
    `key`: the fields by which rows and what is stored belong together. `names`: see Names.
    `faults`: of the codes of the kind's check, the column and the sentence.
    """

    kind: ResourceKind[P, S]
    title: str
    columns: Mapping[str, str]
    widths: Mapping[str, int]
    key: tuple[str, ...]
    names: Callable[[Connection], Names]
    faults: Mapping[str, tuple[str, str]]

    def key_of(self, resource: Profile) -> tuple[str, ...]:
        """What its key fields say."""
        return tuple(getattr(resource, field) for field in self.key)


def export_resources(db: Connection, sheet: ResourceSheet[P, S], staff: Staff) -> bytes:
    """All of the kind as XLSX; what is imported again unchanged changes nothing."""
    require(staff, "resources")
    names = sheet.names(db)
    rows = [_cells(sheet, each, names) for each in list_resources(db, sheet.kind)]
    head = [(column, sheet.widths[column]) for column in sheet.columns.values()]
    return make_workbook([Sheet(sheet.title, head, rows)])


def import_resources(
    db: Connection, sheet: ResourceSheet[P, S], content: bytes, staff: Staff, origin: Origin
) -> ResourceImport:
    """Add, change and retire by the sheet's key; those not in the file stay as they are.

    Raises ForbiddenError, SpreadsheetError (the file as a whole), the kind's error of check_all;
    rows with faults are named in `problems`, and then nothing is changed.
    """
    require(staff, "resources_change")
    names = sheet.names(db)
    profiles, problems = _read_profiles(content, sheet, names)
    if problems:
        return ResourceImport(problems=tuple(problems))
    known = {sheet.key_of(each): each for each in list_resources(db, sheet.kind)}
    added = changed = 0
    for key, profile in profiles.items():
        if key not in known:
            add_resource(db, sheet.kind, profile, origin)
            added += 1
        elif _cells(sheet, known[key], names) != _cells(sheet, profile, names):
            change_resource(db, sheet.kind, known[key], profile, origin)
            changed += 1
    sheet.kind.check_all(db)
    return ResourceImport(added, changed, len(profiles) - added - changed)


def _read_profiles(
    content: bytes, sheet: ResourceSheet[P, S], names: Names
) -> tuple[dict[tuple[str, ...], P], list[RowProblem]]:
    """({key: profile}, faults). Raises SpreadsheetError for no such file."""
    profiles: dict[tuple[str, ...], P] = {}
    problems = []
    for number, cells in read_spreadsheet(content, list(sheet.columns.values())):
        try:
            values = {
                field: _read(sheet.kind, field, column, cells[column], names)
                for field, column in sheet.columns.items()
            }
            profile = sheet.kind.profile(**values)
            sheet.kind.check(profile)
            if sheet.key_of(profile) in profiles:
                raise CellError("name_twice", column=sheet.columns[sheet.key[0]])
            profiles[sheet.key_of(profile)] = profile
        except ServiceError as error:
            problems.append(_problem(number, error, sheet))
    return profiles, problems


def _read(kind: ResourceKind[P, S], field: str, column: str, text: str, names: Names) -> Any:
    """A cell as the field's value. Raises CellError."""
    known = {name: each for each, name in names.get(field, {}).items()}
    if field in kind.ids:
        given = read_words(text)
        if unknown := [word for word in given if word not in known]:
            raise CellError("unknown", column=column, unknown=texts.JOIN.join(unknown))
        return tuple(known[word] for word in given)
    if field in kind.words:
        return read_words(text)
    if field in kind.flags:
        if text not in ("", texts.YES, texts.NO):
            raise CellError("yes_no", column=column)
        return text == texts.YES if text else _default(kind, field)
    if known:
        return known.get(text, "")
    return text[:SOURCE_LONGEST] if field == "source" else text


def _cells(sheet: ResourceSheet[P, S], resource: Profile, names: Names) -> list[str]:
    """A resource as the cells of its row."""
    cells = []
    for field in sheet.columns:
        value, called = getattr(resource, field), names.get(field, {})
        if field in sheet.kind.flags:
            cells.append(texts.YES if value else texts.NO)
        elif isinstance(value, tuple):
            cells.append(texts.JOIN.join(called[each] if called else each for each in value))
        else:
            cells.append(called.get(value, value))
    return cells


def _default(kind: ResourceKind[P, S], field: str) -> Any:
    return next(each.default for each in fields(kind.profile) if each.name == field)


def _problem(row: int, error: ServiceError, sheet: ResourceSheet[P, S]) -> RowProblem:
    if isinstance(error, CellError):
        sentence = texts.CELL_ERRORS[error.code].format(**error.data)
        return RowProblem(row, error.data["column"], sentence)
    column, sentence = sheet.faults[error.code]
    return RowProblem(row, column, sentence)
