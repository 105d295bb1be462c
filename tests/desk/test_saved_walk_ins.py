"""暂存的接件: a form taken down at the desk is left, gone on with, given up; nothing is lost."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from bot.storage.database import reading
from bot.storage.tables import drafts
from bot.web.desk import saved_walk_in_pages
from tests.desk.demands import FENGHUANGHU, said
from tests.desk.office import Colleague, Office
from tests.desk.test_walk_in_pages import FORM, stored

WRONG_TELEPHONE = "1398300"
MARK = re.compile(r'name="(seen\.\w+)" value="(\w+)"')


def opened(who: Colleague, path: str = "/demands/new") -> dict[str, str]:
    """What a page just opened sends besides what is typed: its mark, and those of its fields."""
    page = who.get(path).text
    found = re.search(r'name="key" value="([\w-]+)"', page)
    assert found is not None
    draft = re.search(r'name="draft" value="(\d*)"', page)
    assert draft is not None
    known = {"key": found[1], "draft": draft[1]}
    return {**known, **dict(MARK.findall(page)), "source": "window", "consent": "1"}


def saved(who: Colleague, query: str = "") -> list[str]:
    """Addresses of the forms that wait to be gone on with."""
    page = who.get(f"/demands/walk-ins{query}").text
    return list(dict.fromkeys(re.findall(r'href="/desk(/demands/walk-ins/\d+)"', page)))


def test_half_filled_form_is_left_and_a_colleague_of_the_station_goes_on(office: Office) -> None:
    clerk = office.colleague("clerk", station=FENGHUANGHU)
    half = {"company_name": FORM["company_name"], "contact": "李静"}
    kept = clerk.post("/demands/new", **opened(clerk), **half, act="keep")
    assert kept.status_code == 303
    assert stored(office) == []
    assert "暂存的接件（1）" in said(clerk.get("/demands"))
    elsewhere = office.colleague("clerk", "other", station="station_gangqiao")
    (address,) = saved(clerk)
    assert saved(elsewhere) == []
    assert elsewhere.get(address).status_code == 403
    assert elsewhere.post(f"{address}/discard").status_code == 403
    colleague = office.colleague("specialist", "second", station=FENGHUANGHU)
    assert "李静" in said(colleague.get("/demands/walk-ins"))
    assert "示例clerk" in said(colleague.get("/demands/walk-ins")), "who saved it"
    page = opened(colleague, address)
    rest = {"telephone": FORM["telephone"], "metrology_wants": FORM["metrology_wants"]}
    done = colleague.post("/demands/new", **page, **half, **rest, act="submit")
    (demand,) = stored(office)
    assert done.headers["location"] == f"/desk/demands/{demand.id}"
    assert (demand.answers["contact"], demand.station) == ("李静", FENGHUANGHU)
    assert saved(clerk) == []
    gone = clerk.get(address)
    assert gone.headers["location"] == "/desk/demands/walk-ins"
    late = clerk.post("/demands/new", **page, **half, act="keep")
    assert late.headers["location"] == f"/desk/demands/{demand.id}", "it is a demand by now"


def test_what_is_wrong_is_shown_and_the_rest_is_kept_on_either_button(office: Office) -> None:
    clerk = office.colleague("clerk", station=FENGHUANGHU)
    for act in ("keep", "submit"):
        page = opened(clerk)
        typed = {"company_name": f"永川{act}纸业有限公司", "telephone": WRONG_TELEPHONE}
        refused = clerk.post("/demands/new", **page, **typed, act=act)
        assert refused.status_code == 422
        assert "其余内容已经暂存" in said(refused)
        assert f'value="{WRONG_TELEPHONE}"' in refused.text, "nothing typed is lost"
        again = clerk.get(saved(clerk)[0]).text
        assert typed["company_name"] in again
        assert f'value="{WRONG_TELEPHONE}"' not in again
    assert len(saved(clerk)) == 2
    assert stored(office) == []


def test_form_that_lacks_something_is_kept_when_it_cannot_be_submitted(office: Office) -> None:
    clerk = office.colleague("clerk", station=FENGHUANGHU)
    refused = clerk.post("/demands/new", **opened(clerk), company_name="永川某某纸业", act="submit")
    assert refused.status_code == 422
    assert "其余内容已经暂存" in said(refused)
    (address,) = saved(clerk)
    marks = dict(MARK.findall(refused.text))
    page = opened(clerk, address)
    assert marks["seen.company_name"] == page["seen.company_name"], "the page knows what is kept"
    rest = {name: FORM[name] for name in ("contact", "telephone", "metrology_wants")}
    more = {**page, **marks, "company_name": "永川某某纸业", **rest}
    assert clerk.post("/demands/new", **more, act="submit").status_code == 303
    assert len(stored(office)) == 1


def test_two_who_fill_in_one_form_do_not_overwrite_each_other(office: Office) -> None:
    clerk = office.colleague("clerk", station=FENGHUANGHU)
    colleague = office.colleague("specialist", "second", station=FENGHUANGHU)
    clerk.post("/demands/new", **opened(clerk), company_name="永川某某纸业", act="keep")
    (address,) = saved(clerk)
    one, two = opened(clerk, address), opened(colleague, address)
    same = {"company_name": "永川某某纸业"}
    assert clerk.post("/demands/new", **one, **same, contact="李静", act="keep").is_redirect
    refused = colleague.post(
        "/demands/new", **two, **same, contact="王芳", telephone=FORM["telephone"], act="submit"
    )
    assert refused.status_code == 422
    text = said(refused)
    assert "同事刚存过这份表" in text
    assert "李静" in text
    assert "王芳" in refused.text
    kept = said(clerk.get(address)), clerk.get(address).text
    assert 'value="李静"' in kept[1], "what was stored first stays until somebody chooses"
    assert FORM["telephone"] in kept[1], "what is in no conflict is kept"
    chosen = {**dict(MARK.findall(refused.text)), "seen.contact": ""}
    mark = re.search(r'data-conflict="(\w+)"', refused.text)
    assert mark is not None
    chosen["seen.contact"] = mark[1]
    done = colleague.post(
        "/demands/new", **{**two, **chosen}, **same, contact="王芳",
        telephone=FORM["telephone"], metrology_wants=FORM["metrology_wants"], act="submit",
    )  # fmt: skip
    assert done.status_code == 303
    assert stored(office)[0].answers["contact"] == "王芳"


def test_saved_forms_are_shown_page_by_page_the_last_saved_first(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_walk_in_pages, "PAGE", 2)
    clerk = office.colleague("clerk", station=FENGHUANGHU)
    pages = [opened(clerk) for _ in range(3)]
    for page, name in zip(pages, ("甲纸业", "乙纸业", "丙纸业"), strict=True):
        clerk.post("/demands/new", **page, company_name=f"永川{name}", act="keep")
    again = opened(clerk, saved(clerk, "?start=2")[0])
    clerk.post("/demands/new", **again, company_name="永川甲纸业", contact="李静", act="keep")
    first = said(clerk.get("/demands/walk-ins"))
    assert first.index("甲纸业") < first.index("丙纸业")
    assert "乙纸业" not in first
    assert "更早的接件" in first
    second = said(clerk.get("/demands/walk-ins?start=2"))
    assert "乙纸业" in second
    assert "丙纸业" not in second
    assert "没有更早的了" in second
    assert "暂存的接件（3）" in said(clerk.get("/demands")), "those of all pages"


def test_form_given_up_is_deleted(office: Office) -> None:
    clerk = office.colleague("clerk", station=FENGHUANGHU)
    clerk.post("/demands/new", **opened(clerk), company_name="永川某某纸业", act="keep")
    (address,) = saved(clerk)
    assert clerk.post(f"{address}/discard").status_code == 303
    assert saved(clerk) == []
    with reading(office.engine) as db:
        (draft,) = db.execute(sa.select(drafts)).all()
        assert (draft.status, draft.answers) == ("given_up", {})
    assert clerk.post(f"{address}/discard").headers["location"] == "/desk/demands/walk-ins"


@pytest.mark.parametrize("telephone", ["13983000001", WRONG_TELEPHONE])
def test_nothing_is_lost_of_a_form_that_a_colleague_gave_up_meanwhile(
    office: Office, telephone: str
) -> None:
    clerk = office.colleague("clerk", station=FENGHUANGHU)
    colleague = office.colleague("specialist", "second", station=FENGHUANGHU)
    known = {"company_name": "永川某某纸业", "contact": "李静"}
    clerk.post("/demands/new", **opened(clerk), **known, act="keep")
    (address,) = saved(clerk)
    page = opened(clerk, address)
    assert colleague.post(f"{address}/discard").status_code == 303
    kept = clerk.post("/demands/new", **page, **known, telephone=telephone, act="keep")
    if telephone == WRONG_TELEPHONE:
        assert "已另存为新的一份" in said(kept)
        assert "有 1 处没有填对" in said(kept)
        assert all(word in kept.text for word in (*known.values(), telephone))
    else:
        page_after = clerk.http.get(kept.headers["location"])
        assert "已另存为新的一份" in said(page_after)
        assert telephone in page_after.text
    (anew,) = saved(clerk)
    assert all(word in clerk.get(anew).text for word in known.values())
    again = clerk.post("/demands/new", **opened(clerk, anew), **known, act="keep")
    assert "另存" not in said(clerk.http.get(again.headers["location"])), "said once"


def test_nothing_is_kept_without_consent_and_nothing_typed_is_lost(office: Office) -> None:
    clerk = office.colleague("clerk", station=FENGHUANGHU)
    page = {**opened(clerk), "consent": ""}
    refused = clerk.post("/demands/new", **page, company_name="永川某某纸业", act="keep")
    assert "请向企业说明信息用途" in said(refused)
    assert 'value="永川某某纸业"' in refused.text
    assert saved(clerk) == []
    with reading(office.engine) as db:
        assert db.execute(sa.select(drafts)).all() == []
