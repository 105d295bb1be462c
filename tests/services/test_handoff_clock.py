"""Waiting, silence and closing time: each is noticed once, whatever the number of workers."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy.engine import Connection, Engine

from bot.services.handoff.chat import Heard, hear_user
from bot.services.handoff.clock import due_handoffs, tend_handoff
from bot.services.handoff.handoffs import claim_handoff
from bot.services.handoff.passing import Route, transfer_handoff
from bot.services.handoff.queue import list_queue
from bot.services.handoff.requests import keep_message
from bot.services.handoff.rows import get_handoff
from bot.services.handoff.sending import send_to_user
from bot.services.personal_data import delete_personal_data, forget_user
from bot.services.record import Origin
from bot.storage.desk_tables import staff as staff_table
from tests.services.conftest import NOW, at_once
from tests.services.handoff_setup import (
    EVENING,
    SETTINGS,
    add_staff,
    add_talker,
    desk,
    in_chat,
    in_turn,
    kinds,
    owner,
    said,
    say,
    waiting,
)

MORNING = datetime(2026, 3, 3, 1, 0)
"""9:00 of the next day."""
LUNCH = datetime(2026, 3, 2, 4, 0)


def tick(engine: Engine, now: datetime) -> list[str]:
    """What a worker does at that time."""
    with engine.begin() as db:
        due = due_handoffs(db, SETTINGS, now)
    return [in_turn(engine, tend_handoff, SETTINGS, number, now) for number in due]


def seen(db: Connection, now: datetime) -> None:
    """All desks have a page open."""
    db.execute(staff_table.update().values(seen_at=now))


def speaks(db: Connection, user_id: int, text: str, now: datetime) -> bool:
    """The user writes while the assistant does not own the conversation."""
    message = say(db, user_id, text, now)
    return hear_user(db, SETTINGS, user_id, Heard(message, text), Origin("wechat", "user", now))


def after(minutes: float, start: datetime = NOW) -> datetime:
    """So much later."""
    return start + timedelta(minutes=minutes)


def test_who_waits_is_told_once_and_then_offered_other_ways(engine: Engine) -> None:
    with engine.begin() as db:
        user = add_talker(db)
        handoff = waiting(db, user)
    assert tick(engine, after(2.9)) == []
    assert tick(engine, after(3)) == ["warn"]
    assert tick(engine, after(3.1)) == []
    assert tick(engine, after(10)) == ["late"]
    assert tick(engine, after(60)) == []
    with engine.begin() as db:
        texts = said(db, user)
        assert "让您久等了，您排在第1位" in texts[1]
        assert "也可以留言" in texts[2]
        assert get_handoff(db, handoff.id).urgency == 1
        assert kinds(db, user)[1:] == ["handoff_waits", "handoff_waits_long"]


def test_two_workers_warn_once(engine: Engine) -> None:
    with engine.begin() as db:
        user = add_talker(db)
        handoff = waiting(db, user)
    act = partial(in_turn, engine, tend_handoff, SETTINGS, handoff.id, after(4))
    assert sorted(at_once([act] * 4)) == ["", "", "", "warn"]
    with engine.begin() as db:
        assert len(said(db, user)) == 2


def test_a_silent_owner_is_reminded_then_the_chat_is_passed_on_in_front(engine: Engine) -> None:
    with engine.begin() as db:
        user, other, staff = add_talker(db), add_talker(db, "oOther"), add_staff(db, "李敏")
        handoff = in_chat(db, user, staff)
        send_to_user(db, handoff.id, staff, "您好", desk(staff, after(1)))
        speaks(db, user, "在吗", after(2))
        waiting(db, other, after(3))
        seen(db, after(8))
    assert tick(engine, after(4.9)) == []
    assert "remind" in tick(engine, after(5))
    assert "remind" not in tick(engine, after(5.5))
    assert "pass_on" in tick(engine, after(8))
    with engine.begin() as db:
        assert owner(db, user) == ("queue", handoff.id)
        assert "正在为您换一位专员" in said(db, user)[-1]
        order = [item.handoff.user_id for item in list_queue(db, SETTINGS, staff, after(8))]
        assert order == [user, other]
        assert "handoff_owner_reminded" in kinds(db, user)


def test_an_owner_who_answers_is_left_in_peace(engine: Engine) -> None:
    with engine.begin() as db:
        user, staff = add_talker(db), add_staff(db, "李敏")
        handoff = in_chat(db, user, staff)
        speaks(db, user, "在吗", after(2))
        send_to_user(db, handoff.id, staff, "在", desk(staff, after(4)))
        seen(db, after(50))
    assert tick(engine, after(50)) == []


def test_an_owner_whose_desk_is_closed_is_noticed_sooner(engine: Engine) -> None:
    with engine.begin() as db:
        user, staff = add_talker(db), add_staff(db, "李敏")
        handoff = in_chat(db, user, staff)
        send_to_user(db, handoff.id, staff, "您好", desk(staff, after(1)))
        speaks(db, user, "在吗", after(2.5))
    assert tick(engine, after(2.9)) == []
    assert tick(engine, after(3.1)) == ["pass_on"]
    with engine.begin() as db:
        assert owner(db, user)[0] == "queue"


def test_who_was_meant_and_does_not_come_leaves_it_to_others(engine: Engine) -> None:
    with engine.begin() as db:
        user, first, second, third = (
            add_talker(db),
            *(add_staff(db, name) for name in ("李敏", "王强", "赵静")),
        )
        handoff = in_chat(db, user, first)
        transfer_handoff(db, handoff.id, first, Route(second.id), "商标", desk(first))
    assert tick(engine, after(2.1)) == ["end_reservation"]
    with engine.begin() as db:
        assert claim_handoff(db, handoff.id, third, desk(third, after(3))).staff_id == third.id


@pytest.mark.parametrize("closes", [LUNCH, EVENING])
def test_at_closing_time_who_waits_is_told_the_next_opening_and_kept(
    engine: Engine, closes: datetime
) -> None:
    with engine.begin() as db:
        user = add_talker(db)
        handoff = waiting(db, user, closes - timedelta(hours=2))
        speaks(db, user, "三轮车要3C吗", closes - timedelta(hours=2))
    assert tick(engine, closes) == ["put_off"]
    assert tick(engine, closes) == []
    opening = "今天下午2点" if closes == LUNCH else "明天（3月3日 星期二）上午9点"
    with engine.begin() as db:
        assert opening in said(db, user)[-1]
        speaks(db, user, "还有，电动车呢", after(2, closes))
    assert tick(engine, after(5, closes)) == []
    assert tick(engine, after(7, closes)) == ["keep"]
    with engine.begin() as db:
        assert owner(db, user) == ("assistant", None)
        assert get_handoff(db, handoff.id).status == "message"
        assert "留言已经收到" in said(db, user)[-1]


def test_a_case_is_in_the_queue_at_the_next_opening(engine: Engine) -> None:
    with engine.begin() as db:
        user, staff = add_talker(db), add_staff(db, "李敏")
        handoff = waiting(db, user, EVENING)
        speaks(db, user, "想问商标", after(1, EVENING))
        keep_message(db, get_handoff(db, handoff.id), Origin("wechat", "user", EVENING), None)
    assert tick(engine, MORNING - timedelta(minutes=1)) == []
    assert tick(engine, MORNING) == ["open"]
    assert tick(engine, after(30, MORNING)) == [], "its user is not told to wait: they do not"
    with engine.begin() as db:
        (item,) = list_queue(db, SETTINGS, staff, after(5, MORNING))
        assert (item.handoff.status, item.waited) == ("queued", timedelta(minutes=5))
        assert owner(db, user) == ("assistant", None)


def test_a_message_without_a_word_is_no_case(engine: Engine) -> None:
    with engine.begin() as db:
        user = add_talker(db)
        handoff = waiting(db, user, EVENING)
    assert tick(engine, after(6, EVENING)) == ["keep"]
    with engine.begin() as db:
        assert get_handoff(db, handoff.id).status == "cancelled"
        assert owner(db, user) == ("assistant", None)
        assert len(said(db, user)) == 1, "nothing more is said"


def test_an_owner_silent_after_hours_leaves_a_case(engine: Engine) -> None:
    with engine.begin() as db:
        user, staff = add_talker(db), add_staff(db, "李敏")
        late = EVENING - timedelta(hours=2)
        handoff = in_chat(db, user, staff, late)
        send_to_user(db, handoff.id, staff, "您好", desk(staff, after(1, late)))
        speaks(db, user, "明天再说？", EVENING)
    assert tick(engine, after(7, EVENING)) == ["put_off"]
    with engine.begin() as db:
        found = get_handoff(db, handoff.id)
        assert (found.status, found.urgency) == ("message", 1)
        assert "专员已经下班" in said(db, user)[-1]


def test_deleting_ones_data_ends_the_case_and_empties_the_words(engine: Engine) -> None:
    with engine.begin() as db:
        user = add_talker(db)
        handoff = waiting(db, user, EVENING)
        speaks(db, user, "想问商标", EVENING)
        keep_message(db, get_handoff(db, handoff.id), Origin("wechat", "user", EVENING), None)
        delete_personal_data(db, user, now=EVENING)
        assert get_handoff(db, handoff.id).status == "cancelled"
        assert owner(db, user) == ("assistant", None)


def test_who_leaves_the_account_leaves_the_chat(engine: Engine) -> None:
    with engine.begin() as db:
        user, staff = add_talker(db), add_staff(db, "李敏")
        handoff = in_chat(db, user, staff)
        forget_user(db, user, say(db, user, "", kind="event", event="unsubscribe"))
        assert get_handoff(db, handoff.id).status == "closed"
        assert owner(db, user) == ("assistant", None)


def test_who_is_on_duty_in_the_evening_is_asked(engine: Engine) -> None:
    with engine.begin() as db:
        add_staff(db, "late", seen_at=EVENING)
        assert waiting(db, add_talker(db), EVENING).status == "queued"


@pytest.mark.parametrize(
    "values",
    [
        {"available": False},
        {"active": False},
        {"station": "station_gangqiao"},
        {"role": "admin"},
        {"seen_at": EVENING - timedelta(minutes=5)},
    ],
)
def test_who_is_not_there_for_the_user_is_not_counted(
    engine: Engine, values: dict[str, Any]
) -> None:
    with engine.begin() as db:
        add_staff(db, "other", **{"seen_at": EVENING, **values})
        talker = add_talker(db, station="station_sanjiao")
        assert waiting(db, talker, EVENING).status == "message"


def test_a_case_is_opened_when_somebody_comes_and_put_off_when_they_leave(engine: Engine) -> None:
    with engine.begin() as db:
        user = add_talker(db)
        handoff = waiting(db, user, EVENING)
        say(db, user, "秤不准，请回电", EVENING, handoff_id=handoff.id)
        keep_message(db, handoff, Origin("wechat", "user", EVENING), None)
    assert tick(engine, EVENING) == []
    with engine.begin() as db:
        add_staff(db, "late", seen_at=EVENING)
    assert tick(engine, EVENING) == ["open"]
    assert tick(engine, after(5, EVENING)) == ["put_off"]
    with engine.begin() as db:
        assert get_handoff(db, handoff.id).status == "message"
