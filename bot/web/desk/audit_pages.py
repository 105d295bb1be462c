"""The page 操作记录: who did what, when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.model.rights import Staff
from bot.services.resources.service_items import list_items
from bot.services.staff.audit import AuditEvent, AuditFilter, list_events
from bot.services.staff.staff_rows import staff_names
from bot.storage.database import reading
from bot.web.desk.audit_kinds import GROUPS
from bot.web.desk.audit_texts import (
    ACTORS,
    CHANNELS,
    actor_name,
    details,
    kind_name,
)
from bot.web.desk.desk import Desk
from bot.web.given import read_day, read_number
from bot.web.guard import Posted

FILTERS = ("actor", "group", "first", "last", "user")
"""Digits that the database's numbers hold."""
PAGE = 50
"""Events on one page."""


@dataclass(frozen=True)
class Line:
    """One event as the page shows it."""

    at: datetime
    who: str
    channel: str
    what: str
    details: list[str]


class AuditPages:
    """Handlers of the record of events."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """The one."""
        return [Route("/audit", self._desk.page(self.list, right="audit"), methods=["GET"])]

    def list(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The latest events that match, a page at a time."""
        asked = {name: request.query_params.get(name, "") for name in FILTERS}
        with reading(self._desk.engine) as db:
            names = staff_names(db)
            before = read_number(request.query_params.get("before", "")) or None
            items = {item.id: item.name for item in list_items(db)}
            found = list_events(db, staff, _filter(asked), before, PAGE + 1)
        older = ""
        if len(found) > PAGE:
            given = {name: value for name, value in asked.items() if value}
            older = urlencode({**given, "before": found[PAGE - 1].id})
        people = sorted((f"staff:{key}", name) for key, name in names.items())
        return self._desk.render(
            request,
            "audit.html",
            lines=[_line(event, names, items) for event in found[:PAGE]],
            asked=asked,
            groups={key: label for key, (label, _) in GROUPS.items()},
            actors=[*people, *((key, ACTORS[key]) for key in ("user", "system", "unknown"))],
            older=older,
            newest="before" not in request.query_params,
        )


def _line(event: AuditEvent, names: dict[int, str], items: dict[str, str]) -> Line:
    return Line(
        at=event.at,
        who=actor_name(event.actor, names),
        channel=CHANNELS.get(event.channel, event.channel),
        what=kind_name(event.kind),
        details=details(event, names, items),
    )


def _filter(asked: dict[str, str]) -> AuditFilter:
    """What cannot be read is not filtered by."""
    kinds = tuple(GROUPS[asked["group"]][1]) if asked["group"] in GROUPS else ()
    return AuditFilter(
        actor=asked["actor"],
        kinds=kinds,
        user_id=read_number(asked["user"]) or None,
        first=read_day(asked["first"]),
        last=read_day(asked["last"]),
    )
