"""The service items (附件3《服务项目联系清单》), kept on the desk: added, changed, withdrawn."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.model.errors import NotFoundError
from bot.model.resource_errors import ServiceItemError
from bot.model.rights import Staff, require
from bot.services.record import Origin, record_event
from bot.services.resources.sheets import PARTING
from bot.storage.resource_tables import service_items as table
from knowledge import ServiceItem, load_knowledge
from knowledge.loader import TELEPHONE

NAME_LONGEST = 40
TEXT_LONGEST = 1000
WORD_LONGEST = 64
MOST_WORDS = 200
OF_ANNEX = "附件3 "
"""How a source begins that is a row of annex 3; what follows is short and names it."""


@dataclass(frozen=True)
class ItemProfile:
    """What the centre decides about an item. Ids are the knowledge's."""

    name: str  # short, for lists and workbooks: 计量服务 第1行
    heading: str  # 服务类别, one of annex 3's
    categories: tuple[str, ...]  # that it is filed under
    text: str  # 服务项目, as it is told to enterprises
    departments: tuple[str, ...]
    telephones: tuple[str, ...]
    terms: tuple[str, ...]  # words that people use for it
    also: tuple[str, ...] = ()  # categories that it serves besides
    source: str = ""
    active: bool = True


@dataclass(frozen=True)
class StoredItem(ItemProfile):
    """An item as stored; not `active`: withdrawn."""

    id: str = ""
    place: int = 0
    version: int = 1

    @property
    def item(self) -> ServiceItem:
        """As look-ups and answers know it."""
        return ServiceItem(
            id=self.id,
            group=self.heading,
            categories=self.categories,
            text=self.text,
            departments=self.departments,
            telephones=self.telephones,
            source=self.source,
            terms=self.terms,
            also=self.also,
        )


_LISTS = ("categories", "departments", "telephones", "terms", "also")


def headings() -> list[str]:
    """The 服务类别 of annex 3, in its order."""
    return list(dict.fromkeys(item.group for item in load_knowledge().services))


def list_items(db: Connection, *, active_only: bool = False) -> list[StoredItem]:
    """All of them in the list's order."""
    query = sa.select(table).order_by(table.c.place, table.c.id)
    if active_only:
        query = query.where(table.c.active)
    return [_stored(row) for row in db.execute(query)]


def get_item(db: Connection, item_id: str) -> StoredItem:
    """Raises NotFoundError."""
    row = db.execute(sa.select(table).where(table.c.id == item_id)).first()
    if row is None:
        raise NotFoundError(what="service_item", id=item_id)
    return _stored(row)


def seen_item(db: Connection, item_id: str, version: int) -> StoredItem:
    """An item as a page showed it: of that version. Raises NotFoundError."""
    return replace(get_item(db, item_id), version=version)


def add_item(db: Connection, profile: ItemProfile, origin: Origin, item_id: str = "") -> StoredItem:
    """A new item, the last of the list. Raises ServiceItemError."""
    check_item(profile)
    made = item_id or f"item_{secrets.token_hex(6)}"
    place = (db.scalar(sa.select(sa.func.max(table.c.place))) or 0) + 1
    values = {"id": made, "place": place, "created_at": origin.now, "changed_at": origin.now}
    try:
        with db.begin_nested():
            db.execute(table.insert().values(**_columns(profile), **values))
    except IntegrityError:
        raise ServiceItemError("name_taken") from None
    _note(db, "service_item_added", made, profile.name, origin, None, _columns(profile))
    return get_item(db, made)


def change_item(
    db: Connection, seen: StoredItem, profile: ItemProfile, origin: Origin
) -> StoredItem:
    """Change or withdraw an item; `seen`: as the caller saw it. Nothing new: nothing is recorded.

    Raises ServiceItemError: check_item's codes, name_taken, or stale when somebody changed it
    meanwhile. `check_categories` is the caller's, once all its changes are made.
    """
    check_item(profile)
    stored = get_item(db, seen.id)
    old, new = _columns(stored), _columns(profile)
    if old == new and stored.version == seen.version:
        return stored
    which = sa.and_(table.c.id == seen.id, table.c.version == seen.version)
    values = {**new, "version": seen.version + 1, "changed_at": origin.now}
    try:
        with db.begin_nested():
            if not db.execute(table.update().where(which).values(**values)).rowcount:
                raise ServiceItemError("stale")
    except IntegrityError:
        raise ServiceItemError("name_taken") from None
    changed = sorted(name for name in new if old[name] != new[name])
    sides = ({name: side[name] for name in changed} for side in (old, new))
    _note(db, "service_item_changed", seen.id, profile.name, origin, *sides)
    return get_item(db, seen.id)


