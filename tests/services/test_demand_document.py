"""The printed demand form, read back as Word reads it and compared with annex 4 of the plan."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from typing import Any
from xml.etree import ElementTree

import docx
import pytest
from docx.table import _Cell

from bot.services.demand.document import demand_docx
from knowledge.form import DemandForm, FormField, load_form

FORM = load_form()
# Annex 4 of the plan (永川府办发〔2021〕120号), its own words in its own order.
PAIRS = [
    ("企业名称", "企业法定代表人"),
    ("业务范围", "所属行业"),
    ("注册地址", "通讯地址"),
    ("成立时间", "职工总数"),
    ("质量管理机构/负责人", "电话/手机"),
]
BOXES = {
    "目前运用的主要质量管理方法": "□5S/6S □QC小组 □合理化建议 □统计方法 □SPC □ISO9000 □零缺陷管理 "
    "□六西格玛管理 □卓越绩效模式 □质量工程展开（QFD） □精益生产 □实验设计（DOE） "
    "□失效模式和影响分析（FMEA） □其他组织独创性质量管理方式和模式：",
    "二、质量教育和培训服务": "□质量方面法律法规宣传培训 □质量意识、质量文化宣传培训 □质量主题培训 "
    "□标准培训 □计量管理培训 □计量检定、校准培训 □产品检验检测从业人员培训 □专利相关知识培训 "
    "□商标代理机构从业人员培训 □其他",
    "三、质量管理服务": "□质量提升 □质量诊断 □5S现场管理咨询 □质量对比提升 □QC小组 □质量管理咨询 "
    "□中小微企业质量信用等级评定咨询 □质量意识提升 □品牌建设咨询 □质量奖项申报咨询 □其他",
    "2、企业标准化需求情况": "□标准信息查询 □标准有效性查询 □标准立项查新 □采用国际标准查询 "
    "□企业执行标准公开声明 □团体标准公开声明 □企业执行标准指导 □标准立项申报 □标准制修订 "
    "□标准体系建设指导 □标准化试点示范项目立项申报 □其他",
    "企业计量需求情况": "□建立健全计量管理制度 □计量器具台账建立 □计量器具溯源途径 □建立计量标准 "
    "□分类管理强检与非强检计量器具 □开展量值传递 □计量检定、校准 □其他",
    "企业产品检验检测需求情况": "□产品检验检测 □技术指导 □产品质量检验检测机构查询 □其他",
    "七、认证认可服务": "□强制性产品认证咨询 □自愿性产品认证咨询 □认证机构及其认证范围查询 "
    "□获得资质认定证书的检验检测机构名录 □其他",
    "八、知识产权服务": "□商标申请受理咨询服务 □专利相关业务咨询服务 □其他",
    "十、下一步计划开展的专项质量提升项目": "□质量管理诊断 □质量风险研究 □质量奖申报 "
    "□高质量发展论坛、专题研讨会、交流会等 □对标交流 □其他",
}
HEADINGS = [
    "一、企业基本情况",
    "二、质量教育和培训服务",
    "三、质量管理服务",
    "四、标准化服务",
    "五、计量服务",
    "六、产品检验检测服务",
    "七、认证认可服务",
    "八、知识产权服务",
    "九、其他服务",
    "十、下一步计划开展的专项质量提升项目",
    "十一、意见和建议",
]
STANDARDS = ["序号", "产品名称", "执行标准名称", "执行标准编号", "采标情况", "是否公示"]


def read(content: bytes) -> tuple[list[str], list[list[str]]]:
    """Lines above the table, and the table's rows with each merged cell once."""
    document = docx.Document(io.BytesIO(content))
    rows = []
    for row in document.tables[0].rows:
        cells = [_Cell(tc, document.tables[0]) for tc in row._tr.tc_lst]
        rows.append([cell.text.replace("/\n", "/") for cell in cells])
    return [p.text for p in document.paragraphs], rows


def printed(answers: dict[str, Any], form: DemandForm = FORM) -> list[list[str]]:
    return read(demand_docx(form, answers, "ZLXQ-2026-0001", date(2026, 3, 5)))[1]


def below(rows: list[list[str]], heading: str) -> str:
    """What stands in the row under `heading`, blanks levelled."""
    place = rows.index([heading])
    return " ".join(rows[place + 1][0].split())


def beside(rows: list[list[str]], label: str) -> str:
    """What stands in the cell after `label`."""
    row = next(row for row in rows if label in row)
    return row[row.index(label) + 1]


def test_empty_form_is_annex_4_word_for_word() -> None:
    lines, rows = read(demand_docx(FORM, {}, "", None))
    assert lines[:2] == ["企业质量服务需求表", "编号：\t填表日期："]
    assert [row[0] for row in rows if re.match("[一二三四五六七八九十]+、", row[0])] == HEADINGS
    assert [(row[0], row[2]) for row in rows[1:6]] == PAIRS
    assert {heading: below(rows, heading) for heading in BOXES} == BOXES
    standards = rows.index(["1、企业产品执行标准情况"])
    assert rows[standards + 1] == STANDARDS
    assert [row[0] for row in rows[standards + 2 : standards + 5]] == ["1", "2", "3"]
    assert below(rows, "九、其他服务") == ""
    assert below(rows, "十一、意见和建议") == "企业负责人： 年 月 日"


def test_empty_form_asks_nothing_that_annex_4_does_not() -> None:
    _, rows = read(demand_docx(FORM, {}, "", None))
    text = "".join(cell for row in rows for cell in row)
    assert "统一社会信用代码" not in text
    assert "需要的服务" not in text
    assert "☑" not in text


