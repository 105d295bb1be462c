"""Reads products and their standards, row by row, as they come over several messages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.model.answer.cells import read_cells, read_flags, without_links
from bot.model.answer.standards import find_standards
from bot.model.field_error import FieldError
from bot.model.numerals import CHARACTERS, value_of
from bot.model.wording import bare, is_nothing, is_unknown, plain, tidy
from knowledge.form import FormField

Row = Mapping[str, str]
MOST_ROWS = 20
_ORDINAL = re.compile(
    rf"第([{CHARACTERS}\d]{{1,2}})(?:个|样|种|款|行|项|条)(?:产品|标准)?(?:的)?(?:是|叫|[:：])?\s*"
)
_NUMBERED = re.compile(r"(?:^|[\s;；,，。\n])(?:(\d{1,2})[.、)）:：](?!\d)|[(（](\d{1,2})[)）])\s*")
_NO_PRODUCT = re.compile(
    r"^(?:我们|公司|暂时|目前)*(?:没得|没有|没|不)(?:生产|卖|做)?(?:实体|定型|自己的)?(?:产品|东西)(?:[,.\s]|$)"
)
_EVERY = re.compile(rf"(?:[{CHARACTERS}\d]个|全部|所有|几个)?都")
_LISTED = re.compile(
    rf"(?:(?:有|就|一共|总共|共)*([{CHARACTERS}\d]{{1,2}})(?:个|样|种|款)(?:产品)?[:：,，]?)"
)
_DROP = re.compile(r"删|去掉|不要了?|取消|拿掉")


def open_place(rows_field: FormField, rows: Sequence[Row]) -> tuple[int, FormField]:
    """Row and column that come next: the first cell nobody gave or left empty, or a new row."""
    for index, row in enumerate(rows):
        for column in rows_field.columns:
            if column.id not in row:
                return index, column
    return len(rows), rows_field.columns[0]


def read_rows(
    rows_field: FormField,
    text: str,
    stored: Sequence[Row] = (),
    place: tuple[int, FormField] | None = None,
) -> list[dict[str, str]]:
    """All rows after the message. A cell that nobody spoke of is missing from its row.

    `place`: the cell being asked; without it the next open one. Raises FieldError.
    """
    rows = [dict(row) for row in stored]
    index, column = place or open_place(rows_field, rows)
    said = bare(tidy(text))
    if is_unknown(said):
        raise FieldError(rows_field.id, "unclear")
    if _NO_PRODUCT.match(plain(said)):
        said = "没有"
    if is_nothing(said) and column.kind != "yes_no" and column.format != "adoption":
        return _nothing(rows_field, rows, index, column)
    if (gone := _dropped(rows_field, said, len(rows))) is not None:
        return [row for n, row in enumerate(rows) if n != gone]
    if _EVERY.search(plain(said)) and rows and (cells := read_flags(rows_field, plain(said))):
        return [{**row, **cells} for row in rows]
    for number, part in _parts(rows_field, said, index, column):
        if number > len(rows):
            number = len(rows)
        if number == len(rows):
            rows.append({})
        asked = column if number == index else open_place(rows_field, [rows[number]])[1]
        row = {**rows[number], **read_cells(rows_field, part, asked)}
        rows[number] = {c.id: row[c.id] for c in rows_field.columns if c.id in row}
    if len(rows) > MOST_ROWS:
        raise FieldError(rows_field.id, "too_many_rows")
    if not all(rows):  # a word that says nothing of any column, such as 是
        raise FieldError(rows_field.id, "unclear")
    return rows


def names_row(text: str) -> int | None:
    """The index of the row that 第二个 … names."""
    found = _ORDINAL.search(plain(text))
    value = value_of(found.group(1)) if found else None
    return int(value) - 1 if value else None


def _nothing(
    rows_field: FormField, rows: list[dict[str, str]], index: int, column: FormField
) -> list[dict[str, str]]:
    if column.id != rows_field.columns[0].id:
        rows[index][column.id] = ""
    return rows


def _dropped(rows_field: FormField, said: str, count: int) -> int | None:
    """The row that is to go: 删掉第二个产品."""
    row = names_row(said)
    if row is None or row >= count or not _DROP.search(plain(said)):
        return None
    named = any(plain(n) in plain(said) for c in rows_field.columns[1:] for n in c.names)
    return None if named or find_standards(said) else row


def _parts(
    rows_field: FormField, said: str, index: int, column: FormField
) -> list[tuple[int, str]]:
    """The message cut into what belongs to one row each, with the row's index."""
    level = plain(said)
    ordinals = [
        (int(value) - 1, found.start(), found.end())
        for found in _ORDINAL.finditer(level)
        if (value := value_of(found.group(1))) is not None
    ]
    if ordinals:
        before = said[: ordinals[0][1]].strip(" ,，。")
        ends = [start for _, start, _ in ordinals[1:]] + [len(said)]
        parts = [
            (n, part)
            for (n, _, start), end in zip(ordinals, ends, strict=True)
            if (part := said[start:end].strip(" ,，。;；"))
        ]
        return ([(index, before)] if len(before) > 1 else []) + parts
    if column.id != rows_field.columns[0].id:
        return [(index, said)]
    numbered = list(_NUMBERED.finditer(level))
    pieces = (
        [
            said[a.end() : b]
            for a, b in zip(numbered, [n.start() for n in numbered[1:]] + [len(said)], strict=True)
        ]
        if numbered
        else _lines(said)
    )
    return [
        (index + n, piece.strip(" ,，。;；"))
        for n, piece in enumerate(p for p in pieces if p.strip())
    ]


def _lines(said: str) -> list[str]:
    """Rows on lines of their own, and products that are counted: 坐便器、浴缸两样."""
    lines = [line for line in re.split(r"[\n;；]+", said) if line.strip()]
    if len(lines) > 1:
        return lines
    items = re.split(r"(?:^|[,，\s])(?:还有)?[一1](?:样|个|种)(?:产品)?(?:就?是|叫)", said)
    if len(items) > 2 and not items[0].strip():
        return items[1:]
    counted = _LISTED.search(plain(said))
    if counted:
        for listed in (said[: counted.start()], said[counted.end() :]):
            items = [
                i for i in re.split(r"[,，、\s]|和|跟|还有", without_links(listed)) if i.strip()
            ]
            if len(items) == value_of(counted.group(1)) and len(items) > 1:
                return items
    return [said]
