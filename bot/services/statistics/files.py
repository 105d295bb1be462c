"""The statistics as files: a workbook, and the monthly bulletin as a Word document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from docx.table import _Cell
from sqlalchemy.engine import Connection

from bot import statistics_texts as texts
from bot.services.spreadsheet import Sheet, make_workbook
from bot.services.statistics.figures import Figures, change_of, compare
from bot.services.statistics.groups import break_down
from bot.services.statistics.query import StatisticsQuery
from bot.services.statistics.topics import hot_topics
from bot.services.word_table import COLUMNS, WordTable, fill

WIDE = ("demands", "matters", "completion_rate", "on_time_rate", "satisfaction", "returns")
"""Figures that a group of the bulletin is shown with."""
BULLETIN_BY = ("category", "station", "organisation")


def show_figure(name: str, value: float | None) -> str:
    """A figure as people read it: 12, 83.3%, 4.6; – for none."""
    if value is None:
        return "–"
    unit = texts.FIGURES[name][1]
    if unit == "%":
        return f"{value:.1%}"
    return f"{value:.1f}" if unit == "分" else f"{value:.0f}"


def show_change(name: str, now: float | None, then: float | None) -> str:
    """+12.5%, −3.0% of a number; +1.5个百分点 of a rate; – where there is nothing to compare."""
    if now is None or then is None:
        return "–"
    if texts.FIGURES[name][1] == "%":
        return texts.POINTS.format(points=_signed((now - then) * 100))
    change = change_of(now, then)
    return "–" if change is None else f"{_signed(change * 100)}%"


def _signed(value: float) -> str:
    rounded = round(value, 1)
    return f"{rounded:+.1f}".replace("-", "−") if rounded else "0"


def statistics_workbook(db: Connection, query: StatisticsQuery) -> bytes:
    """All figures with their definitions, each dimension's groups, the topics, as XLSX.

    Rates are numbers (0.833), so that they can be computed with.
    """
    made = compare(db, query)
    head = [(texts.COLUMN_FIGURE, 16), (texts.COLUMN_VALUE, 12), (texts.COLUMN_UNIT, 8)]
    head += [(texts.PERIOD_BEFORE, 12), (texts.SAME_LAST_YEAR, 12), (texts.COLUMN_DEFINITION, 80)]
    rows = [
        (label, made.now[name], unit, made.before[name], made.last_year[name], definition)
        for name, (label, unit, definition) in texts.FIGURES.items()
    ]
    titles = [(texts.COLUMN_KIND, 24), (texts.COLUMN_TOPIC, 80), (texts.COLUMN_COUNT, 10)]
    titles += [(texts.COLUMN_UNIT, 8), (texts.COLUMN_DEFINITION, 80)]
    topics = [
        (texts.TOPICS[kind][0], name, count, *texts.TOPICS[kind][1:])
        for kind, found in hot_topics(db, query, limit=50).items()
        for name, count in found
    ]
    return make_workbook(
        [
            Sheet(texts.SHEET_FIGURES, head, rows),
            *(_groups(db, query, by) for by in texts.DIMENSIONS),
            Sheet(texts.SHEET_TOPICS, titles, topics),
        ]
    )


def monthly_bulletin(db: Connection, query: StatisticsQuery, today: date) -> bytes:
    """The bulletin of a period as .docx: figures compared, groups, topics, definitions."""
    table = WordTable(texts.BULLETIN_TITLE)
    first, last = (f"{d.year}年{d.month}月{d.day}日" for d in _days(query))
    day = f"{today.year}年{today.month}月{today.day}日"
    table.line(
        texts.BULLETIN_PERIOD.format(first=first, last=last), texts.BULLETIN_MADE.format(day=day)
    )
    made = compare(db, query)
    _head(table, texts.BULLETIN_OVERVIEW)
    spans = (18, 10, 10, 10)
    titles = (texts.COLUMN_FIGURE, texts.COLUMN_VALUE, texts.PERIOD_BEFORE, texts.SAME_LAST_YEAR)
    _line(table, spans, titles, bold=True)
    for name, (label, unit, _) in texts.FIGURES.items():
        now = made.now[name]
        shown = f"{label}（{unit}）" if unit != "%" else label
        changes = (show_change(name, now, then[name]) for then in (made.before, made.last_year))
        _line(table, spans, (shown, show_figure(name, now), *changes))
    for place, by in enumerate(BULLETIN_BY, 1):
        number, dimension = texts.NUMERALS[place], texts.DIMENSIONS[by]
        _head(table, texts.BULLETIN_BREAKDOWN.format(number=number, dimension=dimension))
        _group_lines(table, dimension, [(g.name, g.figures) for g in break_down(db, query, by)])
    for place, (kind, found) in enumerate(hot_topics(db, query).items(), len(BULLETIN_BY) + 1):
        topic = texts.BULLETIN_TOPICS.format(
            number=texts.NUMERALS[place], topic=texts.TOPICS[kind][0]
        )
        _head(table, topic)
        for row in [(name, str(count)) for name, count in found] or [(texts.BULLETIN_NONE, "")]:
            _line(table, (40, 8), row)
    _head(table, texts.BULLETIN_NOTE)
    for label, _, definition in (*texts.FIGURES.values(), *texts.TOPICS.values()):
        _line(table, (10, 38), (label, definition))
    return table.save()


def _days(query: StatisticsQuery) -> tuple[date, date]:
    return query.period.first, query.period.last


def _groups(db: Connection, query: StatisticsQuery, by: str) -> Sheet:
    groups = break_down(db, query, by)
    names = list(groups[0].figures) if groups else []
    head = [(texts.DIMENSIONS[by], 28), *((texts.FIGURES[name][0], 12) for name in names)]
    rows: Iterable[Sequence[Any]] = [(g.name, *g.figures.values()) for g in groups]
    return Sheet(texts.DIMENSIONS[by], head, rows)


def _group_lines(table: WordTable, dimension: str, groups: list[tuple[str, Figures]]) -> None:
    spans = (18, *(5 for _ in WIDE))
    _line(table, spans, (dimension, *(texts.FIGURES[name][0] for name in WIDE)), bold=True)
    for label, figures in groups:
        _line(table, spans, (label, *(show_figure(name, figures[name]) for name in WIDE)))
    if not groups:
        _line(table, (COLUMNS,), (texts.BULLETIN_NONE,))


def _head(table: WordTable, text: str) -> None:
    (cell,) = table.row(COLUMNS, keep=True)
    fill(cell, text, bold=True)


def _line(
    table: WordTable, spans: Sequence[int], values: Sequence[str], *, bold: bool = False
) -> None:
    cells: list[_Cell] = table.row(*spans)
    for place, (cell, value) in enumerate(zip(cells, values, strict=True)):
        fill(cell, value, bold=bold, center=place > 0 and len(value) < 12)
