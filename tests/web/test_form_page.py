"""The form's page over HTTP: what it shows, what it keeps, what it does not take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from knowledge.form import load_form
from knowledge.loader import FOLDER
from tests.web.site import BASICS, Site, serving_site, text_of


def test_page_shows_every_field_and_option_of_the_form(site: Site) -> None:
    text = text_of(site.page(site.draft()).load().text)
    for field in load_form().fields:
        assert field.label in text
        assert all(option in text for option in field.options)
        assert all(column.label in text for column in field.columns)


def test_page_shows_what_was_answered_in_chat(site: Site) -> None:
    html = site.page(site.draft(company_name="鑫源铸造有限公司", methods=["SPC"])).load().text
    assert 'value="鑫源铸造有限公司"' in html
    assert html.count(" checked") == 1
    assert 'value="SPC" checked' in html


@pytest.mark.parametrize(
    ("field", "typed", "stored", "shown"),
    [
        ("company_name", " 重庆永川计量检测有限公司 ", "重庆永川计量检测有限公司", None),
        ("founded", "零八年五月", "2008-05", "2008年5月"),
        ("founded", "2019.6.12", "2019-06-12", "2019年6月12日"),
        ("employees", "两百三十人", 230, "230"),
        ("telephone", "49859793", "02349859793", "023-49859793"),
        ("telephone", "139 8300 1234", "13983001234", "13983001234"),
        ("email", "ZhiLiang@Example.com", "zhiliang@example.com", None),
    ],
)
def test_what_is_typed_is_stored_in_one_spelling_and_shown_back(
    site: Site, field: str, typed: str, stored: Any, shown: str | None
) -> None:
    draft = site.draft()
    answer = site.page(draft).save(field, typed)
    assert answer.status_code == 200
    assert f'value="{shown or stored}"' in answer.json()["html"]
    assert site.stored(draft) == {field: stored}
    assert f'value="{shown or stored}"' in site.page(draft).load().text


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("telephone", "1398300", "手机号不够 11 位"),
        ("telephone", "没有电话", "不像电话号码"),
        ("founded", "2023年2月30日", "没有这个日期"),
        ("founded", "2008年13月", "没有这个日期"),
        ("founded", "2099年", "还没有到"),
        ("employees", "-5", "数字太小"),
        ("employees", "abc", "没看到数字"),
        pytest.param("company_name", "长" * 3000, "写得太长", id="3000 characters"),
        ("company_name", "=cmd|'/C calc'!A0", "不能保存的符号"),
        ("company_name", "{{ 7*7 }}有限公司", "不能保存的符号"),
        ("credit_code", "9150", "18位"),
        ("email", "李静@", "邮箱地址不对"),
        ("methods", "没有的选项", "没有这个选项"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field_and_not_stored(
    site: Site, field: str, typed: str, sentence: str
) -> None:
    draft = site.draft(telephone="13983001234")
    page = site.page(draft)
    answer = page.save(field, typed)
    assert answer.status_code == 422
    assert sentence in text_of(answer.json()["html"])
    assert site.stored(draft) == {"telephone": "13983001234"}
    assert page.save(field, "").status_code == 200, "the page goes on"


@pytest.mark.parametrize(
    "text",
    [
        "=cmd|'/C calc'!A0",
        "{{ 7*7 }} {% raw %} ${7*7}",
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "]]> &amp; <!DOCTYPE x [<!ENTITY y 'z'>]>",
        '"><a href="https://example.com">',
        "机器坏了😭👍🏽",
    ],
)
def test_what_people_write_is_text_on_every_page(site: Site, text: str) -> None:
    draft = site.draft(**BASICS)
    page = site.page(draft)
    assert page.save("suggestions", text).status_code == 200
    assert site.stored(draft)["suggestions"] == text
    page.post("/submit", {"version": str(site.version(draft))})
    for html in (page.get("/change").text, page.get("/demand").text):
        assert text in text_of(html)
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "https://example.com" not in html.replace("&#34;&gt;&lt;a href=&#34;https", "")


def test_emptied_field_is_an_answer_taken_away(site: Site) -> None:
    draft = site.draft(industry="铸造业", methods=["SPC"])
    page = site.page(draft)
    page.save("industry", "  ")
    page.save("methods")
    assert site.stored(draft) == {}


def test_choices_are_kept_in_the_form_s_order_with_free_text_last(site: Site) -> None:
    draft = site.draft()
    page = site.page(draft)
    answer = page.save("methods", ["精益生产", "SPC"], **{"methods.other": "阿米巴"})
    assert site.stored(draft)["methods"] == ["SPC", "精益生产", "其他：阿米巴"]
    assert 'value="阿米巴"' in answer.json()["html"]


def test_rows_are_kept_without_the_empty_ones(site: Site) -> None:
    draft = site.draft()
    rows = {
        "product_standards.0.product": "卫生陶瓷",
        "product_standards.0.standard_number": "gb6952-2015",
        "product_standards.0.published": "是",
        "product_standards.7.product": "",
        "product_standards.102.product": "浴缸",
    }
    assert site.page(draft).save("product_standards", **rows).status_code == 200
    first, second = site.stored(draft)["product_standards"]
    assert (first["standard_number"], first["published"]) == ("GB 6952-2015", "是")
    assert second["product"] == "浴缸"


def test_wrong_cell_is_said_in_its_row(site: Site) -> None:
    draft = site.draft()
    rows = {
        "product_standards.0.product": "卫生陶瓷",
        "product_standards.1.standard_number": "啥子标准",
    }
    answer = site.page(draft).save("product_standards", **rows)
    assert answer.status_code == 422
    html = answer.json()["html"]
    assert 'id="e-product_standards-1-standard_number"' in html
    assert 'id="e-product_standards-1-product"' in html
    assert 'id="e-product_standards-0-' not in html
    assert site.stored(draft) == {}


def test_filling_in_a_section_wants_its_service(site: Site) -> None:
    draft = site.draft(wanted=["知识产权服务"])
    answer = site.page(draft).save("metrology_wants", ["计量检定、校准"])
    assert site.stored(draft)["wanted"] == ["计量服务", "知识产权服务"]
    (other,) = answer.json()["others"]
    assert other["id"] == "wanted"
    assert not other["label"], "the page does not announce what was done on it"


def test_progress_is_told_with_every_save(site: Site) -> None:
    page = site.page(site.draft())
    answer = page.save("industry", "铸造业").json()
    assert answer["filled"] == 1
    assert answer["sections"]["basics"]["text"] == "已填 1/14"


def test_unknown_field_is_not_found(site: Site) -> None:
    draft = site.draft()
    assert site.page(draft).save("no_such_field", "x").status_code == 404
    assert site.stored(draft) == {}


def test_field_added_to_the_form_s_file_is_on_the_page(site: Site, tmp_path: Path) -> None:
    text = (FOLDER / "demand_form.yml").read_text(encoding="utf-8")
    added = (
        "      - {id: website, label: 企业网址, kind: text, required: false, question: 网址是？,"
        " hint: 请写网址。, example: www.example.com}\n"
    )
    path = tmp_path / "form.yml"
    path.write_text(text.replace("      - id: wanted\n", added + "      - id: wanted\n"))
    with serving_site(site.settings, site.engine, load_form(path)) as changed:
        draft = changed.draft()
        page = changed.page(draft)
        assert "企业网址" in text_of(page.load().text)
        assert page.save("website", "www.example.com").status_code == 200
        assert "www.example.com" in page.get("/review").text
