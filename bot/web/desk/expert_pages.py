"""质量专家: the directory of experts as the centre keeps it, by hand or as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.engine import Connection

from bot.model.calendar import local_date
from bot.model.resource_errors import ExpertError
from bot.model.rights import Staff
from bot.services.booking import says
from bot.services.booking.desk_rota import see_rota
from bot.services.booking.substitutes import sessions_without_expert
from bot.services.record import Origin
from bot.services.resources.experts import EXPERT_SHEET, EXPERTS, ExpertProfile, StoredExpert
from bot.services.resources.organisations import list_organisations
from bot.services.resources.rows import save_resource
from bot.storage.database import utc_now
from bot.web.desk import resource_texts as texts
from bot.web.desk.resource_pages import ResourceViews
from bot.web.desk.rota_pages import visited_stations
from bot.web.guard import Posted
from knowledge.rota import load_rota


def _list_values(db: Connection, staff: Staff, found: Sequence[StoredExpert]) -> dict[str, Any]:
    """Each one's next session: {expert: (session, when and where)}."""
    today = local_date(utc_now())
    ahead = today + timedelta(days=load_rota().rules.horizon_days)
    coming: dict[str, tuple[int, str]] = {}
    for session, _ in see_rota(db, staff, today, ahead):
        for expert in session.experts if session.status == "open" else ():
            when = f"{says.time_text(session.starts_at)} {says.short_name(session.station)}"
            coming.setdefault(expert, (session.id, when))
    return {"coming": coming, "stations": dict(visited_stations())}


def _form_values(db: Connection, shown: StoredExpert, refused: Posted) -> dict[str, Any]:
    organisations = list_organisations(db, active_only=True)
    return {"stations": visited_stations(), "organisations": organisations}


def _save(
    db: Connection,
    seen: StoredExpert | None,
    profile: ExpertProfile,
    posted: Posted,
    staff: Staff,
    origin: Origin,
) -> str:
    """Of who retires, the sessions left are named."""
    saved = save_resource(db, EXPERTS, seen, profile, staff, origin)
    left = sum(saved.id in each.experts for each in sessions_without_expert(db, origin.now))
    return texts.EXPERT_RETIRED.format(n=left) if left else texts.SAVED


EXPERT_VIEWS = ResourceViews(
    at="/experts",
    one="{id}",
    sheet=EXPERT_SHEET,
    new=StoredExpert("", "", "", ()),
    filters=("category", "use"),
    searched=lambda each: (each.name, each.organisation, each.field, *each.terms),
    tags=lambda each: (*each.categories, "active" if each.active else "retired"),
    list_values=_list_values,
    form_values=_form_values,
    save=_save,
    errors={ExpertError: texts.EXPERT_ERRORS},
)
