"""The whole life of demands in a real browser, each step by who takes it; every notice once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from bot.model.demand_actor import by_enterprise
from bot.model.rights import Staff
from bot.services.demand.rating import rate_matter
from bot.services.demand.rows import Demand
from bot.services.resources.organisations import Organisation
from bot.storage.database import reading, utc_now
from tests.desk.demand_steps import press, serve, unfold
from tests.desk.demands import (
    first_matter,
    notices,
    serving_organisations,
    submitted_demand,
)
from tests.desk.office import Office
from tests.services.demand_setup import OTHER_WANTS


class People:
    """Who comes to a demand, each in a browser window of their own."""

    def __init__(self, office: Office, browser: Browser) -> None:
        self.office = office
        self.browser = browser
        self.opened: dict[str, Page] = {}

    def window(self, staff: Staff) -> Page:
        """Their window, signed in."""
        if staff.login not in self.opened:
            context = self.browser.new_context(viewport={"width": 1366, "height": 768})
            self.opened[staff.login] = page = context.new_page()
            page.goto(f"{self.office.web}/desk/sign-in")
            page.fill("#login", staff.login)
            page.fill("#password", "wrmx-45ke-tt9v")
            page.press("#password", "Enter")
            page.wait_for_selector("header.top")
        return self.opened[staff.login]

    def at(self, staff: Staff, demand: Demand) -> Page:
        """The demand's page, found by its number in the list."""
        page = self.window(staff)
        page.goto(f"{self.office.web}/desk/demands?view=all")
        page.click(f"a >> text={demand.number}")
        page.wait_for_selector("section.matter")
        return page


def rate(office: Office, demand: Demand, score: int) -> None:
    """The enterprise taps its score in WeChat."""
    with office.engine.begin() as db:
        matter = first_matter(office, demand)
        rate_matter(db, matter, score, "", by_enterprise(demand.user_id), utc_now())


def told(office: Office, demand: Demand) -> Counter[str]:
    """How often the enterprise was told each of these."""
    marks = (
        "已受理", "已转给", "已为您匹配", "不能由", "已重新匹配", "已接收您的需求", "已约定服务",
        "已开始服务", "服务已完成", "继续为您服务", "已再次完成", "已办结",
    )  # fmt: skip
    with reading(office.engine) as db:
        said = notices(db, demand.user_id)
    return Counter(mark for text in said for mark in marks if mark in text)


@pytest.fixture
def people(office: Office, browser: Browser) -> Iterator[People]:
    """Nobody signed in yet."""
    made = People(office, browser)
    yield made
    for page in made.opened.values():
        page.context.close()


def of(office: Office, organisation: Organisation, login: str) -> Staff:
    """An organisation's own person."""
    return office.hire("organisation", login, organisation_id=organisation.id)


def test_demand_within_the_list_goes_to_the_department_and_to_its_end(
    office: Office, people: People
) -> None:
    department, *_ = serving_organisations(office)
    centre, theirs = office.hire("centre"), of(office, department, "scjg")
    demand = submitted_demand(office)
    page = people.at(centre, demand)
    page.select_option("#analysis select[name='service.1']", "metrology_verification")
    press(page, "完成分析")
    unfold(page, "转责任部门")
    press(page, "确定转责任部门")
    page = people.at(theirs, demand)
    assert not page.is_visible("text=完成分析")
    serve(page)
    rate(office, demand, 5)
    press(people.at(centre, demand), "办结")
    assert first_matter(office, demand).state == "closed"
    once = (
        "已受理",
        "已转给",
        "已接收您的需求",
        "已约定服务",
        "已开始服务",
        "服务已完成",
        "已办结",
    )
    assert told(office, demand) == Counter(once)


def test_demand_outside_is_matched_returned_matched_again_badly_rated_and_revisited(
    office: Office, people: People
) -> None:
    _, first, second = serving_organisations(office)
    centre, specialist = office.hire("centre"), office.hire("specialist")
    one, two = of(office, first, "one"), of(office, second, "two")
    demand = submitted_demand(office, answers=OTHER_WANTS)
    page = people.at(centre, demand)
    page.select_option("#analysis select[name='category.1']", "metrology")
    page.select_option("#analysis select[name='service.1']", "outside")
    press(page, "完成分析")
    unfold(page, "匹配技术机构")
    page.check(f".act[open] input[name=organisation][value='{first.id}']")
    press(page, "确定匹配技术机构")
    page = people.at(one, demand)
    unfold(page, "退回")
    page.fill(".act[open] textarea[name=reason]", "没有碳足迹核算的资质")
    page.click("button:text-is('确定退回')")
    page.wait_for_selector("#notices >> text=已退回质量服务中心")
    assert not page.is_visible(f"text={demand.number}"), "it is theirs no more"
    page = people.at(centre, demand)
    assert page.is_visible("text=没有碳足迹核算的资质")
    unfold(page, "重新匹配")
    offered = page.locator(".act[open] input[name=organisation]")
    values = [offered.nth(place).get_attribute("value") for place in range(offered.count())]
    assert str(second.id) in values, "the other organisation is offered"
    assert str(first.id) not in values, "who returned it is not"
    press(page, "确定重新匹配")
    serve(people.at(two, demand))
    rate(office, demand, 1)
    page = people.at(specialist, demand)
    unfold(page, "继续服务")
    page.fill(".act[open] textarea[name=reason]", "报告缺一页，请机构补上")
    press(page, "确定继续服务")
    page = people.at(two, demand)
    unfold(page, "完成服务")
    page.fill(".act[open] textarea[name=record]", "已补上并重新出具报告。")
    press(page, "确定完成服务")
    press(people.at(centre, demand), "办结")
    assert first_matter(office, demand).state == "closed"
    once = (
        "已受理", "已为您匹配", "不能由", "已重新匹配", "已接收您的需求", "已约定服务",
        "已开始服务", "服务已完成", "继续为您服务", "已再次完成", "已办结",
    )  # fmt: skip
    assert told(office, demand) == Counter(once)
