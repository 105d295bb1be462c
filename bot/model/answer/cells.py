"""Reads the cells that the words for one product fill: its name, its standard, 采标, 公示."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.model.answer.standards import find_standards, read_standard_number
from bot.model.answer.text import read_short_text
from bot.model.answer.yes_no import (
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
from bot.model.wording import is_nothing, is_unknown, plain
from knowledge.form import FormField

_LINKS = re.compile(
    r"^(?:(?:标准)?(?:名字|名称|名)?(?:有点|有些|比较|蛮|好)长[,，\s]+|(?:好像|应该|大概|可能|我?记得)(?:就?是|叫)|执行标准(?:名称)?(?:是|为|叫)?|执行的?(?:是|标准)?|标准(?:名称|名字|名)?(?:就|应该)?(?:是|叫|为)|(?:名称"
    r"|名字)(?:就|应该)?(?:是|叫)|产品(?:名称?)?(?:嘛|的话)?[,\s]*就?(?:是|叫|有|为)|编号(?:是|为)?|标准号(?:是|为)?|采标情况"
    r"|是否公示|(?:那|那就|就)?(?:首先|先)(?:说|来|报|填|写|是)*(?:个|一个)?|主打的?(?:是)?|[嘛呢吧哈][\s,]+"
    r"|(?:再|就|帮我)?[写填](?:的?是|上|成|个)?(?![字真料充缝])|按照?|依据|用的?(?:是)?|是|叫(?:做|个)?(?:啥子?)?|那个(?:啥子?)?|还有(?:个|一个)?|另外(?:还有)?(?:个|一个)?|我们(?:公司"
    r"|厂)?(?:主要)?(?:生产|做|卖|是)?的?(?:是)?|主要(?:生产|做|是|写|填)|生产|做|有|就是?|[:：])+\s*"
)
_TAIL = re.compile(
    r"(?:执行标准|执行|编号是?|标准号是?|编号为|标准是|的?标准编号|按照?|用的?是?|[,，、:：\s])+$"
)


@dataclass(frozen=True)
class Columns:
    """The columns of a table of products by what they hold; None where it has no such column."""

    product: FormField
    name: FormField | None
    number: FormField | None
    adopted: FormField | None
    published: FormField | None


@lru_cache(maxsize=8)
def columns_of(rows_field: FormField) -> Columns:
    """By kind and format, so that the definition of the form may name them as it likes."""
    first, *others = rows_field.columns
    by_format = {column.format: column for column in reversed(others) if column.kind == "text"}
    yes_no = next((column for column in others if column.kind == "yes_no"), None)
    name, number, adopted = map(by_format.get, ("", "standard_number", "adoption"))
    return Columns(first, name, number, adopted, yes_no)


def read_cell(column: FormField, text: str) -> str:
    """The value of one cell."""
    if column.format == "standard_number":
        return read_standard_number(column.id, text)
    if column.format == "adoption":
        return read_adoption(column.id, text)
    if column.kind == "yes_no":
        return read_yes_no(column.id, text)
    value = read_short_text(column.id, without_links(text), column.names).strip("《》")
    value = " ".join(value.split())
    if len(value) > column.longest:
        raise FieldError(column.id, "too_long")
    return value


def read_flags(rows_field: FormField, level: str) -> dict[str, str]:
    """采标情况 and 是否公示 where they are spoken of by name."""
    columns = columns_of(rows_field)
    cells: dict[str, str] = {}
    if columns.adopted and (found := NOT_ADOPTING.search(level) or ADOPTING.search(level)):
        cells[columns.adopted.id] = read_adoption(columns.adopted.id, found.group())
    if columns.published and NOT_PUBLISHED.search(level):
        cells[columns.published.id] = NO
    elif columns.published and PUBLISHED.search(level):
        cells[columns.published.id] = YES
    return cells


def read_cells(rows_field: FormField, part: str, asked: FormField) -> dict[str, str]:
    """The cells that the words for one row fill."""
    columns = columns_of(rows_field)
    standards = find_standards(part)
    named = re.search(r"《([^》]{2,60})》", part)
    if asked.kind == "yes_no" and is_unsure(part):
        raise FieldError(asked.id, "yes_or_no")
    cells = {}
    if not (asked.format == "adoption" and standards):
        cells = read_flags(rows_field, plain(part))
        if standards and columns.number:
            numbers = dict.fromkeys(s.number for s in standards)
            cells[columns.number.id] = "、".join(numbers)
    if named and columns.name:
        cells[columns.name.id] = named.group(1)
    left = _left(part, [(s.start, s.end) for s in standards], named)
    if asked.id in cells:
        return cells
    if asked in (columns.product, columns.name):
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
    columns = columns_of(rows_field)
    number = columns.number.id if columns.number else ""
    if not left:
        # Asked for the standard's name, told its number: the number names it.
        return {asked.id: "", **cells} if asked is columns.name and number in cells else cells
    cells[asked.id] = read_cell(asked, left[0])
    name = columns.name
    told = asked is columns.product and number in cells and len(left) > 1
    if told and name and name.id not in cells:
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
    return [word for piece in words if (word := without_links(piece)) and len(word) > 0]


def without_links(piece: str) -> str:
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
