"""Experts, the monthly patterns of their visits and the rules of booking, as data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.calendar import parse_clock
from knowledge.loader import FOLDER, KnowledgeError, load_knowledge, read_entries

ON_HOLIDAY = ("next", "skip")
GRID_MINUTES = 15
"""Sessions and time slots begin and end on the quarter hour."""


@dataclass(frozen=True)
class Expert:
    """An expert of the 智库. `terms`: words that mean this field; `confirms`: each session."""

    id: str
    name: str
    organisation: str
    field: str
    categories: tuple[str, ...]
    terms: tuple[str, ...]
    availability: str
    confirms: bool
    source: str
    sample: bool = False


@dataclass(frozen=True)
class RotaPattern:
    """A session of every month: `week` 1 to 4 or -1 (the last), `weekday` 1 (Monday) to 7."""

    id: str
    station: str
    week: int
    weekday: int
    begins: str
    ends: str
    slot_minutes: int
    seats: int
    categories: tuple[str, ...]
    experts: tuple[str, ...]
    on_holiday: str
    source: str
    sample: bool = False


@dataclass(frozen=True)
class BookingRules:
    """Numbers of booking; each one's reason stands in rota.yml. quiet_*: HH:MM."""

    id: str
    hold_minutes: int
    offer_minutes: int
    rebook_minutes: int
    notice_minutes: int
    horizon_days: int
    cancel_minutes: int
    per_company: int
    per_company_session: int
    waiting_per_user: int
    quiet_from: str
    quiet_until: str


@dataclass(frozen=True)
class Rota:
    """The whole of experts.yml and rota.yml."""

    experts: dict[str, Expert]
    patterns: tuple[RotaPattern, ...]
    rules: BookingRules


def load_rota(folder: Path = FOLDER) -> Rota:
    """The rota, read once and checked. Raises KnowledgeError naming file, entry and field."""
    return _load(folder)


@cache
def _load(folder: Path) -> Rota:
    knowledge = load_knowledge(folder)
    experts = {e.id: e for e in read_entries(folder / "experts.yml", "experts", Expert)}
    for expert in experts.values():
        _check_known(f"experts.yml: {expert.id}", "categories", expert.categories, knowledge)
    patterns = tuple(read_entries(folder / "rota.yml", "patterns", RotaPattern))
    stations = [station.id for station in knowledge.stations if station.expert_visits]
    for pattern in patterns:
        where = f"rota.yml: {pattern.id}"
        _check_known(where, "categories", pattern.categories, knowledge)
        _check_experts(where, pattern, experts)
        if pattern.station not in stations:
            raise KnowledgeError(f"{where}: station: {pattern.station!r} has no expert visits")
        _check_numbers(where, pattern)
    return Rota(experts, patterns, _rules(folder / "rota.yml"))


def _check_known(where: str, field: str, ids: tuple[str, ...], knowledge: object) -> None:
    known = getattr(knowledge, field)
    if not ids:
        raise KnowledgeError(f"{where}: {field}: is empty")
    for each in ids:
        if each not in known:
            raise KnowledgeError(f"{where}: {field}: unknown {each!r}")


def _check_experts(where: str, pattern: RotaPattern, experts: dict[str, Expert]) -> None:
    if not pattern.experts:
        raise KnowledgeError(f"{where}: experts: is empty")
    covered = set()
    for each in pattern.experts:
        if each not in experts:
            raise KnowledgeError(f"{where}: experts: unknown {each!r}")
        covered |= set(experts[each].categories)
    if missing := set(pattern.categories) - covered:
        raise KnowledgeError(f"{where}: categories: no expert for {', '.join(sorted(missing))}")


def _check_numbers(where: str, pattern: RotaPattern) -> None:
    if pattern.week not in (1, 2, 3, 4, -1):
        raise KnowledgeError(f"{where}: week: must be 1 to 4, or -1")
    if not 1 <= pattern.weekday <= 7:
        raise KnowledgeError(f"{where}: weekday: must be 1 (Monday) to 7")
    if pattern.slot_minutes < GRID_MINUTES or pattern.slot_minutes % GRID_MINUTES:
        raise KnowledgeError(f"{where}: slot_minutes: must be quarters of an hour")
    if pattern.seats < 1:
        raise KnowledgeError(f"{where}: seats: must be 1 or more")
    if pattern.on_holiday not in ON_HOLIDAY:
        raise KnowledgeError(f"{where}: on_holiday: must be next or skip")
    _check_clocks(where, pattern.begins, pattern.ends)


def _check_clocks(where: str, *clocks: str) -> None:
    try:
        parsed = [parse_clock(clock) for clock in clocks]
    except ValueError:
        raise KnowledgeError(f"{where}: times: must be HH:MM") from None
    if any(clock.minute % GRID_MINUTES for clock in parsed):
        raise KnowledgeError(f"{where}: times: must be on the quarter hour")


def _rules(path: Path) -> BookingRules:
    rules = read_entries(path, "rules", BookingRules)[0]
    for field, value in vars(rules).items():
        if isinstance(value, int) and value < 1:
            raise KnowledgeError(f"{path.name}: {rules.id}: {field}: must be 1 or more")
    _check_clocks(f"{path.name}: {rules.id}", rules.quiet_from, rules.quiet_until)
    return rules
