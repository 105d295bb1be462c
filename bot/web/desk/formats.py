"""How the desk's pages write things: moments in China's time, stations, categories."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.model.demand import CHINA
from bot.web.desk import texts
from bot.web.h5.fields import show_lines
from knowledge import load_knowledge
from knowledge.form import FormField


def china_time(moment: datetime | None) -> str:
    """2026-11-28 16:05 of a UTC moment; a dash for none."""
    return f"{moment + CHINA:%Y-%m-%d %H:%M}" if moment else "—"


def china_second(moment: datetime) -> str:
    """2026-11-28 16:05:09 of a UTC moment."""
    return f"{moment + CHINA:%Y-%m-%d %H:%M:%S}"


def china_clock(moment: datetime | None) -> str:
    """16:05 of a UTC moment; a dash for none."""
    return f"{moment + CHINA:%H:%M}" if moment else "—"


def china_day(moment: datetime | None) -> str:
    """2026-11-28 of a UTC moment; a dash for none."""
    return f"{moment + CHINA:%Y-%m-%d}" if moment else "—"


def station_name(scene: str | None) -> str:
    """The name of a station by its scene; no station: all of them."""
    names = {station.scene: station.name for station in load_knowledge().stations}
    return names.get(scene, scene) if scene else texts.ALL_STATIONS


def category_name(category: str | None) -> str:
    """The name of a service category by its id; a dash for none."""
    if not category:
        return "—"
    known = load_knowledge().categories.get(category)
    return known.name if known else category


def role_name(role: str) -> str:
    """The name of a role."""
    return texts.ROLES[role]


def answer(value: Any, field: FormField) -> str:
    """A stored answer of the demand form as people read it; a dash for none."""
    return "；".join(show_lines(field, value)) or "—"


FILTERS = {
    "answer": answer,
    "china_time": china_time,
    "china_second": china_second,
    "china_clock": china_clock,
    "china_day": china_day,
    "station_name": station_name,
    "category_name": category_name,
    "role_name": role_name,
}
"""By these names in the templates: {{ demand.submitted_at | china_time }}."""
