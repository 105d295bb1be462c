"""Demands from the phone to their end: each step by who takes it, each told on the phone once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.model.calendar import local_time
from bot.storage.database import utc_now
from tests.desk.demand_steps import press, unfold
from tests.e2e.phone_page import ANSWER_MS, PhonePage
from tests.e2e.product import Product

Open = Callable[[str], Page]
SAMPLE = "检验检测机构（示例）"
NEWS = (
    "已受理", "已转给", "已为您匹配", "不能由", "已重新匹配", "已接收您的需求", "已约定服务",
    "已开始服务", "服务已完成", "继续为您服务", "已再次完成", "已办结",
)  # fmt: skip
"""A mark of each step that the enterprise is told."""


@pytest.fixture
def open_desk(product: Product, browser: Browser) -> Iterator[Open]:
    """The desk of one of the demo's people, signed in; one window each."""
    kept = dict(json.loads((product.settings.var / "demo-sign-ins.json").read_text()))
    opened: dict[str, Page] = {}

    def open_page(login: str) -> Page:
        if login not in opened:
            context = browser.new_context(viewport={"width": 1366, "height": 768})
            opened[login] = page = context.new_page()
            page.set_default_timeout(ANSWER_MS)
            page.goto(f"{product.web}/desk/sign-in")
            page.fill("#login", login)
            page.fill("#password", kept[login])
            page.press("#password", "Enter")
            page.wait_for_selector("header.top")
        return opened[login]

    yield open_page
    folder = product.settings.var / "screenshots"
    for login, page in opened.items():
        page.screenshot(path=str(folder / f"demand-{login}.png"), full_page=True)
        page.context.close()


def submit(phone: PhonePage, company: str, section: str, wish: Callable[[Page], None]) -> str:
    """Fill in the form on the page opened from the chat; the demand's number."""
    phone.ask("填需求表")
    phone.tap_choice("同意，开始填写")
    phone.ask("到网页上填")
    with phone.page.expect_popup() as opened:
        phone.bubbles().last.get_by_role("link", name="打开需求表").click()
    form = opened.value
    form.set_viewport_size({"width": 390, "height": 844})
    for name, value in (
        ("company_name", company),
        ("contact", "质量部 李静"),
        ("telephone", "13983001234"),
    ):
        form.locator(f"#c-{name}").fill(value)
    form.get_by_role("checkbox", name=section, exact=True).check()
    wish(form)
    form.locator("#c-company_name").blur()
    form.get_by_role("link", name="核对").or_(form.get_by_role("button", name="核对")).first.click()
    before = phone.bubbles().count()
    form.get_by_role("button", name="提交").click()
    expect(form.locator(".result__number")).to_contain_text("ZLXQ-")
    number = form.locator(".result__number").inner_text()
    phone.wait_for_answers(before + 1)
    form.close()
    return number


def at(page: Page, number: str) -> Page:
    """The demand's page at the desk, found by its number."""
    page.goto(f"{page.url.split('/desk')[0]}/desk/demands?view=all&q={number}")
    page.click(f"a >> text={number}")
    page.wait_for_selector("section.matter")
    return page


def told(phone: PhonePage, mark: str) -> Locator:
    """Wait until the phone shows the news; its bubble."""
    found = phone.bubbles().filter(has_text=mark)
    expect(found).to_have_count(1, timeout=ANSWER_MS)
    return found


def write(phone: PhonePage, words: str = "好的，谢谢") -> None:
    """Say something: the platform lets five messages through after each message of the user; what
    the sixth would say is held until then."""
    before = phone.bubbles().count()
    phone.send(words)
    expect(phone.bubbles()).not_to_have_count(before, timeout=ANSWER_MS)


def told_in_all(phone: PhonePage) -> Counter[str]:
    """How often the phone shows each of NEWS."""
    return Counter(mark for text in phone.texts() for mark in NEWS if mark in text)


def serve_by_link(browser: Browser, desk: Page) -> Page:
    """Who has no sign-in takes the matter on and serves it, by the link that the centre sends."""
    link = desk.locator("input.link").input_value()
    page = browser.new_page(viewport={"width": 430, "height": 880})
    page.set_default_timeout(ANSWER_MS)
    page.goto(link)
    page.click("text=确定接收")
    when = local_time(utc_now() + timedelta(days=2))
    page.fill("#i-day", f"{when:%Y-%m-%d}")
    page.fill("#i-time", "09:30")
    page.fill("#i-location", "企业厂区")
    page.click("text=确定预约服务")
    page.click("text=确定开始服务")
    complete_by_link(page, "已完成，出具报告。")
    return page


