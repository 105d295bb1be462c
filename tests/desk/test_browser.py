"""The desk in a real browser: signing in, an own password, the switch, signing out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from bot.model.rights import Staff
from bot.services.record import Origin
from bot.services.staff.staff import reset_password, set_active
from bot.storage.database import utc_now
from tests.desk.office import PASSWORD, PASSWORD_HASH, Office

WORD = "gute-neue-wort-9"
BY = Origin("system", "system", utc_now())


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page; what it complains about fails the test."""
    opened = browser.new_page(viewport={"width": 1366, "height": 768})
    complaints: list[str] = []
    opened.on("console", lambda said: complaints.append(said.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    opened.close()
    # What the server refused on purpose, the browser and htmx report as well.
    refused = ("Failed to load resource", "Response Status Error Code")
    assert [said for said in complaints if not said.startswith(refused)] == []


def enter(page: Page, office: Office, person: Staff, password: str = PASSWORD) -> None:
    """Fill the sign-in form and send it."""
    page.goto(f"{office.web}/desk/")
    page.fill("#login", person.login)
    page.fill("#password", password)
    page.press("#password", "Enter")


def test_signing_in_with_a_given_password_and_signing_out(office: Office, page: Page) -> None:
    person = office.hire(login="zhang", name="张老师", station="station_fenghuanghu")
    with office.engine.begin() as db:
        reset_password(db, person.id, PASSWORD_HASH, BY)
    enter(page, office, person, "wrong")
    page.wait_for_selector("text=登录名、密码或动态验证码不正确")
    enter(page, office, person)
    page.wait_for_selector("h1 >> text=修改密码")
    for field, word in (("old", PASSWORD), ("new", WORD), ("again", WORD)):
        page.fill(f"#{field}", word)
    page.click("text=保存新密码")
    page.wait_for_selector("text=张老师，您好")
    assert page.is_visible("text=密码已修改")
    page.click("button.duty")
    page.wait_for_selector("button.duty >> text=离开")
    page.click("text=退出")
    page.wait_for_selector("text=您已退出登录")
    page.go_back()
    page.reload()
    page.wait_for_selector("h1 >> text=质量服务站工作台")
    assert not page.is_visible("text=张老师"), "nothing is left in the browser"


def test_page_leads_to_signing_in_when_the_session_has_ended(office: Office, page: Page) -> None:
    boss, person = office.hire("admin", "admin"), office.hire("admin", "second")
    enter(page, office, person)
    page.wait_for_selector("header.top")
    page.goto(f"{office.web}/desk/audit?group=staff")
    with office.engine.begin() as db:
        set_active(db, person.id, False, Origin("desk", boss.actor, utc_now()))
    page.evaluate("htmx.ajax('GET', '/desk/alive', 'main').catch(() => {})")
    page.wait_for_url("**/desk/sign-in?next=**")
    page.fill("#login", boss.login)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/desk/audit?group=staff")


def test_refusal_of_a_script_is_said_on_the_page(office: Office, page: Page) -> None:
    enter(page, office, office.hire(login="zhang"))
    page.wait_for_selector("header.top")
    page.evaluate("htmx.ajax('GET', '/desk/audit', 'main').catch(() => {})")
    page.wait_for_selector("#notices >> text=您的账号不能查看或操作这项内容")
    page.evaluate("desk.send('/nothing').catch((error) => desk.notify(error.message))")
    page.wait_for_selector("#notices >> text=不存在")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (820, 1180)])
def test_nothing_is_cut_off(office: Office, page: Page, width: int, height: int) -> None:
    boss = office.hire("admin", "admin", name="系统管理员")
    office.hire("clerk", "wang", name="名字很长很长的窗口受理人员" * 2, station="station_admin")
    page.set_viewport_size({"width": width, "height": height})
    enter(page, office, boss)
    page.wait_for_selector("header.top")
    for path in ("", "staff", "staff/new", f"staff/{boss.id}", "audit", "account", "account/totp"):
        page.goto(f"{office.web}/desk/{path}")
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) == 0, f"{path} scrolls sideways"
