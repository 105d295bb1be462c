"""代为接件 and 质量事项清单 at the desk, in the hands of a clerk and of the centre."""

from __future__ import annotations

import re

import sqlalchemy as sa

from bot.services.demand.rows import Demand, demand_of_row
from bot.storage.database import reading
from bot.storage.tables import demands
from tests.desk.demands import FENGHUANGHU, said
from tests.desk.office import Colleague, Office
from tests.services.conftest import ANSWERS

FORM = {
    "company_name": ANSWERS["company_name"],
    "contact": ANSWERS["contact"],
    "telephone": ANSWERS["telephone"],
    "metrology_wants": ["计量检定、校准"],
    "source": "window",
    "consent": "1",
}
ENTRY = {"company": "永川某某纸业", "problem": "纸箱耐破度总不合格", "source": "visit"}


def key_of(who: Colleague) -> str:
    """The mark of a page just opened."""
    found = re.search(r'name="key" value="([\w-]+)"', who.get("/demands/new").text)
    assert found is not None
    return found[1]


def stored(office: Office) -> list[Demand]:
    """All demands."""
    with reading(office.engine) as db:
        return [demand_of_row(row) for row in db.execute(sa.select(demands))]


def test_form_of_a_walk_in_becomes_one_demand(office: Office) -> None:
    clerk = office.colleague("clerk", station=FENGHUANGHU)
    key = key_of(clerk)
    first = clerk.post("/demands/new", key=key, **FORM)
    again = clerk.post("/demands/new", key=key, **FORM)
    assert first.status_code == again.status_code == 303
    (demand,) = stored(office)
    assert first.headers["location"] == again.headers["location"] == f"/desk/demands/{demand.id}"
    assert (demand.source, demand.station, demand.channel) == ("window", FENGHUANGHU, "desk")
    assert demand.answers["wanted"] == ["计量服务"], "what is filled in is wanted"
    page = said(clerk.get(f"/demands/{demand.id}"))
    assert "窗口代为接件" in page
    assert clerk.post("/demands/new", key=key_of(clerk), **FORM).status_code == 303
    assert len(stored(office)) == 2


def test_page_says_what_is_wrong_and_keeps_what_was_typed(office: Office) -> None:
    clerk = office.colleague("clerk", station=FENGHUANGHU)
    for wrong, why in (
        ({"telephone": "1398"}, "有 1 处没有填对"),
        ({"company_name": " "}, "有 1 处没有填对"),
        ({"consent": ""}, "请向企业说明信息用途"),
        ({"source": "pigeon"}, "请选择来源和服务站"),
        ({"founded": "2008年13月"}, "没有填对"),
    ):
        answer = clerk.post("/demands/new", key=key_of(clerk), **{**FORM, **wrong})
        assert answer.status_code == 422, wrong
        assert why in said(answer), wrong
        assert "质量部" in answer.text, "what was typed is kept"
    assert stored(office) == []
    other = clerk.post("/demands/new", key=key_of(clerk), **FORM, station="station_gangqiao")
    assert other.status_code == 403


def test_list_of_a_station_is_handed_over_and_becomes_a_demand(office: Office) -> None:
    clerk = office.colleague("clerk", station=FENGHUANGHU)
    elsewhere = office.colleague("specialist", station="station_gangqiao")
    centre = office.colleague("centre")
    refused = clerk.post("/demands/quality-matters", **{**ENTRY, "problem": ""})
    assert refused.status_code == 422
    assert "请填写质量事项" in said(refused)
    assert ENTRY["company"] in refused.text
    assert clerk.post("/demands/quality-matters", **ENTRY).status_code == 303
    assert ENTRY["company"] in said(clerk.get("/demands/quality-matters"))
    assert ENTRY["company"] not in said(elsewhere.get("/demands/quality-matters"))
    (entry,) = re.findall(r'name="entry" value="(\d+)"', clerk.get("/demands/quality-matters").text)
    assert elsewhere.post("/demands/quality-matters/submit", entry=entry).status_code == 403
    assert clerk.post(f"/demands/quality-matters/{entry}/settle", answer="x").status_code == 403
    early = centre.post(f"/demands/quality-matters/{entry}/settle", version=1, answer="已安排")
    assert early.status_code == 409
    assert clerk.post("/demands/quality-matters/submit", entry=entry).status_code == 303
    page = centre.get(f"/demands/new?entry={entry}").text
    assert ENTRY["company"] in page
    made = centre.post(
        "/demands/new", key=key_of(centre), entry=entry,
        **{**FORM, "company_name": ENTRY["company"], "station": FENGHUANGHU},
    )  # fmt: skip
    assert made.status_code == 303
    (demand,) = stored(office)
    page = said(clerk.get("/demands/quality-matters"))
    assert demand.number in page
    assert "已处理" in page
