"""轮值 at the desk: what each role sees and may change, attendance, walk-ins, cancelling."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from bot.model.calendar import Calendar, CalendarGap, moment_of
from bot.services.booking.individual import get_request, request_individual
from bot.services.booking.news import tell_due
from bot.services.booking.rota import get_session, sessions_between
from bot.services.booking.rota_rows import RotaSession
from bot.services.booking.rows import Booking, list_bookings
from bot.services.consents import record_consent
from bot.services.record import Origin
from bot.storage.booking_tables import bookings, time_slots
from bot.storage.database import reading, utc_now
from bot.storage.tables import events, messages_out
from knowledge.calendar import parse_clock
from tests.desk.office import Office
from tests.services.booking_setup import book, session, slots
from tests.services.conftest import add_user, at_once
from tests.web.booking_site import workday
from tests.web.site import text_of

FENGHUANGHU = "station_fenghuanghu"
WALK_IN = {"company": "重庆某某机电有限公司", "topic": "专利年费"}


def made(office: Office, day: date | None = None, **values: Any) -> RotaSession:
    """A session of the rota."""
    origin = Origin("desk", "staff:1", utc_now())
    with office.engine.begin() as db:
        return session(db, day or workday(), origin=origin, **values)


def ids_of(office: Office, on: RotaSession) -> list[int]:
    """Ids of a session's time slots."""
    with reading(office.engine) as db:
        return slots(db, on)


def booked(office: Office, slot: int, openid: str = "oBooked", company: str = "") -> Booking:
    """A user's booking."""
    now = utc_now()
    with office.engine.begin() as db:
        user_id = add_user(db, openid)
        record_consent(db, user_id, channel="wechat", now=now)
        return book(db, user_id, slot, now, company)


def of_session(office: Office, on: RotaSession) -> list[Booking]:
    """All bookings that a session ever had."""
    with reading(office.engine) as db:
        return list_bookings(db, time_slots.c.session_id == on.id)


def stored(office: Office, on: RotaSession) -> RotaSession:
    """The session as it is now."""
    with reading(office.engine) as db:
        return get_session(db, on.id)


def said(answer: httpx.Response) -> str:
    """What a person reads."""
    return text_of(answer.text)


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


def test_session_shows_who_booked_what_and_the_look_is_on_record(office: Office) -> None:
    on = made(office)
    mine = booked(office, ids_of(office, on)[0], company="永川某某陶瓷厂")
    clerk = office.colleague("clerk", station=FENGHUANGHU)
    for path in ("", "/list"):
        page = said(clerk.get(f"/rota/sessions/{on.id}{path}"))
        for word in ("永川某某陶瓷厂", "商标续展", str(mine.number), "周明"):
            assert word in page
    with reading(office.engine) as db:
        query = sa.select(events).where(events.c.kind == "personal_data_read")
        rows = db.execute(query).all()
    assert {(r.actor, r.data["what"], r.data["session"]) for r in rows} == {
        (clerk.staff.actor, "session", on.id)
    }
    assert clerk.get("/rota/sessions/999999").status_code == 404


def test_attendance_is_noted_on_the_day_and_put_right(office: Office) -> None:
    later = made(office)
    early = booked(office, ids_of(office, later)[0])
    clerk = office.colleague("clerk")
    clerk.post(f"/rota/sessions/{later.id}/attendance", booking=early.id, attended="1")
    assert "当天才能登记" in said(clerk.get(f"/rota/sessions/{later.id}"))
    assert of_session(office, later)[0].status == "confirmed"
    with office.engine.begin() as db:
        began = {"starts_at": utc_now() - timedelta(minutes=10), "ends_at": utc_now()}
        db.execute(time_slots.update().where(time_slots.c.id == early.time_slot_id).values(**began))
    for attended, status in (("1", "attended"), ("0", "missed"), ("1", "attended")):
        path = f"/rota/sessions/{later.id}/attendance"
        assert clerk.post(path, booking=early.id, attended=attended).status_code == 303
        assert of_session(office, later)[0].status == status


def test_walk_in_takes_a_seat_and_says_what_is_wrong(office: Office) -> None:
    on = made(office, ends="14:30")
    (slot,) = ids_of(office, on)
    clerk = office.colleague("clerk")
    path = f"/rota/sessions/{on.id}/walk-in"
    for wrong, why in (
        ({"company": ""}, "请填写企业名称"),
        ({"topic": " "}, "请填写咨询事项"),
        ({"telephone": "1398"}, "电话号码不对"),
        ({"company": "长" * 101}, "内容太长"),
    ):
        answer = clerk.post(path, slot=slot, **{**WALK_IN, **wrong})
        assert answer.status_code == 422
        assert why in said(answer)
        assert "专利年费" in answer.text or "topic" in wrong, "what was typed is kept"
    assert of_session(office, on) == []
    other = made(office, workday(21))
    assert clerk.post(path, slot=ids_of(office, other)[0], **WALK_IN).status_code == 404
    assert clerk.post(path, slot=slot, telephone="49859793", **WALK_IN).status_code == 303
    (taken,) = of_session(office, on)
    assert (taken.status, taken.company, taken.telephone) == (
        "confirmed",
        WALK_IN["company"],
        "02349859793",
    )
    assert (taken.user_id, taken.channel) == (None, "desk")
    full = clerk.post(path, slot=slot, company="永川另一家厂", topic="商标")
    assert "已经约满" in said(full)


