"""Booking an expert as an enterprise does it: chat, calendar page, both ways, in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.phone_page import PhonePage
from tests.e2e.product import Product

NUMBER = re.compile(r"ZJYY-\d{4}-\d{4}")


def test_expert_booked_in_chat_moved_on_the_page_cancelled_in_chat(
    phone: PhonePage, product: Product
) -> None:
    assert "可以约的时间" in phone.ask("想找个搞专利的专家当面问一哈，随便哪天都行")
    first = phone.choices()[0]
    assert re.search(r"\d+月\d+日（周[一二三四五]）\d\d:\d\d", first)
    assert "怎样删除" in phone.tap_choice(first), "consent comes before anything is taken down"
    assert "企业名称" in phone.tap_choice("同意，继续预约")
    checked = phone.ask("重庆双石机械有限公司，发明专利怎么申请")
    for word in ("重庆双石机械有限公司", "发明专利怎么申请", "请核对"):
        assert word in checked
    # A question in between is answered, and the seat waits.
    assert "49853128" in phone.ask("3C认证找哪个部门")
    booked = phone.ask("确认")
    number = NUMBER.search(booked)
    assert number is not None, booked
    expect(phone.bubbles().last.get_by_role("link", name="加到手机日历")).to_be_visible()
    assert number[0] in phone.ask("我约的是好久哦")
    with phone.page.expect_popup() as opened:
        phone.bubbles().last.get_by_role("link", name="在日历上查看").click()
    page = opened.value
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("link", name="我的预约").click()
    expect(page.locator(".mine")).to_contain_text(number[0])
    page.get_by_role("link", name="改期").click()
    page.locator(".slot").last.click()
    before = phone.bubbles().count()
    page.get_by_role("button", name="确认改期").click()
    expect(page.locator(".result__number")).to_have_text(number[0])
    page.screenshot(path=str(product.settings.var / "screenshots" / "booking-moved.png"))
    moved = page.locator(".answers__value").first.inner_text()
    page.close()
    assert moved in phone.wait_for_answers(before + 1), "the chat confirms it"
    assert moved in phone.ask("取消预约")
    assert "已取消" in phone.tap_choice("确定取消")
    assert "没有预约" in phone.ask("我的预约")


def test_bad_days_and_foreign_numbers_are_told_kindly(phone: PhonePage) -> None:
    for said, answer in (
        ("约2月30号的商标专家", "没有这个日期"),
        ("约昨天的商标专家", "已经过了"),
        ("约三个月后的商标专家", "天以内"),
        ("取消预约 ZJYY-2026-9999", "没有查到您名下"),
        ("退出候补", "没有候补"),
    ):
        assert answer in phone.ask(said), said
