"""统计: figures with their definitions, compared, by dimension, down to the cases, as files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import demand_texts as words
from bot import statistics_texts as texts
from bot.model.demand import local_date
from bot.model.demand_actor import by_staff
from bot.model.periods import Period, month
from bot.model.rights import Staff, require
from bot.services.record import record_event
from bot.services.resources.organisations import list_organisations
from bot.services.statistics.cases import PAGE, list_cases
from bot.services.statistics.figures import compare
from bot.services.statistics.files import monthly_bulletin, show_figure, statistics_workbook
from bot.services.statistics.groups import break_down
from bot.services.statistics.query import StatisticsQuery, theirs
from bot.services.statistics.topics import hot_topics
from bot.storage.database import reading, utc_now
from bot.web.desk import demand_texts
from bot.web.desk.demand_pages import download
from bot.web.desk.desk import Desk
from bot.web.desk.statistics_view import (
    GROUP_FIGURES,
    Asked,
    chart_data,
    figure_view,
    group_row,
    usual_periods,
)
from bot.web.given import read_number
from bot.web.guard import Posted
from knowledge import load_knowledge

RIGHT = "statistics"
MONTHS = 12
"""Of the trend: those up to the period's last."""


class StatisticsPages:
    """Handlers under /statistics."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """All of them."""
        page, at = self._desk.page, "/statistics"
        return [
            Route(at, page(self.show, right=RIGHT), methods=["GET"]),
            Route(f"{at}/cases/{{figure}}", page(self.cases, right=RIGHT), methods=["GET"]),
            Route(f"{at}/workbook", page(self.workbook, right=RIGHT), methods=["GET"]),
            Route(f"{at}/bulletin", page(self.bulletin, right=RIGHT), methods=["GET"]),
        ]

    def show(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The figures of a period, by a dimension, with what they are compared with."""
        asked = _asked(request)
        with reading(self._desk.engine) as db:
            query = _query(asked, staff)
            made = compare(db, query)
            groups = break_down(db, query, asked.by)
            trend = break_down(db, replace(query, period=_trend(query.period)), "month")
            topics = hot_topics(db, query)
            organisations = list_organisations(db)
        return self._desk.render(
            request,
            "demands/statistics.html",
            asked=replace(asked, station=query.station),
            figures=[figure_view(made, name, asked) for name in texts.FIGURES],
            groups=[group_row(group, asked) for group in groups],
            heads=[(texts.FIGURES[n][0], texts.FIGURES[n][2]) for n in GROUP_FIGURES],
            dimensions=texts.DIMENSIONS,
            topics=topics,
            charts=chart_data(groups, trend),
            presets=usual_periods(local_date(utc_now())),
            organisations=organisations,
            stations=load_knowledge().stations,
            categories=list(load_knowledge().categories.values()),
            sources=words.SOURCE_NAMES,
            names=texts,
        )

    def cases(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The matters that a figure counts."""
        figure, asked = request.path_params["figure"], _asked(request)
        place = read_number(request.query_params.get("after", ""))
        with reading(self._desk.engine) as db:
            query = _query(asked, staff)
            value = compare(db, query).now.get(figure)
            found = list_cases(db, query, figure, after=place, limit=PAGE + 1)
            organisations = {each.id: each.name for each in list_organisations(db)}
        shown = found[:PAGE]
        return self._desk.render(
            request,
            "demands/cases.html",
            asked=asked,
            figure=figure,
            label=texts.FIGURES.get(figure, (figure, "", ""))[0],
            definition=texts.FIGURES.get(figure, ("", "", ""))[2],
            value=show_figure(figure, value) if figure in texts.FIGURES else "",
            unit=texts.FIGURES.get(figure, ("", "", ""))[1],
            cases=shown,
            demands=len({case.demand_id for case in shown}),
            more=asked.query(after=shown[-1].matter_id) if len(found) > PAGE else "",
            first=not place,
            organisations=organisations,
            say=demand_texts,
        )

    def workbook(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """All figures as XLSX."""
        return self._file(request, staff, texts.WORKBOOK_NAME, statistics_workbook)

    def bulletin(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The monthly bulletin as DOCX."""
        today = local_date(utc_now())
        return self._file(
            request,
            staff,
            texts.BULLETIN_NAME,
            lambda db, query: monthly_bulletin(db, query, today),
        )

    def _file(
        self,
        request: Request,
        staff: Staff,
        title: str,
        make: Callable[[Connection, StatisticsQuery], bytes],
    ) -> Response:
        asked = _asked(request)
        name = title.format(first=asked.first, last=asked.last)
        with self._desk.engine.begin() as db:  # writing: the export is noted
            content = make(db, _query(asked, staff))
            record_event(db, "statistics_exported", None, self._desk.origin(staff), name=name)
        return download(content, name)


def _asked(request: Request) -> Asked:
    """The filters; nonsense in the address is the present month."""
    given = request.query_params
    today = f"{local_date(utc_now()):%Y-%m}"
    first = given.get("first", "") if _month_of(given.get("first", "")) else today
    last = given.get("last", "") if _month_of(given.get("last", "")) else max(first, today)
    if last < first:
        first, last = last, first
    by = given.get("by", "")
    names = ("station", "category", "organisation", "source")
    return Asked(
        first,
        last,
        **{name: given.get(name, "").strip()[:64] for name in names},
        by=by if by in texts.DIMENSIONS else "category",
    )


def _query(asked: Asked, staff: Staff) -> StatisticsQuery:
    """The filters as the service takes them, narrowed to what the person may see."""
    require(staff, RIGHT)
    first, last = _month_of(asked.first), _month_of(asked.last)
    assert first is not None
    assert last is not None
    query = StatisticsQuery(
        Period(first.first, last.last),
        asked.station,
        asked.category,
        read_number(asked.organisation) or None,
        asked.source,
    )
    return theirs(by_staff(staff), query)


def _month_of(text: str) -> Period | None:
    year, _, number = text.partition("-")
    if not (year.isdecimal() and number.isdecimal() and len(text) == 7):
        return None
    fits = 2000 <= int(year) <= 2100 and 1 <= int(number) <= 12
    return month(int(year), int(number)) if fits else None


def _trend(period: Period) -> Period:
    """The months of the trend: those of the period, at least MONTHS."""
    place = period.last.year * 12 + period.last.month - MONTHS
    return Period(min(period.first, date(place // 12, place % 12 + 1, 1)), period.last)