def save_item(
    db: Connection, seen: StoredItem | None, profile: ItemProfile, staff: Staff, origin: Origin
) -> StoredItem:
    """What somebody at the desk decides: a new item, or a change of the one they saw.

    Raises ForbiddenError, ServiceItemError.
    """
    require(staff, "resources_change")
    saved = (
        add_item(db, profile, origin) if seen is None else change_item(db, seen, profile, origin)
    )
    check_categories(db)
    return saved


def check_categories(db: Connection) -> None:
    """Every category has an item in use, else its questions had no answer.

    Raises ServiceItemError category_empty.
    """
    used = {category for item in list_items(db, active_only=True) for category in item.categories}
    if empty := [c.name for c in load_knowledge().categories.values() if c.id not in used]:
        raise ServiceItemError("category_empty", categories=empty)


def seed_items(db: Connection, now: datetime) -> int:
    """Put those of knowledge/services.yml into an empty table; how many."""
    if db.scalar(sa.select(table.c.id).limit(1)) is not None:
        return 0
    origin = Origin("system", "system", now)
    entries = load_knowledge().services
    for item in entries:
        profile = ItemProfile(
            name=item.source.removeprefix(OF_ANNEX)[:NAME_LONGEST],
            heading=item.group,
            **{name: getattr(item, name) for name in ("text", "source", *_LISTS)},
        )
        add_item(db, profile, origin, item.id)
    return len(entries)


def check_item(profile: ItemProfile) -> None:
    """Raises ServiceItemError naming what is wrong with it.

    Codes: name_missing, name_parted (a cell could not hold several of them), text_missing,
    too_long, heading, categories (also those of `also`), departments, telephones, terms.
    """
    known = load_knowledge().categories
    if not profile.name.strip():
        raise ServiceItemError("name_missing")
    if PARTING.search(profile.name):
        raise ServiceItemError("name_parted")
    if not profile.text.strip():
        raise ServiceItemError("text_missing")
    if len(profile.name) > NAME_LONGEST or len(profile.text) > TEXT_LONGEST:
        raise ServiceItemError("too_long")
    if profile.heading not in headings():
        raise ServiceItemError("heading")
    if unknown := sorted({*profile.categories, *profile.also} - set(known)):
        raise ServiceItemError("categories", unknown=unknown)
    if not profile.categories:
        raise ServiceItemError("categories")
    if not profile.telephones or any(not TELEPHONE.fullmatch(t) for t in profile.telephones):
        raise ServiceItemError("telephones")
    for field in ("departments", "terms"):
        _check_words(field, getattr(profile, field))


def _check_words(field: str, words: Iterable[str]) -> None:
    listed = list(words)
    fits = all(0 < len(word) <= WORD_LONGEST for word in listed)
    if not listed or len(listed) > MOST_WORDS or not fits:
        raise ServiceItemError(field)


def _columns(profile: ItemProfile) -> dict[str, Any]:
    values = {field.name: getattr(profile, field.name) for field in fields(ItemProfile)}
    return {name: list(v) if name in _LISTS else v for name, v in values.items()}


def _stored(row: Any) -> StoredItem:
    values: dict[str, Any] = {field.name: getattr(row, field.name) for field in fields(StoredItem)}
    return StoredItem(**{**values, **{name: tuple(values[name]) for name in _LISTS}})


def _note(db: Connection, kind: str, item_id: str, name: str, origin: Origin, *sides: Any) -> None:
    old, new = sides
    record_event(db, kind, None, origin, item=item_id, name=name, old=old, new=new)