def test_every_basic_answer_stands_beside_its_label() -> None:
    answers = {
        "company_name": "重庆永川计量检测有限公司",
        "legal_representative": "计良才",
        "business_scope": "计量器具校准",
        "industry": "专业技术服务业",
        "registered_address": "永川区凤凰湖产业园18号",
        "postal_address": "同上",
        "founded": "2008-05",
        "employees": 230,
        "contact": "质量部 李敏",
        "telephone": "02349859793",
        "credit_code": "91500118MA5U0A0X0G",
    }
    rows = printed(answers)
    shown = {**answers, "founded": "2008年5月", "employees": "230", "telephone": "023-49859793"}
    labels = {field.id: field.label for field in FORM.fields}
    assert {name: beside(rows, labels[name]) for name in answers} == shown


@pytest.mark.parametrize("first", [0, 1])
def test_every_option_chosen_is_ticked_and_no_other(first: int) -> None:
    choices = [f for f in FORM.fields if f.kind == "choices" and f.printed]
    rows = printed({field.id: field.options[first::2] for field in choices})
    boxes = " ".join(row[0] for row in rows if re.match("[☑□]", row[0])).split()
    expected = [option for field in choices for option in field.options[first::2]]
    assert [box[1:] for box in boxes if box[0] == "☑"] == expected
    others = {box[1:] for box in boxes if box[0] == "□"}
    assert {o for field in choices for o in field.options[1 - first :: 2]} <= others


def test_own_words_stand_with_the_ticked_other() -> None:
    rows = printed(
        {"metrology_wants": ["建立计量标准", "其他：扭矩扳手送检"], "methods": ["其他：班前会"]}
    )
    boxes = below(rows, "企业计量需求情况")
    assert "☑建立计量标准" in boxes
    assert boxes.endswith("☑其他：扭矩扳手送检")
    assert "□其他" not in boxes
    own = below(rows, "目前运用的主要质量管理方法")
    assert own.endswith("☑其他组织独创性质量管理方式和模式：班前会")


def test_an_option_that_the_form_no_longer_offers_is_still_printed() -> None:
    assert below(printed({"ip_wants": ["版权登记"]}), "八、知识产权服务").endswith("☑版权登记")


def test_products_fill_the_numbered_lines_and_more_are_added() -> None:
    products = [
        {
            "product": f"产品{n}",
            "standard_name": "卫生陶瓷",
            "standard_number": "GB 6952-2015",
            "adopted": "",
            "published": "是",
        }
        for n in range(1, 6)
    ]
    rows = printed({"product_standards": products})
    start = rows.index(STANDARDS) + 1
    assert rows[start : start + 5] == [
        [str(n), f"产品{n}", "卫生陶瓷", "GB 6952-2015", "", "是"] for n in range(1, 6)
    ]
    assert rows[start + 5] == ["2、企业标准化需求情况"]


def test_number_and_date_stand_above_the_table() -> None:
    lines, _ = read(demand_docx(FORM, {}, "ZLXQ-2026-0001", date(2026, 3, 5)))
    assert lines[1] == "编号：ZLXQ-2026-0001\t填表日期：2026年3月5日"


@pytest.mark.parametrize(
    "text",
    [
        "{{ 7 * 7 }}{% for x in y %}",
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>&amp;<w:t>",
        "]]><!-- -->",
        '{ INCLUDETEXT "file" } \\* MERGEFORMAT',
        "好的😀👍🏽",
    ],
)
def test_what_users_write_is_text(text: str) -> None:
    content = demand_docx(FORM, {"company_name": text, "suggestions": text}, "1", None)
    _, rows = read(content)
    assert beside(rows, "企业名称") == text
    assert rows[-1][0].startswith(text)
    body = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert "instrText" not in body
    assert "fldSimple" not in body


def test_characters_that_no_file_can_hold_are_left_out() -> None:
    rows = printed(
        {"company_name": "永川\x00\x0b铸造\ufffe厂\ud800", "other_wants": "一\r\n二\x1b"}
    )
    assert beside(rows, "企业名称") == "永川铸造厂"
    assert rows[rows.index(["九、其他服务"]) + 1] == ["一\n二"]


def test_three_thousand_characters_make_a_readable_file() -> None:
    rows = printed({"other_wants": "检" * 3000, "company_name": "长" * 3000})
    assert rows[rows.index(["九、其他服务"]) + 1] == ["检" * 3000]


def test_page_is_a4_with_chinese_fonts() -> None:
    content = demand_docx(FORM, {"company_name": "永川"}, "1", None)
    document = docx.Document(io.BytesIO(content))
    section = document.sections[0]
    assert round(section.page_width.mm) == 210
    assert round(section.page_height.mm) == 297
    body = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert {"宋体", "仿宋"} <= set(re.findall('w:eastAsia="([^"]+)"', body))
    for part in zipfile.ZipFile(io.BytesIO(content)).namelist():
        if part.endswith((".xml", ".rels")):
            ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read(part))


def test_every_row_spans_the_whole_table() -> None:
    content = demand_docx(FORM, {"credit_code": "91500118MA5U0A0X0G"}, "1", None)
    table = docx.Document(io.BytesIO(content)).tables[0]
    assert {sum(tc.grid_span for tc in row._tr.tc_lst) for row in table.rows} == {48}


def test_a_field_added_to_the_definition_is_printed() -> None:
    added = FormField(
        id="website",
        label="企业网站",
        kind="text",
        section="basics",
        required=False,
        question="",
        hint="",
        example="",
    )
    form = replace(FORM, fields=(*FORM.fields, added))
    assert beside(printed({"website": "example.com"}, form), "企业网站") == "example.com"
