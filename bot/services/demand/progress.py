"""How far a demand is, in words for the enterprise: each matter, who serves it, what comes."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from bot import demand_texts as texts
from bot.model.demand import DROPPED, WITHDRAWN
from bot.services.booking.says import time_text
from bot.services.demand.inquiries import ADDITION, inquiries_of
from bot.services.demand.matter_rows import Matter, matters_of, steps_of
from bot.services.demand.news import contact_of, matter_name
from bot.services.demand.rows import Demand
from bot.services.resources.organisations import get_organisation


def progress_lines(db: Connection, demand: Demand) -> list[str]:
    """A line for each matter of the enterprise's own demand.

    What was taken out is told with the reason, unless the same is served after all; last, how
    many of its questions and complaints wait for an answer.
    """
    every = matters_of(db, demand.id)
    served = {matter.category for matter in every if matter.state != DROPPED}
    lines = [_line(db, m) for m in every if m.state != DROPPED or m.category not in served]
    waiting = [i for i in inquiries_of(db, demand.id) if i.kind != ADDITION and not i.answered_at]
    if waiting and demand.status != WITHDRAWN:
        lines.append(texts.PROGRESS_WAITING.format(n=len(waiting)))
    return lines


def _line(db: Connection, matter: Matter) -> str:
    said = texts.PROGRESS_LINE.format(
        matter=matter_name(matter), state=texts.STATE_NAMES[matter.state]
    )
    if matter.organisation_id is not None and matter.state != WITHDRAWN:
        organisation = get_organisation(db, matter.organisation_id)
        telephone = contact_of(db, organisation, matter)
        with_telephone = texts.PROGRESS_TELEPHONE.format(telephone=telephone) if telephone else ""
        said += texts.PROGRESS_ORGANISATION.format(name=organisation.name) + with_telephone
    if matter.starts_at is not None and matter.completed_at is None:
        when = f"{time_text(matter.starts_at)}{texts.COMMA}{matter.location}"
        said += texts.PROGRESS_TIME.format(when=when.rstrip(texts.COMMA))
    following = texts.NEXT_STEPS[matter.state]
    if matter.state == DROPPED:
        following = "".join(s.reason for s in steps_of(db, matter.id) if s.name == "drop")
    return f"{said}。{following}"
