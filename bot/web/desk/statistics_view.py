"""What the page of statistics shows: figures with their changes, groups, charts, periods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from bot import statistics_texts as texts
from bot.model.periods import month, period_before
from bot.services.statistics.figures import COUNTED, Comparison, change_of
from bot.services.statistics.files import show_change, show_figure
from bot.services.statistics.groups import Group

GROUP_FIGURES = (
    "demands", "matters", "completed", "completion_rate", "on_time_rate", "returns", "ratings",
    "satisfaction", "mean_score",
)  # fmt: skip
GROUP_FILTERS = {
    "station": "station",
    "category": "category",
    "organisation": "organisation",
    "source": "source",
    "month": "first",
}
"""Which filter a row of a dimension narrows."""
LOWER_IS_BETTER = ("returns", "handoffs")
NO_SIDE = ("demands", "matters", "ratings", "online_rate", "consultations", "handoffs")
"""Figures of which neither more nor less is better."""


@dataclass(frozen=True)
class Asked:
    """The filters as the address holds them; months: 2026-11."""

    first: str
    last: str
    station: str = ""
    category: str = ""
    organisation: str = ""
    source: str = ""
    by: str = "category"

    def query(self, **more: object) -> str:
        """The address's query for the same filters."""
        kept = {name: value for name, value in {**vars(self), **more}.items() if value}
        return urlencode(kept)


def usual_periods(today: date) -> list[tuple[str, str, str]]:
    """(name, first month, last month) of the periods that are asked for most."""
    now = month(today.year, today.month)
    before = period_before(now)
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    spans = (
        (texts.THIS_MONTH, now.first, now.last),
        (texts.LAST_MONTH, before.first, before.last),
        (texts.THIS_QUARTER, quarter, now.last),
        (texts.THIS_YEAR, date(today.year, 1, 1), now.last),
    )
    return [(name, f"{first:%Y-%m}", f"{last:%Y-%m}") for name, first, last in spans]


def figure_view(made: Comparison, name: str, asked: Asked) -> dict[str, Any]:
    """A figure with its definition, its changes, and the address of its cases."""
    label, unit, definition = texts.FIGURES[name]
    value = made.now[name]
    changes = [
        (title, show_change(name, value, then[name]), _mark(name, value, then[name]))
        for title, then in (
            (texts.PERIOD_BEFORE, made.before),
            (texts.SAME_LAST_YEAR, made.last_year),
        )
    ]
    return {
        "name": name,
        "label": label,
        "unit": "" if unit == "%" or value is None else unit,
        "definition": definition,
        "value": show_figure(name, value),
        "changes": changes,
        "cases": asked.query(by="") if name in COUNTED and value else "",
    }


def _mark(name: str, now: float | None, then: float | None) -> str:
    """good, bad or none: whether a change is for the better."""
    change = change_of(now, then)
    if not change or name in NO_SIDE:
        return ""
    return "good" if (change > 0) != (name in LOWER_IS_BETTER) else "bad"


def group_row(group: Group, asked: Asked) -> dict[str, Any]:
    """A group's figures, and the address of the same page narrowed to it."""
    narrowed = {GROUP_FILTERS[asked.by]: group.key}
    if asked.by == "month":
        narrowed["last"] = group.key
    return {
        "name": group.name,
        "address": asked.query(**narrowed) if group.key else "",
        "values": [show_figure(name, group.figures[name]) for name in GROUP_FIGURES],
    }


def chart_data(groups: list[Group], trend: list[Group]) -> dict[str, Any]:
    """What the charts show, as JSON."""

    def of(some: list[Group], name: str) -> list[float | None]:
        return [group.figures[name] for group in some]

    return {
        "labels": {
            "count": texts.CHART_COUNT,
            "matters": texts.FIGURES["matters"][0],
            "completed": texts.FIGURES["completed"][0],
            "satisfaction": texts.FIGURES["satisfaction"][0],
            "open": texts.CHART_OPEN,
        },
        "months": {
            "names": [group.name for group in trend],
            **{name: of(trend, name) for name in ("matters", "completed", "satisfaction")},
        },
        "groups": {
            "names": [group.name for group in groups],
            "completed": of(groups, "completed"),
            "open": [(g.figures["matters"] or 0) - (g.figures["completed"] or 0) for g in groups],
        },
    }
