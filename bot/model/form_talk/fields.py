"""Finds the field that words name: 电话, 法人, 公示, 第二个产品的标准号, 培训那块."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.model.answer.rows import names_row
from bot.model.form_talk.reading import Message
from bot.model.wording import plain
from knowledge.form import DemandForm, FormField
from nlu.sound import syllables


@dataclass(frozen=True)
class Mention:
    """A field, or a column of rows, named in a text from `start` to `end` by `name`."""

    field: FormField
    column: FormField | None
    name: str
    start: int
    end: int
    row: int | None = None

    @property
    def target(self) -> FormField:
        """The field or column whose value is meant."""
        return self.column or self.field

    def row_in(self, answers: Mapping[str, Any]) -> int:
        """The row meant: the one named, else the last that has this cell, else the last."""
        rows = answers.get(self.field.id) or ()
        if self.row is not None:
            return self.row
        having = [n for n, row in enumerate(rows) if self.column and row.get(self.column.id)]
        return having[-1] if having else max(len(rows) - 1, 0)

    def path(self, answers: Mapping[str, Any]) -> str:
        """As a Place writes it."""
        if self.column is None:
            return self.field.id
        return f"{self.field.id}.{self.row_in(answers) + 1}.{self.column.id}"


@dataclass(frozen=True)
class Name:
    """One name of a field or column."""

    text: str
    field: FormField
    column: FormField | None


@cache
def names_of(form: DemandForm) -> tuple[Name, ...]:
    """All names of all fields and columns, the longest first."""
    names = [
        Name(plain(name), field, column)
        for field in form.fields
        for column in (None, *field.columns)
        for name in (column or field).names
    ]
    return tuple(sorted(names, key=lambda name: -len(name.text)))


_WIDE = frozenset("公司 企业 单位 老板 服务 业务 范围 方法 机构 名称 产品 质量管理".split())
"""Names that also stand in the names of other fields."""


def find_mention(message: Message, words: str) -> Mention | None:
    """The field named in `words`, by the longest name; misheard names (电华) count too."""
    level = plain(words)
    row = names_row(level)
    found = [(level.find(name.text), name) for name in names_of(message.form)]
    found = [(start, name) for start, name in found if start >= 0]
    if not found:
        return _heard(message.form, level, row)
    # Of two fields that are named the first is meant, but 公司注册地址 is the address.
    start, name = min(found, key=lambda f: (f[0] + 4 * (f[1].text in _WIDE), -len(f[1].text)))
    name = _nearer(message, name)
    return Mention(name.field, name.column, name.text, start, start + len(name.text), row)


def _nearer(message: Message, name: Name) -> Name:
    """地址 is the address asked last, when the labels of several fields end so."""
    if name.column is not None or not name.field.format:
        return name
    fields = message.form.fields
    alike = [
        f for f in fields if f.format == name.field.format and plain(f.label).endswith(name.text)
    ]
    here = fields.index(message.place.field)
    before = [f for f in alike if fields.index(f) <= here and f.id in message.answers]
    return Name(name.text, before[-1], None) if len(alike) > 1 and before else name


def _heard(form: DemandForm, level: str, row: int | None) -> Mention | None:
    """A name of two characters or more that sounds like what was written."""
    if not 2 <= len(level) <= 30:
        return None
    heard = [syllables(c) for c in level]
    flat = [s[0] if s else "" for s in heard]
    for name in names_of(form):
        if len(name.text) < 2 or not all("\u4e00" <= c <= "\u9fff" for c in name.text):
            continue
        sounds = syllables(name.text)
        for start in range(len(flat) - len(sounds) + 1):
            if flat[start : start + len(sounds)] == sounds:
                end = start + len(sounds)
                return Mention(name.field, name.column, level[start:end], start, end, row)
    return None
