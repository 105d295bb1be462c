"""接受 and 退出候补 typed while a seat is offered reach the booking, and nothing else does."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.model.calendar import centre_calendar, local_date
from bot.services.booking.bookings import hold_slot
from bot.services.record import Origin
from bot.storage.booking_tables import bookings
from bot.storage.database import utc_now
from bot.storage.tables import users
from tests.gateway.door import Door, text_fields, xml_of
from tests.services.booking_setup import session, slots

pytestmark = pytest.mark.usefixtures("next_message_works")


def say(door: Door, text: str, openid: str) -> str:
    """Send words; what reached the assistant, which repeats it."""
    door.peer.answer = "答：{text}"
    return door.reply(xml_of(text_fields(text, FromUserName=openid))) or ""


def offer(database: sa.engine.Engine, openid: str) -> None:
    """A seat is offered to the user."""
    now = utc_now()
    day = centre_calendar().next_workday(local_date(now) + timedelta(days=7))
    with database.begin() as db:
        slot = slots(db, session(db, day, origin=Origin("desk", "specialist:1", now)))[0]
        user_id = db.scalar(sa.select(users.c.id).where(users.c.openid == openid))
        held = hold_slot(db, user_id, slot, now)
        db.execute(bookings.update().where(bookings.c.id == held.id).values(status="offered"))


def test_words_answer_an_offer_only_while_there_is_one(
    door: Door, database: sa.engine.Engine
) -> None:
    assert "答：接受" in say(door, "接受", "oOffered")
    offer(database, "oOffered")
    assert '"choice": "accept"' in say(door, "要这个", "oOffered")
    assert '"choice": "decline"' in say(door, "让给下一位", "oOffered")
    assert "答：接受委托检验吗" in say(door, "接受委托检验吗", "oOffered")
    assert "答：接受" in say(door, "接受", "oSomebody")
    with database.begin() as db:
        db.execute(bookings.update().values(hold_until=utc_now() - timedelta(minutes=1)))
    assert "答：接受" in say(door, "接受", "oOffered")


def test_waiting_list_is_left_in_words(door: Door) -> None:
    assert '"choice": "leave_waiting"' in say(door, "退出候补", "oWaiting")
