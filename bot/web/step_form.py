"""What the forms of a matter's steps send, on the desk and behind an organisation's link."""

from __future__ import annotations

from datetime import date, datetime, time

from bot.model.calendar import moment_of
from bot.model.demand import local_date
from bot.model.demand_actor import Given
from bot.model.demand_errors import StepError
from bot.web.guard import Posted, first


def given_of(name: str, posted: Posted, now: datetime) -> Given:
    """What the form of the step `name` gave. Raises StepError date_wrong."""
    organisation = first(posted, "organisation") or first(posted, "other_organisation")
    return Given(
        reason=first(posted, "reason"),
        organisation_id=int(organisation) if organisation.isdecimal() else None,
        starts_at=_moment(posted),
        location=first(posted, "location"),
        record=first(posted, "record"),
        record_kind=first(posted, "record_kind") or "service",
        served_on=_served_on(name, posted, local_date(now)),
    )


def number_of(posted: Posted, name: str) -> int:
    """A whole number that a page sent; 0 for anything else."""
    text = first(posted, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def day_of(text: str) -> date | None:
    """A day as a date control sends it; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _moment(posted: Posted) -> datetime | None:
    day = day_of(first(posted, "day"))
    try:
        clock = time.fromisoformat(first(posted, "time"))
    except ValueError:
        return None
    return moment_of(day, clock) if day else None


def _served_on(name: str, posted: Posted, today: date) -> date | None:
    text = first(posted, "served_on")
    if not text:
        return None
    day = day_of(text)
    if day is None or day > today:
        raise StepError("date_wrong", step=name)
    return day
