"""How a resource of any kind is kept: listed, added, changed or retired, each change on record.

A kind is what its ResourceKind says. Its profile is a frozen dataclass of what the centre decides
(`name` and `active` among it); as stored it is a subclass with `id` and `version`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import Field, dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.model.errors import NotFoundError
from bot.model.resource_errors import ResourceError
from bot.model.rights import Staff, require
from bot.services.record import Origin, record_event


class Profile(Protocol):
    """What is decided about a resource; lists are tuples."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def name(self) -> str:
        """As lists and the record call it."""

    @property
    def active(self) -> bool:
        """Not: withdrawn or retired; nothing is deleted."""


class Stored(Profile, Protocol):
    """A resource as stored."""

    @property
    def id(self) -> Any:
        """Words, or a number where the database gives it."""

    @property
    def version(self) -> int:
        """Grows with each change."""


P = TypeVar("P", bound=Profile)
S = TypeVar("S", bound=Stored)


@dataclass(frozen=True)
class LinkedField:
    """A field whose values are rows of a table that links.

    `known`: what may be linked; `read`: {resource: its values}, of all or of one; `write`: these
    values instead of those that were.
    """

    name: str
    known: Callable[[Connection], set[str]]
    read: Callable[[Connection, Any], Mapping[Any, tuple[str, ...]]]
    write: Callable[[Connection, Any, tuple[str, ...]], None]


@dataclass(frozen=True)
class ResourceKind(Generic[P, S]):
    """The facts of a kind.

    `what`: the name under which events hold its id; `event`: how the events' kinds begin.
    `words`, `ids`, `flags`: the profile's fields that are words as people write them, ids that they
    choose among, yes or no; all others are texts. `check`: raises `error` for a profile that cannot
    be; `check_all`: for a whole that cannot be. `seed`: what knowledge/ has, by id.
    """

    what: str
    event: str
    table: sa.Table
    profile: type[P]
    stored: type[S]
    error: type[ResourceError]
    words: tuple[str, ...]
    ids: tuple[str, ...]
    flags: tuple[str, ...]
    check: Callable[[P], None]
    seed: Callable[[], Sequence[tuple[str, P]]]
    order: tuple[str, ...] = ("place", "id")
    linked: LinkedField | None = None
    check_all: Callable[[Connection], None] = lambda db: None


def list_resources(
    db: Connection, kind: ResourceKind[P, S], *, active_only: bool = False
) -> list[S]:
    """All of them in their order."""
    query = sa.select(kind.table).order_by(*(kind.table.c[name] for name in kind.order))
    if active_only:
        query = query.where(kind.table.c.active)
    linked = kind.linked.read(db, None) if kind.linked else {}
    return [_stored(kind, row, linked) for row in db.execute(query)]


def get_resource(db: Connection, kind: ResourceKind[P, S], resource_id: Any) -> S:
    """Raises NotFoundError."""
    row = db.execute(sa.select(kind.table).where(kind.table.c.id == resource_id)).first()
    if row is None:
        raise NotFoundError(what=kind.event, id=resource_id)
    return _stored(kind, row, kind.linked.read(db, resource_id) if kind.linked else {})


def add_resource(
    db: Connection, kind: ResourceKind[P, S], profile: P, origin: Origin, resource_id: str = ""
) -> S:
    """A new one, the last in order. Raises the kind's error: a code of its check or name_taken."""
    _check(db, kind, profile)
    values = {**_row(kind, profile), "created_at": origin.now, "changed_at": origin.now}
    if "place" in kind.table.c:
        values["id"] = resource_id or f"{kind.what}_{secrets.token_hex(6)}"
        values["place"] = (db.scalar(sa.select(sa.func.max(kind.table.c.place))) or 0) + 1
    with _taking_its_name(db, kind):
        made = db.execute(kind.table.insert().values(**values)).inserted_primary_key[0]
    new = _decided(kind, profile)
    if kind.linked:
        kind.linked.write(db, made, new[kind.linked.name])
    _record(db, kind, "added", made, profile, origin, None, new)
    return get_resource(db, kind, made)


