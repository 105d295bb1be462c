"""Individual appointments as the centre works on them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from bot.model.rights import Staff, require
from bot.services.booking.individual import (
    CONFIRMED,
    IndividualRequest,
    confirm_individual,
    decline_individual,
    fixed_requests,
    get_request,
    lock_request,
    open_requests,
)
from bot.services.record import Origin, record_read


def see_requests(
    db: Connection, staff: Staff, origin: Origin
) -> tuple[list[IndividualRequest], list[IndividualRequest]]:
    """(what waits for the centre, the oldest first; what is fixed and still to come)."""
    require(staff, "rota_change")
    record_read(db, staff, "individual_requests", None, origin.now)
    return open_requests(db), fixed_requests(db, origin.now)


def fix_request(
    db: Connection,
    staff: Staff,
    request_id: int,
    starts_at: datetime,
    place: str,
    answer: str,
    version: int,
    origin: Origin,
) -> IndividualRequest:
    """See individual.confirm_individual; a second click changes nothing."""
    require(staff, "rota_change")
    request = lock_request(db, request_id)
    wanted = (CONFIRMED, starts_at, place, answer)
    if (request.status, request.starts_at, request.place, request.answer) == wanted:
        return request
    return confirm_individual(db, request, starts_at, place, answer, origin, version=version)


def refuse_request(
    db: Connection, staff: Staff, request_id: int, answer: str, version: int, origin: Origin
) -> IndividualRequest:
    """See individual.decline_individual."""
    require(staff, "rota_change")
    return decline_individual(db, get_request(db, request_id), answer, origin, version=version)
