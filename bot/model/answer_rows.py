"""Reads products and their standards, row by row, as they come over several messages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.model.answer_standards import find_standards, read_standard_number
from bot.model.answer_text import read_short_text
from bot.model.answer_yes_no import (
    ADOPTING,
    NO,
    NOT_ADOPTING,
    NOT_PUBLISHED,
    PUBLISHED,
    YES,
    is_unsure,
    read_adoption,
    read_yes_no,
)
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
    r"^(?:我们|公司)?(?:没得|没有|没|不)(?:生产|卖|做)?(?:实体)?(?:产品|东西)(?:[,.\s]|$)"
)
_EVERY = re.compile(rf"(?:[{CHARACTERS}\d]个|全部|所有|几个)?都")
_LISTED = re.compile(
    rf"(?:(?:有|就|一共|总共|共)*([{CHARACTERS}\d]{{1,2}})(?:个|样|种|款)(?:产品)?[:：,，]?)"
)
_DROP = re.compile(r"删|去掉|不要了?|取消|拿掉")
_LINKS = re.compile(
    r"^(?:执行标准(?:名称)?(?:是|为|叫)?|执行的?(?:是|标准)?|标准(?:名称)?(?:是|叫|为)|(?:名称"
    r"|名字)(?:是|叫)|产品(?:名称?)?(?:是|叫|有|为)|编号(?:是|为)?|标准号(?:是|为)?|采标情况"
    r"|是否公示"
    r"|按照?|依据|用的?(?:是)?|是|叫做?|还有(?:个|一个)?|另外(?:还有)?(?:个|一个)?|我们(?:公司"
    r"|厂)?(?:主要)?(?:生产|做|卖|是)?的?(?:是)?|主要(?:生产|做|是)|生产|做|有|就是?|[:：])+\s*"
)
_TAIL = re.compile(
    r"(?:执行标准|执行|编号是?|标准号是?|编号为|标准是|的?标准编号|按照?|用的?是?|[,，、:：\s])+$"
)


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
    if _EVERY.search(plain(said)) and rows and (cells := _flags(plain(said))):
        return [{**row, **cells} for row in rows]
    for number, part in _parts(rows_field, said, index, column):
        if number > len(rows):
            number = len(rows)
        if number == len(rows):
            rows.append({})
        asked = column if number == index else open_place(rows_field, [rows[number]])[1]
        row = {**rows[number], **_cells(rows_field, part, asked)}
        rows[number] = {c.id: row[c.id] for c in rows_field.columns if c.id in row}
    if len(rows) > MOST_ROWS:
        raise FieldError(rows_field.id, "too_many_rows")
    return rows


def names_row(text: str) -> int | None:
    """The index of the row that 第二个 … names."""
    found = _ORDINAL.search(plain(text))
    value = value_of(found.group(1)) if found else None
    return int(value) - 1 if value else None


def read_cell(column: FormField, text: str) -> str:
    """The value of one cell."""
    if column.format == "standard_number":
        return read_standard_number(column.id, text)
    if column.format == "adoption":
        return read_adoption(column.id, text)
    if column.kind == "yes_no":
        return read_yes_no(column.id, text)
    value = read_short_text(column.id, _stripped(text), column.names).strip("《》")
    if len(value) > column.longest:
        raise FieldError(column.id, "too_long")
    return value


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
            items = [i for i in re.split(r"[,，、\s]|和|跟|还有", _stripped(listed)) if i.strip()]
            if len(items) == value_of(counted.group(1)) and len(items) > 1:
                return items
    return [said]


def _flags(level: str) -> dict[str, str]:
    """采标情况 and 是否公示 where they are spoken of by name."""
    cells: dict[str, str] = {}
    if NOT_ADOPTING.search(level):
        cells["adopted"] = read_adoption("adopted", "没采标")
    elif found := ADOPTING.search(level):
        cells["adopted"] = read_adoption("adopted", found.group())
    if NOT_PUBLISHED.search(level):
        cells["published"] = NO
    elif PUBLISHED.search(level):
        cells["published"] = YES
    return cells


def _cells(rows_field: FormField, part: str, asked: FormField) -> dict[str, str]:
    """The cells that the words for one row fill."""
    known = {column.id for column in rows_field.columns}
    standards = find_standards(part)
    named = re.search(r"《([^》]{2,60})》", part)
    cells = {} if asked.format == "adoption" and standards else _flags(plain(part))
    if asked.kind == "yes_no" and is_unsure(part):
        raise FieldError(asked.id, "yes_or_no")
    if standards and asked.format != "adoption":
        cells["standard_number"] = "、".join(dict.fromkeys(s.number for s in standards))
    if named:
        cells["standard_name"] = named.group(1)
    cells = {name: value for name, value in cells.items() if name in known}
    left = _left(part, [(s.start, s.end) for s in standards], named)
    if asked.id in cells:
        return cells
    if asked.id == rows_field.columns[0].id or (asked.kind == "text" and not asked.format):
        return _named(rows_field, left, asked, cells)
    if cells and not left:
        return cells
    if is_nothing(part) and asked.format == "standard_number":
        return {**cells, asked.id: ""}
    try:
        return {**cells, asked.id: read_cell(asked, part)}
    except FieldError:
        if cells:
            return cells  # the message told something else about the row
        raise


def _named(
    rows_field: FormField, left: list[str], asked: FormField, cells: dict[str, str]
) -> dict[str, str]:
    """Product, and the standard's name where it is told behind it."""
    if not left:
        # Asked for the standard's name, told its number: the number names it.
        numbered = asked.id == "standard_name" and "standard_number" in cells
        return {asked.id: "", **cells} if numbered else cells
    cells[asked.id] = read_cell(asked, left[0])
    name = next((c for c in rows_field.columns if c.id == "standard_name"), None)
    first = asked.id == rows_field.columns[0].id
    if first and name and len(left) > 1 and name.id not in cells and "standard_number" in cells:
        cells[name.id] = _name_or_nothing(name, left[1])
    return cells


def _name_or_nothing(column: FormField, words: str) -> str:
    """标准名字搞不清楚 leaves the name empty."""
    rest = words
    for name in sorted(column.names, key=len, reverse=True):
        rest = rest.replace(name, "")
    return "" if is_unknown(rest) else read_cell(column, words)


def _left(part: str, spans: list[tuple[int, int]], named: re.Match[str] | None) -> list[str]:
    """The words besides standard numbers, titles, 采标 and 公示: a product, a name."""
    spans = [*spans, *([named.span()] if named else [])]
    level = plain(part)
    for pattern in (NOT_ADOPTING, ADOPTING, NOT_PUBLISHED, PUBLISHED):
        spans += [found.span() for found in pattern.finditer(level)]
    rest = list(part)
    for start, end in spans:
        rest[start:end] = "\n" * (end - start)
    words = re.split(r"[,，。;；\n]+" if not spans else r"[,，。;；\n\s]+", "".join(rest))
    return [word for piece in words if (word := _stripped(piece)) and len(word) > 0]


def _stripped(piece: str) -> str:
    """Without the words that link product, standard and number."""
    piece = piece.strip(" ,，。;；:：")
    while True:
        level = plain(piece)
        lead = _LINKS.match(level)
        cut = piece[lead.end() :] if lead and lead.end() < len(piece) else piece
        tail = _TAIL.search(plain(cut))
        cut = cut[: tail.start()] if tail and tail.start() else cut
        if lead and lead.end() == len(piece) or tail and not tail.start():
            return ""
        if cut == piece:
            return piece.strip()
        piece = cut.strip()
