"""Demands that staff take down: at the window (代为接件), by telephone, on a visit (巡访).

The enterprise has no account here: it becomes a user without WeChat, who is told nothing by
message, and its form goes the one way that every form goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.demand_errors import DemandSourceError
from bot.model.errors import ConsentMissingError
from bot.model.rights import Staff, require, require_station
from bot.services.consents import record_consent
from bot.services.demand.demands import submit_draft
from bot.services.demand.rows import Demand, get_demand
from bot.services.form.drafts import open_draft, save_answers
from bot.services.record import Origin
from bot.storage.tables import demands, users
from knowledge import load_knowledge

SOURCES = ("window", "phone", "visit")
PREFIX = "desk:"
"""Begins the openid of who has no WeChat account; no platform's openid holds a colon."""


def receive_demand(
    db: Connection,
    answers: Mapping[str, Any],
    source: str,
    staff: Staff,
    origin: Origin,
    *,
    key: str,
    consent: bool,
    station: str | None = None,
) -> Demand:
    """The demand that an enterprise brought to `staff`, checked and numbered like any other.

    `answers`: {field id: stored value}; `key`: the page's own, so that a double click is one
    demand; `consent`: that the enterprise agreed to the wording of bot/texts.py's CONSENT;
    `station`: scene, else the staff's. Raises ForbiddenError, DemandSourceError,
    ConsentMissingError, FieldError, FormIncompleteError.
    """
    require(staff, "demands_record")
    station = station or staff.station
    require_station(staff, station)
    known = {each.scene for each in load_knowledge().stations}
    if source not in SOURCES or (station is not None and station not in known):
        raise DemandSourceError(source=source, station=station)
    if not consent:
        raise ConsentMissingError()
    user_id, made = _person(db, key, station, origin)
    if not made:
        found = db.scalar(sa.select(demands.c.id).where(demands.c.user_id == user_id))
        if found is not None:
            return get_demand(db, found)
    by: dict[str, Any] = {"actor": origin.actor, "now": origin.now}
    record_consent(db, user_id, channel=origin.channel, **by)
    draft = open_draft(db, user_id, origin.channel, origin.now, actor=origin.actor)
    draft = save_answers(db, draft, dict(answers), channel=origin.channel, **by)
    return submit_draft(db, draft, channel=origin.channel, source=source, station=station, **by)


def _person(db: Connection, key: str, station: str | None, origin: Origin) -> tuple[int, bool]:
    """The user of this key, and whether it was made now."""
    openid = f"{PREFIX}{key}"[:64]
    find = sa.select(users.c.id).where(users.c.openid == openid)
    values = {"openid": openid, "account": "desk", "subscribed": False, "station": station}
    try:
        with db.begin_nested():
            insert = users.insert().values(**values, created_at=origin.now)
            return int(db.execute(insert).inserted_primary_key[0]), True
    except sa.exc.IntegrityError:
        return int(db.scalar(find)), False
