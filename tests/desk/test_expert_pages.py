"""质量专家 at the desk: kept by hand and as a workbook; who retires is replaced by session."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser

from bot.services.resources.experts import StoredExpert, get_expert, list_experts
from bot.storage.database import reading
from tests.desk.demands import said
from tests.desk.office import Colleague, Office
from tests.desk.rota import booked, ids_of, made, stored
from tests.desk.test_organisation_pages import saved
from tests.web.booking_site import workday

AT = "/experts"
NEW: dict[str, Any] = {
    "name": "何工",
    "organisation": "永川某研究所",
    "field": "商标与地理标志",
    "categories": ["ip"],
    "terms": "地理标志、集体商标",
    "stations": ["fenghuanghu"],
    "availability": "每月第二周",
    "active": "1",
    "version": "1",
}


def expert(office: Office, expert_id: str) -> StoredExpert:
    """The expert as they stand."""
    with reading(office.engine) as db:
        return get_expert(db, expert_id)


def change(office: Office, who: Colleague, expert_id: str, **changed: Any) -> Any:
    """Save the expert's page with these fields changed; None: a box that is not ticked."""
    now = expert(office, expert_id)
    form = {
        "version": str(now.version),
        "name": now.name,
        "organisation": now.organisation,
        "field": now.field,
        "categories": list(now.categories),
        "terms": "、".join(now.terms),
        "stations": list(now.stations),
        "availability": now.availability,
        "active": "1",
        **changed,
    }
    return who.post(f"{AT}/{expert_id}", **{n: v for n, v in form.items() if v is not None})


def test_expert_is_added_found_and_changed_with_the_change_on_record(office: Office) -> None:
    centre = office.colleague("centre")
    assert centre.post(f"{AT}/new", **NEW).status_code == 303
    page = said(centre.get(f"{AT}?q=地理标志&category=ip&use=active"))
    assert "何工" in page
    assert "凤凰湖" in page
    with reading(office.engine) as db:
        new = list_experts(db)[-1]
    assert change(office, centre, new.id, field="地理标志").status_code == 303
    line = "专长：商标与地理标志 → 地理标志"
    assert line in said(centre.get(f"{AT}/{new.id}"))
    assert line in said(centre.get("/audit?group=resources"))
    late = centre.post(f"{AT}/{new.id}", **NEW)
    assert late.status_code == 409
    assert "同事刚修改过这位专家" in said(late)
    assert expert(office, new.id).field == "地理标志"


def test_session_of_a_retired_expert_is_shown_until_somebody_takes_it(office: Office) -> None:
    on = made(office)
    booking = booked(office, ids_of(office, on)[0])
    centre = office.colleague("centre")
    assert "需换专家" not in said(centre.get(f"/rota?date={workday()}"))
    assert change(office, centre, "trademark", active=None).status_code == 303
    assert "还有 1 场接访，请逐场换人" in said(centre.get(AT))
    clerk = office.colleague("clerk", station="station_fenghuanghu")
    for colleague in (centre, clerk):
        page = said(colleague.get(f"/rota?date={workday()}"))
        assert "专家已停用、需换专家的场次" in page
    elsewhere = office.colleague("clerk", "clerk2", station="station_gangqiao")
    assert "需换专家" not in said(elsewhere.get(f"/rota?date={workday()}"))
    page = said(centre.get(f"/rota/sessions/{on.id}"))
    assert "已停用，需换专家" in page
    assert "可换的专家" in page
    assert "陈静" in page
    assert booking.number is not None
    assert booking.number in page
    form = centre.get(f"/rota/sessions/{on.id}/change").text
    assert "已停用" in form
    fields = {
        "version": str(on.version),
        "station": "fenghuanghu",
        "day": workday().isoformat(),
        "begins": "14:00",
        "seats": "1",
        "categories": ["ip"],
        "reason": "专家换人",
    }
    path = f"/rota/sessions/{on.id}/change"
    assert centre.post(path, **fields, experts=["patent"]).status_code == 303
    assert stored(office, on).experts == ("patent",)
    assert "需换专家" not in said(centre.get(f"/rota?date={workday()}"))
    other = made(office, station="gangqiao", experts=("testing",), categories=("testing",))
    wrong = {**fields, "station": "gangqiao", "experts": ["trademark"], "version": "1"}
    refused = centre.post(f"/rota/sessions/{other.id}/change", **wrong)
    assert "专家周明已停用，请另选一位" in said(refused)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"name": ""}, "请填写姓名"),
        ({"field": " "}, "请填写专长"),
        ({"categories": []}, "至少选择一个服务类别"),
        ({"stations": ["admin_centre"]}, "没有这个接访服务站"),
        ({"name": "陈静", "organisation": "大专院校（示例）"}, "已有同名的专家"),
    ],
)
def test_what_is_wrong_is_said_and_kept_on_the_page(
    office: Office, wrong: dict[str, Any], why: str
) -> None:
    answer = office.colleague("centre").post(f"{AT}/new", **{**NEW, **wrong})
    assert answer.status_code == 422
    assert why in said(answer)
    assert "集体商标" in answer.text
    with reading(office.engine) as db:
        assert len(list_experts(db)) == 8


