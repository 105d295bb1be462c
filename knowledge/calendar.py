"""The centre's working time as data: reads and checks calendar.yml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from pathlib import Path

from knowledge.loader import FOLDER, KnowledgeError, read_document, read_entries

DAY_KINDS = ("holiday", "workday")


@dataclass(frozen=True)
class DayEntry:
    """A date (`id`: 2027-02-05) that is off, or worked though it would be off."""

    id: str
    kind: str
    name: str
    source: str


@dataclass(frozen=True)
class YearlyEntry:
    """A day (`id`: 10-01) off in every year."""

    id: str
    name: str
    source: str


@dataclass(frozen=True)
class HoursEntry:
    """A span of office hours, HH:MM, the end not included."""

    id: str
    begins: str
    ends: str
    sample: bool = False


@dataclass(frozen=True)
class WorkingTime:
    """The whole of calendar.yml. `days`: date → (holiday or workday, name)."""

    hours: tuple[tuple[time, time], ...]
    days: dict[date, tuple[str, str]]
    yearly: dict[tuple[int, int], str]
    complete: frozenset[int]


def load_working_time(path: Path = FOLDER / "calendar.yml") -> WorkingTime:
    """The working time, read once and checked. Raises KnowledgeError naming file and entry."""
    return _load(path)


def parse_clock(text: str) -> time:
    """A time of day written HH:MM. Raises ValueError."""
    if not re.fullmatch(r"\d\d:\d\d", text):
        raise ValueError(text)
    return time.fromisoformat(text)


@cache
def _load(path: Path) -> WorkingTime:
    days = {}
    for entry in read_entries(path, "days", DayEntry):
        if entry.kind not in DAY_KINDS:
            raise KnowledgeError(f"{path.name}: {entry.id}: kind: must be holiday or workday")
        days[_date(path, entry.id, entry.id)] = (entry.kind, entry.name)
    yearly = {}
    for each in read_entries(path, "yearly", YearlyEntry):
        day = _date(path, each.id, f"2024-{each.id}")  # a leap year: 02-29 is a day
        yearly[(day.month, day.day)] = each.name
    complete = read_document(path).get("complete", [])
    if not isinstance(complete, list) or not all(isinstance(year, int) for year in complete):
        raise KnowledgeError(f"{path.name}: complete: must be a list of years")
    return WorkingTime(_hours(path), days, yearly, frozenset(complete))


def _hours(path: Path) -> tuple[tuple[time, time], ...]:
    spans: list[tuple[time, time]] = []
    for entry in read_entries(path, "hours", HoursEntry):
        try:
            begins, ends = parse_clock(entry.begins), parse_clock(entry.ends)
        except ValueError:
            raise KnowledgeError(f"{path.name}: {entry.id}: begins, ends: must be HH:MM") from None
        if begins >= ends or (spans and begins < spans[-1][1]):
            raise KnowledgeError(f"{path.name}: {entry.id}: begins: spans must follow each other")
        spans.append((begins, ends))
    return tuple(spans)


def _date(path: Path, entry: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise KnowledgeError(f"{path.name}: {entry}: id: is no date") from None
