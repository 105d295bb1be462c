"""The form in a real browser of a phone's size."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Browser, Page, expect

from bot.services.form.draft_rows import Draft
from bot.services.page_links import form_address
from bot.storage.database import utc_now
from tests.conftest import wait_for
from tests.web.site import BASICS, Site

pytestmark = pytest.mark.parametrize("served", ["sqlite"], indirect=True)
Open = Callable[[Draft], Page]
NOT_FOUND_OR_REFUSED = re.compile(r"status of (?:403|409|410|422)|ERR_INTERNET_DISCONNECTED")


@pytest.fixture
def open_page(site: Site, browser: Browser) -> Iterator[Open]:
    """Opens a draft's link on a phone. No page may have errors of its own."""
    errors: list[str] = []
    contexts = []

    def open_draft_page(draft: Draft) -> Page:
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, locale="zh-CN"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(5000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        address = form_address(site.settings, draft.id, utc_now())
        page.goto(site.web + address.removeprefix(site.settings.link_base))
        return page

    yield open_draft_page
    for context in contexts:
        context.close()
    assert [text for text in errors if not NOT_FOUND_OR_REFUSED.search(text)] == []


def field(page: Page, field_id: str) -> Page:
    """The part of the page that is one field."""
    return page.locator(f"#f-{field_id}")  # type: ignore[return-value]


def unfold(page: Page, section: str) -> None:
    """Tap a section's title."""
    page.locator(f"#s-{section} > summary").tap()


def test_what_is_typed_is_saved_shown_back_and_found_after_a_reload(
    site: Site, open_page: Open
) -> None:
    draft = site.draft(consent=False)
    page = open_page(draft)
    page.get_by_role("button", name="同意").tap()
    page.get_by_label("企业名称").fill("重庆永川计量检测有限公司")
    page.get_by_label("成立时间").fill("零八年五月")
    page.get_by_label("职工总数").fill("200来人")
    page.get_by_text("SPC", exact=True).tap()
    page.get_by_text("精益生产", exact=True).tap()
    expect(field(page, "methods")).to_contain_text("已保存")
    expect(page.get_by_label("成立时间")).to_have_value("2008年5月")
    expect(page.get_by_label("职工总数")).to_have_value("200")
    expect(page.locator("[data-progress=basics]")).to_have_text("已填 4/14")
    page.reload()
    expect(page.get_by_label("企业名称")).to_have_value("重庆永川计量检测有限公司")
    expect(page.get_by_label("SPC", exact=True)).to_be_checked()
    assert site.stored(draft)["methods"] == ["SPC", "精益生产"]


def test_page_left_in_the_middle_of_a_word_loses_nothing(site: Site, open_page: Open) -> None:
    draft = site.draft()
    page = open_page(draft)
    page.get_by_label("所属行业").press_sequentially("汽车零部件")
    page.goto("about:blank")
    wait_for(lambda: site.stored(draft) == {"industry": "汽车零部件"}, 5)


def test_pause_in_typing_saves_without_disturbing(site: Site, open_page: Open) -> None:
    draft = site.draft()
    page = open_page(draft)
    telephone = page.get_by_label("电话/手机")
    telephone.press_sequentially("1398300")
    page.wait_for_timeout(2500)
    expect(page.get_by_text("手机号不够")).to_be_hidden()
    telephone.press_sequentially("1234")
    wait_for(lambda: site.stored(draft) == {"telephone": "13983001234"}, 5)
    expect(telephone).to_be_focused()
    page.get_by_label("成立时间").press_sequentially("零八年")
    wait_for(lambda: "founded" in site.stored(draft), 5)
    page.get_by_label("所属行业").focus()
    expect(page.get_by_label("成立时间")).to_have_value("2008年")


def test_wrong_value_is_said_beside_the_field_and_stops_the_way_on(
    site: Site, open_page: Open
) -> None:
    draft = site.draft(**{**BASICS, "telephone": "13983001234"})
    page = open_page(draft)
    page.get_by_label("电话/手机").fill("1398300")
    page.get_by_role("link", name="核对并提交").tap()
    expect(field(page, "telephone").get_by_role("alert")).to_contain_text("手机号不够 11 位")
    expect(page.locator("[data-state]")).to_contain_text("红字处没有保存")
    assert page.url.endswith(page.url.rsplit("/form/")[1])
    page.get_by_label("电话/手机").fill("49859793")
    page.get_by_role("link", name="核对并提交").tap()
    page.wait_for_url("**/review")
    assert site.stored(draft)["telephone"] == "02349859793"


def test_value_changed_in_chat_is_not_overwritten(site: Site, open_page: Open) -> None:
    draft = site.draft(industry="铸造业", employees=80)
    page = open_page(draft)
    site.chat(draft, industry="陶瓷业", employees=86)
    page.get_by_label("所属行业").fill("汽车零部件")
    page.get_by_label("企业名称").focus()
    conflict = field(page, "industry").locator(".conflict")
    expect(conflict).to_contain_text("陶瓷业")
    expect(conflict).to_contain_text("汽车零部件")
    expect(page.get_by_label("职工总数")).to_have_value("86")
    expect(page.locator("[data-notice]")).to_contain_text("“职工总数”刚在别处改过")
    assert site.stored(draft)["industry"] == "陶瓷业"
    conflict.get_by_role("button", name="用我填的").tap()
    expect(field(page, "industry")).to_contain_text("已保存")
    assert site.stored(draft)["industry"] == "汽车零部件"
    site.chat(draft, industry="造纸业")
    page.get_by_label("所属行业").fill("木业")
    page.get_by_label("企业名称").focus()
    page.get_by_role("button", name="用已保存的").tap()
    expect(page.get_by_label("所属行业")).to_have_value("造纸业")
    assert site.stored(draft)["industry"] == "造纸业"


def test_coming_back_from_the_chat_shows_what_was_answered_there(
    site: Site, open_page: Open
) -> None:
    draft = site.draft()
    page = open_page(draft)
    site.chat(draft, industry="陶瓷业")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_label("所属行业")).to_have_value("陶瓷业")


