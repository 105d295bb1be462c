"""The rules of a booking: its states, when it may be made and changed, what may not be said."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.model.calendar import local_time, moment_of
from knowledge.rota import BookingRules

HELD, OFFERED, CONFIRMED = "held", "offered", "confirmed"
ATTENDED, MISSED = "attended", "missed"
CANCELLED, EXPIRED, SESSION_CANCELLED = "cancelled", "expired", "session_cancelled"
ACTIVE = (HELD, OFFERED, CONFIRMED, ATTENDED, MISSED)
"""States in which a booking has a seat; the table's check says the same."""
TENTATIVE = (HELD, OFFERED)
UPCOMING = (HELD, OFFERED, CONFIRMED)
MOVES = {
    HELD: (CONFIRMED, CANCELLED, EXPIRED, SESSION_CANCELLED),
    OFFERED: (CONFIRMED, CANCELLED, EXPIRED, SESSION_CANCELLED),
    CONFIRMED: (CANCELLED, SESSION_CANCELLED, ATTENDED, MISSED),
    ATTENDED: (MISSED,),
    MISSED: (ATTENDED,),
}
"""From which state to which. Attendance noted wrongly is put right; nothing else comes back."""

RULE_CODES = {
    "no_such_slot": "there is no such time slot, or its session was cancelled",
    "past": "the time is over",
    "notice": "too late before the start; data: minutes",
    "horizon": "too far ahead; data: days",
    "overlap": "the person has another booking at that time; data: number",
    "already_booked": "the person has booked this time slot; data: number",
    "limit": "the enterprise has as many upcoming bookings as it may; data: limit",
    "limit_session": "the enterprise has as many bookings in the session as it may; data: limit",
    "limit_waiting": "the person stands on as many waiting lists as they may; data: limit",
    "hold_expired": "the time to confirm is over",
    "cut_off": "too late to cancel or to move; data: minutes",
    "stale": "somebody decided since the caller read it",
    "state": "not possible in the booking's state; data: status",
    "not_yet": "attendance is noted from the day of the session on",
    "company_missing": "the enterprise's name is missing",
    "topic_missing": "what it is about is missing",
    "too_long": "a text is too long; data: field, longest",
    "bad_dates": "the days are in the wrong order, over, or beyond the horizon",
    "unknown_organisation": "no department or organisation of the service list; data: known",
    "unknown_category": "none of the eight categories",
    "unknown_station": "no station that experts visit",
    "unknown_expert": "nobody of the expert directory",
}
"""What BookingRuleError may say."""
LONGEST = {"topic": 500, "company": 100, "contact": 50, "telephone": 30}
KEY_LENGTH = 200
NUMBER = re.compile(r"ZJYY-?(\d{4})-?(\d{1,6})")
NOON = "12:00"
OTHER_PARK, OTHER_EXPERT = 3 * 86_400.0, 86_400.0
"""Seconds that a ride to another park, and talking to somebody else, are thought to be worth."""


@dataclass(frozen=True)
class FreeSlot:
    """A time slot with a free seat. Times are UTC; `experts`: ids, `categories`: ids.

    `field`: the experts', in words.
    """

    time_slot_id: int
    session_id: int
    station: str
    starts_at: datetime
    ends_at: datetime
    experts: tuple[str, ...]
    categories: tuple[str, ...]
    seats_left: int
    field: str = ""


def booking_number(year: int, sequence: int) -> str:
    """ZJYY-2026-0001: 专家预约, the year by China's clock, its place in that year."""
    return f"ZJYY-{year}-{sequence:04d}"


def clean_booking_number(text: str) -> str:
    """A number as people type it (full width, small letters, blanks, dashes) in its one form.

    Nothing for what is no such number.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).upper().split())
    plain = re.sub("[‐‑–—－_]", "-", plain)
    found = NUMBER.fullmatch(plain)
    return booking_number(int(found[1]), int(found[2])) if found else ""


def company_key(name: str) -> str:
    """What makes two spellings of an enterprise's name the same enterprise."""
    plain = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())
    return plain[:KEY_LENGTH]


def slot_problem(
    starts_at: datetime, bookable_from: datetime, bookable_until: datetime, now: datetime
) -> str:
    """Why an enterprise cannot book the slot now (past, notice, horizon), or nothing."""
    if now >= starts_at:
        return "past"
    if now >= bookable_until:
        return "notice"
    return "horizon" if now < bookable_from else ""


def may_still_change(starts_at: datetime, now: datetime, rules: BookingRules) -> bool:
    """Whether the enterprise itself may cancel or move: not after the cut-off."""
    return now < starts_at - timedelta(minutes=rules.cancel_minutes)


def offer_deadline(
    now: datetime, minutes: int, bookable_until: datetime, rules: BookingRules
) -> datetime:
    """Until when an offer made `now` holds: its minutes count by day, and end with booking."""
    return min(_awake(now, rules) + timedelta(minutes=minutes), bookable_until)


def _awake(now: datetime, rules: BookingRules) -> datetime:
    """`now` by day, in the night its end."""
    local = local_time(now)
    quiet_from = time.fromisoformat(rules.quiet_from)
    quiet_until = time.fromisoformat(rules.quiet_until)
    if local.time() < quiet_until:
        return moment_of(local.date(), quiet_until)
    if local.time() >= quiet_from:
        return moment_of(local.date() + timedelta(days=1), quiet_until)
    return now


def distance(wanted: FreeSlot, other: FreeSlot) -> tuple[int, float]:
    """How far `other` is from what was wanted; whatever is empty in `wanted` does not matter.

    Another subject is no help; another park, or another expert, is as good as waiting longer.
    """
    away = abs((other.starts_at - wanted.starts_at).total_seconds())
    if wanted.station not in ("", other.station):
        away += OTHER_PARK
    if wanted.experts and not set(wanted.experts) & set(other.experts):
        away += OTHER_EXPERT
    subject = not wanted.categories or set(wanted.categories) & set(other.categories)
    return (0 if subject else 1), away
