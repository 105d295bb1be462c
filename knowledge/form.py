"""The demand form as data: reads and checks demand_form.yml (annex 4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.loader import FOLDER, KnowledgeError, load_knowledge

KINDS = (
    "text",
    "long_text",
    "number",
    "date",
    "telephone",
    "credit_code",
    "email",
    "choices",
    "rows",
    "yes_no",
)
FORMATS = ("company", "person", "contact", "address", "standard_number", "adoption")
"""What a text is, where that helps to tell an answer from a question."""
LONGEST = {"text": 100, "long_text": 2000}


@dataclass(frozen=True)
class FormField:
    """One question of the form. `id` is also the name of Rasa's slot; `label` is annex 4's words.

    `options` are annex 4's words without 其他; `terms` and `option_categories` run beside them:
    other words for the option, and the category it is filed under.
    `columns`: of rows; `section`: the id of its section; `longest`: of a text, in characters.
    """

    id: str
    label: str
    kind: str
    section: str
    required: bool
    question: str
    hint: str
    example: str
    options: tuple[str, ...] = ()
    terms: tuple[tuple[str, ...], ...] = ()
    option_categories: tuple[str | None, ...] = ()
    other: bool = False
    other_label: str = "其他"
    columns: tuple[FormField, ...] = ()
    aliases: tuple[str, ...] = ()
    asked: bool = True
    printed: bool = True
    format: str = ""
    longest: int = 0
    same_as: str = ""
    """The field whose value “一样” stands for."""
    more: str = ""
    """Of rows: the question whether another row follows."""

    def column(self, column_id: str) -> FormField:
        """The column of this id. Raises KeyError."""
        return _by_id(self.columns)[column_id]

    @property
    def names(self) -> tuple[str, ...]:
        """The label and all other names of the field."""
        return (self.label, *self.aliases)


@dataclass(frozen=True)
class FormSection:
    """A section of annex 4. `chosen`: asked only when the enterprise wants it."""

    id: str
    number: str
    title: str
    category: str | None
    chosen: bool


@dataclass(frozen=True)
class DemandForm:
    """The whole form; `fields` in annex 4's order."""

    version: int
    sections: tuple[FormSection, ...]
    fields: tuple[FormField, ...]

    def field(self, field_id: str) -> FormField:
        """The field of this id. Raises KeyError."""
        return _by_id(self.fields)[field_id]

    def section(self, section_id: str) -> FormSection:
        """The section of this id. Raises KeyError."""
        return {section.id: section for section in self.sections}[section_id]


def load_form(path: Path = FOLDER / "demand_form.yml") -> DemandForm:
    """The form, read once and checked. Raises KnowledgeError naming file, entry and field."""
    return _load(path)


def _by_id(fields: tuple[FormField, ...]) -> dict[str, FormField]:
    return {field.id: field for field in fields}


@cache
def _load(path: Path) -> DemandForm:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise KnowledgeError(f"{path.name}: the file is missing in {path.parent}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path.name}: is not YAML: {error}") from None
    top = _Entry(path.name, document)
    sections: list[FormSection] = []
    fields: list[FormField] = []
    for entry in top.entries("sections"):
        section = FormSection(
            id=entry.text("id"),
            number=entry.text("number"),
            title=entry.text("title"),
            category=entry.category("category"),
            chosen=entry.flag("chosen", False),
        )
        sections.append(section)
        fields.extend(_field(child, section) for child in entry.entries("fields"))
        entry.finish()
    form = DemandForm(top.number("version"), tuple(sections), tuple(fields))
    top.finish()
    _check(path.name, form)
    return form


def _field(entry: _Entry, section: FormSection, column: bool = False) -> FormField:
    kind = entry.one_of("kind", KINDS)
    options = list(_options(entry)) if kind == "choices" else []
    made = FormField(
        id=entry.text("id"),
        label=entry.text("label"),
        kind=kind,
        section=section.id,
        required=entry.flag("required"),
        question=entry.text("question"),
        hint=entry.text("hint"),
        example=entry.text("example"),
        options=tuple(text for text, _, _ in options),
        terms=tuple(terms for _, terms, _ in options),
        option_categories=tuple(own or section.category for _, _, own in options),
        other=entry.flag("other", False),
        other_label=entry.text("other_label", "其他"),
        columns=tuple(_field(c, section, column=True) for c in entry.entries("columns"))
        if kind == "rows"
        else (),
        aliases=entry.texts("aliases"),
        asked=entry.flag("asked", True),
        printed=entry.flag("printed", True),
        format=entry.one_of("format", ("", *FORMATS), ""),
        longest=entry.number("longest", LONGEST.get(kind, 0)),
        same_as=entry.text("same_as", ""),
        more=entry.text("more") if kind == "rows" else "",
    )
    if column and kind in ("rows", "choices"):
        raise KnowledgeError(f"{entry.where}: kind: a column cannot be {kind}")
    entry.finish()
    return made


