"""轮值 at the desk: the calendar, what each role sees, planning and changing sessions."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from bot.model.calendar import Calendar, CalendarGap, moment_of
from bot.services.booking.news import tell_due
from bot.services.booking.rota import sessions_between
from bot.storage.database import reading, utc_now
from bot.storage.tables import messages_out
from knowledge.calendar import parse_clock
from tests.desk.office import Office
from tests.desk.rota import FENGHUANGHU, WALK_IN, booked, ids_of, made, of_session, said, stored
from tests.services.conftest import at_once
from tests.web.booking_site import workday


def test_week_and_month_show_each_session_with_how_full_it_is(office: Office) -> None:
    on = made(office, seats=2)
    booked(office, ids_of(office, on)[0])
    centre = office.colleague("centre")
    for view in ("week", "month"):
        page = said(centre.get(f"/rota?view={view}&date={workday()}"))
        assert "14:00—17:00 凤凰湖" in page
        assert "1/12" in page
        assert "1 场，已约 1 家次" in page
    later = workday() + timedelta(days=60)
    assert "14:00—17:00" not in said(centre.get(f"/rota?view=week&date={later}"))


@pytest.mark.parametrize(("role", "told"), [("centre", True), ("clerk", False)])
def test_missing_holidays_are_told_to_who_can_add_them(
    office: Office, monkeypatch: pytest.MonkeyPatch, role: str, told: bool
) -> None:
    colleague = office.colleague(role)
    gap = CalendarGap(date(2031, 1, 1), 2031)
    monkeypatch.setattr(Calendar, "gap", lambda *_: gap)
    assert ("2031年的放假安排还没有录入" in said(colleague.get("/rota"))) is told
    monkeypatch.setattr(Calendar, "gap", lambda *_: None)
    assert "放假安排还没有录入" not in said(colleague.get("/rota"))


@pytest.mark.parametrize("day", ["2026-02-30", "abc", "0001-01-01", "9999-12-31", "２０２６"])
def test_odd_days_show_the_present_week(office: Office, day: str) -> None:
    answer = office.colleague("centre").get(f"/rota?date={day}&view=year&station=x")
    assert answer.status_code == 200


def test_clerk_sees_the_own_station_only_and_changes_nothing(office: Office) -> None:
    own, other = made(office), made(office, station="gangqiao", experts=("patent",))
    clerk = office.colleague("clerk", station=FENGHUANGHU)
    page = said(clerk.get(f"/rota?date={workday()}&station=gangqiao"))
    assert "凤凰湖" in page
    assert "港桥" not in page
    assert "新增场次" not in page
    assert clerk.get(f"/rota/sessions/{own.id}").status_code == 200
    slot = ids_of(office, other)[0]
    theirs = booked(office, slot)
    assert clerk.get(f"/rota/sessions/{other.id}").status_code == 403
    assert clerk.get(f"/rota/sessions/{other.id}/list").status_code == 403
    for path, data in (
        (f"/rota/sessions/{other.id}/walk-in", {"slot": slot, **WALK_IN}),
        (f"/rota/sessions/{own.id}/attendance", {"booking": theirs.id, "attended": "1"}),
        (f"/rota/sessions/{own.id}/change", {"reason": "x", "version": 1}),
        (f"/rota/sessions/{own.id}/cancel", {"reason": "x", "version": 1}),
        ("/rota/new", {}),
        ("/rota/plan", {"month": "2026-12"}),
    ):
        assert clerk.post(path, **data).status_code == 403, path
    assert [b.status for b in of_session(office, other)] == ["confirmed"]
    assert stored(office, own).status == "open"
    limits = {"slot": ids_of(office, own)[0], "limits": "0", **WALK_IN}
    assert clerk.post(f"/rota/sessions/{own.id}/walk-in", **limits).status_code == 403


def test_session_is_added_with_all_that_is_wrong_said(office: Office) -> None:
    centre = office.colleague("centre")
    fields = {
        "station": "sanjiao",
        "day": workday().isoformat(),
        "begins": "09:00",
        "ends": "11:00",
        "slot_minutes": "30",
        "seats": "2",
        "categories": ["testing"],
        "experts": ["testing"],
    }
    sunday = workday() + timedelta(days=6 - workday().weekday())
    for wrong, why in (
        ({"day": "2026-02-30"}, "请填写日期"),
        ({"day": "2021-03-01"}, "已经过了"),
        ({"day": sunday.isoformat()}, "这一天放假"),
        ({"begins": "9点"}, "请填写时间"),
        ({"begins": "09:10"}, "整刻钟"),
        ({"ends": "08:00"}, "结束要晚于开始"),
        ({"ends": "20:00"}, "不在工作时间内"),
        ({"seats": "0"}, "至少一个位子"),
        ({"seats": "-1"}, "请填写数字"),
        ({"experts": []}, "请选择专家"),
        ({"categories": ["law"]}, "请选择服务类别"),
        ({"station": "admin_centre"}, "请选择园区服务站"),
    ):
        answer = centre.post("/rota/new", **{**fields, **wrong})
        assert answer.status_code == 422, wrong
        assert why in said(answer), wrong
    answer = centre.post("/rota/new", **fields)
    assert answer.status_code == 303
    page = said(centre.get(answer.headers["location"].removeprefix("/desk")))
    assert "三教产业促进中心" in page
    assert "09:00—11:00" in page
    again = said(centre.post("/rota/new", **{**fields, "station": "gangqiao"}))
    assert "谢芳在这段时间已有另一场接访" in again
    open_sunday = {**fields, "day": sunday.isoformat(), "any_day": "1"}
    assert centre.post("/rota/new", **open_sunday).status_code == 303


def test_month_is_planned_once(office: Office) -> None:
    centre = office.colleague("centre")
    month = workday(40).replace(day=1)
    for _ in range(2):
        answer = centre.post("/rota/plan", month=f"{month:%Y-%m}")
        page = said(centre.get(answer.headers["location"].removeprefix("/desk")))
    assert "按月度安排生成 0 场" in page, "the second time nothing is missing"
    with reading(office.engine) as db:
        found = sessions_between(db, month, month + timedelta(days=31))
    assert len({(s.pattern, s.month) for s in found}) == len(found) > 5


def change_of(page: httpx.Response, **values: Any) -> dict[str, Any]:
    """The fields of the form that changes a session, with other values."""
    version = re.search(r'name="version" value="(\d+)"', page.text)
    assert version is not None
    return {
        "version": version[1],
        "station": "fenghuanghu",
        "day": workday().isoformat(),
        "begins": "14:00",
        "seats": "1",
        "categories": ["ip"],
        "experts": ["trademark"],
        "reason": "专家临时有公务",
        **values,
    }


def test_changed_session_tells_the_enterprises_why(office: Office) -> None:
    on = made(office)
    booked(office, ids_of(office, on)[0])
    centre = office.colleague("centre")
    path = f"/rota/sessions/{on.id}/change"
    form = change_of(centre.get(path), begins="14:30")
    assert "请写明原因" in said(centre.post(path, **{**form, "reason": ""}))
    assert centre.post(path, **form).status_code == 303
    assert stored(office, on).starts_at == moment_of(workday(), parse_clock("14:30"))
    with office.engine.begin() as db:
        assert tell_due(db, utc_now()) == 1
        text = db.scalar(sa.select(messages_out.c.body))["text"]
    assert "14:30—15:00" in text
    assert "专家临时有公务" in text
    fewer = change_of(centre.get(path), begins="14:30", seats="0")
    assert "至少一个位子" in said(centre.post(path, **fewer))


def test_of_two_who_change_a_session_one_wins_and_the_other_is_told(office: Office) -> None:
    on = made(office)
    first = office.colleague("centre", "centre1")
    second = office.colleague("centre", "centre2")
    path = f"/rota/sessions/{on.id}/change"
    forms = [
        (who, change_of(who.get(path), seats=seats)) for who, seats in ((first, 2), (second, 3))
    ]
    answers = at_once([lambda who=who, form=form: who.post(path, **form) for who, form in forms])
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    lost = next(answer for answer in answers if answer.status_code == 409)
    seats = stored(office, on).seats
    assert "刚被同事修改过" in said(lost)
    assert f'name="seats" type="number" min="1" max="50" required value="{seats}"' in lost.text
    stale = {"reason": "专家生病", "version": forms[0][1]["version"]}
    answer = first.post(f"/rota/sessions/{on.id}/cancel", **stale)
    assert answer.status_code == 409
    assert stored(office, on).status == "open"


def test_cancelled_session_shows_what_became_of_each_enterprise(office: Office) -> None:
    on, other = made(office), made(office, workday(21))
    first, second, *_ = ids_of(office, on)
    booked(office, first)
    centre = office.colleague("centre")
    centre.post(f"/rota/sessions/{on.id}/walk-in", slot=second, **WALK_IN)
    page = centre.get(f"/rota/sessions/{on.id}/cancel")
    assert "已有 2 家" in said(page)
    path, version = f"/rota/sessions/{on.id}/cancel", on.version
    assert "请写明原因" in said(centre.post(path, reason="", version=version))
    assert stored(office, on).status == "open"
    for _ in range(2):
        assert centre.post(path, reason="专家生病", version=version).status_code == 303
    page = centre.get(f"/rota/sessions/{on.id}")
    for word in ("已取消", "已留位待确认", "请电话通知", WALK_IN["company"]):
        assert word in said(page)
    assert [b.status for b in of_session(office, other)] == ["offered"]
    with office.engine.begin() as db:
        assert tell_due(db, utc_now()) == 1
        text = db.scalar(sa.select(messages_out.c.body))["text"]
    assert "专家生病" in text
    assert "回复“接受”" in text


def test_expert_who_said_they_come_is_noted(office: Office) -> None:
    on = made(office, experts=("patent",))
    centre = office.colleague("centre")
    assert "待专家确认" in said(centre.get(f"/rota/sessions/{on.id}"))
    centre.post(f"/rota/sessions/{on.id}/confirm-expert", expert="patent")
    assert "已确认到场" in said(centre.get(f"/rota/sessions/{on.id}"))
    assert "陈静" in said(centre.get("/experts"))
