"""What bookings hold of a person: for their export, and deleted when they ask."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.booking import CANCELLED, CONFIRMED, TENTATIVE
from bot.model.calendar import local_time
from bot.services.booking import individual, waiting_rows
from bot.services.booking.ended_holds import end_booking
from bot.services.booking.rows import Booking, list_bookings, lock_booking
from bot.services.booking.state import forget_chat
from bot.services.booking.waiting_list import my_waiting, pass_on
from bot.services.booking.waiting_rows import WAITING, list_entries
from bot.services.record import Origin
from bot.storage.booking_tables import bookings, individual_requests, waiting_list
from bot.storage.tables import events

WORDS = ("topic", "company", "contact", "telephone")
BOUND_REQUESTS = (individual.REQUESTED, individual.CONFIRMED)


def forget_bookings(db: Connection, user_id: int, origin: Origin) -> list[str]:
    """Empty what is over, end what is held, offered or waited for.

    A booking still to come binds its data: the expert prepares for it. Returns the numbers of
    those bookings and of open individual requests: they are to be cancelled first.
    """
    mine = list_bookings(db, bookings.c.user_id == user_id)
    forget_chat(db, user_id)
    for entry in my_waiting(db, user_id):
        waiting_rows.set_entry_status(db, entry.id, (WAITING,), waiting_rows.LEFT, origin)
    for booking in mine:
        _end_tentative(db, booking, origin)
    bound = [b for b in mine if b.status == CONFIRMED and b.ends_at > origin.now]
    requests = individual.my_requests(db, user_id)
    bound_requests = [r for r in requests if r.status in BOUND_REQUESTS and not _over(r, origin)]
    _empty(db, bookings, user_id, [b.id for b in bound], company_key="")
    _empty(db, individual_requests, user_id, [r.id for r in bound_requests], answer="", place="")
    _empty_record(db, user_id, {booking.id for booking in bound})
    return [*(str(b.number) for b in bound), *(r.number for r in bound_requests)]


def export_bookings(db: Connection, user_id: int) -> dict[str, Any]:
    """Bookings, individual requests and waiting of a user as JSON; times are China's."""
    return {
        "bookings": [
            _row(booking, ("number", "status", "station", "starts_at", "ends_at", "created_at"))
            for booking in list_bookings(db, bookings.c.user_id == user_id)
        ],
        "individual_requests": [
            _row(request, ("number", "status", "organisation", "starts_at", "place", "answer"))
            for request in individual.my_requests(db, user_id)
        ],
        "waiting_list": [
            _row(entry, ("status", "station", "category", "expert", "first", "last", "period"), ())
            for entry in list_entries(db, waiting_list.c.user_id == user_id)
        ],
    }


def _end_tentative(db: Connection, booking: Booking, origin: Origin) -> None:
    if booking.status not in TENTATIVE:
        return
    current = lock_booking(db, booking.id)
    if current.status in TENTATIVE:
        end_booking(db, current, CANCELLED, "booking_cancelled", origin)
        pass_on(db, booking.time_slot_id, origin.now)


def _over(request: individual.IndividualRequest, origin: Origin) -> bool:
    return request.starts_at is not None and request.starts_at <= origin.now


def _empty(db: Connection, table: sa.Table, user_id: int, kept: Iterable[int], **also: str) -> None:
    values = {**dict.fromkeys(WORDS, ""), **also}
    which = table.c.user_id == user_id, table.c.id.not_in(list(kept))
    db.execute(table.update().where(*which).values(**values))


def _empty_record(db: Connection, user_id: int, bound: set[int]) -> None:
    """Take the words out of the record; who changed what and when stays."""
    query = sa.select(events.c.id, events.c.data).where(
        events.c.user_id == user_id, events.c.kind == "booking_confirmed"
    )
    for row in db.execute(query).all():
        if row.data["booking"] in bound:
            continue
        data = dict(row.data)
        for side in ("old", "new"):
            data[side] = {n: None if n in WORDS else v for n, v in data[side].items()}
        db.execute(events.update().where(events.c.id == row.id).values(data=data))


def _row(thing: Any, names: tuple[str, ...], words: tuple[str, ...] = WORDS) -> dict[str, Any]:
    return {name: _plain(getattr(thing, name)) for name in (*names, *words)}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return local_time(value).isoformat(sep=" ", timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value
