"""The rota as the desk sees and changes it: rights and stations checked before all else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.booking import CONFIRMED, SESSION_CANCELLED, TENTATIVE
from bot.model.errors import NotFoundError
from bot.model.rights import Staff, require, require_station
from bot.model.rota import SessionPlan
from bot.services.booking import rota, rota_changes
from bot.services.booking.attendance import book_at_desk, mark_attendance, session_bookings
from bot.services.booking.rota import MonthPlan
from bot.services.booking.rota_changes import SessionChange
from bot.services.booking.rota_rows import RotaSession, get_session
from bot.services.booking.rows import Booking, get_booking, list_bookings
from bot.services.booking.seats import get_time_slot
from bot.services.booking.substitutes import sessions_without_expert, substitutes
from bot.services.record import Origin, record_read
from bot.services.resources.experts import StoredExpert, known_experts
from bot.storage.booking_tables import bookings, seats, session_experts, time_slots
from knowledge import load_knowledge


@dataclass(frozen=True)
class SessionCount:
    """`seats` of all its time slots; `booked`: confirmed, come or missed; `held`: or offered."""

    seats: int = 0
    booked: int = 0
    held: int = 0


@dataclass(frozen=True)
class SlotSheet:
    """A time slot with who has its seats. Times are UTC without zone."""

    id: int
    starts_at: datetime
    ends_at: datetime
    seats: int
    bookings: tuple[Booking, ...]

    @property
    def free(self) -> int:
        """Seats that nobody has."""
        return max(self.seats - len(self.bookings), 0)


@dataclass(frozen=True)
class SessionSheet:
    """A session with all that the desk needs on its day.

    `experts`: its own; `substitutes`: who could come for one who has retired; `confirmed`: experts
    whose side said that they come; `ended`: (booking, what was offered instead) of a session that
    the centre cancelled.
    """

    session: RotaSession
    experts: tuple[StoredExpert, ...]
    substitutes: tuple[StoredExpert, ...]
    slots: tuple[SlotSheet, ...]
    confirmed: frozenset[str]
    ended: tuple[tuple[Booking, Booking | None], ...]


@dataclass(frozen=True)
class WalkIn:
    """Who stands at the counter or telephones, and what about; `category`: id or empty."""

    topic: str
    company: str
    contact: str = ""
    telephone: str = ""
    category: str = ""


def own_station(staff: Staff) -> str:
    """Id of the station whose rota the person sees; empty: all."""
    stations = load_knowledge().stations
    return next((s.id for s in stations if s.scene == staff.station), staff.station or "")


def see_rota(
    db: Connection, staff: Staff, first: date, last: date, station: str = ""
) -> list[tuple[RotaSession, SessionCount]]:
    """The sessions of days in China, both included, with how full they are."""
    require(staff, "rota")
    found = rota.sessions_between(db, first, last, own_station(staff) or station)
    counts = count_seats(db, [session.id for session in found])
    return [(session, counts.get(session.id, SessionCount())) for session in found]


def see_lacking(db: Connection, staff: Staff, now: datetime) -> list[RotaSession]:
    """Sessions to come whose expert has retired, of the stations that the person sees."""
    require(staff, "rota")
    return sessions_without_expert(db, now, own_station(staff))


def see_session(db: Connection, staff: Staff, session_id: int, origin: Origin) -> SessionSheet:
    """A session with who booked what, which is noted as read. Raises RotaError no_such_session."""
    session = _session(db, staff, session_id, "rota")
    record_read(db, staff, "session", None, origin.now, session=session_id)
    return _sheet(db, session)


def note_attendance(
    db: Connection, staff: Staff, booking_id: int, *, attended: bool, origin: Origin
) -> Booking:
    """See attendance.mark_attendance."""
    booking = get_booking(db, booking_id)
    _session(db, staff, booking.session_id, "rota")
    return mark_attendance(db, booking, attended=attended, origin=origin)


def book_walk_in(
    db: Connection,
    staff: Staff,
    session_id: int,
    time_slot_id: int,
    words: WalkIn,
    origin: Origin,
    *,
    arrived: bool,
    limits: bool = True,
) -> Booking:
    """See attendance.book_at_desk; the limits of an enterprise are the centre's to put aside."""
    _session(db, staff, session_id, "rota")
    if not limits:
        require(staff, "rota_change")
    if get_time_slot(db, time_slot_id).session_id != session_id:
        raise NotFoundError(what="time_slot", id=time_slot_id)
    return book_at_desk(
        db, time_slot_id, origin=origin, arrived=arrived, limits=limits, **vars(words)
    )


def add_session(
    db: Connection, staff: Staff, plan: SessionPlan, origin: Origin, *, any_day: bool
) -> RotaSession:
    """See rota.add_session."""
    require(staff, "rota_change")
    return rota.add_session(db, plan, origin, any_day=any_day)


