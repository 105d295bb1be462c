"""Demands that staff take down: at the window (代为接件), by telephone, on a visit (巡访).

The enterprise has no account here: it becomes a user without WeChat, who is told nothing by
message, and its form goes the one way that every form goes: a draft, kept as far as it is filled
in, until it is submitted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.demand import DESK_SOURCES, local_date
from bot.model.demand_errors import DemandSourceError
from bot.model.errors import ConsentMissingError, NotFoundError
from bot.model.field_error import FieldError
from bot.model.rights import Staff, require, require_station
from bot.services.booking.holds import lock_user
from bot.services.consents import has_consent, record_consent
from bot.services.demand.demands import submit_draft
from bot.services.demand.quality_matters import read_quality_matter
from bot.services.demand.rows import Demand
from bot.services.form.check import check_answer
from bot.services.form.draft_migration import migrate_draft
from bot.services.form.draft_rows import Draft, draft_of, get_draft, select_drafts
from bot.services.form.drafts import open_draft, save_answers
from bot.services.personal_data import delete_personal_data
from bot.services.record import Origin
from bot.storage.demand_tables import walk_ins as table
from bot.storage.tables import demands, drafts, users
from knowledge import load_knowledge
from knowledge.form import load_form

PREFIX = "desk:"
"""Begins the openid of who has no WeChat account; no platform's openid holds a colon."""


@dataclass(frozen=True)
class WalkIn:
    """A form that is being taken down, or was just submitted (draft.demand_id).

    `key`: the mark of the page on which it was begun; `station`: scene; `actor`: who saved it last.
    """

    draft: Draft
    key: str
    source: str  # one of DESK_SOURCES
    station: str | None
    quality_matter_id: int | None
    actor: str


def open_walk_in(
    db: Connection,
    source: str,
    staff: Staff,
    origin: Origin,
    *,
    key: str,
    consent: bool,
    station: str | None = None,
    quality_matter_id: int | None = None,
) -> WalkIn:
    """The form of the page's `key`, begun now or before, whoever of the station began it.

    `consent`: that the enterprise agreed to the wording of bot/texts.py's CONSENT; once is enough.
    `station`: scene, else the staff's; `quality_matter_id`: the entry of a 质量事项清单 that it
    comes from. Raises ForbiddenError, NotFoundError (of the entry), DemandSourceError,
    ConsentMissingError.
    """
    require(staff, "demands_record")
    station = station or staff.station
    require_station(staff, station)
    known = {each.scene for each in load_knowledge().stations}
    if source not in DESK_SOURCES or (station is not None and station not in known):
        raise DemandSourceError(source=source, station=station)
    if quality_matter_id is not None:
        require_station(staff, read_quality_matter(db, quality_matter_id).station)
    user_id = _person(db, key, station, origin)
    if (taken := _submitted(db, user_id)) is not None:
        require_station(staff, taken.station)
        draft = get_draft(db, taken.draft_id)
        return WalkIn(draft, key, source, taken.station, quality_matter_id, origin.actor)
    if not consent and not has_consent(db, user_id):
        raise ConsentMissingError()
    by: dict[str, Any] = {"channel": origin.channel, "actor": origin.actor, "now": origin.now}
    record_consent(db, user_id, **by)
    draft = open_draft(db, user_id, origin.channel, origin.now, actor=origin.actor)
    draft = migrate_draft(db, draft, form=load_form(), **by)[0]
    if begun := _read(db, table.c.draft_id == draft.id):
        require_station(staff, begun[0].station)
    values = {
        "source": source,
        "station": station,
        "quality_matter_id": quality_matter_id,
        "actor": origin.actor,
    }
    if not db.execute(table.update().where(table.c.draft_id == draft.id).values(**values)).rowcount:
        db.execute(table.insert().values(draft_id=draft.id, key=key, **values))
    return _read(db, table.c.draft_id == draft.id)[0]


