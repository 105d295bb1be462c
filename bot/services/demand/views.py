"""All that the desk shows of one demand, for who looks at it; the look is noted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.demand_actor import DemandActor, by_staff
from bot.model.rights import ORGANISATION, Staff, require
from bot.services.actor_names import actor_names
from bot.services.demand.access import require_demand, require_matter, sees_matter
from bot.services.demand.attachments import Attachment, files_of
from bot.services.demand.inquiries import Inquiry, inquiries_of
from bot.services.demand.matter_deadlines import Deadline, running_deadline
from bot.services.demand.matter_rows import Matter, MatterStep, matters_of, read_matter, steps_of
from bot.services.demand.rows import Demand, DemandVersion, get_demand, list_versions
from bot.services.demand.service_records import ServiceRecord, records_of
from bot.services.record import Origin, record_event, record_read
from bot.services.resources.organisations import Organisation, list_organisations
from bot.storage.tables import messages_out


@dataclass(frozen=True)
class MatterView:
    """A matter with what was done about it and the deadline that runs."""

    matter: Matter
    steps: tuple[MatterStep, ...]
    records: tuple[ServiceRecord, ...]
    deadline: Deadline | None


@dataclass(frozen=True)
class DemandView:
    """A demand with those of its matters, words and files that the reader may see.

    `actors`: who did something, by name; `told`: how the notice of a step stands, by its id in the
    outbox.
    """

    demand: Demand
    matters: tuple[MatterView, ...]
    inquiries: tuple[Inquiry, ...]
    files: tuple[Attachment, ...]
    versions: tuple[DemandVersion, ...]
    organisations: dict[int, Organisation]
    actors: dict[str, str]
    told: dict[int, str]


def see_demand(db: Connection, staff: Staff, demand_id: int, now: datetime) -> DemandView:
    """The demand as the person may see it; that they saw it is noted.

    Raises ForbiddenError, NotFoundError.
    """
    require(staff, "demands")
    who = by_staff(staff)
    demand, parts = get_demand(db, demand_id), matters_of(db, demand_id)
    require_demand(who, demand, parts)
    shown = tuple(matter_view(db, m) for m in parts if sees_matter(who, demand, m))
    record_read(db, staff, "demand", demand.user_id, now, demand=demand.id, number=demand.number)
    # What the enterprise said of the whole is between it and the centre's side.
    said = () if staff.role == ORGANISATION else tuple(inquiries_of(db, demand_id))
    versions = () if staff.role == ORGANISATION else tuple(list_versions(db, demand_id))
    files = tuple(files_of(db, demand_id, who))
    actors = {step.actor for view in shown for step in view.steps}
    actors |= {record.actor for view in shown for record in view.records}
    actors |= {file.actor for file in files} | {version.actor for version in versions}
    actors |= {each.actor for each in said} | {e.answered_by for e in said if e.answered_by}
    return DemandView(
        demand,
        shown,
        said,
        files,
        versions,
        {each.id: each for each in list_organisations(db)},
        actor_names(db, actors),
        _told(db, shown),
    )


def see_matter(
    db: Connection, matter_id: int, who: DemandActor, now: datetime
) -> tuple[Demand, MatterView]:
    """A matter as the organisation that has it may see it; that it saw it is noted.

    Raises NotFoundError once it is no longer theirs.
    """
    matter = read_matter(db, matter_id)
    demand = get_demand(db, matter.demand_id)
    require_matter(who, demand, matter)
    about = {"what": "demand", "demand": demand.id, "number": demand.number}
    origin = Origin(who.channel, who.name, now)
    record_event(db, "personal_data_read", demand.user_id, origin, **about)
    return demand, matter_view(db, matter)


def matter_view(db: Connection, matter: Matter) -> MatterView:
    """A matter with all that belongs to it."""
    return MatterView(
        matter,
        tuple(steps_of(db, matter.id)),
        tuple(records_of(db, matter.id)),
        running_deadline(db, matter.id),
    )


def _told(db: Connection, shown: tuple[MatterView, ...]) -> dict[int, str]:
    ids = [s.message_id for view in shown for s in view.steps if s.message_id is not None]
    c = messages_out.c
    rows = db.execute(sa.select(c.id, c.status).where(c.id.in_(ids)))
    return {row.id: row.status for row in rows}
