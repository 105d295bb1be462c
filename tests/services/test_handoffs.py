"""A hand-off from 转人工 to the end: who owns the chat, who may do what, what is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.model.errors import TakenError
from bot.model.handoff import TRANSITIONS, next_state
from bot.services.handoff.chat import Heard, hear_user
from bot.services.handoff.handoffs import claim_handoff, close_handoff
from bot.services.handoff.notes import add_note, list_notes
from bot.services.handoff.passing import Route, return_handoff, transfer_handoff
from bot.services.handoff.queue import list_queue, my_chats, others_chats, place_in_queue
from bot.services.handoff.requests import keep_message, request_handoff
from bot.services.handoff.rows import get_handoff
from bot.services.handoff.sending import send_to_user
from bot.storage.database import reading
from bot.storage.tables import conversations, messages_out
from tests.services.conftest import NOW, at_once
from tests.services.handoff_setup import (
    EVENING,
    SETTINGS,
    USER,
    add_staff,
    add_talker,
    desk,
    in_chat,
    kinds,
    owner,
    refusal,
    said,
    say,
    waiting,
)

FENGHUANGHU, GANGQIAO = "station_fenghuanghu", "station_gangqiao"


@pytest.fixture
def db(engine: Engine) -> Iterator[Connection]:
    """A transaction on both databases."""
    with engine.begin() as connection:
        yield connection


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


def test_the_claim_gives_the_chat_to_one_and_calls_the_assistant_back(db: Connection) -> None:
    user, staff = add_talker(db), add_staff(db, "李敏")
    handoff = waiting(db, user)
    row = {"user_id": user, "due_at": NOW, "created_at": NOW, "body": {"text": "x", "choices": []}}
    db.execute(messages_out.insert().values(**row, sender="assistant", status="held"))
    db.execute(messages_out.insert().values(**row, sender="assistant", status="sent"))
    claimed = claim_handoff(db, handoff.id, staff, desk(staff))
    assert claimed.status == "claimed"
    assert owner(db, user) == ("specialist", staff.id)
    assert "质量服务专员李敏已接入" in said(db, user)[-1]
    of_assistant = sa.select(messages_out.c.status).where(messages_out.c.sender == "assistant")
    assert sorted(db.scalars(of_assistant)) == ["sent", "void"]
    assert claim_handoff(db, handoff.id, staff, desk(staff)).id == handoff.id
    assert kinds(db, user) == ["handoff_requested", "handoff_claimed"]


def test_second_specialist_cannot_claim_and_learns_who_has_it(db: Connection) -> None:
    user, winner, loser = add_talker(db), add_staff(db, "李敏"), add_staff(db, "王强")
    handoff = in_chat(db, user, winner)
    with pytest.raises(TakenError) as refused:
        claim_handoff(db, handoff.id, loser, desk(loser))
    assert refused.value.data == {"kind": "specialist", "staff": winner.id, "name": "李敏"}


def test_only_the_owner_sends(db: Connection) -> None:
    user, mine, other = add_talker(db), add_staff(db, "李敏"), add_staff(db, "王强")
    centre = add_staff(db, "质量科", "centre")
    handoff = waiting(db, user)
    assert refusal(send_to_user, db, handoff.id, mine, "您好", desk(mine)) == "taken"
    claim_handoff(db, handoff.id, mine, desk(mine))
    for staff in (other, centre):
        assert refusal(send_to_user, db, handoff.id, staff, "您好", desk(staff)) == "taken"
    (sent,) = send_to_user(db, handoff.id, mine, "您好，请说。", desk(mine))
    row = db.execute(sa.select(messages_out).where(messages_out.c.id == sent)).one()
    assert (row.sender, row.staff_id, row.handoff_id) == ("specialist", mine.id, handoff.id)
    assert (row.status, row.body["text"]) == ("pending", "您好，请说。")


def test_a_long_message_goes_in_parts_that_fit(db: Connection) -> None:
    user, staff = add_talker(db), add_staff(db, "李敏")
    handoff = in_chat(db, user, staff)
    text = "检定周期一般是一年。" * 150
    before = len(said(db, user))
    send_to_user(db, handoff.id, staff, text, desk(staff))
    parts = said(db, user)[before:]
    assert len(parts) == 3
    assert all(len(part.encode()) <= 2048 for part in parts)
    assert "".join(parts) == text
    assert refusal(send_to_user, db, handoff.id, staff, "好" * 2001, desk(staff)) == "too_long"
    assert refusal(send_to_user, db, handoff.id, staff, " \x00 ", desk(staff)) == "empty"


def test_the_same_send_again_is_no_second_message(db: Connection) -> None:
    user, staff, other = add_talker(db), add_staff(db, "李敏"), add_staff(db, "王强")
    handoff = in_chat(db, user, staff)
    text = "检定周期一般是一年。" * 150
    before = len(said(db, user))
    made = send_to_user(db, handoff.id, staff, text, desk(staff), "k1")
    assert send_to_user(db, handoff.id, staff, text, desk(staff), "k1") == made
    assert len(said(db, user)) == before + len(made)
    assert send_to_user(db, handoff.id, staff, text, desk(staff), "k2") != made
    assert send_to_user(db, handoff.id, staff, text, desk(staff)) != made, "without a key it is"
    close_handoff(db, handoff.id, staff, desk(staff), outcome="solved")
    assert send_to_user(db, handoff.id, staff, text, desk(staff), "k1") == made, "sent already"
    for person, key in ((staff, "k3"), (other, "k1")):
        assert refusal(send_to_user, db, handoff.id, person, text, desk(person), key) == "taken"


@pytest.mark.parametrize(("keys", "messages"), [(["k"] * 4, 1), (["a", "b", "c", "d"], 4)])
def test_of_the_same_send_many_times_at_once_one_counts(
    engine: Engine, keys: list[str], messages: int
) -> None:
    with engine.begin() as db:
        user, staff = add_talker(db), add_staff(db, "李敏")
        handoff, before = in_chat(db, user, staff), len(said(db, user))

    def send(key: str) -> list[int]:
        with engine.begin() as db:
            return send_to_user(db, handoff.id, staff, "您好", desk(staff), key)

    made = at_once([lambda key=key: send(key) for key in keys])  # type: ignore[misc]
    with reading(engine) as db:
        assert len(said(db, user)) == before + messages
    assert len({tuple(ids) for ids in made}) == messages


def test_station_and_skill_limit_who_sees_and_claims(db: Connection) -> None:
    user = add_talker(db, station=FENGHUANGHU)
    handoff = waiting(db, user, category="ip")
    here = add_staff(db, "凤凰湖", station=FENGHUANGHU, skills=["ip"])
    everywhere, centre = add_staff(db, "机动"), add_staff(db, "质量科", "centre")
    elsewhere = add_staff(db, "港桥", station=GANGQIAO)
    unskilled = add_staff(db, "计量岗", station=FENGHUANGHU, skills=["metrology"])
    for staff in (here, everywhere, centre):
        assert [i.handoff.id for i in list_queue(db, SETTINGS, staff, NOW)] == [handoff.id]
    for staff in (elsewhere, unskilled):
        assert list_queue(db, SETTINGS, staff, NOW) == []
        assert refusal(claim_handoff, db, handoff.id, staff, desk(staff)) == "not_found"
        assert refusal(add_note, db, handoff.id, staff, "看一下", desk(staff)) == "not_found"
    admin = add_staff(db, "管理员", "admin")
    assert refusal(claim_handoff, db, handoff.id, admin, desk(admin)) == "forbidden"
    assert claim_handoff(db, handoff.id, here, desk(here)).staff_id == here.id


def test_a_chat_without_station_is_everyones(db: Connection) -> None:
    handoff = waiting(db, add_talker(db))
    staff = add_staff(db, "港桥", station=GANGQIAO, skills=["brand"])
    assert [i.handoff.id for i in list_queue(db, SETTINGS, staff, NOW)] == [handoff.id]


def test_transfer_to_a_person_waits_for_that_person(db: Connection) -> None:
    user, first, second, third = (
        add_talker(db),
        *(add_staff(db, name) for name in ("李敏", "王强", "赵静")),
    )
    handoff = in_chat(db, user, first)
    assert (
        refusal(transfer_handoff, db, handoff.id, first, Route(second.id), "", desk(first))
        == "no_reason"
    )
    transfer_handoff(db, handoff.id, first, Route(second.id), "商标问题王强更熟", desk(first))
    assert owner(db, user) == ("queue", handoff.id)
    assert refusal(send_to_user, db, handoff.id, first, "还有", desk(first)) == "taken"
    assert refusal(claim_handoff, db, handoff.id, third, desk(third)) == "reserved"
    claim_handoff(db, handoff.id, second, desk(second))
    assert [note.text for note in list_notes(db, handoff.id, second)] == ["商标问题王强更熟"]
    assert "正在为您转给" in said(db, user)[2]
    assert kinds(db, user)[2:] == [
        "handoff_note_added",
        "handoff_transferred",
        "handoff_claimed",
    ]


def test_transfer_to_a_station_and_category_changes_who_sees_it(db: Connection) -> None:
    user, first = add_talker(db, station=FENGHUANGHU), add_staff(db, "凤凰湖", station=FENGHUANGHU)
    there = add_staff(db, "港桥", station=GANGQIAO, skills=["ip"])
    handoff = in_chat(db, user, first)
    route = Route(station=GANGQIAO, category="ip")
    transfer_handoff(db, handoff.id, first, route, "企业在港桥", desk(first))
    assert list_queue(db, SETTINGS, first, NOW) == [] or get_handoff(db, handoff.id).staff_id
    assert [i.handoff.id for i in list_queue(db, SETTINGS, there, NOW)] == [handoff.id]
    claim_handoff(db, handoff.id, there, desk(there))
    assert refusal(transfer_handoff, db, handoff.id, first, route, "再转", desk(first)) != ""


@pytest.mark.parametrize(
    "route", [Route(), Route(station="nowhere"), Route(category="x"), Route(staff_id=10**6)]
)
def test_transfer_to_nowhere_is_refused(db: Connection, route: Route) -> None:
    user, staff = add_talker(db), add_staff(db, "李敏")
    handoff = in_chat(db, user, staff)
    refused = refusal(transfer_handoff, db, handoff.id, staff, route, "转", desk(staff))
    assert refused == "no_target"


def test_who_was_served_before_goes_in_front_when_given_back(db: Connection) -> None:
    staff = add_staff(db, "李敏")
    early, user = add_talker(db, "oEarly"), add_talker(db)
    handoff = in_chat(db, user, staff)
    waiting(db, early)
    later = NOW + timedelta(minutes=10)
    return_handoff(db, handoff.id, staff, "临时有事", desk(staff, later))
    assert [i.handoff.user_id for i in list_queue(db, SETTINGS, staff, later)] == [user, early]
    assert place_in_queue(db, get_handoff(db, handoff.id)) == 1


def test_the_centre_passes_on_what_a_colleague_has_and_others_do_not(db: Connection) -> None:
    user, mine, other = add_talker(db), add_staff(db, "李敏"), add_staff(db, "王强")
    centre = add_staff(db, "质量科", "centre")
    handoff = in_chat(db, user, mine)
    assert refusal(return_handoff, db, handoff.id, other, "我来", desk(other)) == "taken"
    assert refusal(close_handoff, db, handoff.id, other, desk(other), outcome="solved") == "taken"
    assert [i.owner for i in others_chats(db, SETTINGS, centre, NOW)] == ["李敏"]
    return_handoff(db, handoff.id, centre, "李敏请假", desk(centre))
    assert owner(db, user)[0] == "queue"


def test_closing_tells_the_outcome_asks_for_a_rating_and_brings_the_assistant_back(
    db: Connection,
) -> None:
    user, staff = add_talker(db), add_staff(db, "李敏")
    handoff = in_chat(db, user, staff)
    send_to_user(db, handoff.id, staff, "已为您登记。", desk(staff))
    before = db.execute(sa.select(conversations).where(conversations.c.user_id == user)).one()
    assert refusal(close_handoff, db, handoff.id, staff, desk(staff), outcome="") == "no_outcome"
    closed = close_handoff(
        db,
        handoff.id,
        staff,
        desk(staff),
        outcome="referred",
        category="metrology",
        note="电子秤检定已转计量科，两天内联系您。",
    )
    assert (closed.status, closed.category, closed.outcome) == ("closed", "metrology", "referred")
    assert owner(db, user) == ("assistant", None)
    after = db.execute(sa.select(conversations).where(conversations.c.user_id == user)).one()
    assert after.case_number == before.case_number + 1, "a fresh case"
    text = said(db, user)[-1]
    assert "处理结果：已转有关部门" in text
    assert "电子秤检定已转计量科" in text
    assert "请为这次服务打分" in text
    assert [c["title"] for c in after.choices] == [
        "很不满意",
        "不满意",
        "一般",
        "满意",
        "非常满意",
    ]
    assert refusal(send_to_user, db, handoff.id, staff, "对了", desk(staff)) == "taken"
    assert refusal(claim_handoff, db, handoff.id, staff, desk(staff)) == "handoff_state"


def test_no_rating_for_a_chat_nobody_served(db: Connection) -> None:
    user, staff = add_talker(db), add_staff(db, "李敏")
    handoff = waiting(db, user)
    close_handoff(db, handoff.id, staff, desk(staff), outcome="no_answer")
    assert "打分" not in said(db, user)[-1]
    assert owner(db, user) == ("assistant", None)


def test_lists_tell_what_waits_and_for_how_long(db: Connection) -> None:
    user, staff = add_talker(db), add_staff(db, "李敏")
    handoff = waiting(db, user, message_id=say(db, user, "转人工"))
    say(db, user, "三角牌电饭煲要3C认证吗", handoff_id=handoff.id)
    (item,) = list_queue(db, SETTINGS, staff, NOW + timedelta(minutes=4))
    assert item.text == "三角牌电饭煲要3C认证吗"
    assert (item.waited, item.lateness) == (timedelta(minutes=4), "warn")
    (item,) = list_queue(db, SETTINGS, staff, NOW + timedelta(minutes=11))
    assert item.lateness == "late"
    claim_handoff(db, handoff.id, staff, desk(staff))
    (item,) = my_chats(db, SETTINGS, staff, NOW)
    assert item.unanswered == 1
    send_to_user(db, handoff.id, staff, "要的。", desk(staff))
    (item,) = my_chats(db, SETTINGS, staff, NOW)
    assert item.unanswered == 0


def test_a_case_is_claimed_while_its_user_talks_to_the_assistant(db: Connection) -> None:
    user, staff = add_talker(db), add_staff(db, "李敏")
    handoff = waiting(db, user, EVENING)
    say(db, user, "想问商标", handoff_id=handoff.id)
    keep_message(db, handoff, USER, None)
    assert owner(db, user) == ("assistant", None)
    claim_handoff(db, handoff.id, staff, desk(staff))
    assert owner(db, user) == ("specialist", staff.id)
    assert "看到了您的留言" in said(db, user)[-1]


def test_every_action_is_refused_in_every_state_that_does_not_allow_it() -> None:
    states = ("message", "queued", "claimed", "closed", "cancelled")
    for action, allowed in TRANSITIONS.items():
        for state in states:
            if state in allowed:
                assert next_state(action, state) == allowed[state]
            else:
                assert refusal(next_state, action, state) == "handoff_state"
    assert not any({"closed", "cancelled"} & set(allowed) for allowed in TRANSITIONS.values())


def test_after_the_end_a_new_request_is_a_new_hand_off(db: Connection) -> None:
    user, staff = add_talker(db), add_staff(db, "李敏")
    first = in_chat(db, user, staff)
    close_handoff(db, first.id, staff, desk(staff), outcome="solved")
    second = request_handoff(db, user, USER, message_id=say(db, user, "再转人工"))
    assert second.id != first.id
    assert owner(db, user) == ("queue", second.id)