def test_specialist_sees_and_does_not_change(office: Office) -> None:
    specialist = office.colleague()
    assert "添加专家" not in said(specialist.get(AT))
    assert "保存</button>" not in specialist.get(f"{AT}/patent").text
    assert change(office, specialist, "patent", name="改名").status_code == 403
    assert expert(office, "patent").name == "陈静"
    assert specialist.get(f"{AT}/nobody").status_code == 404


def test_workbook_goes_out_and_comes_back_with_faults_named_by_row_and_column(
    office: Office,
) -> None:
    centre = office.colleague("centre")
    change(office, centre, "brand", field="=1+1")
    exported = centre.get(f"{AT}/export").content
    same = centre.upload(f"{AT}/import", {"file": ("专家.xlsx", exported)})
    assert same.status_code == 303
    assert "新增 0 个，修改 0 个，没有变化 8 个" in said(centre.get(AT))
    book = openpyxl.load_workbook(io.BytesIO(exported))
    sheet = book.active
    assert sheet is not None
    head = [cell.value for cell in sheet[1]]
    field = sheet.cell(9, head.index("专长") + 1)
    assert (field.value, field.data_type, field.quotePrefix) == ("=1+1", "s", True)
    row = {"姓名": "何工", "单位": "研究所", "专长": "商标", "服务类别": "知识产权"}
    sheet.append([row.get(name, "") for name in head])
    sheet.append([{**row, "接访服务站": "区行政服务中心"}.get(name, "") for name in head])
    sheet.append([{**row, "姓名": "李工", "在聘": "也许"}.get(name, "") for name in head])
    sheet.append([row.get(name, "") for name in head])
    answer = centre.upload(f"{AT}/import", {"file": ("专家.xlsx", saved(book))})
    assert answer.status_code == 422
    page = said(answer)
    assert "第11行“接访服务站”：没有“区行政服务中心”这一项" in page
    assert "第12行“在聘”：要写“是”或“否”" in page
    assert "第13行“姓名”：这个名称在表里有两行" in page
    with reading(office.engine) as db:
        assert len(list_experts(db)) == 8, "wholly or not at all"
    sheet.delete_rows(11, 3)
    sheet.cell(2, head.index("在聘") + 1).value = "否"
    done = centre.upload(f"{AT}/import", {"file": ("专家.xlsx", saved(book))})
    assert done.status_code == 303
    assert "新增 1 个，修改 1 个，没有变化 7 个" in said(centre.get(AT))
    assert not expert(office, "trademark").active


def test_centre_retires_an_expert_in_the_browser(office: Office, browser: Browser) -> None:
    on = made(office)
    page = office.open_page(browser, office.hire("centre"), AT, width=820)
    page.click("text=周明")
    page.uncheck("input[name=active]")
    page.click("text=保存")
    page.wait_for_selector("text=还有 1 场接访，请逐场换人")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.click("tr:has-text('周明') >> a:has-text('凤凰湖')")
    page.wait_for_selector("text=已停用，需换专家")
    page.click("text=换专家 >> nth=-1")
    page.uncheck("input[name=experts][value=trademark]")
    page.check("input[name=experts][value=patent]")
    page.fill("#reason", "专家换人")
    page.click("text=保存修改")
    page.wait_for_selector("text=场次已修改")
    assert stored(office, on).experts == ("patent",)
    page.close()
