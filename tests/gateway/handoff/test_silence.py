"""What the assistant says too late is never said, and nothing is asked or said twice."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy.engine import Engine

from bot.services.handoff.requests import request_handoff
from bot.services.record import Origin
from bot.settings import Settings
from bot.storage.database import utc_now
from bot.storage.tables import conversations, messages_in, messages_out
from tests.conftest import wait_for
from tests.gateway.handoff.people import (
    SQLITE,
    Desk,
    Make,
    ask_for_a_person,
    for_person,
    heard,
    owner,
    served,
    statuses,
    texts_of,
    user_of,
)
from tests.gateway.peer import Peer, Phone, answer_late, working, world


def test_an_answer_that_comes_after_the_claim_is_never_said(
    make_settings: Make, engine: Engine
) -> None:
    peer = Peer(held=True)
    with world(make_settings(), peer) as phone:
        phone.do("text", "慢慢想")
        wait_for(lambda: heard(peer) == ["慢慢想"])
        with engine.begin() as db:
            request_handoff(db, user_of(engine), Origin("wechat", "user", utc_now()))
        desk = Desk(engine)
        desk.claim()
        peer.held = False
        wait_for(lambda: for_person(engine) == ["慢慢想"])
        desk.write("您好。")
        phone.wait(2)  # all before it has gone out
        time.sleep(1)
        assert not [text for text in texts_of(phone) if "答：" in text]
        assert len(peer.turns) == 1


def test_an_answer_that_waits_in_the_outbox_is_void_at_the_claim(
    make_settings: Make, engine: Engine
) -> None:
    settings = make_settings(PASSIVE_BUDGET="2")
    peer = Peer(held=True)
    with world(settings, peer, worker=False) as phone:
        phone.do("text", "慢慢想")
        answer_late(phone, peer)
        wait_for(lambda: statuses(engine) == [("assistant", "pending")])
        with engine.begin() as db:
            request_handoff(db, user_of(engine), Origin("wechat", "user", utc_now()))
        Desk(engine).claim()
        assert statuses(engine)[0] == ("assistant", "void")
        # Given back late, as a gateway does that could not write its answer: it stays unsaid.
        with engine.begin() as db:
            back = messages_out.update().where(messages_out.c.sender == "assistant")
            db.execute(back.values(status="pending"))
        with working(settings_of(phone, settings)):
            wait_for(lambda: ("system", "sent") in statuses(engine))
        assert statuses(engine)[0] == ("assistant", "void")
        assert not [text for text in texts_of(phone) if "答：" in text]


def settings_of(phone: Phone, settings: Settings) -> Settings:
    """The settings of a worker for this phone's platform."""
    from dataclasses import replace

    return replace(settings, api_base=phone.base)


def test_a_restart_a_redelivery_and_an_old_case_change_nothing(
    make_settings: Make, peer: Peer, engine: Engine
) -> None:
    with world(make_settings(), peer) as phone:
        served(phone, engine)
        with engine.begin() as db:  # long ago enough for a new case of the assistant
            db.execute(conversations.update().values(case_turns=99))
        phone.do("text", "重启之前")
        wait_for(lambda: for_person(engine) == ["重启之前"])
    with engine.begin() as db:  # the gateway died before it had handled the message
        db.execute(
            messages_in.update().where(messages_in.c.text == "重启之前").values(status="pending")
        )
    again = Peer(act=peer.act)
    with world(make_settings(), again) as phone:
        phone.do("text", "重启之后")
        wait_for(lambda: for_person(engine) == ["重启之前", "重启之后"])
        assert again.turns == []
        Desk(engine, "王强")
    assert heard(peer) == ["转人工"]


@SQLITE
def test_a_request_whose_answer_was_lost_is_made_once(
    phone: Phone, peer: Peer, engine: Engine
) -> None:
    """The action did its work, then the assistant failed: it is not asked again."""
    call = peer.act
    assert call is not None

    def act(turn: dict[str, Any]) -> None:
        call(turn)
        raise RuntimeError("the assistant dies after the action")

    peer.act = act
    ask_for_a_person(phone)
    time.sleep(1.5)
    assert len(texts_of(phone)) == 1
    assert len(peer.turns) == 1
    assert owner(engine) == "queue"
