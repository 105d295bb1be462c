"""A measured figure beside its baseline, and all of them as a table and as JSON."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Figure:
    """`value` and `baseline` in `unit`; `against` says what the baseline is.

    `target`: most that `judged` may be, which is the ratio unless `absolute`.
    """

    name: str
    value: float
    unit: str
    baseline: float | None = None
    against: str = ""
    target: float | None = None
    absolute: bool = False

    @property
    def ratio(self) -> float | None:
        """How many times the baseline."""
        return self.value / self.baseline if self.baseline else None

    @property
    def judged(self) -> float | None:
        """What the target is about."""
        return self.value if self.absolute else self.ratio

    @property
    def missed(self) -> bool:
        """Whether there is a target and it is not reached."""
        return self.target is not None and (self.judged is None or self.judged > self.target)


def at(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of `values` lie."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def median_ms(seconds: Sequence[float]) -> float:
    """Median of `seconds` in milliseconds."""
    return statistics.median(seconds) * 1000


def number(value: float | None) -> str:
    """Three digits that count."""
    if value is None:
        return "–"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(figures: Sequence[Figure]) -> list[str]:
    """The figures as lines for a person."""
    rows = [("figure", "value", "baseline", "ratio", "target", "", "baseline is")]
    for each in figures:
        target = "" if each.target is None else f"≤ {number(each.target)}"
        if each.target is not None:
            target += f" {each.unit}" if each.absolute else " ×"
        rows.append(
            (
                each.name,
                f"{number(each.value)} {each.unit}",
                number(each.baseline),
                f"{number(each.ratio)} ×" if each.ratio is not None else "",
                target,
                "" if each.target is None else "MISSED" if each.missed else "ok",
                each.against,
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def write_json(path: Path, figures: Sequence[Figure], **about: Any) -> None:
    """All figures and what is known `about` the run."""
    rows = [{**asdict(each), "ratio": each.ratio, "missed": each.missed} for each in figures]
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({**about, "figures": rows}, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