def change_resource(
    db: Connection, kind: ResourceKind[P, S], seen: S, profile: P, origin: Origin
) -> S:
    """Change or retire one; `seen`: as the caller saw it. Nothing new: nothing is recorded.

    `check_all` is the caller's, once all its changes are made. Raises the kind's error: a code of
    its check, name_taken, or stale when somebody changed it meanwhile.
    """
    _check(db, kind, profile)
    stored = get_resource(db, kind, seen.id)
    old, new = _decided(kind, stored), _decided(kind, profile)
    if old == new and stored.version == seen.version:
        return stored
    table = kind.table
    which = sa.and_(table.c.id == seen.id, table.c.version == seen.version)
    values = {**_row(kind, profile), "version": seen.version + 1, "changed_at": origin.now}
    with _taking_its_name(db, kind):
        if not db.execute(table.update().where(which).values(**values)).rowcount:
            raise kind.error("stale")
    changed = sorted(name for name in new if old[name] != new[name])
    if kind.linked and kind.linked.name in changed:
        kind.linked.write(db, seen.id, new[kind.linked.name])
    sides = ({name: side[name] for name in changed} for side in (old, new))
    _record(db, kind, "changed", seen.id, profile, origin, *sides)
    return get_resource(db, kind, seen.id)


def save_resource(
    db: Connection,
    kind: ResourceKind[P, S],
    seen: S | None,
    profile: P,
    staff: Staff,
    origin: Origin,
) -> S:
    """What somebody at the desk decides: a new one, or a change of the one they saw.

    Raises ForbiddenError, the kind's error.
    """
    require(staff, "resources_change")
    if seen is None:
        saved = add_resource(db, kind, profile, origin)
    else:
        saved = change_resource(db, kind, seen, profile, origin)
    kind.check_all(db)
    return saved


def seed_resources(db: Connection, kind: ResourceKind[P, S], now: datetime) -> int:
    """Put those of knowledge/ into an empty table; how many."""
    if not is_empty(db, kind):
        return 0
    entries = kind.seed()
    for resource_id, profile in entries:
        add_resource(db, kind, profile, Origin("system", "system", now), resource_id)
    return len(entries)


def is_empty(db: Connection, kind: ResourceKind[P, S]) -> bool:
    """Whether there is none of the kind."""
    return db.scalar(sa.select(kind.table.c.id).limit(1)) is None


def _check(db: Connection, kind: ResourceKind[P, S], profile: P) -> None:
    kind.check(profile)
    if kind.linked:
        given = set(getattr(profile, kind.linked.name))
        if given and (unknown := given - kind.linked.known(db)):
            raise kind.error(kind.linked.name, unknown=sorted(unknown))


@contextmanager
def _taking_its_name(db: Connection, kind: ResourceKind[P, S]) -> Iterator[None]:
    """What is written inside is undone when another has the name."""
    try:
        with db.begin_nested():
            yield
    except IntegrityError:
        raise kind.error("name_taken") from None


def _decided(kind: ResourceKind[P, S], resource: Profile) -> dict[str, Any]:
    """What is decided about it, as the record holds it."""
    values = {field.name: getattr(resource, field.name) for field in fields(kind.profile)}
    return {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}


def _row(kind: ResourceKind[P, S], profile: P) -> dict[str, Any]:
    """As its own table holds it."""
    return {n: v for n, v in _decided(kind, profile).items() if n in kind.table.c}


def _stored(kind: ResourceKind[P, S], row: Any, linked: Mapping[Any, tuple[str, ...]]) -> S:
    held = dict(row._mapping)
    if kind.linked:
        held[kind.linked.name] = linked.get(row.id, ())
    values = {field.name: held[field.name] for field in fields(kind.stored)}
    return kind.stored(**{n: tuple(v) if isinstance(v, list) else v for n, v in values.items()})


def _record(
    db: Connection,
    kind: ResourceKind[P, S],
    done: str,
    resource_id: Any,
    profile: P,
    origin: Origin,
    *sides: Any,
) -> None:
    data = {kind.what: resource_id, "name": profile.name, "old": sides[0], "new": sides[1]}
    record_event(db, f"{kind.event}_{done}", None, origin, **data)
