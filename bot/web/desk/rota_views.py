"""The rota as the desk's pages show it: a week or a month of days with their sessions."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.model.calendar import centre_calendar, local_date, local_time
from bot.services.booking import says
from bot.services.booking.desk_rota import SessionCount
from bot.services.booking.rota_rows import RotaSession
from bot.services.booking.rows import Booking
from bot.services.booking.substitutes import needs_substitute
from bot.web.desk import rota_texts
from knowledge import load_knowledge

SPANS = ("week", "month")


@dataclass(frozen=True)
class Visit:
    """A session on a day."""

    id: int
    span: str
    place: str
    field: str
    subjects: str
    count: SessionCount
    cancelled: bool
    lacking: bool  # an expert has retired, a substitute is to be found

    @property
    def full(self) -> bool:
        """Whether no seat is left."""
        return self.count.booked + self.count.held >= self.count.seats


@dataclass(frozen=True)
class RotaDay:
    """A day. `note`: holiday or make-up day; `inside`: of the month that is shown."""

    day: date
    title: str
    weekday: str
    note: str
    works: bool
    today: bool
    inside: bool
    visits: list[Visit]


@dataclass(frozen=True)
class RotaSpan:
    """A week, or the weeks of a month. `before`, `after`: a day of the span beside it."""

    kind: str
    title: str
    first: date
    last: date
    before: date
    after: date


def span_of(kind: str, day: date) -> RotaSpan:
    """The week or month of `day`, whole weeks from Monday on."""
    if kind == "week":
        first = day - timedelta(days=day.weekday())
        last = first + timedelta(days=6)
        title = f"{first.year}年{first.month}月{first.day}日—{last.month}月{last.day}日"
        return RotaSpan(
            kind, title, first, last, first - timedelta(days=7), first + timedelta(days=7)
        )
    begin = day.replace(day=1)
    end = begin.replace(day=calendar.monthrange(begin.year, begin.month)[1])
    return RotaSpan(
        kind,
        f"{begin.year}年{begin.month}月",
        begin - timedelta(days=begin.weekday()),
        end + timedelta(days=6 - end.weekday()),
        begin - timedelta(days=1),
        end + timedelta(days=1),
    )


def days_of(
    span: RotaSpan,
    month: int,
    found: Iterable[tuple[RotaSession, SessionCount]],
    today: date,
    retired: Collection[str] = (),
) -> list[list[RotaDay]]:
    """The weeks of a span with their sessions."""
    visits: dict[date, list[Visit]] = {}
    for session, count in found:
        visits.setdefault(local_date(session.starts_at), []).append(visit(session, count, retired))
    count_days = (span.last - span.first).days + 1
    days = [span.first + timedelta(days=number) for number in range(count_days)]
    made = [
        _day(d, visits.get(d, []), today, span.kind == "week" or d.month == month) for d in days
    ]
    return [made[at : at + 7] for at in range(0, len(made), 7)]


def visit(session: RotaSession, count: SessionCount, retired: Collection[str] = ()) -> Visit:
    """A session in a few words. `retired`: ids of experts who are no longer there."""
    known = load_knowledge().categories
    return Visit(
        id=session.id,
        span=f"{local_time(session.starts_at):%H:%M}—{local_time(session.ends_at):%H:%M}",
        place=says.short_name(session.station),
        field=says.field_text(session),
        subjects="、".join(known[c].name for c in known if c in session.categories),
        count=count,
        cancelled=session.status == "cancelled",
        lacking=needs_substitute(session, retired),
    )


def booking_row(booking: Booking) -> dict[str, object]:
    """A booking as a line of a session's table."""
    return {
        "id": booking.id,
        "number": booking.number or "",
        "company": booking.company,
        "topic": booking.topic,
        "contact": booking.contact,
        "telephone": booking.telephone,
        "state": booking.status,
        "status": rota_texts.STATUS.get(booking.status, ""),
        "tag": rota_texts.TAGS.get(booking.status, rota_texts.TAG_MISSED),
        "channel": rota_texts.CHANNELS.get(booking.channel, ""),
        "by_wechat": booking.user_id is not None,
    }


def _day(day: date, visits: list[Visit], today: date, inside: bool) -> RotaDay:
    known = centre_calendar().day(day)
    note = known.name
    if known.kind == "makeup":
        note = "调休上班"
    return RotaDay(
        day=day,
        title=f"{day.month}月{day.day}日",
        weekday="周" + says.WEEKDAYS[day.weekday()],
        note=note,
        works=known.works,
        today=day == today,
        inside=inside,
        visits=visits,
    )
