"""Individual appointments at the desk: fixed, called off, decided once."""

from __future__ import annotations

import sqlalchemy as sa

from bot.services.booking.individual import get_request, request_individual
from bot.services.booking.news import tell_due
from bot.services.consents import record_consent
from bot.storage.database import reading, utc_now
from bot.storage.tables import messages_out
from tests.desk.office import Office
from tests.desk.rota import said
from tests.services.conftest import add_user
from tests.web.booking_site import workday


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
