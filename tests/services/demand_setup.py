"""Demands on their way: people who come to them, organisations, and matters at a state."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.demand_actor import DemandActor, Given, by_enterprise, by_link, by_staff
from bot.model.rights import Staff
from bot.services.demand.demands import submit_draft
from bot.services.demand.matter_plans import analyse_demand, propose_plans
from bot.services.demand.matter_rows import Matter, matters_of
from bot.services.demand.rating import rate_matter
from bot.services.demand.rows import Demand, get_demand
from bot.services.demand.steps import take_step
from bot.services.record import Origin
from bot.services.resources.organisations import ORGANISATIONS, Organisation, OrganisationProfile
from bot.services.resources.rows import add_resource
from bot.storage.tables import events, messages_out
from tests.services.conftest import ANSWERS, NOW, add_user, ready_draft

DESK = Origin("desk", "staff:1", NOW)
LATER = NOW + timedelta(days=3)
TWO_WANTS: dict[str, Any] = {
    **ANSWERS,
    "wanted": ["计量服务", "知识产权服务"],
    "ip_wants": ["商标申请受理咨询服务"],
}
OTHER_WANTS: dict[str, Any] = {
    **{name: ANSWERS[name] for name in ("company_name", "contact", "telephone")},
    "wanted": ["其他服务"],
    "other_wants": "产品碳足迹怎么算",
}


def staff(role: str, station: str | None = None, number: int = 1, **values: Any) -> DemandActor:
    """Somebody at the desk."""
    return by_staff(Staff(number, f"{role}{number}", "张工", role, station, **values))


CENTRE = staff("centre")


def department(db: Connection, name: str = "区市场监管局", **values: Any) -> Organisation:
    """A department for metrology and intellectual property."""
    given = {"categories": ("metrology", "ip"), "telephone": "49473890", **values}
    return add_resource(db, ORGANISATIONS, OrganisationProfile(name, "department", **given), DESK)


def technical(db: Connection, name: str = "示例检测机构", **values: Any) -> Organisation:
    """A technical organisation."""
    given = {"categories": ("metrology",), **values}
    return add_resource(db, ORGANISATIONS, OrganisationProfile(name, "technical", **given), DESK)


def submitted(
    db: Connection, openid: str = "oUser", answers: dict[str, Any] | None = None, **values: Any
) -> Demand:
    """A demand just submitted by a follower."""
    return submitted_now(db, openid, answers, NOW, **values)


def submitted_now(
    db: Connection, openid: str, answers: dict[str, Any] | None, now: datetime, **values: Any
) -> Demand:
    """A demand submitted by a follower at a moment."""
    user = add_user(db, openid, **values)
    draft = ready_draft(db, user, answers)
    return submit_draft(db, draft, channel="wechat", actor="user", now=now)


def analysed(db: Connection, demand: Demand, now: datetime = NOW) -> list[Matter]:
    """Its matters as the centre settles them, taking over what is proposed."""
    plans = propose_plans(db, matters_of(db, demand.id))
    return analyse_demand(db, demand, plans, CENTRE, now)


def forwarded(db: Connection, demand: Demand, organisation: Organisation) -> Matter:
    """Its first matter, with the organisation."""
    matter = analysed(db, demand)[0]
    name = "forward" if organisation.kind == "department" else "match"
    return take_step(db, name, matter, CENTRE, NOW, Given(organisation_id=organisation.id))


def completed(db: Connection, matter: Matter, now: datetime = NOW) -> Matter:
    """A matter with an organisation, served to its end by it."""
    assert matter.organisation_id is not None
    who = by_link(matter.organisation_id)
    matter = take_step(db, "accept", matter, who, now)
    times = Given(starts_at=now + timedelta(days=1), location="企业厂区")
    matter = take_step(db, "schedule", matter, who, now, times)
    matter = take_step(db, "start", matter, who, now + timedelta(days=1))
    done = Given(record="已完成检定，出具证书。")
    return take_step(db, "complete", matter, who, now + timedelta(days=1), done)


def rated(db: Connection, matter: Matter, score: int, words: str = "") -> Matter:
    """The enterprise's rating of it."""
    user = get_demand(db, matter.demand_id).user_id
    return rate_matter(db, matter, score, words, by_enterprise(user), NOW + timedelta(days=2))


def told(db: Connection, user_id: int) -> list[str]:
    """What the user was told, in order."""
    query = sa.select(messages_out.c.body).where(messages_out.c.user_id == user_id)
    return [row.body["text"] for row in db.execute(query.order_by(messages_out.c.id))]


def recorded(db: Connection, kind: str) -> list[Any]:
    """The record's events of a kind."""
    query = sa.select(events).where(events.c.kind == kind).order_by(events.c.id)
    return list(db.execute(query))
