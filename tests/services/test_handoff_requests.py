"""Asking for a person: the queue or a message, and what is told of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.services.booking.state import CONSENT, OFFER, BookingState, write_state
from bot.services.demand import chat_state
from bot.services.handoff.chat import Heard, hear_user
from bot.services.handoff.requests import cancel_handoff, keep_message
from bot.services.handoff.rows import get_handoff
from bot.services.record import Origin
from bot.storage.tables import messages_out
from tests.services.conftest import NOW, ready_draft
from tests.services.handoff_setup import (
    EVENING,
    SETTINGS,
    USER,
    add_talker,
    kinds,
    owner,
    said,
    say,
    waiting,
)


def test_who_asks_in_office_hours_waits_in_the_queue_and_hears_the_place(db: Connection) -> None:
    first, second = add_talker(db, "oFirst"), add_talker(db, "oSecond")
    waiting(db, first)
    handoff = waiting(db, second, NOW + timedelta(seconds=5))
    assert owner(db, second) == ("queue", handoff.id)
    assert "您排在第1位" in said(db, first)[0]
    (text,) = said(db, second)
    assert "您前面还有1位" in text
    assert "9:00—12:00、14:00—17:30" in text
    assert "返回助手" in text
    assert kinds(db, second) == ["handoff_requested"]


def test_who_asks_out_of_hours_hears_the_next_opening_and_leaves_a_message(db: Connection) -> None:
    user = add_talker(db)
    handoff = waiting(db, user, EVENING)
    assert handoff.status == "message"
    (text,) = said(db, user)
    assert "明天（3月3日 星期二）上午9点" in text
    assert "结束留言" in text
    assert "49859793" in text, "the telephones are still offered"
    body = db.scalar(sa.select(messages_out.c.body))
    assert [c["title"] for c in body["choices"]] == ["填写需求表", "约专家", "返回助手"]


def test_the_angry_get_an_apology_first(db: Connection) -> None:
    user = add_talker(db)
    waiting(db, user, reason="rule")
    assert said(db, user)[0].startswith("非常抱歉")


def test_who_left_a_message_and_asks_again_hears_that_it_is_known(db: Connection) -> None:
    user = add_talker(db)
    handoff = waiting(db, user, EVENING, message_id=say(db, user, "转人工"))
    hear_user(db, SETTINGS, user, Heard(say(db, user, "想问商标"), "想问商标"), USER)
    keep_message(db, get_handoff(db, handoff.id), USER, None)
    again = waiting(db, user, message_id=say(db, user, "转人工"))
    assert (again.id, again.status) == (handoff.id, "queued")
    assert said(db, user)[-1].startswith("您之前的留言我们已经收到")
    assert "您排在第1位" in said(db, user)[-1]


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        (datetime(2026, 3, 2, 4, 30), "今天下午2点"),
        (datetime(2026, 3, 2, 11, 0), "明天（3月3日 星期二）上午9点"),
        (datetime(2026, 3, 6, 11, 0), "3月9日（星期一）上午9点"),
        (datetime(2026, 9, 30, 11, 0), "10月8日（星期四）上午9点"),
    ],
)
def test_the_next_opening_knows_lunch_weekends_and_holidays(
    db: Connection, now: datetime, opening: str
) -> None:
    user = add_talker(db)
    waiting(db, user, now)
    assert f"专员{opening}上班" in said(db, user)[0]


def test_asking_twice_is_one_request(db: Connection) -> None:
    user = add_talker(db)
    message = say(db, user, "转人工")
    first = waiting(db, user, message_id=message)
    assert waiting(db, user, message_id=message) == first
    assert waiting(db, user, message_id=say(db, user, "人工")) == first
    assert len(said(db, user)) == 1


LATER = NOW + timedelta(minutes=10)


def called_back(db: Connection, user: int, now: datetime = NOW) -> str:
    """What is said to who wants no person any more."""
    cancel_handoff(db, waiting(db, user, now), Origin("wechat", "user", now))
    return said(db, user)[-1]


def test_who_comes_back_hears_of_the_booking_that_waits_and_not_of_the_form(
    db: Connection,
) -> None:
    user = add_talker(db)
    ready_draft(db, user)
    write_state(db, user, BookingState(asking=CONSENT), LATER, NOW)
    assert "刚才的专家预约还没办完" in called_back(db, user)
    assert "需求表接着填" not in said(db, user)[-1]
    assert offered(db, user) == ["/my_bookings"]


def test_who_comes_back_hears_of_the_demand_that_is_asked_about(db: Connection) -> None:
    user = add_talker(db)
    ready_draft(db, user)
    asked = chat_state.DemandChatState(asking="withdraw", demand=1)
    chat_state.write_state(db, user, asked, LATER, NOW)
    assert "刚才关于需求的问题" in called_back(db, user)


@pytest.mark.parametrize(("asking", "after"), [(CONSENT, 11), (OFFER, 0)])
def test_form_goes_on_where_no_booking_waits_for_words(
    db: Connection, asking: str, after: int
) -> None:
    user = add_talker(db)
    ready_draft(db, user)
    write_state(db, user, BookingState(asking=asking), LATER, NOW)
    assert "需求表" in called_back(db, user, NOW + timedelta(minutes=after))


def offered(db: Connection, user: int) -> list[str]:
    """Payloads of what can be tapped at last."""
    query = sa.select(messages_out.c.body).where(messages_out.c.user_id == user)
    bodies = db.scalars(query.order_by(messages_out.c.id)).all()
    return [choice["payload"] for choice in bodies[-1]["choices"]]
