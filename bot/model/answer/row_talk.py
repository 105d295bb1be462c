"""What people say about products besides giving one: how many, later, a wrong prefix."""

from __future__ import annotations

import re

from bot.model.answer.cells import columns_of
from bot.model.answer.rows import names_row
from bot.model.answer.standards import find_standards
from bot.model.field_error import FieldError
from bot.model.form_talk.reading import Message, Reading
from bot.model.numerals import CHARACTERS
from bot.model.wording import bare, plain
from knowledge.form import FormField

_COUNT = re.compile(
    rf"(?:我们|我|公司|厂里?|一共|总共|共|就|只|大概|目前|有|要填)*[{CHARACTERS}\d]{{1,2}}(?:个|样|种|款)"
    r"(?:产品)?(?:要填|吧|嘛|哈|呢|的|样子|左右)*"
)
_LATER = re.compile(
    r"(?:我|要|得|先|再|回头|等).{0,3}问.{0,2}(?:一?[下哈]|同事|老板|领导|他们|别个|技术|质量)"
    r"|问(?:一?[下哈]|清楚)(?:再|了)|等.{0,6}(?:确认|问)|(?:以后|后面|下次|回头)再(?:补|填|说)"
)
_PREFIX = re.compile(r"(?:是|改成|改为|应该是?|为)\s*([a-z]{1,4}(?:/[a-z]{1,8})?)\s*(?:的|哈|嘛)?$")
_NUMBER_NAMES = re.compile(r"标准号|编号|标准编号|号|前缀|代号")


def only_counts(message: Message) -> bool:
    """有三个产品 says how many, not which."""
    return bool(_COUNT.fullmatch(plain(bare(message.said))))


def left_for_later(message: Message, rows_field: FormField, row: int) -> Reading | None:
    """公示没公示我要问哈同事: the cell spoken of, or the one asked, stays empty."""
    rows = [dict(r) for r in message.answers.get(rows_field.id) or []]
    if row >= len(rows) or not _LATER.search(message.level):
        return None
    spoken = [c for c in rows_field.columns if any(plain(n) in message.level for n in c.names)]
    column = spoken[0] if spoken else message.place.column
    if column is None or column.id == rows_field.columns[0].id:
        return None
    rows[row][column.id] = ""
    return Reading("answer", values={rows_field.id: rows})


def other_prefix(message: Message) -> Reading | None:
    """第一个标准号掉了个T，是GB/T: the number keeps its digits and gets the prefix."""
    found = _PREFIX.search(message.level)
    if found is None or not _NUMBER_NAMES.search(message.level):
        return None
    for field in message.form.fields:
        rows = message.answers.get(field.id) or []
        if field.kind != "rows" or not rows:
            continue
        row = names_row(message.said) or 0
        column = columns_of(field).number
        if column is None or row >= len(rows):
            continue
        if number := _renamed(rows[row].get(column.id), found.group(1)):
            changed = [dict(r) for r in rows]
            changed[row][column.id] = number
            return Reading("correction", values={field.id: changed}, field=field.id)
    return None


def _renamed(number: str | None, prefix: str) -> str:
    digits = re.search(r"\d.*", number or "")
    if digits is None:
        return ""
    try:
        read = find_standards(f"{prefix} {digits.group()}")
    except FieldError:
        return ""
    return read[0].number if read else ""
