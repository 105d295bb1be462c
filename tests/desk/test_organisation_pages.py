"""服务机构 at the desk: kept by hand, by workbook, by the centre alone."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from bot.services.resources.organisations import list_organisations
from bot.storage.database import reading
from tests.desk.demands import said, serving_organisations
from tests.desk.office import Office

FORM: dict[str, Any] = {
    "name": "永川某检测中心",
    "kind": "technical",
    "categories": ["testing", "metrology"],
    "capabilities": "陶瓷、卫浴；食品",
    "telephone": "49859793",
    "active": "1",
    "version": "1",
}


def names(office: Office) -> list[str]:
    """The names of all organisations."""
    with reading(office.engine) as db:
        return [each.name for each in list_organisations(db)]


def test_organisation_is_added_changed_and_found(office: Office) -> None:
    centre = office.colleague("centre")
    assert centre.post("/organisations/new", **FORM).status_code == 303
    page = said(centre.get("/organisations?q=卫浴&kind=technical&category=testing"))
    assert FORM["name"] in page
    assert FORM["name"] not in said(centre.get("/organisations?category=ip"))
    with reading(office.engine) as db:
        (made,) = list_organisations(db)
    assert made.capabilities == ("陶瓷", "卫浴", "食品")
    path = f"/organisations/{made.id}"
    assert centre.post(path, **{**FORM, "name": "永川某检验中心"}).status_code == 303
    late = centre.post(path, **{**FORM, "name": "又一个名字"})
    assert late.status_code == 409
    assert "同事刚修改过这个单位" in said(late)
    assert "永川某检验中心" in late.text
    assert names(office) == ["永川某检验中心"]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"name": " "}, "请填写名称"),
        ({"kind": "club"}, "请选择类型"),
        ({"telephone": "电话"}, "只能是数字"),
        ({"categories": ["law"]}, "没有这个服务类别"),
        ({"capabilities": "长" * 65}, "专长太多"),
    ],
)
def test_what_is_wrong_is_said_and_kept_on_the_page(
    office: Office, wrong: dict[str, Any], why: str
) -> None:
    answer = office.colleague("centre").post("/organisations/new", **{**FORM, **wrong})
    assert answer.status_code == 422
    assert why in said(answer)
    assert "49859793" in answer.text or "telephone" in wrong
    assert names(office) == []


def test_specialist_sees_and_does_not_change(office: Office) -> None:
    serving_organisations(office)
    specialist = office.colleague("specialist")
    page = said(specialist.get("/organisations"))
    assert "甲检测机构" in page
    assert "添加单位" not in page
    assert specialist.post("/organisations/new", **FORM).status_code == 403
    assert FORM["name"] not in names(office)


def test_workbook_goes_out_and_comes_back_with_faults_named_by_row(office: Office) -> None:
    serving_organisations(office)
    centre = office.colleague("centre")
    sent = centre.get("/organisations/export").content
    book = openpyxl.load_workbook(io.BytesIO(sent))
    sheet = book.active
    assert sheet is not None
    sheet.append(["丙检测机构", "技术服务机构", "计量", *[""] * 8])
    sheet.append(["丁检测机构", "协会", "法律", *[""] * 8])
    answer = centre.upload("/organisations/import", {"file": ("机构.xlsx", saved(book))})
    assert answer.status_code == 422
    page = said(answer)
    assert "没有导入任何内容" in page
    assert f"第{sheet.max_row}行" in page
    assert "丙检测机构" not in names(office), "wholly or not at all"
    sheet.delete_rows(sheet.max_row)
    done = centre.upload("/organisations/import", {"file": ("机构.xlsx", saved(book))})
    assert done.status_code == 303
    assert "新增 1 个，修改 0 个，没有变化 3 个" in said(centre.get("/organisations"))
    assert "丙检测机构" in names(office)


def test_other_files_are_no_workbook(office: Office) -> None:
    centre = office.colleague("centre")
    answer = centre.upload("/organisations/import", {"file": ("机构.xlsx", b"name,kind\n")})
    assert answer.status_code == 415
    empty = openpyxl.Workbook()
    answer = centre.upload("/organisations/import", {"file": ("机构.xlsx", saved(empty))})
    assert answer.status_code == 422
    assert "缺少这些列" in said(answer) or "表里没有内容" in said(answer)


def saved(book: openpyxl.Workbook) -> bytes:
    """The workbook as a file."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
