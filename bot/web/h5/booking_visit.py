"""What the pages of booking share: whose link it is, their own bookings, where to go on."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot import texts
from bot.model.booking import FreeSlot
from bot.services.page_links import BOOKING
from bot.services.personal_data import is_known
from bot.services.record import Origin
from bot.storage.database import utc_now
from bot.web.guard import Posted
from bot.web.h5.booking_views import slot_groups
from bot.web.h5.pages import ClosedError, Pages, first

CHANNEL = "h5"
LARGEST_ID = 2**62
"""Larger numbers are no id: databases refuse them."""


@dataclass(frozen=True)
class BookingVisit:
    """Parts of every handler under /h5/booking/{token}."""

    pages: Pages

    def user(self, db: Connection, request: Request) -> int:
        """The id of the link's user. Raises ClosedError when there is no such user any more."""
        user_id = self.pages.subject(request, BOOKING)
        if not is_known(db, user_id):
            raise ClosedError(410, "deleted", BOOKING)
        return user_id

    def go(self, request: Request, path: str = "", **query: object) -> Response:
        """To another page of the same link."""
        return RedirectResponse(self.address(request, path, **query), 303)

    def address(self, request: Request, path: str = "", **query: object) -> str:
        """Address of a page of the same link; empty values are left out."""
        base = f"{request.scope['root_path']}/booking/{request.path_params['token']}{path}"
        told = {name: value for name, value in query.items() if value}
        return f"{base}?{urlencode(told)}" if told else base

    def refused(
        self, request: Request, why: str, near: list[FreeSlot], move: int, category: str
    ) -> Response:
        """Why it did not work, with the nearest free slots to take instead."""
        return self.pages.render(
            request,
            "booking_refused.html",
            409,
            why=why,
            days=[(day, groups) for day, groups in slot_groups(near)],
            move=move,
            category=category,
        )


def origin() -> Origin:
    """A change that the user makes on a page, now."""
    return Origin(CHANNEL, "user", utc_now())


def posted_id(posted: Posted, name: str) -> int:
    """An id in a posted form; 0 for anything else."""
    return as_id(first(posted, name))


def as_id(text: str) -> int:
    """`text` as an id; 0 for anything that is none."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    return number if number < LARGEST_ID else 0


def told(request: Request) -> str:
    """What the page before has to say."""
    return texts.BOOKING_PAGE_SAID.get(request.query_params.get("said", ""), "")
