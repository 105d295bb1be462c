"""轮值接访: the rota by week and month, and planned for a month."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.model.calendar import centre_calendar, local_date, local_time
from bot.model.rights import Staff
from bot.services.booking import says
from bot.services.booking.desk_rota import own_station, plan_month, see_lacking, see_rota
from bot.services.booking.individual import open_requests
from bot.services.booking.rota import MonthPlan
from bot.services.booking.rota_rows import RotaSession
from bot.services.resources.experts import retired_experts
from bot.storage.database import reading, utc_now
from bot.web.desk import rota_texts
from bot.web.desk.desk import Desk
from bot.web.desk.rota_views import SPANS, days_of, span_of
from bot.web.given import read_day
from bot.web.guard import Posted
from knowledge import load_knowledge
from knowledge.rota import load_rota


class RotaPages:
    """Handlers under /rota."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """All of them."""
        desk = self._desk
        plan = desk.page(self.plan, right="rota_change")
        return [
            Route("/rota", desk.page(self.show, right="rota")),
            Route("/rota/plan", plan, methods=["POST"]),
        ]

    def show(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """A week or a month with its sessions and how full they are."""
        query, now = request.query_params, utc_now()
        today = local_date(now)
        day = read_day(query.get("date", "")) or today
        kind = query.get("view", "") if query.get("view") in SPANS else SPANS[0]
        known = dict(visited_stations())
        station = own_station(staff) or query.get("station", "")
        station = station if station in known else ""
        span = span_of(kind, day)
        with reading(self._desk.engine) as db:
            found = see_rota(db, staff, span.first, span.last, station)
            lacking, retired = see_lacking(db, staff, now), retired_experts(db)
            asked = len(open_requests(db)) if staff.may("rota_change") else 0
        gap = centre_calendar().gap(today, load_rota().rules.horizon_days)

        def link(**changes: Any) -> str:
            shown = {"view": kind, "date": day, "station": station, **changes}
            return "?" + urlencode({name: value for name, value in shown.items() if value})

        return self._desk.render(
            request,
            "rota.html",
            span=span,
            weeks=days_of(span, day.month, found, today, retired),
            day=day,
            today=today,
            link=link,
            station=station,
            stations=[] if own_station(staff) else visited_stations(),
            gap=rota_texts.gap_text(gap),
            asked=asked,
            lacking=[lacking_line(session) for session in lacking],
            sessions=sum(s.status == "open" for s, _ in found),
            booked=sum(count.booked for _, count in found),
        )

    def plan(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Make the sessions that the monthly pattern names."""
        day = read_day(f"{(posted.get('month') or [''])[0]}-01")
        if day is None:
            return self._desk.forward(request, "/rota", rota_texts.refusal("bad_day"))
        with self._desk.engine.begin() as db:
            made = plan_month(db, staff, day.year, day.month, self._desk.origin(staff))
        path = f"/rota?view=month&date={day.isoformat()}"
        return self._desk.forward(request, path, planned_text(day, made))


def lacking_line(session: RotaSession) -> dict[str, object]:
    """A session that needs a substitute, in a few words."""
    begins, ends = local_time(session.starts_at), local_time(session.ends_at)
    return {
        "id": session.id,
        "day": says.day_text(begins.date()),
        "span": f"{begins:%H:%M}—{ends:%H:%M}",
        "place": says.short_name(session.station),
    }


def visited_stations() -> list[tuple[str, str]]:
    """(id, name) of the stations that experts visit."""
    return [(s.id, s.name) for s in load_knowledge().stations if s.expert_visits]


def planned_text(day: date, made: MonthPlan) -> str:
    """What planning a month did, in sentences."""
    month = f"{day.year}年{day.month}月"
    said = [rota_texts.PLANNED.format(month=month, made=len(made.made))]
    if made.moved:
        days = "、".join(f"{_short(old)}改到{_short(new)}" for _, old, new in made.moved)
        said.append(rota_texts.PLANNED_MOVED.format(days=days))
    if made.left_out:
        days = "、".join(_short(named) for _, named, _ in made.left_out)
        said.append(rota_texts.PLANNED_LEFT.format(days=days))
    if made.uncertain:
        days = "、".join(_short(each) for each in made.uncertain)
        said.append(rota_texts.PLANNED_UNSURE.format(days=days))
    return "".join(said)


def _short(day: date) -> str:
    return f"{day.month}月{day.day}日"
