"""Tells the enterprise what happened to its demand: once, in the transaction that did it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot import demand_texts as texts
from bot.services.booking.says import time_text
from bot.services.demand.matter_rows import Matter
from bot.services.demand.rows import Demand
from bot.services.notices import notify
from bot.services.resources.organisations import Organisation, get_organisation
from bot.services.resources.service_items import list_items
from bot.storage.tables import users
from knowledge import load_knowledge

ASKS_SCORE = ("completed", "remind_rating")


def tell_demand(
    db: Connection,
    kind: str,
    demand: Demand,
    now: datetime,
    matter: Matter | None = None,
    **values: str,
) -> int | None:
    """Tell what `kind` of DEMAND_NEWS says; its row in the outbox.

    None when nobody is reached by it: the enterprise has no account here, or left.
    """
    subscribed = sa.select(users.c.subscribed).where(users.c.id == demand.user_id)
    if not db.scalar(subscribed):
        return None
    if kind == "completed" and matter is not None and matter.score is not None:
        kind = "completed_again"  # it is rated once
    known = {"number": demand.number, **values}
    if matter is not None:
        known = {**_values(db, matter), **known}
    text = texts.DEMAND_NEWS[kind].format(**known)
    choices = score_choices(matter) if matter is not None and kind in ASKS_SCORE else []
    return notify(db, demand.user_id, text, now, choices=choices)


def matter_name(matter: Matter) -> str:
    """计量, 标准 …; 其他服务 for what is in no category."""
    known = load_knowledge().categories
    return known[matter.category].name if matter.category in known else texts.OTHER_SERVICES


def contact_of(db: Connection, organisation: Organisation, matter: Matter) -> str:
    """Its telephone: that of the service item, in use or withdrawn, that names the organisation."""
    for item in list_items(db):
        if item.id == matter.service and organisation.name in item.departments:
            return "、".join(item.telephones)
    return organisation.telephone


def score_choices(matter: Matter) -> list[dict[str, Any]]:
    """A choice for each score, the best first."""
    return [
        {
            "title": title,
            "payload": f'/demand_choice{{"choice": "rate:{matter.id}:{score}"}}',
            "numbered": False,
        }
        for score, title in texts.SCORES.items()
    ]


def _values(db: Connection, matter: Matter) -> dict[str, str]:
    values = {
        "matter": matter_name(matter),
        "organisation": "",
        "contact": "",
        "when": time_text(matter.starts_at) if matter.starts_at else "",
        "location": matter.location or texts.ON_SITE,
    }
    if matter.organisation_id is not None:
        organisation = get_organisation(db, matter.organisation_id)
        values["organisation"] = organisation.name
        if telephone := contact_of(db, organisation, matter):
            values["contact"] = texts.CONTACT.format(telephone=telephone)
    return values
