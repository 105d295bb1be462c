"""What people press on the page of a demand, in a browser."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page

from bot.model.calendar import local_time
from bot.storage.database import utc_now


def press(page: Page, button: str) -> None:
    """Press a button and wait for what the desk says to it."""
    page.click(f"section.matter button:text-is('{button}'), #analysis button:text-is('{button}')")
    page.wait_for_selector("#notices .notice_ok")


def unfold(page: Page, title: str) -> None:
    """Open the form of a step."""
    page.click(f"section.matter summary:text-is('{title}')")


def serve(page: Page) -> None:
    """What an organisation does with a matter that it takes on."""
    press(page, "接收")
    when = local_time(utc_now() + timedelta(days=2))
    unfold(page, "预约服务")
    page.fill("input[name=day]", f"{when:%Y-%m-%d}")
    page.fill("input[name=time]", "09:30")
    page.fill("input[name=location]", "企业厂区")
    press(page, "确定预约服务")
    press(page, "开始服务")
    unfold(page, "完成服务")
    page.fill(".act[open] textarea[name=record]", "已完成，出具报告。")
    press(page, "确定完成服务")
