"""The experts (质量专家数据库), kept on the desk: added, changed, retired."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.model.errors import NotFoundError
from bot.model.resource_errors import ExpertError
from bot.model.rights import Staff, require
from bot.services.record import Origin, record_event
from bot.storage.resource_tables import experts as table
from knowledge import load_knowledge
from knowledge.rota import load_rota

NAME_LONGEST = 40
WORDS_LONGEST = 120
TERM_LONGEST = 64
MOST_TERMS = 60


@dataclass(frozen=True)
class ExpertProfile:
    """What the centre decides about an expert. Ids are the knowledge's."""

    name: str
    organisation: str
    field: str  # in words, as enterprises are told
    categories: tuple[str, ...]
    terms: tuple[str, ...] = ()  # words that mean the field
    stations: tuple[str, ...] = ()  # station ids that they go to; empty: all
    availability: str = ""
    confirms: bool = False  # their side confirms each session beforehand
    source: str = ""
    sample: bool = False
    active: bool = True


@dataclass(frozen=True)
class StoredExpert(ExpertProfile):
    """An expert as stored; not `active`: retired."""

    id: str = ""
    version: int = 1


_LISTS = ("categories", "terms", "stations")
_TEXTS = ("organisation", "field", "availability")


def list_experts(db: Connection, *, active_only: bool = False) -> list[StoredExpert]:
    """All of them, in the order in which they came."""
    query = sa.select(table).order_by(table.c.place, table.c.id)
    if active_only:
        query = query.where(table.c.active)
    return [_stored(row) for row in db.execute(query)]


def get_expert(db: Connection, expert_id: str) -> StoredExpert:
    """Raises NotFoundError."""
    row = db.execute(sa.select(table).where(table.c.id == expert_id)).first()
    if row is None:
        raise NotFoundError(what="expert", id=expert_id)
    return _stored(row)


def known_experts(db: Connection) -> dict[str, StoredExpert]:
    """All by id, retired ones as well: sessions of the past were theirs."""
    return {expert.id: expert for expert in list_experts(db)}


def expert_field(db: Connection, expert_id: str) -> str:
    """What an expert is for, in words; empty for nobody's id."""
    return db.scalar(sa.select(table.c.field).where(table.c.id == expert_id)) or ""


def retired_experts(db: Connection) -> frozenset[str]:
    """Ids of those who have retired."""
    return frozenset(db.scalars(sa.select(table.c.id).where(sa.not_(table.c.active))))


def seen_expert(db: Connection, expert_id: str, version: int) -> StoredExpert:
    """An expert as a page showed them: of that version. Raises NotFoundError."""
    return replace(get_expert(db, expert_id), version=version)


def add_expert(
    db: Connection, profile: ExpertProfile, origin: Origin, expert_id: str = ""
) -> StoredExpert:
    """A new expert. Raises ExpertError."""
    check_expert(profile)
    made = expert_id or f"expert_{secrets.token_hex(6)}"
    place = (db.scalar(sa.select(sa.func.max(table.c.place))) or 0) + 1
    values = {"id": made, "place": place, "created_at": origin.now, "changed_at": origin.now}
    try:
        with db.begin_nested():
            db.execute(table.insert().values(**_columns(profile), **values))
    except IntegrityError:
        raise ExpertError("name_taken") from None
    _note(db, "expert_added", made, profile.name, origin, None, _columns(profile))
    return get_expert(db, made)


def change_expert(
    db: Connection, seen: StoredExpert, profile: ExpertProfile, origin: Origin
) -> StoredExpert:
    """Change or retire an expert; `seen`: as the caller saw them. Nothing new: nothing is recorded.

    Sessions keep a retired expert until the centre puts somebody in their place
    (bot/services/booking/substitutes.py). Raises ExpertError: check_expert's codes, name_taken, or
    stale when somebody changed them meanwhile.
    """
    check_expert(profile)
    stored = get_expert(db, seen.id)
    old, new = _columns(stored), _columns(profile)
    if old == new and stored.version == seen.version:
        return stored
    which = sa.and_(table.c.id == seen.id, table.c.version == seen.version)
    values = {**new, "version": seen.version + 1, "changed_at": origin.now}
    try:
        with db.begin_nested():
            if not db.execute(table.update().where(which).values(**values)).rowcount:
                raise ExpertError("stale")
    except IntegrityError:
        raise ExpertError("name_taken") from None
    changed = sorted(name for name in new if old[name] != new[name])
    sides = ({name: side[name] for name in changed} for side in (old, new))
    _note(db, "expert_changed", seen.id, profile.name, origin, *sides)
    return get_expert(db, seen.id)


def save_expert(
    db: Connection,
    seen: StoredExpert | None,
    profile: ExpertProfile,
    staff: Staff,
    origin: Origin,
) -> StoredExpert:
    """What somebody at the desk decides: a new expert, or a change of the one they saw.

    Raises ForbiddenError, ExpertError.
    """
    require(staff, "resources_change")
    if seen is None:
        return add_expert(db, profile, origin)
    return change_expert(db, seen, profile, origin)


def seed_experts(db: Connection, now: datetime) -> int:
    """Put those of knowledge/experts.yml into an empty table; how many."""
    if db.scalar(sa.select(table.c.id).limit(1)) is not None:
        return 0
    entries = load_rota().experts.values()
    for entry in entries:
        values = {name: value for name, value in vars(entry).items() if name != "id"}
        add_expert(db, ExpertProfile(**values), Origin("system", "system", now), entry.id)
    return len(entries)


def check_expert(profile: ExpertProfile) -> None:
    """Raises ExpertError naming what is wrong with it.

    Codes: name_missing, field_missing, too_long, categories, stations, terms.
    """
    known = load_knowledge()
    if not profile.name.strip():
        raise ExpertError("name_missing")
    if not profile.field.strip():
        raise ExpertError("field_missing")
    long = any(len(getattr(profile, name)) > WORDS_LONGEST for name in _TEXTS)
    if len(profile.name) > NAME_LONGEST or long:
        raise ExpertError("too_long")
    if not profile.categories or set(profile.categories) - set(known.categories):
        raise ExpertError("categories")
    if set(profile.stations) - {s.id for s in known.stations if s.expert_visits}:
        raise ExpertError("stations")
    fit = all(0 < len(term) <= TERM_LONGEST for term in profile.terms)
    if len(profile.terms) > MOST_TERMS or not fit:
        raise ExpertError("terms")


def _columns(profile: ExpertProfile) -> dict[str, Any]:
    values = {field.name: getattr(profile, field.name) for field in fields(ExpertProfile)}
    return {name: list(v) if name in _LISTS else v for name, v in values.items()}


def _stored(row: Any) -> StoredExpert:
    values: dict[str, Any] = {
        field.name: getattr(row, field.name) for field in fields(StoredExpert)
    }
    return StoredExpert(**{**values, **{name: tuple(values[name]) for name in _LISTS}})


def _note(
    db: Connection, kind: str, expert_id: str, name: str, origin: Origin, *sides: Any
) -> None:
    old, new = sides
    record_event(db, kind, None, origin, expert=expert_id, name=name, old=old, new=new)