def test_limit_of_an_enterprise_is_the_centres_to_put_aside(office: Office) -> None:
    on = made(office)
    first, second, *_ = ids_of(office, on)
    clerk, centre = office.colleague("clerk"), office.colleague("centre")
    path = f"/rota/sessions/{on.id}/walk-in"
    clerk.post(path, slot=first, **WALK_IN)
    assert "每家企业只能约 1 次" in said(clerk.post(path, slot=second, **WALK_IN))
    assert centre.post(path, slot=second, limits="0", **WALK_IN).status_code == 303
    assert len(of_session(office, on)) == 2


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


def request_of(office: Office) -> int:
    """Id of an individual request."""
    now = utc_now()
    with office.engine.begin() as db:
        user_id = add_user(db, "oAsks")
        record_consent(db, user_id, channel="wechat", now=now)
        return request_individual(
            db,
            user_id,
            category="metrology",
            organisation="区市场监管局",
            topic="地磅检定",
            company="永川某某铸造厂",
            contact="李静",
            telephone="",
            now=now,
        ).id


def test_second_of_two_who_decide_on_a_request_is_shown_what_the_first_did(office: Office) -> None:
    asked = request_of(office)
    centre, other = office.colleague("centre"), office.colleague("centre", "second")
    path = f"/rota/individual/{asked}"
    assert 'name="version" value="1"' in centre.get("/rota/individual").text
    form = {"day": workday().isoformat(), "version": "1"}
    first = {**form, "time": "10:00", "place": "质量科"}
    assert centre.post(f"{path}/confirm", **first).status_code == 303
    for late in (
        other.post(f"{path}/confirm", **form, time="15:00", place="第三分院"),
        other.post(f"{path}/decline", answer="工作人员外出", version="1"),
    ):
        assert late.status_code == 409
        assert "同事刚处理过" in said(late)
        assert "质量科" in said(late)
    with reading(office.engine) as db:
        kept = get_request(db, asked)
    assert (kept.status, kept.place, kept.version) == ("confirmed", "质量科", 2)


def test_individual_appointment_is_fixed_and_called_off(office: Office) -> None:
    asked = request_of(office)
    centre = office.colleague("centre")
    assert "永川某某铸造厂" in said(centre.get("/rota/individual"))
    path = f"/rota/individual/{asked}"
    when = {"day": workday().isoformat(), "time": "10:00"}
    for wrong, why in (
        ({"place": ""}, "请写明地点"),
        ({"day": "2026-02-30"}, "请填写日期"),
        ({"day": "2021-03-01"}, "以后的日期"),
    ):
        form = {**when, "place": "区市场监管局质量科", **wrong}
        assert why in said(centre.post(f"{path}/confirm", **form))
    form = {**when, "place": "区市场监管局质量科", "answer": "请带检定证书", "version": "1"}
    for _ in range(2):
        assert centre.post(f"{path}/confirm", **form).status_code == 303
    with office.engine.begin() as db:
        assert tell_due(db, utc_now()) == 1
        text = db.scalar(sa.select(messages_out.c.body))["text"]
        assert get_request(db, asked).status == "confirmed"
    assert "区市场监管局质量科" in text
    assert "请带检定证书" in text
    assert "请写明原因" in said(centre.post(f"{path}/decline", answer=""))
    assert centre.post(f"{path}/decline", answer="工作人员外出", version="2").status_code == 303
    with reading(office.engine) as db:
        assert get_request(db, asked).status == "declined"
    late = centre.post(f"{path}/confirm", **{**form, "version": "3"})
    assert late.status_code == 422
    assert "状态已经变了" in said(late)


def test_words_of_enterprises_are_shown_as_text(office: Office) -> None:
    on = made(office)
    booked(office, ids_of(office, on)[0], company="<script>alert(1)</script>")
    centre = office.colleague("centre")
    for path in ("", "/list", "/cancel"):
        page = centre.get(f"/rota/sessions/{on.id}{path}")
        assert "<script>alert" not in page.text
    with reading(office.engine) as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(bookings)) == 1
