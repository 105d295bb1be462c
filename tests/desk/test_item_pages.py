"""服务项目 at the desk: kept by the centre by hand and as a workbook; the desk answers with it."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser

from bot.services.resources.organisations import list_organisations
from bot.services.resources.service_items import get_item, list_items
from bot.storage.database import reading
from tests.desk.chats.talkers import follow
from tests.desk.demands import said, serving_organisations
from tests.desk.office import Colleague, Office
from tests.desk.test_organisation_pages import saved

AT = "/service-items"
ITEM = "metrology_verification"
"""计量器具强制检定/校准咨询服务: 49473890 in annex 3."""
NEW: dict[str, Any] = {
    "name": "碳足迹核查",
    "heading": "认证服务",
    "categories": ["certification"],
    "text": "产品碳足迹核查咨询服务。",
    "departments": "区市场监管局",
    "telephones": "49853128",
    "terms": "碳足迹、碳核查",
    "active": "1",
    "version": "1",
}


def form_of(office: Office, item_id: str, **changed: Any) -> dict[str, Any]:
    """What the page of an item posts, with some of it changed."""
    with reading(office.engine) as db:
        item = get_item(db, item_id)
        linked = [str(o.id) for o in list_organisations(db) if item_id in o.services]
    return {
        "version": str(item.version),
        "name": item.name,
        "heading": item.heading,
        "categories": list(item.categories),
        "also": list(item.also),
        "text": item.text,
        "departments": "、".join(item.departments),
        "telephones": "、".join(item.telephones),
        "terms": "、".join(item.terms),
        "source": item.source,
        "active": "1",
        "linked": linked,
        "organisations": linked,
        **changed,
    }


def change(office: Office, who: Colleague, item_id: str, **changed: Any) -> Any:
    """Save the item's page with these fields changed."""
    return who.post(f"{AT}/{item_id}", **form_of(office, item_id, **changed))


def telephones(office: Office) -> tuple[str, ...]:
    """The item's telephones as they stand."""
    with reading(office.engine) as db:
        return get_item(db, ITEM).telephones


def test_telephone_is_changed_and_the_change_is_on_record(office: Office) -> None:
    centre = office.colleague("centre")
    assert "49473890" in said(centre.get(f"{AT}?q=电子秤"))
    assert change(office, centre, ITEM, telephones="49850000，49850001").status_code == 303
    assert telephones(office) == ("49850000", "49850001")
    page = said(centre.get(AT))
    assert "智能助手从现在起按新的内容答复" in page
    assert "49850001" in page
    change_line = "联系电话：49473890 → 49850000、49850001"
    assert change_line in said(centre.get(f"{AT}/{ITEM}"))
    audit = said(centre.get("/audit?group=resources"))
    assert "修改服务项目" in audit
    assert change_line in audit


def test_colleague_in_a_chat_puts_in_the_new_telephone(office: Office) -> None:
    centre = office.colleague("centre")
    change(office, centre, ITEM, telephones="49850000")
    talker = follow(office, "oAsks").call()
    specialist = office.colleague()
    found = specialist.get(f"/chats/{talker.handoff}/insert", params={"q": "校准"}).text
    assert "49850000" in found
    assert "49473890" not in found.split("计量器具强制检定")[1].split("依据")[0]


def test_second_centre_colleague_sees_what_the_first_saved(office: Office) -> None:
    centre = office.colleague("centre")
    late = form_of(office, ITEM, telephones="49999999")
    change(office, centre, ITEM, telephones="49850000")
    answer = office.colleague("centre", "centre2").post(f"{AT}/{ITEM}", **late)
    assert answer.status_code == 409
    assert "同事刚修改过这个项目" in said(answer)
    assert "49850000" in answer.text
    assert telephones(office) == ("49850000",)


def test_item_is_added_linked_and_withdrawn(office: Office) -> None:
    _, first, _ = serving_organisations(office)
    centre = office.colleague("centre")
    assert centre.post(f"{AT}/new", **NEW, organisations=[str(first.id)]).status_code == 303
    page = said(centre.get(f"{AT}?q=碳足迹&category=certification&use=active"))
    assert "产品碳足迹核查咨询服务" in page
    assert first.name in page
    with reading(office.engine) as db:
        made = list_items(db)[-1]
    # The organisation's own page shows and keeps the link.
    own = centre.get(f"/organisations/{first.id}").text
    assert f'value="{made.id}" checked' in own
    audit = said(centre.get("/audit?group=resources"))
    assert "→ 碳足迹核查" in audit, "the link, by the item's name"
    assert made.id not in audit
    form = form_of(office, made.id)
    del form["active"]
    assert centre.post(f"{AT}/{made.id}", **form).status_code == 303
    assert "没有符合条件的服务项目" in said(centre.get(f"{AT}?q=碳足迹&use=active"))
    assert "停用" in said(centre.get(f"{AT}?q=碳足迹&use=withdrawn"))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"name": "商标、专利"}, "简称里不要用顿号"),
        ({"name": "知识产权 第1行"}, "已有同样简称"),
        ({"text": " "}, "请填写服务项目"),
        ({"heading": ""}, "请选择清单类别"),
        ({"categories": []}, "至少选择一个服务类别"),
        ({"departments": "、"}, "请填写承办部门"),
        ({"telephones": "打给老王"}, "只能是数字和短横线"),
        ({"terms": ""}, "企业常用的说法"),
    ],
)
def test_what_is_wrong_is_said_and_kept_on_the_page(
    office: Office, wrong: dict[str, Any], why: str
) -> None:
    answer = office.colleague("centre").post(f"{AT}/new", **{**NEW, **wrong})
    assert answer.status_code == 422
    assert why in said(answer)
    assert "碳核查" in answer.text or "terms" in wrong
    with reading(office.engine) as db:
        assert len(list_items(db)) == 15


