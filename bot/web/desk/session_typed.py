"""A session of the rota as its form holds it, and what is made of that."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.model.calendar import local_date, local_time, moment_of
from bot.model.errors import RotaError
from bot.model.rota import SessionPlan
from bot.services.booking.rota_changes import SessionChange
from bot.services.booking.rota_rows import RotaSession
from bot.web.desk import rota_texts
from bot.web.desk.session_pages import value
from bot.web.given import read_day
from bot.web.guard import Posted
from knowledge.calendar import parse_clock
from knowledge.rota import load_rota

LONGEST_REASON = 100
BLANK: dict[str, Any] = {
    "station": "",
    "day": "",
    "begins": "14:00",
    "ends": "17:00",
    "slot_minutes": "30",
    "seats": "1",
    "categories": [],
    "experts": [],
    "any_day": "",
    "reason": "",
    "version": "",
}
"""A new session's form; the afternoon is when most visits are."""


def read_typed(posted: Posted) -> dict[str, Any]:
    """What the form holds, as typed."""
    lists = ("categories", "experts")
    return {n: posted.get(n, []) if n in lists else value(posted, n) for n in BLANK}


def typed_of(session: RotaSession) -> dict[str, Any]:
    """The session's form as it is stored."""
    return {
        **BLANK,
        "station": session.station,
        "day": local_date(session.starts_at).isoformat(),
        "begins": f"{local_time(session.starts_at):%H:%M}",
        "seats": str(session.seats),
        "categories": list(session.categories),
        "experts": list(session.experts),
        "version": str(session.version),
    }


def plan_from(typed: dict[str, Any]) -> SessionPlan:
    """A new session. Raises RotaError."""
    rules = load_rota().rules
    return SessionPlan(
        station=typed["station"],
        starts_at=moment(typed["day"], typed["begins"]),
        ends_at=moment(typed["day"], typed["ends"]),
        slot_minutes=number(typed["slot_minutes"]),
        seats=number(typed["seats"]),
        categories=tuple(typed["categories"]),
        experts=tuple(typed["experts"]),
        notice_minutes=rules.notice_minutes,
        horizon_days=rules.horizon_days,
    )


def change_from(typed: dict[str, Any], session: RotaSession) -> SessionChange:
    """What is different from the session as stored. Raises RotaError."""
    wanted = {
        "station": typed["station"],
        "starts_at": moment(typed["day"], typed["begins"]),
        "experts": tuple(sorted(typed["experts"])),
        "categories": tuple(sorted(typed["categories"])),
        "seats": number(typed["seats"]),
    }
    return SessionChange(**{n: v for n, v in wanted.items() if v != getattr(session, n)})


def moment(day: str, clock: str) -> datetime:
    """The UTC moment of a day and clock in China. Raises RotaError bad_day, bad_time."""
    found = read_day(day)
    if found is None:
        raise RotaError("bad_day")
    try:
        return moment_of(found, parse_clock(clock[:5]))
    except ValueError:
        raise RotaError("bad_time") from None


def number(text: str) -> int:
    """A small whole number. Raises RotaError bad_number."""
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise RotaError("bad_number")
    return int(text)


def refused(error: RotaError) -> str:
    """Why the session cannot be so."""
    data = {**error.data, "expert": error.data.get("expert_name", "")}
    return rota_texts.refusal(error.code, **data)


def reason_problem(reason: str) -> str:
    """What is wrong with a reason; empty when nothing is."""
    if not reason:
        return rota_texts.REASON_MISSING
    return rota_texts.REASON_LONG if len(reason) > LONGEST_REASON else ""
