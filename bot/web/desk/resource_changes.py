"""How pages say what was changed about a resource: each field, old and new."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.demand_texts import KIND_NAMES
from bot.resource_texts import JOIN
from bot.services.resources.history import ResourceChange
from bot.web.desk import resource_texts as texts
from bot.web.desk.formats import category_name
from knowledge import load_knowledge

LONGEST = 120
"""Characters of a value; the page itself shows the present one whole."""


def change_lines(
    added: bool, old: Mapping[str, Any], new: Mapping[str, Any], items: Mapping[str, str]
) -> list[str]:
    """A line for each field that changed. `items`: names of service items by id."""
    if added:
        return [texts.ADDED_RESOURCE]
    return [
        texts.CHANGE.format(
            field=texts.FIELDS[name],
            old=_value(name, old.get(name), items),
            new=_value(name, value, items),
        )
        for name, value in new.items()
        if name in texts.FIELDS
    ]


def history(
    changes: list[ResourceChange], items: Mapping[str, str]
) -> list[tuple[ResourceChange, list[str]]]:
    """Each change with its lines; one that touched nothing is left out."""
    said = [
        (change, change_lines(change.added, change.old, change.new, items)) for change in changes
    ]
    return [(change, lines) for change, lines in said if lines]


def _value(name: str, value: Any, items: Mapping[str, str]) -> str:
    if name == "active":
        return texts.IN_USE if value else texts.OUT_OF_USE
    if isinstance(value, bool):
        return texts.YES if value else texts.NO
    if name == "kind":
        return KIND_NAMES.get(value, str(value))
    if isinstance(value, list):
        value = JOIN.join(_named(name, each, items) for each in value)
    text = str(value or texts.NOTHING)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _named(name: str, value: str, items: Mapping[str, str]) -> str:
    if name in ("categories", "also"):
        return category_name(value)
    if name == "services":
        return items.get(value, value)
    if name == "stations":
        return next((s.name for s in load_knowledge().stations if s.id == value), value)
    return value
