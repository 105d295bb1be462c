"""Resources as workbooks: rows read, faults named by row and column, all applied or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bot import resource_texts as texts
from bot.model.errors import ServiceError
from bot.services.spreadsheet import read_spreadsheet

P = TypeVar("P")
PARTING = re.compile(r"[、，,;；\n]+")
Cells = Mapping[str, str]
"""A row: {column: text}."""
Names = Mapping[str, Mapping[str, str]]
"""How ids are called in a workbook, by column: {column: {id: name}}."""


class CellError(ServiceError):
    """What stands in a cell cannot be read; `code`: a key of texts.CELL_ERRORS; data: column."""

    def __init__(self, code: str, column: str, **data: Any) -> None:
        self.code = code
        super().__init__(column=column, **data)


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
class SheetKind(Generic[P]):
    """How the rows of a kind of resource are read.

    `read`: a row as a profile, checked; it raises CellError or the kind's own ServiceError.
    `faults`: of the kind's codes, the column and the sentence.
    """

    columns: Mapping[str, int]
    key: tuple[str, ...]  # columns by which rows and what is stored belong together
    read: Callable[[Cells], P]
    faults: Mapping[str, tuple[str, str]]


def read_profiles(
    content: bytes, kind: SheetKind[P]
) -> tuple[dict[tuple[str, ...], P], list[RowProblem]]:
    """({what its key columns say: profile}, faults). Raises SpreadsheetError for no such file."""
    profiles: dict[tuple[str, ...], P] = {}
    problems = []
    for number, cells in read_spreadsheet(content, list(kind.columns)):
        try:
            key = tuple(cells[column] for column in kind.key)
            profile = kind.read(cells)
            if key in profiles:
                raise CellError("name_twice", kind.key[0])
            profiles[key] = profile
        except ServiceError as error:
            problems.append(_problem(number, error, kind))
    return profiles, problems


def words(text: str) -> tuple[str, ...]:
    """The words of a cell or a field, parted by 、 or a comma, each once."""
    return tuple(dict.fromkeys(word.strip() for word in PARTING.split(text) if word.strip()))


def ids(cells: Cells, column: str, names: Names) -> tuple[str, ...]:
    """The ids that a cell names. Raises CellError."""
    known = {name: each for each, name in names[column].items()}
    given = words(cells[column])
    if unknown := [word for word in given if word not in known]:
        raise CellError("unknown", column, unknown=texts.JOIN.join(unknown))
    return tuple(known[word] for word in given)


def called(column: str, given: tuple[str, ...], names: Names) -> str:
    """Ids as a cell names them."""
    return texts.JOIN.join(names[column][each] for each in given)


def is_yes(cells: Cells, column: str, *, default: bool) -> bool:
    """是 or 否 of a cell; an empty one is the default. Raises CellError."""
    text = cells[column]
    if not text:
        return default
    if text not in (texts.YES, texts.NO):
        raise CellError("yes_no", column)
    return text == texts.YES


def yes_no(value: bool) -> str:
    """As a cell says it."""
    return texts.YES if value else texts.NO


def _problem(row: int, error: ServiceError, kind: SheetKind[P]) -> RowProblem:
    if isinstance(error, CellError):
        sentence = texts.CELL_ERRORS[error.code].format(**error.data)
        return RowProblem(row, error.data["column"], sentence)
    column, sentence = kind.faults[error.code]
    return RowProblem(row, column, sentence)
