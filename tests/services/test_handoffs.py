"""A hand-off that has an owner: who claims it, who sends, how it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.model.errors import TakenError
from bot.model.handoff import TRANSITIONS, next_state
from bot.services.handoff.handoffs import claim_handoff, close_handoff
from bot.services.handoff.queue import list_queue, my_chats
from bot.services.handoff.requests import keep_message, request_handoff
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
