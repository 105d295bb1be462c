"""服务机构: departments and technical organisations, kept by hand or as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import Connection

from bot.demand_texts import KIND_NAMES
from bot.model.resource_errors import OrganisationError
from bot.model.rights import Staff
from bot.services.demand.matching import Standing, organisation_standings
from bot.services.record import Origin
from bot.services.resources.organisations import (
    ORGANISATION_SHEET,
    ORGANISATIONS,
    Organisation,
    OrganisationProfile,
)
from bot.services.resources.rows import save_resource
from bot.services.resources.service_items import list_items
from bot.web.desk import resource_texts as texts
from bot.web.desk.resource_pages import ResourceViews
from bot.web.guard import Posted
from knowledge import load_knowledge


def _list_values(db: Connection, staff: Staff, found: Sequence[Organisation]) -> dict[str, Any]:
    standings = organisation_standings(db)
    return {
        "kinds": KIND_NAMES,
        "standings": {each.id: standings.get(each.id, Standing()) for each in found},
    }


def _form_values(db: Connection, shown: Organisation, refused: Posted) -> dict[str, Any]:
    return {
        "kinds": KIND_NAMES,
        "services": [i for i in list_items(db) if i.active or i.id in shown.services],
        "stations": [(station.id, station.name) for station in load_knowledge().stations],
    }


def _save(
    db: Connection,
    seen: Organisation | None,
    profile: OrganisationProfile,
    posted: Posted,
    staff: Staff,
    origin: Origin,
) -> str:
    save_resource(db, ORGANISATIONS, seen, profile, staff, origin)
    return texts.SAVED


ORGANISATION_VIEWS = ResourceViews(
    at="/organisations",
    one="{id:int}",
    sheet=ORGANISATION_SHEET,
    new=Organisation("", "technical"),
    filters=("kind", "category"),
    searched=lambda each: (each.name, *each.capabilities, each.contact),
    tags=lambda each: (each.kind, *each.categories),
    list_values=_list_values,
    form_values=_form_values,
    save=_save,
    errors={OrganisationError: texts.ORGANISATION_ERRORS},
)
