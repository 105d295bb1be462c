"""Reads knowledge/*.yml and refuses what is malformed, naming file, entry and field."""

from __future__ import annotations

import dataclasses
import re
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from knowledge.model import Category, Knowledge, ProcessStep, ServiceItem, Station, Term

FOLDER = Path(__file__).resolve().parent
TELEPHONE = re.compile(r"\d[\d-]{5,14}")
TERM_KINDS = ("award", "certificate", "instrument", "organisation")
SCENE_LENGTH = 64
"""Characters in a permanent QR code's scene at most (platform: 生成带参数的二维码)."""
T = TypeVar("T")


class KnowledgeError(Exception):
    """A file of the knowledge is malformed; the message names file, entry and field."""


def load_knowledge(folder: Path = FOLDER) -> Knowledge:
    """Everything under `folder`, checked. Raises KnowledgeError."""
    return _load(folder)


@cache
def _load(folder: Path) -> Knowledge:
    categories = read_entries(folder / "categories.yml", "categories", Category)
    services = read_entries(folder / "services.yml", "services", ServiceItem)
    known = {category.id for category in categories}
    for item in services:
        where = f"services.yml: {item.id}"
        for field in ("categories", "also"):
            for category in getattr(item, field):
                if category not in known:
                    raise KnowledgeError(f"{where}: {field}: unknown category {category!r}")
        for telephone in item.telephones:
            if not TELEPHONE.fullmatch(telephone):
                raise KnowledgeError(f"{where}: telephones: {telephone!r} is no telephone")
        for field in ("categories", "departments", "telephones", "terms"):
            if not getattr(item, field):
                raise KnowledgeError(f"{where}: {field}: is empty")
    for category in known - {c for item in services for c in item.categories}:
        raise KnowledgeError(f"services.yml: no service for category {category!r}")
    stations = read_entries(folder / "stations.yml", "stations", Station)
    _check_scenes(stations)
    return Knowledge(
        categories={category.id: category for category in categories},
        services=tuple(services),
        stations=tuple(stations),
        process=tuple(read_entries(folder / "process.yml", "process", ProcessStep)),
        glossary=tuple(_glossary(folder / "glossary.yml")),
    )


def _glossary(path: Path) -> list[Term]:
    terms = read_entries(path, "terms", Term)
    for term in terms:
        if term.kind not in TERM_KINDS:
            raise KnowledgeError(
                f"{path.name}: {term.id}: kind: {term.kind!r} is none of {', '.join(TERM_KINDS)}"
            )
    return terms


def _check_scenes(stations: list[Station]) -> None:
    seen: set[str] = set()
    for station in stations:
        where = f"stations.yml: {station.id}: scene"
        if len(station.scene) > SCENE_LENGTH:
            raise KnowledgeError(f"{where}: is longer than {SCENE_LENGTH} characters")
        if station.scene in seen:
            raise KnowledgeError(f"{where}: {station.scene!r} is another station's")
        seen.add(station.scene)


class _Loader(yaml.SafeLoader):
    """Refuses a field that stands twice in one entry; YAML itself would keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """As the base class, checked."""
        pairs = [(key.value, value.value) for key, value in node.value]
        fields = [field for field, _ in pairs]
        for field in fields:
            if fields.count(field) > 1:
                entry = dict(pairs).get("id", f"line {node.start_mark.line + 1}")
                raise KnowledgeError(f"{entry}: {field}: stands twice")
        return super().construct_mapping(node, deep)


def read_document(path: Path) -> dict[str, Any]:
    """The file's mapping; an empty one when it holds something else. Raises KnowledgeError."""
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), _Loader)
    except KnowledgeError as error:
        raise KnowledgeError(f"{path.name}: {error}") from None
    except FileNotFoundError:
        raise KnowledgeError(f"{path.name}: the file is missing in {path.parent}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path.name}: is not YAML: {error}") from None
    return document if isinstance(document, dict) else {}


def read_entries(path: Path, key: str, kind: type[T]) -> list[T]:
    """The entries of the list `key` as `kind`, each with its own id. Raises KnowledgeError."""
    rows = read_document(path).get(key)
    if not isinstance(rows, list) or not rows:
        raise KnowledgeError(f"{path.name}: {key}: must be a list with entries")
    made = [_entry(path.name, number, row, kind) for number, row in enumerate(rows, 1)]
    seen: set[Any] = set()
    for entry in made:
        identity = getattr(entry, "id")  # noqa: B009 - every kind has one
        if identity in seen:
            raise KnowledgeError(f"{path.name}: {identity}: id: stands twice")
        seen.add(identity)
    return made


def _entry(file: str, number: int, row: Any, kind: type[T]) -> T:
    if not isinstance(row, dict):
        raise KnowledgeError(f"{file}: entry {number}: must be a mapping")
    identity = row.get("id")
    name = identity if isinstance(identity, str) else f"entry {number}"
    fields = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    for field in row:
        if field not in fields:
            raise KnowledgeError(f"{file}: {name}: {field}: unknown field")
    values: dict[str, Any] = {}
    for field, spec in fields.items():
        if field not in row:
            if spec.default is dataclasses.MISSING:
                raise KnowledgeError(f"{file}: {name}: {field}: is missing")
            continue
        values[field] = _value(f"{file}: {name}: {field}", row[field], str(spec.type))
    return kind(**values)


def _value(where: str, value: Any, kind: str) -> Any:
    if kind == "tuple[str, ...]":
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            raise KnowledgeError(f"{where}: must be a list of texts")
        return tuple(value)
    if kind == "int":
        if not isinstance(value, int) or isinstance(value, bool):
            raise KnowledgeError(f"{where}: must be a whole number")
        return value
    if kind == "bool":
        if not isinstance(value, bool):
            raise KnowledgeError(f"{where}: must be true or false")
        return value
    if not isinstance(value, str) or not value.strip():
        raise KnowledgeError(f"{where}: must be a text")
    return value
