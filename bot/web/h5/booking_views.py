"""Free time slots and bookings as the pages show them: a month of days, a day by sessions."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from bot.model.booking import TENTATIVE, FreeSlot
from bot.model.calendar import local_date, local_time
from bot.services.booking import says
from bot.services.booking.rows import Booking
from knowledge import load_knowledge


@dataclass(frozen=True)
class Choice:
    """What is looked at: ids, empty for any. `move`: the booking that is to be moved, or 0."""

    park: str = ""
    category: str = ""
    day: date | None = None
    month: str = ""  # 2026-11
    move: int = 0

    def query(self, **changes: object) -> str:
        """The end of an address that shows this with `changes`."""
        values = vars(replace(self, **changes))  # type: ignore[arg-type]
        return "?" + urlencode({name: value for name, value in values.items() if value})


@dataclass(frozen=True)
class Cell:
    """A day of the month. `left`: free seats, None when there is no session."""

    day: date
    left: int | None
    chosen: bool
    today: bool

    @property
    def label(self) -> str:
        """What is under the number."""
        return "" if self.left is None else f"余{self.left}" if self.left else "已满"


@dataclass(frozen=True)
class MonthView:
    """`weeks`: Monday first, None outside the month; `before`, `after`: months or ""."""

    title: str
    before: str
    after: str
    weeks: list[list[Cell | None]]


@dataclass(frozen=True)
class SlotGroup:
    """The free slots of one session. `slots`: (id, 14:00—14:30, free seats)."""

    place: str
    field: str
    subjects: str
    slots: list[tuple[int, str, int]]


def month_view(days: Mapping[date, int], shown: Choice, today: date, last: date) -> MonthView:
    """The month of `shown`, which lies between `today` and `last`."""
    year, month = map(int, shown.month.split("-"))
    begin = date(year, month, 1)
    weeks: list[list[Cell | None]] = [
        [
            Cell(day, days.get(day), day == shown.day, day == today) if day.month == month else None
            for day in week
        ]
        for week in calendar.Calendar().monthdatescalendar(year, month)
    ]
    before, after = begin - timedelta(days=1), begin + timedelta(days=31)
    return MonthView(
        title=f"{year}年{month}月",
        before=month_of(before) if before >= today.replace(day=1) else "",
        after=month_of(after) if after.replace(day=1) <= last else "",
        weeks=[week for week in weeks if any(cell and cell.day >= today for cell in week)],
    )


def month_of(day: date) -> str:
    """2026-11."""
    return f"{day.year}-{day.month:02d}"


def slot_groups(slots: Iterable[FreeSlot]) -> list[tuple[str, list[SlotGroup]]]:
    """Days in words with their sessions, in the order of `slots`."""
    days: dict[str, dict[int, SlotGroup]] = {}
    for slot in slots:
        sessions = days.setdefault(says.day_text(local_date(slot.starts_at)), {})
        if slot.session_id not in sessions:
            sessions[slot.session_id] = SlotGroup(
                says.station_name(slot.station),
                says.field_text(slot),
                category_names(slot.categories),
                [],
            )
        span = f"{local_time(slot.starts_at):%H:%M}—{local_time(slot.ends_at):%H:%M}"
        sessions[slot.session_id].slots.append((slot.time_slot_id, span, slot.seats_left))
    return [(day, list(sessions.values())) for day, sessions in days.items()]


def category_names(categories: Iterable[str]) -> str:
    """计量、标准."""
    known = load_knowledge().categories
    return "、".join(known[c].name for c in known if c in set(categories))


def parks() -> list[tuple[str, str]]:
    """(id, name) of the stations that experts visit."""
    stations = load_knowledge().stations
    return [(s.id, says.short_name(s.id)) for s in stations if s.expert_visits]


def is_held(booking: Booking, now: datetime) -> bool:
    """Whether it can still be confirmed."""
    return booking.status in TENTATIVE and (booking.hold_until is None or booking.hold_until > now)


def check_values(
    booking: Booking,
    moving: Booking | None,
    words: dict[str, str],
    errors: dict[str, str],
    now: datetime,
) -> dict[str, object]:
    """What the page of confirmation shows. `errors`: field → why it is not taken."""
    until = booking.hold_until
    return {
        "booking": says.booking_values(booking),
        "b": booking.id,
        "until": f"{local_time(until):%H:%M}" if until else "",
        "today": until is not None and local_date(until) == local_date(now),
        "until_day": says.day_text(local_date(until)) if until else "",
        "moving": says.booking_values(moving) if moving else None,
        "move": moving.id if moving else 0,
        "words": words,
        "errors": errors,
    }
