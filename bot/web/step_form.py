"""What the forms of a matter's steps send, on the desk and behind an organisation's link."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from bot import demand_texts as texts
from bot.model.calendar import moment_of
from bot.model.demand import Transition, local_date
from bot.model.demand_actor import Given
from bot.model.demand_errors import StepError
from bot.services.demand.record_files import GivenFile
from bot.web.given import read_day, read_number
from bot.web.guard import Posted, first
from bot.web.uploads import Files
from knowledge.calendar import parse_clock

QUIET = ("record", "urge", "return", "end", "withdraw")
"""Steps that are not the usual way on, in the order of their buttons."""


def usual_first(steps: Iterable[Transition], state: str) -> list[Transition]:
    """The usual way on from a state before what is not: 退回 is not what a page shows first."""
    order = {name: place for place, name in enumerate(QUIET, 2)}
    return sorted(steps, key=lambda step: order.get(step.name, int(step.target == state)))


def step_title(step: Transition, state: str) -> str:
    """What a step is called where it may be taken; a second 预约服务 is a change of the first."""
    again = texts.STEPS_AGAIN if step.target == state else texts.STEP_NAMES
    return again.get(step.name, texts.STEP_NAMES[step.name])


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