def _options(entry: _Entry) -> Iterator[tuple[str, tuple[str, ...], str | None]]:
    for option in entry.entries("options", of_texts=True):
        yield option.text("text"), option.texts("terms"), option.category("category")
        option.finish()


def _check(file: str, form: DemandForm) -> None:
    """What holds between the fields."""
    columns = [column.id for field in form.fields for column in field.columns]
    # A section may bear its field's name.
    for ids in ([s.id for s in form.sections], [f.id for f in form.fields] + columns):
        if twice := next((i for i in ids if ids.count(i) > 1), None):
            raise KnowledgeError(f"{file}: {twice}: id: stands twice")
    for field in form.fields:
        if len(set(field.options)) < len(field.options):
            raise KnowledgeError(f"{file}: {field.id}: options: one stands twice")
        if field.same_as and field.same_as not in {other.id for other in form.fields}:
            raise KnowledgeError(f"{file}: {field.id}: same_as: unknown field {field.same_as!r}")
    titles = {section.title for section in form.sections if section.chosen}
    wanted = next((field for field in form.fields if field.id == "wanted"), None)
    if titles and (wanted is None or set(wanted.options) != titles):
        raise KnowledgeError(f"{file}: wanted: options: must be the titles of the chosen sections")


class _Entry:
    """A mapping of the file being read: hands out its checked values and knows what is left."""

    def __init__(self, where: str, row: Any) -> None:
        if not isinstance(row, dict):
            raise KnowledgeError(f"{where}: must be a mapping")
        self.where = f"{where}: {row['id']}" if "id" in row else where
        self._row = dict(row)

    def text(self, name: str, default: str | None = None) -> str:
        value = self._take(name, default)
        if not isinstance(value, str) or (not value.strip() and value != default):
            raise KnowledgeError(f"{self.where}: {name}: must be a text")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._take(name, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            raise KnowledgeError(f"{self.where}: {name}: must be a list of texts")
        return tuple(value)

    def flag(self, name: str, default: bool | None = None) -> bool:
        value = self._take(name, default)
        if not isinstance(value, bool):
            raise KnowledgeError(f"{self.where}: {name}: must be true or false")
        return value

    def number(self, name: str, default: int | None = None) -> int:
        value = self._take(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise KnowledgeError(f"{self.where}: {name}: must be a whole number")
        return value

    def one_of(self, name: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        value: Any = self._take(name, default)
        if value not in allowed:
            known = ", ".join(a for a in allowed if a)
            raise KnowledgeError(f"{self.where}: {name}: {value!r} is none of {known}")
        return str(value)

    def category(self, name: str) -> str | None:
        value = self._row.pop(name, None)
        if value is None:
            return None
        if value not in load_knowledge().categories:
            raise KnowledgeError(f"{self.where}: {name}: unknown category {value!r}")
        return str(value)

    def entries(self, name: str, of_texts: bool = False) -> list[_Entry]:
        rows = self._take(name)
        if not isinstance(rows, list) or not rows:
            raise KnowledgeError(f"{self.where}: {name}: must be a list with entries")
        if of_texts:
            rows = [{"text": row} if isinstance(row, str) else row for row in rows]
        return [_Entry(f"{self.where}: {name} {n}", row) for n, row in enumerate(rows, 1)]

    def finish(self) -> None:
        """Refuse what nobody asked for: a misspelt field would be lost in silence."""
        for name in self._row:
            raise KnowledgeError(f"{self.where}: {name}: unknown field")

    def _take(self, name: str, default: Any = None) -> Any:
        if name not in self._row and default is None:
            raise KnowledgeError(f"{self.where}: {name}: is missing")
        return self._row.pop(name, default)
