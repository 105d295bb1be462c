"""The service items (附件3《服务项目联系清单》), kept on the desk: added, changed, withdrawn."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from bot import resource_texts as texts
from bot.model.resource_errors import ServiceItemError
from bot.services.resources.rows import ResourceKind, get_resource, list_resources
from bot.services.resources.sheets import Names, ResourceSheet
from bot.services.resources.words import PARTING, words_fit
from bot.storage.resource_tables import service_items
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


def headings() -> list[str]:
    """The 服务类别 of annex 3, in its order."""
    return list(dict.fromkeys(item.group for item in load_knowledge().services))


def list_items(db: Connection, *, active_only: bool = False) -> list[StoredItem]:
    """All of them in the list's order."""
    return list_resources(db, ITEMS, active_only=active_only)


def get_item(db: Connection, item_id: str) -> StoredItem:
    """Raises NotFoundError."""
    return get_resource(db, ITEMS, item_id)


def _check(profile: ItemProfile) -> None:
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
        listed = getattr(profile, field)
        if not listed or not words_fit(listed, WORD_LONGEST, MOST_WORDS):
            raise ServiceItemError(field)


def _check_all(db: Connection) -> None:
    """Every category has an item in use, else its questions had no answer.

    Raises ServiceItemError category_empty.
    """
    used = {category for item in list_items(db, active_only=True) for category in item.categories}
    if empty := [c.name for c in load_knowledge().categories.values() if c.id not in used]:
        raise ServiceItemError("category_empty", categories=empty)


def _seed() -> list[tuple[str, ItemProfile]]:
    """Those of knowledge/services.yml."""
    same = ("categories", "text", "departments", "telephones", "terms", "also", "source")
    return [
        (
            item.id,
            ItemProfile(
                name=item.source.removeprefix(OF_ANNEX)[:NAME_LONGEST],
                heading=item.group,
                **{name: getattr(item, name) for name in same},
            ),
        )
        for item in load_knowledge().services
    ]


def _names(db: Connection) -> Names:
    categories = {c.id: c.name for c in load_knowledge().categories.values()}
    return {"categories": categories, "also": categories}


ITEMS = ResourceKind(
    what="item",
    event="service_item",
    table=service_items,
    profile=ItemProfile,
    stored=StoredItem,
    error=ServiceItemError,
    words=("departments", "telephones", "terms"),
    ids=("categories", "also"),
    flags=("active",),
    check=_check,
    check_all=_check_all,
    seed=_seed,
)
ITEM_SHEET = ResourceSheet(
    kind=ITEMS,
    title=texts.ITEM_SHEET,
    columns={
        "name": texts.ITEM_NAME,
        "heading": texts.HEADING,
        "categories": texts.CATEGORIES,
        "also": texts.ALSO,
        "text": texts.TEXT,
        "departments": texts.DEPARTMENTS,
        "telephones": texts.TELEPHONE,
        "terms": texts.TERMS,
        "source": texts.SOURCE,
        "active": texts.ITEM_ACTIVE,
    },
    widths=texts.ITEM_COLUMNS,
    key=("name",),
    names=_names,
    faults=texts.ITEM_FAULTS,
)
