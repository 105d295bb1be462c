"""The demand form as an enterprise fills it: chat, pause, page, submission, in a real browser."""

from __future__ import annotations

import io
import time
from pathlib import Path

from docx import Document
from playwright.sync_api import expect

from tests.e2e.phone_page import PhonePage
from tests.e2e.product import Product

CHAT = [
    ("重庆永川计量检测有限公司", "企业法定代表人"),
    ("爨世荣", "业务范围"),
    ("专利代理、商标代理、版权登记", "所属行业"),
    ("专业技术服务业", "注册地址"),
    ("永川区双石镇工业园1号", "通讯地址"),
    ("一样", "成立时间"),
    ("零八年五月", "职工总数"),
    ("连老板带烧饭的一共七个", "质量管理机构/负责人"),
]
"""What is said, and which field is asked next."""


def test_form_from_chat_to_page_to_document(phone: PhonePage, product: Product) -> None:
    assert "收集哪些信息" in phone.ask("填需求表")
    assert "企业名称" in phone.tap_choice("同意，开始填写")
    for said, asked in CHAT[:3]:
        assert asked in phone.ask(said), said
    # A question in between is answered, and the form goes on where it was.
    between = phone.ask("凤凰湖搞3C认证找哪个")
    assert "49853128" in between
    assert "所属行业" in between
    assert "图片" in phone.send_kind("图片")
    assert "已保存" in phone.ask("先保存到起")
    assert "49876254" in phone.ask("商标注册找哪个"), "a paused form does not stand in the way"
    assert "所属行业" in phone.ask("继续填表")
    for said, asked in CHAT[3:]:
        assert asked in phone.ask(said), said
    assert "李静" in phone.ask("质量部 李静")
    assert "11 位" in phone.ask("1398300123")
    assert "13983001234" in phone.ask("13983001234")
    changed = phone.ask("法人打成别字了 是逄不是爨 叫逄世荣")
    assert "逄世荣" in changed
    # The rest on the page: the link from the chat opens the same draft.
    phone.ask("到网页上填")
    with phone.page.expect_popup() as opened:
        phone.bubbles().last.get_by_role("link", name="打开需求表").click()
    form = opened.value
    form.set_viewport_size({"width": 390, "height": 844})
    expect(form.get_by_label("企业名称")).to_have_value("重庆永川计量检测有限公司")
    expect(form.get_by_label("企业法定代表人")).to_have_value("逄世荣")
    folder = product.settings.var / "screenshots"
    form.screenshot(path=str(folder / "form-page.png"))
    # … and what is said in the chat meanwhile arrives on the page.
    phone.ask("SPC和六西格码")
    phone.ask("4")
    assert "填好了" in (phone.ask("计量检定、校准") + phone.ask("没有"))
    form.reload()
    form.get_by_role("link", name="核对").or_(form.get_by_role("button", name="核对")).first.click()
    expect(form.get_by_text("计量检定、校准").first).to_be_visible()
    before = phone.bubbles().count()
    form.get_by_role("button", name="提交").click()
    expect(form.locator(".result__number")).to_contain_text("ZLXQ-")
    form.screenshot(path=str(folder / "form-submitted.png"))
    number = form.locator(".result__number").inner_text()
    assert number in phone.wait_for_answers(before + 1), "the chat confirms it"
    with form.expect_download() as download:
        form.get_by_role("link", name="下载需求表").click()
    document = Document(io.BytesIO(Path(download.value.path()).read_bytes()))
    cells = "\n".join(cell.text for t in document.tables for row in t.rows for cell in row.cells)
    for text in (
        "重庆永川计量检测有限公司",
        "逄世荣",
        "2008年5月",
        "13983001234",
        "☑计量检定、校准",
    ):
        assert text in cells.replace(" ", "").replace("\u3000", ""), text
    assert number in phone.ask("查进度")
    assert "没有正在填写" in phone.ask("看下我填的")
    form.close()


def test_assistant_killed_in_the_form_loses_no_answer(phone: PhonePage, product: Product) -> None:
    phone.ask("填需求表")
    phone.tap_choice("同意，开始填写")
    phone.ask("重庆双石陶瓷有限公司")
    product.kill("actions")
    assert "业务范围" in phone.ask("周明德"), "answered once the action server is back"
    product.kill("assistant")
    phone.page.set_default_timeout(60_000)
    before = phone.bubbles().count()
    phone.send("卫生陶瓷制造")
    expect(phone.bubbles()).to_have_count(before + 1, timeout=60_000)
    assert "所属行业" in phone.bubbles().last.inner_text()
    assert not any("已提交，编号" in text for text in phone.texts())
    summary = phone.ask("看下我填的")
    for answer in ("重庆双石陶瓷有限公司", "周明德", "卫生陶瓷制造"):
        assert answer in summary
    time.sleep(1)
    assert phone.bubbles().count() == before + 2, "nothing is said twice"