def keep_answers(
    db: Connection, walk_in: WalkIn, answers: Mapping[str, Any], origin: Origin
) -> tuple[Draft, dict[str, str]]:
    """Keep those of the answers that fit the form; the draft, and of the others field id → code.

    The draft is one that open_walk_in gave in the same transaction.
    """
    form, today = load_form(), local_date(origin.now)
    fit: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, value in answers.items():
        try:
            fit[name] = check_answer(form, name, value, today)
        except FieldError as error:
            problems[name] = error.code
    by: dict[str, Any] = {"channel": origin.channel, "actor": origin.actor, "now": origin.now}
    return save_answers(db, walk_in.draft, fit, form=form, **by), problems


def submit_walk_in(db: Connection, walk_in: WalkIn, origin: Origin) -> Demand:
    """The demand of the form, checked and numbered like any other; the same for a second time.

    Raises FormIncompleteError.
    """
    by: dict[str, Any] = {"channel": origin.channel, "actor": origin.actor, "now": origin.now}
    source, station = walk_in.source, walk_in.station
    lock_user(db, walk_in.draft.user_id)  # it may be given up meanwhile
    demand = submit_draft(db, walk_in.draft, source=source, station=station, **by)
    db.execute(table.delete().where(table.c.draft_id == walk_in.draft.id))
    return demand


def list_walk_ins(
    db: Connection, staff: Staff, *, limit: int = 50, offset: int = 0
) -> list[WalkIn]:
    """Forms being taken down at the staff's station, those saved last first. ForbiddenError."""
    require(staff, "demands_record")
    return _read(db, *_served_by(staff), limit=limit, offset=offset)


def count_walk_ins(db: Connection, staff: Staff) -> int:
    """How many list_walk_ins has on all its pages. Raises ForbiddenError."""
    require(staff, "demands_record")
    query = sa.select(sa.func.count()).select_from(table).where(*_served_by(staff))
    return int(db.scalar(query))


def read_walk_in(db: Connection, draft_id: int, staff: Staff) -> WalkIn:
    """A form being taken down. Raises NotFoundError (also once submitted), ForbiddenError."""
    require(staff, "demands_record")
    found = _read(db, table.c.draft_id == draft_id)
    if not found:
        raise NotFoundError(what="walk_in", id=draft_id)
    require_station(staff, found[0].station)
    return found[0]


def discard_walk_in(db: Connection, draft_id: int, staff: Staff, origin: Origin) -> None:
    """Give a form up: what was taken down is deleted. Raises what read_walk_in raises."""
    walk_in = read_walk_in(db, draft_id, staff)
    lock_user(db, walk_in.draft.user_id)
    read_walk_in(db, draft_id, staff)  # it may be a demand by now
    db.execute(table.delete().where(table.c.draft_id == draft_id))
    user_id, by = walk_in.draft.user_id, {"channel": origin.channel, "actor": origin.actor}
    delete_personal_data(db, user_id, now=origin.now, **by)


def _person(db: Connection, key: str, station: str | None, origin: Origin) -> int:
    """The user of this key, made now or before; nobody else writes for it meanwhile."""
    openid = f"{PREFIX}{key}"[:64]
    values = {"openid": openid, "account": "desk", "subscribed": False, "station": station}
    find = sa.select(users.c.id).where(users.c.openid == openid)
    try:
        with db.begin_nested():
            db.execute(users.insert().values(**values, created_at=origin.now))
    except sa.exc.IntegrityError:
        pass
    user_id = int(db.scalar(find))
    lock_user(db, user_id)
    return user_id


def _submitted(db: Connection, user_id: int) -> Any:
    """Draft and station of what became a demand; None before."""
    query = sa.select(demands.c.draft_id, demands.c.station).where(demands.c.user_id == user_id)
    return db.execute(query).first()


def _served_by(staff: Staff) -> list[Any]:
    """What narrows the table to the forms that are the staff's to see."""
    if not staff.station:
        return []
    return [sa.or_(table.c.station.is_(None), table.c.station == staff.station)]


def _read(db: Connection, *which: Any, limit: int = 1, offset: int = 0) -> list[WalkIn]:
    names = ("key", "source", "station", "quality_matter_id", "actor")
    query = (
        select_drafts()
        .add_columns(*(table.c[name] for name in names))
        .join(table, table.c.draft_id == drafts.c.id)
        .where(*which)
        .order_by(drafts.c.changed_at.desc(), drafts.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [
        WalkIn(draft_of(row), **{name: getattr(row, name) for name in names})
        for row in db.execute(query)
    ]
