"""接受 and 退出候补 typed while a seat is offered reach the booking, and nothing else does."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.model.calendar import centre_calendar, local_date
from bot.services.booking.bookings import hold_slot
from bot.services.booking.state import OFFER, BookingState, write_reply, write_state
from bot.services.record import Origin
from bot.storage.booking_tables import booking_chats, bookings
from bot.storage.database import utc_now
from bot.storage.tables import drafts, users
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


def offer_slots(database: sa.engine.Engine, openid: str, message: int) -> int:
    """Time slots were offered to the user with this message; the user's id."""
    now = utc_now()
    with database.begin() as db:
        user_id = int(db.scalar(sa.select(users.c.id).where(users.c.openid == openid)))
        state = BookingState(asking=OFFER)
        write_state(db, user_id, state, now + timedelta(minutes=10), now)
        write_reply(db, user_id, message, {}, now)
    return user_id


def test_offered_time_slots_are_known_to_the_assistant_until_the_form_goes_on(
    door: Door, database: sa.engine.Engine
) -> None:
    def asked(text: str) -> tuple[object, object]:
        say(door, text, "oLooking")
        metadata = door.peer.turns[-1]["metadata"]
        return metadata["asking"], metadata["offered"]

    assert asked("你好") == (None, False)
    user_id = offer_slots(database, "oLooking", 1)
    assert asked("下午的") == (None, True)
    values = {"form_version": 1, "answers": {}, "prefilled": [], "opened_at": utc_now()}
    with database.begin() as db:
        form = {"status": "filling", "asking": "company_name", "last_message_id": 1}
        row = {"user_id": user_id, "changed_at": utc_now(), **values, **form}
        db.execute(drafts.insert().values(**row))
    assert asked("下午的") == ("company_name", True), "slots were offered in the middle of the form"
    with database.begin() as db:
        db.execute(drafts.update().values(last_message_id=2))
    assert asked("下午的") == ("company_name", False), "the form went on"
    with database.begin() as db:
        db.execute(booking_chats.update().values(asking="words"))
    assert asked("商标续展") == ("booking", False)
    with database.begin() as db:
        db.execute(booking_chats.update().values(asking=OFFER, asking_until=utc_now()))
        db.execute(drafts.delete())
    assert asked("下午的") == (None, False), "too long ago"
