"""Individual appointments with a department or technical organisation: asked for by the
enterprise, fixed by the centre (plan, chapter 五（一）)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.booking import booking_number
from bot.model.calendar import local_date
from bot.model.errors import BookingRuleError, ConsentMissingError, NotFoundError
from bot.services.booking.notices import add_notice
from bot.services.booking.words import check_words
from bot.services.consents import has_consent
from bot.services.numbers import draw_number
from bot.services.record import Origin, record_event
from bot.services.resources.directory import read_directory
from bot.storage.booking_tables import booking_numbers, individual_requests
from knowledge import load_knowledge, services_of

REQUESTED, CONFIRMED, DECLINED, WITHDRAWN = "requested", "confirmed", "declined", "withdrawn"
MOVES = {REQUESTED: (CONFIRMED, DECLINED, WITHDRAWN), CONFIRMED: (CONFIRMED, DECLINED, WITHDRAWN)}
"""A fixed appointment may be fixed anew, called off by the centre, or withdrawn."""


@dataclass(frozen=True)
class IndividualRequest:
    """A request as stored. Times are UTC, days China's; `first` to `last`: what would suit."""

    id: int
    number: str  # of the same series as bookings
    user_id: int
    organisation: str
    category: str
    topic: str
    company: str
    contact: str
    telephone: str
    first: date | None
    last: date | None
    period: str
    status: str
    starts_at: datetime | None  # fixed by the centre
    place: str
    answer: str
    channel: str
    version: int
    created_at: datetime
    changed_at: datetime


def organisations_for(db: Connection, category: str) -> list[str]:
    """Departments that the service items of a category name, in their order, then the technical
    organisations that can serve one of them."""
    directory = read_directory(db)
    items = services_of(directory.knowledge, category)
    named = [name for item in items for name in item.departments]
    others = [each.name for item in items for each in directory.others.get(item.id, ())]
    return list(dict.fromkeys(named + others))


def request_individual(
    db: Connection,
    user_id: int,
    *,
    category: str,
    organisation: str,
    topic: str,
    company: str,
    contact: str,
    telephone: str,
    now: datetime,
    first: date | None = None,
    last: date | None = None,
    period: str = "",
    channel: str = "wechat",
    actor: str = "user",
) -> IndividualRequest:
    """Ask for an appointment; a second click on the same gets the same request.

    Raises ConsentMissingError, BookingRuleError unknown_category, unknown_organisation,
    bad_dates, company_missing, topic_missing, too_long.
    """
    words = check_words(topic=topic, company=company, contact=contact, telephone=telephone)
    if not has_consent(db, user_id):
        raise ConsentMissingError()
    if category not in load_knowledge().categories:
        raise BookingRuleError("unknown_category")
    if organisation not in (known := organisations_for(db, category)):
        raise BookingRuleError("unknown_organisation", known=known)
    days = {"first": first, "last": last or first}
    if first and last and last < first or (days["last"] and days["last"] < local_date(now)):
        raise BookingRuleError("bad_dates")
    asked = {"category": category, "organisation": organisation, "period": period, **words, **days}
    for request in my_requests(db, user_id):
        if request.status == REQUESTED and all(getattr(request, n) == v for n, v in asked.items()):
            return request
    origin, year = Origin(channel, actor, now), local_date(now).year
    row = {"user_id": user_id, "status": REQUESTED, "channel": channel, **asked}
    row["number"] = booking_number(year, draw_number(db, booking_numbers, year))
    insert = individual_requests.insert().values(**row, created_at=now, changed_at=now)
    made = get_request(db, db.execute(insert).inserted_primary_key[0])
    _note(db, made, "individual_requested", origin, None, REQUESTED)
    return made


def confirm_individual(
    db: Connection,
    request: IndividualRequest,
    starts_at: datetime,
    place: str,
    answer: str,
    origin: Origin,
    *,
    version: int | None = None,
) -> IndividualRequest:
    """Fix the appointment, and have the enterprise told.

    `version`: as the caller saw it. Raises BookingRuleError stale, state, past.
    """
    if starts_at <= origin.now:
        raise BookingRuleError("past")
    fixed = {"starts_at": starts_at, "place": place.strip(), "answer": answer}
    return _decide(db, request, CONFIRMED, origin, version, **fixed)


