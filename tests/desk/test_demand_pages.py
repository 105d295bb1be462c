"""Demands at the desk: what each role sees of them and may do, and what the page says to it."""

from __future__ import annotations

import sqlalchemy as sa

from bot.model.demand_actor import by_enterprise
from bot.services.demand.inquiries import add_inquiry
from bot.services.demand.matter_rows import matters_of
from bot.storage.database import reading, utc_now
from bot.storage.tables import events
from tests.desk.demands import (
    FENGHUANGHU,
    analyse,
    first_matter,
    notices,
    people_of,
    said,
    serving_organisations,
    submitted_demand,
    take,
    taken,
)
from tests.desk.office import Office
from tests.services.conftest import ANSWERS, at_once
from tests.services.demand_setup import TWO_WANTS

COMPANY = ANSWERS["company_name"]


def test_demand_is_in_the_list_of_who_has_to_act(office: Office) -> None:
    demand = submitted_demand(office)
    centre, clerk = office.colleague("centre"), office.colleague("clerk")
    assert demand.number in said(centre.get("/demands"))
    assert demand.number in said(clerk.get("/demands")), "who has no turn sees the open ones"
    department, *_ = serving_organisations(office)
    theirs = people_of(office, department, "scjg")
    assert demand.number not in said(theirs.get("/demands?view=all"))
    analyse(centre, demand)
    matter = first_matter(office, demand)
    taken(office, centre, matter, "forward", organisation=department.id)
    assert demand.number not in said(centre.get("/demands")), "it waits for the department"
    assert demand.number in said(theirs.get("/demands"))


def test_list_is_filtered_and_searched(office: Office) -> None:
    one = submitted_demand(office, "oOne")
    other = {**TWO_WANTS, "company_name": "永川某某陶瓷厂"}
    two = submitted_demand(office, "oTwo", other)
    centre = office.colleague("centre")
    for query, found in (
        ("", [one, two]),
        ("q=陶瓷", [two]),
        (f"q={one.number}", [one]),
        ("category=ip", [two]),
        ("state=submitted", [one, two]),
        ("state=closed", []),
        ("source=window", []),
        ("view=late", []),
        ("first=2026-02-30&organisation=x&before=y", [one, two]),
        ("last=2020-01-01", []),
    ):
        page = said(centre.get(f"/demands?{query}"))
        assert [d for d in (one, two) if d.number in page] == found, query


def test_other_stations_and_organisations_find_nothing(office: Office) -> None:
    demand = submitted_demand(office, station="station_gangqiao")
    elsewhere = office.colleague("specialist", station=FENGHUANGHU)
    stranger = office.colleague("organisation", "stranger")
    matter = first_matter(office, demand)
    for person in (elsewhere, stranger):
        assert demand.number not in said(person.get("/demands?view=all"))
        for path in ("", "/form", "/case"):
            assert person.get(f"/demands/{demand.id}{path}").status_code == 404
        assert take(person, matter, "withdraw", reason="x").status_code in (403, 404)
    assert first_matter(office, demand) == matter


def test_page_shows_the_form_and_the_look_is_on_record(office: Office) -> None:
    demand = submitted_demand(office)
    clerk = office.colleague("clerk")
    page = said(clerk.get(f"/demands/{demand.id}"))
    for word in (COMPANY, demand.number, ANSWERS["telephone"], "待受理", "时限"):
        assert word in page
    with reading(office.engine) as db:
        query = sa.select(events).where(events.c.kind == "personal_data_read")
        (read,) = db.execute(query).all()
    assert (read.actor, read.data["what"], read.data["number"]) == (
        clerk.staff.actor,
        "demand",
        demand.number,
    )
    for path in ("form", "case"):
        answer = clerk.get(f"/demands/{demand.id}/{path}")
        assert answer.content.startswith(b"PK")
        assert demand.number in answer.headers["content-disposition"]


def test_clerk_is_offered_and_granted_no_step_of_the_centre(office: Office) -> None:
    demand = submitted_demand(office)
    clerk, matter = office.colleague("clerk"), first_matter(office, demand)
    page = said(clerk.get(f"/demands/{demand.id}"))
    assert "完成分析" not in page
    assert "督办" not in page
    assert clerk.post(f"/demands/{demand.id}/analysis", version=1).status_code == 403
    answer = take(clerk, matter, "urge")
    assert answer.status_code == 403
    assert "您没有办理这一步的权限" in said(answer)
    assert first_matter(office, demand) == matter


