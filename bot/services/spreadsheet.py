"""Makes spreadsheets of rows; what people wrote never becomes a formula in them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from bot.model.demand_errors import SpreadsheetError

LIVE = ("=", "+", "-", "@", "\t", "\r")
"""What a cell's text must not begin with, else a spreadsheet may compute it."""
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_000
"""Characters; a spreadsheet takes 32,767."""


MOST_ROWS = 5_000
"""Of a file that is read; the resources of a district are some hundreds."""


@dataclass(frozen=True)
class Sheet:
    """A sheet to be written. `head`: each column's name and width in characters."""

    title: str
    head: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[Any]]


def make_spreadsheet(
    title: str, head: Sequence[tuple[str, int]], rows: Iterable[Sequence[Any]]
) -> bytes:
    """An XLSX file with one sheet. `head`: each column's name and width in characters."""
    return make_workbook([Sheet(title, head, rows)])


def make_workbook(sheets: Sequence[Sheet]) -> bytes:
    """An XLSX file of one sheet or more, the first one shown."""
    book = Workbook()
    for place, each in enumerate(sheets):
        sheet = book.active if place == 0 else book.create_sheet()
        assert sheet is not None
        sheet.title = each.title[:31]
        sheet.append([name for name, _ in each.head])
        for number, (_, width) in enumerate(each.head, 1):
            sheet.cell(1, number).font = Font(bold=True)
            sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.freeze_panes = "A2"
        for line, row in enumerate(each.rows, 2):
            for number, value in enumerate(row, 1):
                _write(sheet.cell(line, number), value)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def read_spreadsheet(content: bytes, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """The rows of the first sheet: (number as the program shows it, {column: text}).

    Columns may stand in any order beside others; empty rows are left out; formulas are not
    computed. Raises SpreadsheetError: unreadable, columns (data: missing), too_many, empty.
    """
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=False)
        rows = book.worksheets[0].iter_rows(values_only=True)
        head = [str(name or "").strip() for name in next(iter(rows), ())]
        if missing := [name for name in columns if name not in head]:
            raise SpreadsheetError("columns", missing=missing)
        found = []
        for number, row in enumerate(rows, 2):
            values = {name: _text(row, head.index(name)) for name in columns}
            if any(values.values()):
                found.append((number, values))
            if number > MOST_ROWS:
                raise SpreadsheetError("too_many", most=MOST_ROWS)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, IndexError, ValueError, OSError):
        raise SpreadsheetError("unreadable") from None
    if not found:
        raise SpreadsheetError("empty")
    return found


def _text(row: Sequence[Any], place: int) -> str:
    value = row[place] if place < len(row) else None
    return "" if value is None else str(value).strip()


def _write(cell: Any, value: Any) -> None:
    if not isinstance(value, str):
        cell.value = value
        if isinstance(value, datetime):
            cell.number_format = "yyyy-mm-dd hh:mm:ss"
        return
    text = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_CELL]
    cell.value = text
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(LIVE)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
