"""Demands on the desk, as they stand when a test begins, and what a page of one says."""

from __future__ import annotations

import re
from typing import Any

import httpx
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.rights import ORGANISATION
from bot.services.demand.matter_rows import Matter, matters_of, read_matter
from bot.services.demand.rows import Demand
from bot.services.resources.organisations import Organisation
from bot.storage.database import reading, utc_now
from bot.storage.tables import messages_out
from tests.desk.office import Colleague, Office
from tests.services.conftest import ANSWERS
from tests.services.demand_setup import department, submitted_now, technical
from tests.web.site import text_of

FENGHUANGHU = "station_fenghuanghu"


def submitted_demand(
    office: Office,
    openid: str = "oEnterprise",
    answers: dict[str, Any] | None = None,
    station: str | None = None,
) -> Demand:
    """A demand that a follower submitted just now; `station`: whose code they scanned."""
    with office.engine.begin() as db:
        return submitted_now(db, openid, answers or ANSWERS, utc_now(), station=station)


def serving_organisations(office: Office) -> tuple[Organisation, Organisation, Organisation]:
    """A department and two technical organisations for metrology."""
    with office.engine.begin() as db:
        first, second = (technical(db, name) for name in ("甲检测机构", "乙检测机构"))
        return department(db), first, second


def people_of(office: Office, organisation: Organisation, login: str) -> Colleague:
    """Somebody of an organisation, signed in."""
    return office.colleague(ORGANISATION, login, organisation_id=organisation.id)


def first_matter(office: Office, demand: Demand) -> Matter:
    """The demand's first matter as it is now."""
    with reading(office.engine) as db:
        return matters_of(db, demand.id)[0]


def take(who: Colleague, matter: Matter, step: str, **given: Any) -> httpx.Response:
    """Press a step's button on the page that showed the matter as `matter`."""
    path = f"/demands/{matter.demand_id}/matters/{matter.id}/{step}"
    return who.post(path, version=matter.version, **given)


def taken(office: Office, who: Colleague, matter: Matter, step: str, **given: Any) -> Matter:
    """The same, where it is done; the matter after it."""
    answer = take(who, matter, step, **given)
    assert answer.status_code == 303, text_of(answer.text)
    with reading(office.engine) as db:
        return read_matter(db, matter.id)


def analyse(who: Colleague, demand: Demand, service: str = "metrology_verification") -> None:
    """The centre settles the demand's one matter; `service` "outside": not of annex 3."""
    page = who.get(f"/demands/{demand.id}").text
    version = re.search(r'analysis#analysis">.*?name="version" value="(\d+)"', page, re.DOTALL)
    assert version is not None, "the page offers no analysis"
    row = {"row": "1", "keep.1": "1", "category.1": "metrology", "service.1": service}
    answer = who.post(
        f"/demands/{demand.id}/analysis", version=version[1], **row, **{"wants.1": "计量检定"}
    )
    assert answer.status_code == 303, text_of(answer.text)


def notices(db: Connection, user_id: int) -> list[str]:
    """What the enterprise was told, in order."""
    c = messages_out.c
    rows = db.execute(sa.select(c.body).where(c.user_id == user_id).order_by(c.id))
    return [row.body["text"] for row in rows]


def said(answer: httpx.Response) -> str:
    """What a person reads."""
    return text_of(answer.text)