def test_last_item_of_a_category_is_not_withdrawn(office: Office) -> None:
    centre = office.colleague("centre")
    form = form_of(office, "certification_consulting")
    del form["active"]
    answer = centre.post(f"{AT}/certification_consulting", **form)
    assert answer.status_code == 422
    assert "这样“认证”就没有在用的项目了" in said(answer)


def test_specialist_sees_and_does_not_change(office: Office) -> None:
    specialist = office.colleague()
    assert "添加项目" not in said(specialist.get(AT))
    assert "从 Excel 导入" not in said(specialist.get(AT))
    assert "保存</button>" not in specialist.get(f"{AT}/{ITEM}").text
    assert change(office, specialist, ITEM, telephones="49850000").status_code == 403
    assert telephones(office) == ("49473890",)


def test_item_that_is_not_there_is_not_found(office: Office) -> None:
    centre = office.colleague("centre")
    for path in ("nothing", "%3Cb%3E", "9" * 300):
        assert centre.get(f"{AT}/{path}").status_code == 404
    assert centre.post(f"{AT}/nothing", **NEW).status_code == 404


def test_workbook_goes_out_and_comes_back_with_faults_named_by_row_and_column(
    office: Office,
) -> None:
    centre = office.colleague("centre")
    book = openpyxl.load_workbook(io.BytesIO(centre.get(f"{AT}/export").content))
    sheet = book.active
    assert sheet is not None
    assert sheet.max_row == 16
    head = [cell.value for cell in sheet[1]]
    telephone = head.index("联系电话") + 1
    rows = {row[0].value: row[0].row for row in sheet.iter_rows(min_row=2)}
    own = rows["计量服务 第1行"]
    sheet.cell(own, telephone).value = 49850000  # a number, as a spreadsheet makes of it
    sheet.cell(own + 1, telephone).value = "老王"
    sheet.cell(own + 2, head.index("清单类别") + 1).value = "法律服务"
    sheet.cell(own + 3, head.index("服务类别") + 1).value = "检验检测、法律"
    answer = centre.upload(f"{AT}/import", {"file": ("项目.xlsx", saved(book))})
    assert answer.status_code == 422
    page = said(answer)
    assert "没有导入任何内容" in page
    assert f"第{own + 1}行“联系电话”：没有写电话，或者有一个不是数字和短横线" in page
    assert f"第{own + 2}行“清单类别”：清单里没有这个类别" in page
    assert f"第{own + 3}行“服务类别”：没有“法律”这一项" in page
    assert telephones(office) == ("49473890",), "wholly or not at all"
    sheet.delete_rows(own + 1, 3)
    done = centre.upload(f"{AT}/import", {"file": ("项目.xlsx", saved(book))})
    assert done.status_code == 303
    assert "新增 0 个，修改 1 个，没有变化 11 个" in said(centre.get(AT))
    assert telephones(office) == ("49850000",)


def test_workbook_that_empties_a_category_is_not_taken(office: Office) -> None:
    centre = office.colleague("centre")
    book = openpyxl.load_workbook(io.BytesIO(centre.get(f"{AT}/export").content))
    sheet = book.active
    assert sheet is not None
    use = [cell.value for cell in sheet[1]].index("在用") + 1
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, use).value = "否"
    answer = centre.upload(f"{AT}/import", {"file": ("项目.xlsx", saved(book))})
    assert answer.status_code == 422
    assert "就没有在用的项目了" in said(answer)
    with reading(office.engine) as db:
        assert all(item.active for item in list_items(db))


def test_formula_in_a_text_stays_a_text(office: Office) -> None:
    centre = office.colleague("centre")
    change(office, centre, ITEM, text="=cmd|' /C calc'!A0", source="+1")
    exported = centre.get(f"{AT}/export").content
    sheet = openpyxl.load_workbook(io.BytesIO(exported)).worksheets[0]
    cells = [c for row in sheet.iter_rows() for c in row if str(c.value).startswith(("=", "+"))]
    assert len(cells) == 2
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)
    back = centre.upload(f"{AT}/import", {"file": ("项目.xlsx", exported)})
    assert back.status_code == 303
    assert "没有变化 15 个" in said(centre.get(AT))


def test_centre_changes_a_telephone_in_the_browser(office: Office, browser: Browser) -> None:
    page = office.open_page(browser, office.hire("centre"), "/", width=820)
    page.click("nav >> text=资源库")
    page.fill("input[name=q]", "电子秤")
    page.click("text=查询")
    page.click("text=计量服务 第1行")
    page.fill("#telephones", "49850000")
    page.click("text=保存")
    page.wait_for_selector("text=智能助手从现在起按新的内容答复")
    assert telephones(office) == ("49850000",)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.click("text=计量服务 第1行")
    page.wait_for_selector("text=联系电话：49473890 → 49850000")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.close()