def plan_month(db: Connection, staff: Staff, year: int, month: int, origin: Origin) -> MonthPlan:
    """See rota.plan_month."""
    require(staff, "rota_change")
    return rota.plan_month(db, year, month, origin)


def change_session(
    db: Connection,
    staff: Staff,
    session_id: int,
    change: SessionChange,
    version: int,
    origin: Origin,
    *,
    reason: str,
    any_day: bool,
) -> RotaSession:
    """See rota_changes.change_session; `reason` is told to whoever booked."""
    _session(db, staff, session_id, "rota_change")
    return rota_changes.change_session(
        db, session_id, change, origin, reason=reason, any_day=any_day, version=version
    )


def cancel_session(
    db: Connection, staff: Staff, session_id: int, reason: str, version: int, origin: Origin
) -> None:
    """See rota_changes.cancel_session."""
    _session(db, staff, session_id, "rota_change")
    rota_changes.cancel_session(db, session_id, reason, origin, version=version)


def confirm_expert(
    db: Connection, staff: Staff, session_id: int, expert: str, origin: Origin
) -> None:
    """See rota.confirm_expert."""
    _session(db, staff, session_id, "rota_change")
    rota.confirm_expert(db, session_id, expert, origin)


def count_seats(db: Connection, session_ids: list[int]) -> dict[int, SessionCount]:
    """How full sessions are."""
    of_sessions = time_slots.c.session_id.in_(session_ids)
    seat_query = (
        sa.select(time_slots.c.session_id, sa.func.count())
        .select_from(seats.join(time_slots, time_slots.c.id == seats.c.time_slot_id))
        .where(of_sessions)
        .group_by(time_slots.c.session_id)
    )
    taken_query = (
        sa.select(time_slots.c.session_id, bookings.c.status, sa.func.count())
        .select_from(bookings.join(time_slots, time_slots.c.id == bookings.c.time_slot_id))
        .where(of_sessions, bookings.c.seat.is_not(None))
        .group_by(time_slots.c.session_id, bookings.c.status)
    )
    taken: dict[int, dict[str, int]] = {}
    for session_id, status, count in db.execute(taken_query):
        taken.setdefault(session_id, {})[status] = count
    return {
        session_id: SessionCount(
            total,
            sum(n for s, n in taken.get(session_id, {}).items() if s not in TENTATIVE),
            sum(n for s, n in taken.get(session_id, {}).items() if s in TENTATIVE),
        )
        for session_id, total in db.execute(seat_query)
    }


def _session(db: Connection, staff: Staff, session_id: int, right: str) -> RotaSession:
    """The session, once it is known that the person may see or change it."""
    require(staff, right)
    session = get_session(db, session_id)
    scenes = {station.id: station.scene for station in load_knowledge().stations}
    require_station(staff, scenes.get(session.station, session.station))
    return session


def _sheet(db: Connection, session: RotaSession) -> SessionSheet:
    taken = session_bookings(db, session.id)
    counted = (
        sa.select(time_slots, sa.func.count(seats.c.number).label("seats"))
        .select_from(time_slots.outerjoin(seats, seats.c.time_slot_id == time_slots.c.id))
        .where(time_slots.c.session_id == session.id)
        .group_by(*time_slots.c)
        .order_by(time_slots.c.starts_at)
    )
    slots = tuple(
        SlotSheet(
            row.id,
            row.starts_at,
            row.ends_at,
            row.seats,
            tuple(booking for booking in taken if booking.time_slot_id == row.id),
        )
        for row in db.execute(counted)
    )
    said = sa.select(session_experts.c.expert).where(
        session_experts.c.session_id == session.id, session_experts.c.confirmed_at.is_not(None)
    )
    known = known_experts(db)
    retired = [each for each in session.experts if each in known and not known[each].active]
    return SessionSheet(
        session,
        tuple(known[each] for each in session.experts if each in known),
        tuple(substitutes(db, session)) if retired and session.status == "open" else (),
        slots,
        frozenset(db.scalars(said)),
        _ended(db, session),
    )


def _ended(db: Connection, session: RotaSession) -> tuple[tuple[Booking, Booking | None], ...]:
    """Whose booking the session's end took, with the seat that was offered instead."""
    ended = list_bookings(
        db,
        time_slots.c.session_id == session.id,
        bookings.c.status == SESSION_CANCELLED,
        bookings.c.number.is_not(None),
    )
    offers = list_bookings(
        db,
        bookings.c.moved_from.in_([booking.id for booking in ended]),
        bookings.c.status.in_((*TENTATIVE, CONFIRMED)),
    )
    instead = {offer.moved_from: offer for offer in offers}
    return tuple((booking, instead.get(booking.id)) for booking in ended)