def test_without_network_what_was_typed_waits(site: Site, open_page: Open) -> None:
    draft = site.draft()
    page = open_page(draft)
    page.context.set_offline(True)
    page.get_by_label("所属行业").fill("陶瓷业")
    page.get_by_label("企业名称").focus()
    expect(page.locator("[data-state]")).to_contain_text("网络不通")
    page.context.set_offline(False)
    expect(field(page, "industry")).to_contain_text("已保存")
    assert site.stored(draft) == {"industry": "陶瓷业"}


def test_rows_are_added_and_removed(site: Site, open_page: Open) -> None:
    draft = site.draft()
    page = open_page(draft)
    unfold(page, "standardization")
    page.get_by_label("产品名称").fill("卫生陶瓷")
    page.get_by_label("执行标准编号").fill("gb6952-2015")
    page.get_by_label("采标情况").focus()
    expect(page.get_by_label("执行标准编号")).to_have_value("GB 6952-2015")
    page.get_by_role("button", name="加一行").tap()
    page.get_by_label("产品名称").nth(1).fill("浴缸")
    page.get_by_text("是", exact=True).nth(1).tap()
    wait_for(lambda: "是" in str(site.stored(draft).get("product_standards")), 5)
    assert [row["published"] for row in site.stored(draft)["product_standards"]] == ["", "是"]
    page.get_by_role("button", name="删除").first.tap()
    wait_for(lambda: len(site.stored(draft)["product_standards"]) == 1, 5)
    assert site.stored(draft)["product_standards"][0]["product"] == "浴缸"


def test_two_taps_submit_once_and_the_document_comes_down(
    site: Site, open_page: Open, tmp_path: Path
) -> None:
    draft = site.draft(**BASICS, suggestions="希望多送培训到厂里来")
    page = open_page(draft)
    page.get_by_role("link", name="核对并提交").tap()
    page.get_by_role("button", name="提交").dblclick()
    page.wait_for_url("**/demand")
    (demand,) = site.demands()
    expect(page.locator(".result__number")).to_have_text(demand.number)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载需求表").tap()
    assert waiting.value.suggested_filename == f"企业质量服务需求表-{demand.number}.docx"
    waiting.value.save_as(tmp_path / "form.docx")
    document = Document(io.BytesIO((tmp_path / "form.docx").read_bytes()))
    cells = [cell.text for row in document.tables[0].rows for cell in row.cells]
    assert any("希望多送培训到厂里来" in text for text in cells)
    page.go_back()
    expect(page.locator(".result__number")).to_have_text(demand.number)
    assert len(site.demands()) == 1


def test_change_of_a_demand_is_saved_with_its_reason(site: Site, open_page: Open) -> None:
    draft = site.draft(**BASICS)
    page = open_page(draft)
    page.get_by_role("link", name="核对并提交").tap()
    page.get_by_role("button", name="提交").tap()
    page.get_by_role("link", name="修改需求").tap()
    page.get_by_label("电话/手机").fill("49859793")
    page.get_by_role("button", name="保存修改").tap()
    expect(page.get_by_text("请写明原因")).to_be_in_viewport()
    page.get_by_label("修改原因").fill("电话换了")
    page.get_by_role("button", name="保存修改").tap()
    expect(page.get_by_text("修改过")).to_be_visible()
    assert site.demands()[0].answers == {**BASICS, "telephone": "02349859793"}


MEASURE = """() => {
  document.querySelectorAll("details").forEach((d) => { d.open = true; });
  const small = [];
  const targets = "a, button, summary, .tick, .weui-input, textarea";
  for (const e of document.querySelectorAll(targets)) {
    const box = e.getBoundingClientRect();
    if (box.width && (box.height < 40 || box.width < 44)) small.push(e.outerHTML.slice(0, 80));
    if (box.right > innerWidth + 0.5) small.push("cut off: " + e.outerHTML.slice(0, 80));
  }
  return { wide: document.documentElement.scrollWidth - innerWidth, small };
}"""


@pytest.mark.parametrize("width", [320, 390])
def test_nothing_is_cut_off_and_every_target_fits_a_finger(
    site: Site, open_page: Open, width: int
) -> None:
    draft = site.draft(consent=False)
    page = open_page(draft)
    page.set_viewport_size({"width": width, "height": 700})
    shown = [page.evaluate(MEASURE)]
    page.get_by_role("button", name="同意").tap()
    page.get_by_label("企业名称").wait_for()
    long = {"industry": "W" * 90, "suggestions": "长" * 500, **BASICS}
    site.chat(draft, **long, product_standards=[{"product": "m" * 90}])
    for where in ("", "/review"):
        page.goto(f"{site.web}{site.page(draft).address}{where}")
        shown.append(page.evaluate(MEASURE))
    page.get_by_role("button", name="提交").tap()
    page.wait_for_url("**/demand")
    for where in ("/demand", "/change", "/withdraw"):
        page.goto(f"{site.web}{site.page(draft).address}{where}")
        shown.append(page.evaluate(MEASURE))
    assert shown == [{"wide": 0, "small": []}] * 6
