"""Who comes to a demand: the enterprise, the desk, an organisation's link, the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.model import demand
from bot.model.rights import Staff


@dataclass(frozen=True)
class DemandActor:
    """`role`: of bot/model/demand.py's ACTORS; `name`: as the record of events names them.

    `station`: scene of the only station whose demands they see; `organisation_id`: whose matters
    only; `user_id`: whose demands only.
    """

    role: str
    name: str
    channel: str  # wechat, h5, desk, link, system
    station: str | None = None
    organisation_id: int | None = None
    user_id: int | None = None


def by_staff(staff: Staff) -> DemandActor:
    """Somebody at the desk."""
    organisation_id = staff.organisation_id if staff.role == demand.ORGANISATION else None
    return DemandActor(staff.role, staff.actor, "desk", staff.station, organisation_id)


def by_enterprise(user_id: int, channel: str = "wechat") -> DemandActor:
    """The enterprise, which sees its own demands."""
    return DemandActor(demand.ENTERPRISE, "user", channel, user_id=user_id)


def by_link(organisation_id: int) -> DemandActor:
    """A department or organisation that opened its signed link; it has no sign-in."""
    name = f"organisation:{organisation_id}"
    return DemandActor(demand.ORGANISATION, name, "link", organisation_id=organisation_id)


BY_CLOCK = DemandActor(demand.SYSTEM, "system", "system")
"""What time does by itself."""


@dataclass(frozen=True)
class Given:
    """What a step is given; which of it a step needs stands in TRANSITIONS. Times are UTC."""

    reason: str = ""
    organisation_id: int | None = None
    starts_at: datetime | None = None
    location: str = ""
    record: str = ""
    record_kind: str = "service"  # of bot/services/demand/service_records.py's KINDS
    served_on: date | None = None  # China's day; empty: today
    score: int | None = None
    words: str = ""


NOTHING_GIVEN = Given()
