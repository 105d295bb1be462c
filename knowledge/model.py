"""What the district knows, as plain frozen data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Category:
    """One of the eight service categories. `form_section`: its section in annex 4."""

    id: str
    name: str
    heading: str
    form_section: str
    source: str


@dataclass(frozen=True)
class ServiceItem:
    """One row of annex 3. `also`: categories that it serves besides its own."""

    id: str
    group: str
    categories: tuple[str, ...]
    text: str
    departments: tuple[str, ...]
    telephones: tuple[str, ...]
    source: str
    terms: tuple[str, ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Station:
    """A 质量服务站. `scene`: what its QR code carries; `expert_visits`: 轮值接访 takes place."""

    id: str
    name: str
    scene: str
    expert_visits: bool
    aliases: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class ProcessStep:
    """One step of the service process, in order."""

    id: str
    title: str
    text: str
    source: str


@dataclass(frozen=True)
class Term:
    """A name that people use. `kind`: award, certificate, instrument or organisation."""

    id: str
    kind: str
    name: str
    aliases: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Knowledge:
    """The whole of knowledge/."""

    categories: dict[str, Category]
    services: tuple[ServiceItem, ...]
    stations: tuple[Station, ...]
    process: tuple[ProcessStep, ...]
    glossary: tuple[Term, ...]