def complete_by_link(page: Page, words: str) -> None:
    """End the service."""
    page.fill("#i-complete-record", words)
    page.click("text=确定完成服务")
    expect(page.locator("body")).to_contain_text("现在没有需要您办理的")


def test_demand_within_the_list_goes_to_the_department_and_is_rated_on_the_phone(
    phone: PhonePage, browser: Browser, open_desk: Open
) -> None:
    def wish(form: Page) -> None:
        form.locator("summary", has_text="计量").click()
        form.get_by_label("计量检定、校准", exact=True).check()

    number = submit(phone, "重庆永川计量检测有限公司", "计量服务", wish)
    centre = at(open_desk("centre"), number)
    centre.select_option("#analysis select[name='service.1']", "metrology_verification")
    press(centre, "完成分析")
    told(phone, "已受理")
    unfold(centre, "转责任部门")
    press(centre, "确定转责任部门")
    told(phone, "已转给")
    served = serve_by_link(browser, centre)
    write(phone)
    told(phone, "请为这次服务打分").locator("[data-role=choice]", has_text="5分 很满意").click()
    told(phone, "谢谢您的评价")
    write(phone, "师傅很仔细，来得也快")
    page = at(centre, number)
    assert page.is_visible("text=师傅很仔细，来得也快")
    press(page, "办结")
    told(phone, "已办结")
    served.close()
    assert told_in_all(phone) == Counter(
        ("已受理", "已转给", "已接收您的需求", "已约定服务", "已开始服务", "服务已完成", "已办结")
    )
    assert "已办结" in phone.ask(f"查进度 {number}")


def test_demand_outside_is_returned_matched_again_rated_badly_on_the_phone_and_revisited(
    phone: PhonePage, browser: Browser, open_desk: Open
) -> None:
    def wish(form: Page) -> None:
        form.locator("summary", has_text="其他服务").click()
        form.locator("#c-other_wants").fill("产品碳足迹怎么算")

    number = submit(phone, "永川区鑫源铸造有限公司", "其他服务", wish)
    centre = at(open_desk("centre"), number)
    centre.select_option("#analysis select[name='category.1']", "testing")
    centre.select_option("#analysis select[name='service.1']", "outside")
    press(centre, "完成分析")
    unfold(centre, "匹配技术机构")
    centre.locator(".act[open] label.candidate", has_text=SAMPLE).first.click()
    press(centre, "确定匹配技术机构")
    told(phone, "已为您匹配")
    theirs = at(open_desk("jigou"), number)
    unfold(theirs, "退回")
    theirs.fill(".act[open] textarea[name=reason]", "没有碳足迹核算的资质")
    theirs.click("button:text-is('确定退回')")
    theirs.wait_for_selector("#notices >> text=已退回质量服务中心")
    told(phone, "不能由")
    centre = at(centre, number)
    unfold(centre, "重新匹配")
    assert centre.locator(".act[open] label.candidate", has_text=SAMPLE).count() == 0
    press(centre, "确定重新匹配")
    write(phone)
    served = serve_by_link(browser, centre)
    told(phone, "请为这次服务打分").locator("[data-role=choice]", has_text="1分 很不满意").click()
    told(phone, "会就这次服务与您联系")
    specialist = at(open_desk("fenghuanghu"), number)
    assert "回访中" in specialist.inner_text("section.matter .matter__head")
    unfold(specialist, "继续服务")
    specialist.fill(".act[open] textarea[name=reason]", "报告缺一页，请机构补上")
    press(specialist, "确定继续服务")
    told(phone, "继续为您服务")
    served.reload()
    complete_by_link(served, "已补上并重新出具报告。")
    write(phone)
    told(phone, "已再次完成")
    press(at(centre, number), "办结")
    told(phone, "已办结")
    served.close()
    assert told_in_all(phone) == Counter(set(NEWS) - {"已转给"})
    assert "已办结" in phone.ask("我的需求")
