"""Outside office hours a message is left, and the assistant is back."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine

from bot.services.booking.state import OFFER, BookingState, write_state
from bot.services.form.draft_rows import find_draft
from bot.services.form.drafts import open_draft, set_state
from bot.storage.database import utc_now
from tests.gateway.handoff.people import (
    SQLITE,
    Make,
    ask_for_a_person,
    for_person,
    handoff,
    heard,
    owner,
    tell,
    user_of,
)
from tests.gateway.peer import Peer, Phone, world
from tests.services.conftest import ready_draft


@SQLITE
@pytest.mark.usefixtures("nobody_there")
def test_out_of_hours_a_message_is_left_and_the_assistant_is_back(
    phone: Phone, peer: Peer, engine: Engine
) -> None:
    assert "现在不是人工服务时间" in ask_for_a_person(phone)
    tell(phone, "电子秤要检定，永川某厂", already=1)
    phone.do("text", "电话13912345678")
    phone.do("text", "写完了")
    assert "电话也记下了" in phone.wait(3)[2]["text"]
    assert "留言已经收到" in phone.wait(4)[3]["text"]
    assert for_person(engine) == ["电子秤要检定，永川某厂", "电话13912345678"]
    assert (handoff(engine).status, owner(engine)) == ("message", "assistant")
    assert "答：商标怎么注册" in tell(phone, "商标怎么注册", already=4)
    assert heard(peer) == ["转人工", "商标怎么注册"]


def form_waits(engine: Engine, asking: str) -> None:
    """The demand form of the only user waits for an answer."""
    with engine.begin() as db:
        draft = open_draft(db, user_of(engine), "wechat", utc_now())
        set_state(db, draft, asking=asking, now=utc_now())


@pytest.mark.usefixtures("nobody_there")
@pytest.mark.parametrize("recognised", ["", "电子秤不准"])
def test_voice_in_the_box_is_kept_while_the_form_waits(
    phone: Phone, peer: Peer, engine: Engine, recognised: str
) -> None:
    ask_for_a_person(phone)
    form_waits(engine, "consent")
    phone.do("voice", recognised)
    assert "已收到" in phone.wait(2)[1]["text"]
    assert for_person(engine) == [recognised or "voice"]
    assert owner(engine) == "queue", "the message is still being left"
    assert "留言已经收到" in tell(phone, "写完了", already=2)
    assert handoff(engine).status == "message"
    assert heard(peer) == ["转人工"]


def test_voice_in_the_queue_is_kept_while_the_form_waits(
    phone: Phone, peer: Peer, engine: Engine
) -> None:
    ask_for_a_person(phone)
    form_waits(engine, "consent")
    phone.do("voice", "")
    assert "专员接入后就能看到" in phone.wait(2)[1]["text"]
    assert for_person(engine) == ["voice"]
    assert handoff(engine).user_spoke_at is not None
    assert heard(peer) == ["转人工"]


@SQLITE
@pytest.mark.usefixtures("nobody_there")
def test_the_forms_question_that_is_asked_again_comes_before_slots_offered_earlier(
    phone: Phone, peer: Peer, engine: Engine
) -> None:
    ask_for_a_person(phone)
    with engine.begin() as db:
        user, now = user_of(engine), utc_now()
        ready_draft(db, user)
        draft = find_draft(db, user)
        assert draft is not None
        set_state(db, draft, asking="legal_representative", now=now)
        write_state(db, user, BookingState(asking=OFFER), now + timedelta(minutes=10), now)
    assert "法定代表人是哪位？" in tell(phone, "算了", already=1)
    tell(phone, "下午的", already=2)
    metadata = peer.turns[-1]["metadata"]
    assert (metadata["asking"], metadata["offered"]) == ("legal_representative", False)


@SQLITE
@pytest.mark.usefixtures("nobody_there")
def test_slots_offered_are_talked_about_again_after_a_message(
    phone: Phone, peer: Peer, engine: Engine
) -> None:
    ask_for_a_person(phone)
    with engine.begin() as db:
        now = utc_now()
        write_state(
            db, user_of(engine), BookingState(asking=OFFER), now + timedelta(minutes=10), now
        )
    tell(phone, "算了", already=1)
    tell(phone, "下午的", already=2)
    assert peer.turns[-1]["metadata"]["offered"] is True


@SQLITE
@pytest.mark.usefixtures("nobody_there")
def test_a_number_typed_while_leaving_a_message_is_what_was_offered(
    phone: Phone, engine: Engine
) -> None:
    ask_for_a_person(phone)
    assert "答：/start_demand_form" in tell(phone, "1", already=1)
    ask_for_a_person(phone, already=2)
    tell(phone, "电子秤要检定", already=3)
    assert "答：/book_expert" in tell(phone, "2", already=4)
    assert for_person(engine) == ["电子秤要检定"]


@pytest.mark.usefixtures("nobody_there")
def test_a_long_message_is_acknowledged_now_and_then(make_settings: Make, peer: Peer) -> None:
    with world(make_settings(HANDOFF_ACKNOWLEDGE_SECONDS=1.0), peer) as phone:
        ask_for_a_person(phone)
        assert "已收到" in tell(phone, "电子秤要检定", already=1)
        time.sleep(1.1)
        assert "已收到" in tell(phone, "一共三台", already=2)


@SQLITE
@pytest.mark.usefixtures("nobody_there")
def test_who_taps_a_function_while_leaving_a_message_gets_it(phone: Phone, engine: Engine) -> None:
    ask_for_a_person(phone)
    tell(phone, "电子秤要检定", already=1)
    phone.do("click", key="form")
    assert "答：/start_demand_form" in phone.wait(3)[2]["text"]
    assert (handoff(engine).status, owner(engine)) == ("message", "assistant")
    assert for_person(engine) == ["电子秤要检定"]
