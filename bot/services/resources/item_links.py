"""Which organisations can serve an item, decided on the item's page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy.engine import Connection

from bot.model.rights import Staff
from bot.services.record import Origin
from bot.services.resources.organisations import ORGANISATIONS, Organisation, list_organisations
from bot.services.resources.rows import change_resource, save_resource
from bot.services.resources.service_items import ITEMS, ItemProfile, StoredItem


def serving(db: Connection, item_id: str) -> list[Organisation]:
    """The organisations that can serve it."""
    return [each for each in list_organisations(db) if item_id in each.services]


def save_item_with_links(
    db: Connection,
    seen: StoredItem | None,
    profile: ItemProfile,
    shown: Collection[int],
    chosen: Collection[int],
    staff: Staff,
    origin: Origin,
) -> StoredItem:
    """Save an item and who can serve it; a link is a change of the organisation, on its record.

    `shown`: ids of the organisations that the page had as serving it, `chosen`: as they are to be.
    Others that were linked meanwhile stay. Raises ForbiddenError, ServiceItemError.
    """
    saved = save_resource(db, ITEMS, seen, profile, staff, origin)
    for each in list_organisations(db):
        linked = saved.id in each.services
        if linked and each.id in shown and each.id not in chosen:
            services = tuple(s for s in each.services if s != saved.id)
        elif not linked and each.id in chosen and each.id not in shown:
            services = (*each.services, saved.id)
        else:
            continue
        change_resource(db, ORGANISATIONS, each, replace(each, services=services), origin)
    return saved
