"""One session at the desk: who booked what, who came, and walk-ins."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from bot.storage.booking_tables import bookings, time_slots
from bot.storage.database import reading, utc_now
from bot.storage.tables import events
from tests.desk.office import Office
from tests.desk.rota import FENGHUANGHU, WALK_IN, booked, ids_of, made, of_session, said
from tests.web.booking_site import workday


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


def test_words_of_enterprises_are_shown_as_text(office: Office) -> None:
    on = made(office)
    booked(office, ids_of(office, on)[0], company="<script>alert(1)</script>")
    centre = office.colleague("centre")
    for path in ("", "/list", "/cancel"):
        page = centre.get(f"/rota/sessions/{on.id}{path}")
        assert "<script>alert" not in page.text
    with reading(office.engine) as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(bookings)) == 1
