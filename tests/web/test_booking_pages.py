"""The calendar page over HTTP: what is shown, booked, moved, given up, and refused."""

from __future__ import annotations

import contextlib
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from bot.model.calendar import local_date
from bot.services.booking.bookings import cancel_booking, expire_holds, get_booking
from bot.services.booking.waiting_list import my_waiting
from bot.services.consents import has_consent
from bot.services.page_links import booking_address, export_address
from bot.storage.booking_tables import bookings, rota_sessions
from bot.storage.database import reading, utc_now
from bot.storage.tables import messages_out
from tests.services.booking_setup import book
from tests.services.conftest import at_once
from tests.web.booking_site import WORDS, Visitor, rota, visitor, workday
from tests.web.site import Site, text_of


def said(page: Any) -> str:
    """What a person reads of a page."""
    return text_of(page.text)


def test_day_shows_field_park_and_free_seats(site: Site) -> None:
    slots = rota(site, seats=2)
    other = rota(site, workday(21), begins="09:00", ends="10:00", station="gangqiao",
                 experts=("metrology",), categories=("metrology",))  # fmt: skip
    person = visitor(site)
    text = said(person.page)
    for word in ("商标注册与商标保护", "凤凰湖产业促进中心", "14:00—14:30 余2", "余12"):
        assert word in text
    person.hold(slots[0])
    assert "14:00—14:30 余1" in said(person.go())
    text = said(person.go(park="gangqiao"))
    assert "计量检定校准" in text
    assert "商标注册" not in text
    assert f'value="{other[0]}"' in person.page.text
    assert "没有可以约的时间" in said(person.go(category="testing"))


def test_booking_asks_consent_first_and_keeps_nothing_before(site: Site) -> None:
    (slot, *_) = rota(site)
    person = visitor(site, consent=False)
    person.post("/hold", slot=slot)
    assert "怎样删除" in said(person.page)
    held = person.mine[0]
    assert (held.status, held.company) == ("held", "")
    assert "怎样删除" in said(person.post("/confirm", b=held.id, **WORDS)), "no way around it"
    assert person.mine[0].company == ""
    person.post("/consent", b=held.id)
    with reading(site.engine) as db:
        assert has_consent(db, person.user_id)
    assert "约好了" in said(person.post("/confirm", b=held.id, **WORDS))


def test_what_is_known_is_filled_in_and_what_is_wrong_is_said(site: Site) -> None:
    slot, _, other, *_ = rota(site)
    draft = site.draft("oKnown", company_name="重庆鑫源铸造有限公司", telephone="13983001234")
    person = Visitor(site, draft.user_id)
    held = person.hold(slot)
    assert 'value="重庆鑫源铸造有限公司"' in person.page.text
    assert 'value="13983001234"' in person.page.text
    wrong = {"company": "", "topic": "商标", "telephone": "1398"}
    person.post("/confirm", b=held, **{**WORDS, **wrong})
    assert person.page.status_code == 422
    assert "不像电话号码" in said(person.page)
    person.post("/confirm", b=held, **{**WORDS, "company": " "})
    assert "必须填写" in said(person.page)
    person.post("/confirm", b=held, **{**WORDS, "topic": "长" * 501})
    assert "太长" in said(person.page)
    assert person.mine[0].status == "held"
    person.post("/confirm", b=held, **WORDS, contact="李静", telephone="139 8300 1234")
    booked = person.mine[0]
    assert (booked.status, booked.contact, booked.telephone) == ("confirmed", "李静", "13983001234")
    assert "每家企业只能约1次" in said(person.post("/confirm", b=person.hold(other), **WORDS))
    assert [b.status for b in person.mine] == ["confirmed", "cancelled"], "the seat is given back"


def test_second_click_is_one_booking_told_once_in_the_chat(site: Site) -> None:
    (slot, *_) = rota(site)
    person = visitor(site)
    held = person.hold(slot)
    answers = at_once([lambda: said(person.post("/confirm", b=held, **WORDS))] * 4)
    (booked,) = person.mine
    assert all(str(booked.number) in answer for answer in answers)
    with reading(site.engine) as db:
        texts = [body["text"] for body in db.scalars(sa.select(messages_out.c.body))]
    assert len(texts) == 1
    assert str(booked.number) in texts[0]


def test_slot_just_taken_shows_the_nearest(site: Site) -> None:
    taken, free, *_ = rota(site)
    late = visitor(site)
    visitor(site, "oFaster").book(taken)
    late.post("/hold", slot=taken)
    assert late.page.status_code == 409
    assert "被别的企业约走了" in said(late.page)
    assert f'value="{free}"' in late.page.text
    assert late.book(free).status == "confirmed"