def test_analysis_says_what_is_wrong_and_keeps_nothing(office: Office) -> None:
    demand, centre = submitted_demand(office), office.colleague("centre")
    path = f"/demands/{demand.id}/analysis"
    row = {"row": "1", "keep.1": "1", "wants.1": "检定", "category.1": "metrology"}
    for given, why in (
        ({}, "至少保留一个事项"),
        ({**row}, "请选择清单内的服务项目"),
        ({**row, "service.1": "nothing"}, "请选择清单内的服务项目"),
        ({**row, "service.1": "outside", "category.1": "law"}, "没有这个服务类别"),
    ):
        answer = centre.post(path, version=demand.version, **given)
        assert answer.status_code == 422
        assert why in said(answer)
    stale = centre.post(path, version=demand.version + 1, **row, **{"service.1": "outside"})
    assert stale.status_code == 409
    assert "企业刚修改过这个需求" in said(stale)
    assert first_matter(office, demand).state == "submitted"
    analyse(centre, demand)
    again = centre.post(path, version=demand.version, **row, **{"service.1": "outside"})
    assert again.status_code == 409
    assert "刚有人受理过" in said(again)


def test_analysis_is_offered_for_what_is_left_of_a_demand(office: Office) -> None:
    demand = submitted_demand(office, answers=TWO_WANTS)
    centre, clerk = office.colleague("centre"), office.colleague("clerk")
    page = centre.get(f"/demands/{demand.id}").text
    assert 'name="keep.2" value="1" checked' in page, "both are there to be analysed"
    taken(office, clerk, first_matter(office, demand), "withdraw", reason="企业来电说不办了")
    page = centre.get(f"/demands/{demand.id}").text
    assert 'name="keep.1" value="1" checked' in page
    assert 'name="keep.2" value="1" checked' not in page, "what was withdrawn is not"
    row = {"row": "1", "keep.1": "1", "wants.1": "商标", "category.1": "ip", "service.1": "outside"}
    answer = centre.post(f"/demands/{demand.id}/analysis", version=demand.version, **row)
    assert answer.status_code == 303
    with reading(office.engine) as db:
        assert [m.state for m in matters_of(db, demand.id)] == ["withdrawn", "analysed"]


def test_candidates_come_with_reasons_and_not_who_returned_it(office: Office) -> None:
    demand, centre = submitted_demand(office), office.colleague("centre")
    _, first, second = serving_organisations(office)
    analyse(centre, demand, "outside")
    page = said(centre.get(f"/demands/{demand.id}"))
    assert "甲检测机构" in page
    assert "服务类别相符：计量" in page
    assert "目前没有在办事项" in page
    given = {"organisation": first.id}
    matter = taken(office, centre, first_matter(office, demand), "match", **given)
    theirs = people_of(office, first, "first")
    missing = take(theirs, matter, "return")
    assert missing.status_code == 422
    assert "请写明原因" in said(missing)
    back = take(theirs, matter, "return", reason="设备在检修")
    assert back.headers["location"] == "/desk/demands", "it is theirs no more"
    assert theirs.get(f"/demands/{demand.id}").status_code == 404
    matter = first_matter(office, demand)
    page = centre.get(f"/demands/{demand.id}").text
    assert "设备在检修" in page
    assert f'name="organisation" value="{second.id}"' in page
    assert f'name="organisation" value="{first.id}"' not in page
    again = take(centre, matter, "rematch", organisation=first.id)
    assert "不能承办" in said(again) or "已经退回" in said(again)
    assert taken(office, centre, matter, "rematch", organisation=second.id).state == "assessing"


