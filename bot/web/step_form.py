"""What the forms of a matter's steps send, on the desk and behind an organisation's link."""

from __future__ import annotations

from datetime import date, datetime

from bot.model.calendar import moment_of
from bot.model.demand import local_date
from bot.model.demand_actor import Given
from bot.model.demand_errors import StepError
from bot.services.demand.record_files import GivenFile
from bot.web.given import read_day, read_number
from bot.web.guard import Posted, first
from bot.web.uploads import Files
from knowledge.calendar import parse_clock


def given_of(name: str, posted: Posted, now: datetime) -> Given:
    """What the form of the step `name` gave. Raises StepError date_wrong."""
    organisation = first(posted, "organisation") or first(posted, "other_organisation")
    return Given(
        reason=first(posted, "reason"),
        organisation_id=read_number(organisation) or None,
        starts_at=_moment(posted),
        location=first(posted, "location"),
        record=first(posted, "record"),
        record_kind=first(posted, "record_kind") or "service",
        served_on=_served_on(name, posted, local_date(now)),
    )


def given_files(files: Files) -> list[GivenFile]:
    """The files that came along with the form."""
    return [GivenFile(f.name, f.media_type, f.content) for f in files.get("file", [])]


def _moment(posted: Posted) -> datetime | None:
    day = read_day(first(posted, "day"))
    try:
        clock = parse_clock(first(posted, "time")[:5])
    except ValueError:
        return None
    return moment_of(day, clock) if day else None


def _served_on(name: str, posted: Posted, today: date) -> date | None:
    text = first(posted, "served_on")
    if not text:
        return None
    day = read_day(text)
    if day is None or day > today:
        raise StepError("date_wrong", step=name)
    return day
