"""服务项目: the items of 附件3 as the centre keeps them, by hand or as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import Connection

from bot.model.resource_errors import OrganisationError, ServiceItemError
from bot.model.rights import Staff
from bot.services.record import Origin
from bot.services.resources.item_links import save_item_with_links
from bot.services.resources.organisations import list_organisations
from bot.services.resources.service_items import ITEM_SHEET, ItemProfile, StoredItem, headings
from bot.web.desk import resource_texts as texts
from bot.web.desk.resource_pages import ResourceViews
from bot.web.given import read_number
from bot.web.guard import Posted


def _list_values(db: Connection, staff: Staff, found: Sequence[StoredItem]) -> dict[str, Any]:
    organisations = list_organisations(db)
    serving = {item.id: [o for o in organisations if item.id in o.services] for item in found}
    return {"serving": serving}


def _form_values(db: Connection, shown: StoredItem, refused: Posted) -> dict[str, Any]:
    """`linked`: ids of the organisations that serve it; `chosen`: of those shown as chosen."""
    organisations = list_organisations(db)
    linked = {each.id for each in organisations if shown.id and shown.id in each.services}
    return {
        "headings": headings(),
        "organisations": [each for each in organisations if each.active or each.id in linked],
        "linked": linked,
        "chosen": _numbers(refused, "organisations") if refused else linked,
    }


def _save(
    db: Connection,
    seen: StoredItem | None,
    profile: ItemProfile,
    posted: Posted,
    staff: Staff,
    origin: Origin,
) -> str:
    shown, chosen = (_numbers(posted, name) for name in ("linked", "organisations"))
    save_item_with_links(db, seen, profile, shown, chosen, staff, origin)
    return texts.ITEM_SAVED


def _numbers(posted: Posted, name: str) -> set[int]:
    return {*map(read_number, posted.get(name, []))}


ITEM_VIEWS = ResourceViews(
    at="/service-items",
    one="{id}",
    sheet=ITEM_SHEET,
    new=StoredItem("", "", (), "", (), (), ()),
    filters=("category", "use"),
    searched=lambda each: (
        each.name,
        each.text,
        *each.departments,
        *each.telephones,
        *each.terms,
    ),
    tags=lambda each: (*each.categories, *each.also, "active" if each.active else "withdrawn"),
    list_values=_list_values,
    form_values=_form_values,
    save=_save,
    errors={
        ServiceItemError: texts.ITEM_ERRORS,
        # The page changes organisations as well: who can serve the item.
        OrganisationError: {**texts.ORGANISATION_ERRORS, "stale": texts.LINK_STALE},
    },
)