def test_of_two_on_one_matter_the_second_sees_what_the_first_did(office: Office) -> None:
    demand = submitted_demand(office)
    one = office.colleague("centre", "one", name="吴刚")
    two = office.colleague("centre", "two", name="郑洁")
    department, first, _ = serving_organisations(office)
    analyse(one, demand)
    seen = first_matter(office, demand)
    taken(office, one, seen, "forward", organisation=department.id)
    late = take(two, seen, "match", organisation=first.id)
    assert late.status_code == 409
    page = said(late)
    assert "您的操作没有执行" in page
    assert "吴刚：转责任部门（区市场监管局）" in page
    now = first_matter(office, demand)
    assert (now.organisation_id, now.version) == (department.id, seen.version + 1)
    with reading(office.engine) as db:
        assert sum("已转给" in text for text in notices(db, demand.user_id)) == 1


def test_what_was_typed_is_kept_when_somebody_was_first(office: Office) -> None:
    demand, centre = submitted_demand(office), office.colleague("centre")
    department, *_ = serving_organisations(office)
    analyse(centre, demand)
    given = {"organisation": department.id}
    seen = taken(office, centre, first_matter(office, demand), "forward", **given)
    seen = taken(office, centre, seen, "accept")
    theirs = people_of(office, department, "scjg")
    taken(office, centre, seen, "record", record="电话联系过", record_kind="contact")
    late = take(theirs, seen, "record", record="上门看过三台天平", record_kind="visit")
    assert late.status_code == 409
    assert "上门看过三台天平" in late.text
    assert "电话联系过" in late.text


def test_odd_dates_of_a_step_are_refused(office: Office) -> None:
    demand, centre = submitted_demand(office), office.colleague("centre")
    department, *_ = serving_organisations(office)
    analyse(centre, demand)
    given = {"organisation": department.id}
    matter = taken(office, centre, first_matter(office, demand), "forward", **given)
    matter = taken(office, centre, matter, "accept")
    for day, clock in (("2026-02-30", "09:00"), ("2021-03-01", "09:00"), ("", ""), ("x", "25:00")):
        answer = take(centre, matter, "schedule", day=day, time=clock)
        assert answer.status_code == 422
        assert "服务时间要在现在以后" in said(answer)
    future = take(centre, matter, "record", record="做了", served_on="2099-01-01")
    assert "不晚于今天" in said(future)
    assert first_matter(office, demand) == matter
    unknown = take(centre, matter, "explode")
    assert unknown.status_code == 404


def test_words_of_the_enterprise_are_answered_once(office: Office) -> None:
    demand = submitted_demand(office)
    with office.engine.begin() as db:
        add_inquiry(
            db, demand.id, "question", "多久能办好？", by_enterprise(demand.user_id), utc_now()
        )
    clerk = office.colleague("clerk")
    assert "1 条企业的提问、投诉待答复" in said(clerk.get("/demands"))
    page = clerk.get(f"/demands/{demand.id}").text
    address = page.split(f"/demands/{demand.id}/inquiries/")[1].split("#")[0]
    path = f"/demands/{demand.id}/inquiries/{address}"
    assert clerk.post(path, version=1, answer=" ").status_code == 422
    assert clerk.post(path, version=1, answer="三个工作日内答复您。").status_code == 303
    late = clerk.post(path, version=1, answer="不知道")
    assert late.status_code == 409
    with reading(office.engine) as db:
        told = [text for text in notices(db, demand.user_id) if "三个工作日内" in text]
    assert len(told) == 1
    added = clerk.post(f"/demands/{demand.id}/inquiries", kind="complaint", text="<b>太慢</b>")
    assert added.status_code == 303
    assert "&lt;b&gt;太慢" in clerk.get(f"/demands/{demand.id}").text


def test_of_two_who_press_at_the_same_moment_one_is_too_late(office: Office) -> None:
    people = [office.colleague("centre", f"centre{n}") for n in range(2)]
    organisations = serving_organisations(office)[:2]
    demand = submitted_demand(office)
    analyse(people[0], demand)
    seen = first_matter(office, demand)

    def press(n: int) -> int:
        step = ("forward", "match")[n]
        return take(people[n], seen, step, organisation=organisations[n].id).status_code

    assert sorted(at_once([lambda: press(0), lambda: press(1)])) == [303, 409]
    now = first_matter(office, demand)
    assert now.version == seen.version + 1
    with reading(office.engine) as db:
        told = [t for t in notices(db, demand.user_id) if "已转给" in t or "已为您匹配" in t]
    assert len(told) == 1
