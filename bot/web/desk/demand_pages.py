"""The pages of demands: their list, one demand with all that is known of it, its documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import demand_texts as words
from bot.model.demand import DEMAND_STATES, OPEN_STATES, WAITS_FOR, local_date
from bot.model.demand_actor import by_staff
from bot.model.rights import Staff
from bot.services.demand.access import require_demand
from bot.services.demand.case_file import case_file
from bot.services.demand.document import demand_docx
from bot.services.demand.inquiries import open_inquiries
from bot.services.demand.lists import PAGE, DemandFilter, count_by_state, find_demands, list_alerts
from bot.services.demand.matter_rows import matters_of
from bot.services.demand.news import matter_name
from bot.services.demand.rows import get_demand
from bot.services.demand.views import see_demand
from bot.services.demand.walk_ins import count_walk_ins
from bot.services.record import record_read
from bot.services.resources.organisations import list_organisations
from bot.storage.database import reading, utc_now
from bot.texts import FORM_TITLE
from bot.web.desk import demand_texts as texts
from bot.web.desk.demand_view import NOTHING_REFUSED, Refusal, demand_values
from bot.web.desk.desk import Desk
from bot.web.given import read_day
from bot.web.guard import Posted
from bot.web.uploads import MEDIA_TYPES
from knowledge import load_knowledge
from knowledge.form import load_form


@dataclass(frozen=True)
class Asked:
    """The filters as the address holds them."""

    view: str = ""
    state: str = ""
    category: str = ""
    station: str = ""
    organisation: str = ""
    source: str = ""
    first: str = ""
    last: str = ""
    q: str = ""

    def query(self, **more: object) -> str:
        """The address's query for the same filters."""
        kept = {name: value for name, value in {**vars(self), **more}.items() if value}
        return urlencode(kept)

    @property
    def narrowed(self) -> bool:
        """Whether anything but the view is asked for."""
        return any(value for name, value in vars(self).items() if name != "view")


class DemandPages:
    """Handlers under /demands that show."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """All of them."""
        page, one = self._desk.page, "/demands/{demand:int}"
        return [
            Route("/demands", page(self.list, right="demands"), methods=["GET"]),
            Route(one, page(self.show, right="demands"), methods=["GET"]),
            Route(f"{one}/form", page(self.document, right="demands"), methods=["GET"]),
            Route(f"{one}/case", page(self.case, right="demands"), methods=["GET"]),
        ]

    def list(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Demands that fit, page by page."""
        asked, who, now = _asked(request, staff), by_staff(staff), utc_now()
        before = request.query_params.get("before", "")
        with reading(self._desk.engine) as db:
            wish = _wish(asked, staff)
            place = int(before) if before.isdecimal() and len(before) < 18 else None
            found = find_demands(db, who, wish, before=place, limit=PAGE + 1)
            counts = count_by_state(db, who)
            alerts, waiting = list_alerts(db, who), open_inquiries(db, who)
            walk_ins = count_walk_ins(db, staff) if staff.may("demands_record") else 0
            organisations = list_organisations(db)
        more = found[PAGE - 1].demand.id if len(found) > PAGE else None
        return self._desk.render(
            request,
            "demands/list.html",
            asked=asked,
            found=found[:PAGE],
            newest=place is None,
            older=asked.query(before=more) if more else "",
            views=_views(staff),
            counts={view: _count(counts, view) for view in texts.VIEWS},
            alerts={alert.matter.id: alert for alert in alerts},
            waiting=waiting,
            walk_ins=walk_ins,
            now=now,
            organisations=organisations,
            names={each.id: each.name for each in organisations},
            stations=load_knowledge().stations,
            categories=list(load_knowledge().categories.values()),
            states=DEMAND_STATES,
            matter_name=matter_name,
            words=words,
            say=texts,
        )

    def show(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """One demand."""
        with self._desk.engine.begin() as db:  # writing: the look is noted
            return show_demand(self._desk, db, request, staff)

    def document(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The filled form as annex 4."""
        demand_id, who, now = request.path_params["demand"], by_staff(staff), utc_now()
        with self._desk.engine.begin() as db:
            demand = get_demand(db, demand_id)
            require_demand(who, demand, matters_of(db, demand_id))
            record_read(db, staff, "demand", demand.user_id, now, number=demand.number)
        day = local_date(demand.submitted_at)
        content = demand_docx(load_form(), demand.answers, demand.number, day)
        return download(content, f"{FORM_TITLE}-{demand.number}.docx")

    def case(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """All that was done for it, to print."""
        demand_id, now = request.path_params["demand"], utc_now()
        with self._desk.engine.begin() as db:
            content = case_file(db, demand_id, by_staff(staff))
            demand = get_demand(db, demand_id)
            record_read(db, staff, "demand", demand.user_id, now, number=demand.number)
        return download(content, f"{words.CASE_TITLE}-{demand.number}.docx")


def show_demand(
    desk: Desk,
    db: Connection,
    request: Request,
    staff: Staff,
    refusal: Refusal = NOTHING_REFUSED,
    status: int = 200,
) -> Response:
    """The page of the demand in the address, with what was refused."""
    now = utc_now()
    shown = see_demand(db, staff, request.path_params["demand"], now)
    values = demand_values(db, shown, staff, desk.settings, load_form(), now)
    return desk.render(request, "demands/demand.html", status, refusal=refusal, **values)


def download(content: bytes, name: str, media_type: str = "") -> Response:
    """A file to be saved under a name, whose ending tells its kind."""
    kind = name.rsplit(".", 1)[-1]
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(content, media_type=media_type or MEDIA_TYPES[kind], headers=headers)


def _views(staff: Staff) -> list[str]:
    """The views of the list; nothing waits for who has no turn."""
    return [view for view in texts.VIEWS if view != "todo" or staff.role in WAITS_FOR]


def _asked(request: Request, staff: Staff) -> Asked:
    given = request.query_params
    asked = Asked(**{name: given.get(name, "").strip()[:64] for name in vars(Asked())})
    views = _views(staff)
    view = asked.view if asked.view in views else "all" if asked.narrowed else views[0]
    return Asked(**{**vars(asked), "view": view})


def _wish(asked: Asked, staff: Staff) -> DemandFilter:
    """The filters as the service takes them; nonsense in the address asks for nothing."""
    states: tuple[str, ...] = (asked.state,) if asked.state in DEMAND_STATES else ()
    if asked.view == "open" and not states:
        states = OPEN_STATES
    organisation = asked.organisation
    fits = organisation.isdecimal() and len(organisation) < 10
    values: dict[str, Any] = {
        "states": states,
        "station": asked.station,
        "category": asked.category,
        "organisation_id": int(organisation) if fits else None,
        "source": asked.source,
        "first": read_day(asked.first),
        "last": read_day(asked.last),
        "late": asked.view == "late",
        "waits": WAITS_FOR.get(staff.role, ()) if asked.view == "todo" else (),
        "text": asked.q,
    }
    return DemandFilter(**values)


def _count(counts: dict[str, int], view: str) -> int | None:
    """How many demands a view has, where their states tell."""
    if view == "all":
        return sum(counts.values())
    if view == "open":
        return sum(count for state, count in counts.items() if state in OPEN_STATES)
    return None