def test_200_users_press_for_the_last_seat_and_one_has_it(site: Site) -> None:
    (slot,) = rota(site, ends="14:30")
    other = rota(site, begins="15:00", ends="15:30", station="sanjiao", experts=("patent",))[0]
    racers = [visitor(site, f"oRacer{number}") for number in range(200)]

    def press(racer: Visitor) -> str:
        for _ in range(10):
            with contextlib.suppress(httpx.TransportError):  # a connection that was just closed
                racer.post("/hold", slot=slot)
                if racer.page.status_code != 503:
                    break
        return racer.page.text

    pages = at_once([lambda racer=racer: press(racer) for racer in racers])
    won = [page for page in pages if "确认预约" in page]
    lost = [page for page in pages if "被别的企业约走了" in page]
    assert (len(won), len(lost)) == (1, 199)
    assert all(f'value="{other}"' in page for page in lost)
    assert Counter(b.status for racer in racers for b in racer.mine) == {"held": 1}


def test_moving_keeps_the_old_until_the_new_is_had(site: Site) -> None:
    first, second, third, *_ = rota(site)
    person = visitor(site)
    booked = person.book(first)
    assert "改期" in said(person.go("/mine"))
    assert str(booked.number) in said(person.go(move=booked.id))
    held = person.hold(second, move=booked.id)
    assert "确认改期" in said(person.page)
    assert {b.status for b in person.mine} == {"held", "confirmed"}
    for _ in range(2):
        assert "已改期" in said(person.post("/confirm", b=held, move=booked.id))
    active = [b for b in person.mine if b.seat]
    assert [(b.number, b.time_slot_id) for b in active] == [(booked.number, second)]
    visitor(site, "oFaster").book(third)
    person.post("/hold", slot=third, move=booked.id)
    assert "被别的企业约走了" in said(person.page)
    assert [b.time_slot_id for b in person.mine if b.seat] == [second]


def test_cancelling_is_asked_and_frees_the_seat(site: Site) -> None:
    (slot, *_) = rota(site)
    person = visitor(site)
    booked = person.book(slot)
    assert "确定取消" in said(person.go("/cancel", b=booked.id))
    assert person.mine[0].status == "confirmed"
    assert "已取消" in said(person.post("/cancel", b=booked.id))
    assert "已经不在了" in said(person.post("/cancel", b=booked.id))
    assert visitor(site, "oNext").book(slot).status == "confirmed"


def test_waiting_list_is_joined_offered_and_left(site: Site) -> None:
    (slot,) = rota(site, ends="14:30")
    owner, person = visitor(site, "oOwner"), visitor(site)
    booked = owner.book(slot)
    day = workday().isoformat()
    assert "已满" in said(person.go())
    assert "这一天没有可以约的时间" in said(person.go(day=day))
    assert "排候补" in said(person.page)
    person.post("/wait", day=day, category="ip")
    assert "第1位" in said(person.page)
    with reading(site.engine) as db:
        entry = my_waiting(db, person.user_id)[0]
    assert "已退出候补" in said(person.post("/leave", entry=entry.id))
    person.post("/wait", day=day)
    with site.engine.begin() as db:
        cancel_booking(db, get_booking(db, booked.id), utc_now())
    assert "有空位了" in said(person.go("/mine"))
    offer = person.mine[-1]
    assert "确认预约" in said(person.go("/check", b=offer.id))
    assert "约好了" in said(person.post("/confirm", b=offer.id, **WORDS))


def test_offer_is_declined_and_passes_on(site: Site) -> None:
    (slot,) = rota(site, ends="14:30")
    owner, person, after = (visitor(site, f"o{name}") for name in ("Owner", "First", "Second"))
    booked = owner.book(slot)
    for each in (person, after):
        each.post("/wait", day=workday().isoformat())
    with site.engine.begin() as db:
        cancel_booking(db, get_booking(db, booked.id), utc_now())
    assert "位子已让出" in said(person.post("/drop", b=person.mine[-1].id))
    assert [b.status for b in after.mine] == ["offered"]


def test_calendar_file_is_linked(site: Site) -> None:
    person = visitor(site)
    person.book(rota(site)[0])
    file = person.page.text.split('href="/h5/calendar/')[1].split('"')[0]
    answer = site.http.get(f"/h5/calendar/{file}")
    assert answer.headers["Content-Type"].startswith("text/calendar")