def decline_individual(
    db: Connection,
    request: IndividualRequest,
    answer: str,
    origin: Origin,
    *,
    version: int | None = None,
) -> IndividualRequest:
    """Say that it is not possible, and why.

    `version`: as the caller saw it. Raises BookingRuleError stale, state.
    """
    return _decide(db, request, DECLINED, origin, version, starts_at=None, answer=answer)


def withdraw_individual(
    db: Connection, request: IndividualRequest, origin: Origin
) -> IndividualRequest:
    """The enterprise does not want it any more; a second click changes nothing."""
    if get_request(db, request.id).status == WITHDRAWN:
        return get_request(db, request.id)
    return _move(db, request, WITHDRAWN, origin)


def my_requests(db: Connection, user_id: int) -> list[IndividualRequest]:
    """The user's requests, the newest first."""
    return _read(db, individual_requests.c.user_id == user_id)


def open_requests(db: Connection) -> list[IndividualRequest]:
    """What waits for the centre, the oldest first."""
    return _read(db, individual_requests.c.status == REQUESTED)[::-1]


def fixed_requests(db: Connection, now: datetime) -> list[IndividualRequest]:
    """Appointments that are fixed and still to come, the soonest first."""
    ahead = individual_requests.c.starts_at > now
    found = _read(db, individual_requests.c.status == CONFIRMED, ahead)
    return sorted(found, key=lambda request: request.starts_at or now)


def get_request(db: Connection, request_id: int) -> IndividualRequest:
    """A request of whomever. Raises NotFoundError."""
    found = _read(db, individual_requests.c.id == request_id)
    if not found:
        raise NotFoundError(what="individual_request", id=request_id)
    return found[0]


def lock_request(db: Connection, request_id: int) -> IndividualRequest:
    """The request as it is now; nobody else decides on it before this transaction ends."""
    lock = sa.select(individual_requests.c.id).where(individual_requests.c.id == request_id)
    db.execute(lock.with_for_update())
    return get_request(db, request_id)


def _decide(
    db: Connection,
    request: IndividualRequest,
    status: str,
    origin: Origin,
    version: int | None,
    **values: Any,
) -> IndividualRequest:
    moved = _move(db, request, status, origin, version, **values)
    add_notice(
        db,
        moved.user_id,
        f"individual_{status}",
        origin.now,
        expires_at=moved.starts_at,
        request=moved.id,
    )
    return moved


def _move(
    db: Connection,
    request: IndividualRequest,
    status: str,
    origin: Origin,
    version: int | None = None,
    **values: Any,
) -> IndividualRequest:
    current = lock_request(db, request.id)
    if version is not None and version != current.version:
        raise BookingRuleError("stale", status=current.status)
    if status not in MOVES.get(current.status, ()):
        raise BookingRuleError("state", status=current.status)
    db.execute(
        individual_requests.update()
        .where(individual_requests.c.id == current.id)
        .values(status=status, version=current.version + 1, changed_at=origin.now, **values)
    )
    moved = get_request(db, current.id)
    old, new = ({"status": r.status, "starts_at": _plain(r.starts_at)} for r in (current, moved))
    _note(db, moved, f"individual_{status}", origin, old, new)
    return moved


def _read(db: Connection, *conditions: Any) -> list[IndividualRequest]:
    query = sa.select(individual_requests).where(*conditions)
    rows = db.execute(query.order_by(individual_requests.c.id.desc()))
    return [IndividualRequest(**row._mapping) for row in rows]


def _note(
    db: Connection, request: IndividualRequest, kind: str, origin: Origin, old: Any, new: Any
) -> None:
    about = {"request": request.id, "number": request.number}
    record_event(db, kind, request.user_id, origin, **about, old=old, new=new)


def _plain(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
