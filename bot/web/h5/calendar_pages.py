"""The calendar file of a booking."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.model.errors import NotFoundError
from bot.services.booking.files import MEDIA_TYPE, booking_file, file_name
from bot.services.booking.rows import get_booking
from bot.services.page_links import CALENDAR
from bot.storage.database import reading
from bot.web.guard import Posted
from bot.web.h5.pages import ClosedError, Pages


class CalendarPages:
    """The handler under /h5/calendar/{token}."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def routes(self) -> list[Route]:
        """The one there is."""
        return [Route("/calendar/{token}", self._pages.endpoint(self.file))]

    def file(self, request: Request, posted: Posted) -> Response:
        """The booking as it is now, to download."""
        with reading(self._pages.engine) as db:
            try:
                booking = get_booking(db, self._pages.subject(request, CALENDAR))
            except NotFoundError:
                raise ClosedError(410, "deleted", CALENDAR) from None
        headers = {"Content-Disposition": f'attachment; filename="{file_name(booking)}"'}
        return Response(booking_file(booking), media_type=MEDIA_TYPE, headers=headers)