@pytest.mark.parametrize(
    ("day", "reason"),
    [("2026-02-30", "没有这个日期"), ("2020-01-01", "已经过了"), ("2199-01-01", "天以内")],
)
def test_days_that_cannot_be_are_said_kindly(site: Site, day: str, reason: str) -> None:
    rota(site)
    person = visitor(site)
    assert reason in said(person.go(day=day))
    assert person.page.status_code == 200
    assert "14:00—14:30" in said(person.page), "what can be booked is shown"


@pytest.mark.parametrize("value", ["", "0", "-1", "abc", "１", "9" * 30, "{{7*7}}", "1 OR 1=1"])
def test_odd_ids_change_nothing(site: Site, value: str) -> None:
    rota(site)
    person = visitor(site)
    for path, name in (
        ("/hold", "slot"),
        ("/confirm", "b"),
        ("/cancel", "b"),
        ("/drop", "b"),
        ("/leave", "entry"),
        ("/withdraw", "request"),
    ):
        assert person.post(path, **{name: value}).status_code in (200, 409)
    odd = person.go(park=value, category=value, month=value, move=value)
    assert odd.status_code == 200
    assert person.mine == []


def test_slot_of_a_cancelled_session_is_refused(site: Site) -> None:
    slots = rota(site)
    person = visitor(site)
    with site.engine.begin() as db:
        db.execute(rota_sessions.update().values(status="cancelled"))
    assert "没有接访了" in said(person.post("/hold", slot=slots[0]))
    assert person.mine == []


def test_hold_that_ran_out_is_said(site: Site) -> None:
    person = visitor(site)
    held = person.hold(rota(site)[0])
    with site.engine.begin() as db:
        over = utc_now() - timedelta(minutes=1)
        db.execute(bookings.update().values(hold_until=over))
    assert "时间到了" in said(person.go("/check", b=held))
    assert "时间到了" in said(person.post("/confirm", b=held, **WORDS))
    with site.engine.begin() as db:
        expire_holds(db, utc_now())
    assert "时间到了" in said(person.post("/confirm", b=held, **WORDS))


def test_foreign_booking_is_told_like_one_that_is_not(site: Site) -> None:
    slot, other, *_ = rota(site)
    owner, person = visitor(site, "oOwner"), visitor(site)
    foreign = owner.book(slot)
    held = owner.hold(rota(site, workday(21))[0])
    for path in ("/confirm", "/cancel", "/drop"):
        for booking in (foreign.id, held):
            mine = said(person.post(path, b=booking, **WORDS))
            assert mine == said(person.post(path, b=10**9, **WORDS))
    for path in ("/check", "/done", "/cancel"):
        assert said(person.go(path, b=foreign.id)) == said(person.go(path, b=10**9))
        assert str(foreign.number) not in person.page.text
    person.post("/hold", slot=other, move=foreign.id)
    assert "确认改期" not in said(person.page), "somebody else's booking cannot be moved"
    assert [b.status for b in owner.mine] == ["confirmed", "held"]


def test_expired_foreign_and_dead_links_close_politely(site: Site) -> None:
    person = visitor(site)
    long_ago = utc_now() - timedelta(days=8)
    old = booking_address(site.settings, person.user_id, long_ago)
    wrong = export_address(site.settings, person.user_id, utc_now()).rsplit("/", 1)[1]
    nobody = booking_address(site.settings, 10**6, utc_now())
    for address, status in (
        (old, 410),
        (f"/h5/booking/{wrong}", 403),
        ("/h5/booking/abc/mine", 403),
        (nobody, 410),
    ):
        answer = site.http.get(address.removeprefix(site.settings.link_base))
        assert answer.status_code == status
        assert "回复“我的预约”" in text_of(answer.text)


def test_words_of_users_are_shown_as_text(site: Site) -> None:
    person = visitor(site)
    person.book(rota(site)[0], topic="<script>alert(1)</script>{{7*7}}")
    person.go("/mine")
    assert "<script>alert" not in person.page.text
    assert "<script>alert(1)</script>{{7*7}}" in said(person.page)
    policy = person.page.headers["Content-Security-Policy"]
    assert "unsafe" not in policy


def test_booking_made_in_chat_is_seen_on_the_page(site: Site) -> None:
    (slot, *_) = rota(site)
    person = visitor(site)
    with site.engine.begin() as db:
        booked = book(db, person.user_id, slot, utc_now())
    assert str(booked.number) in said(person.go("/mine"))
    assert local_date(booked.starts_at) == workday()
