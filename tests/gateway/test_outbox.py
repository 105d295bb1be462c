"""What goes out, how much of it, and what becomes of it when something dies midway."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.gateway import outbox, sending
from bot.gateway.compose import compose
from bot.model.message_text import size
from bot.services.handoff.ownership import lock_conversation
from bot.settings import Settings
from bot.storage.database import reading, utc_now
from bot.storage.tables import conversations, messages_in, messages_out, users
from tests.conftest import wait_for
from tests.gateway.peer import Peer, world

Make = Callable[..., Settings]
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def bodies(*words: str) -> list[dict[str, Any]]:
    """One message for each word."""
    return [{"text": word, "choices": []} for word in words]


def put(engine: Engine, user_id: int, *words: str) -> list[int]:
    """Put a message for each word into the user's outbox, due now."""
    with engine.begin() as db:
        return outbox.add(db, user_id, bodies(*words), sender="specialist")


def follower(engine: Engine, quota: int = 5, seconds: float = 3600) -> int:
    """A user who may be sent `quota` messages for so many seconds."""
    with engine.begin() as db:
        user_id = db.execute(
            users.insert().values(
                openid=f"o{random.getrandbits(40)}",
                account="gh_demo",
                created_at=utc_now(),
                quota_left=quota,
                quota_until=utc_now() + timedelta(seconds=seconds),
            )
        ).inserted_primary_key[0]
        db.execute(conversations.insert().values(user_id=user_id))
    return int(user_id)


def states(engine: Engine) -> list[tuple[str, str | None]]:
    """Status and reason of everything that goes out, in its order."""
    with reading(engine) as db:
        rows = db.execute(
            sa.select(messages_out.c.status, messages_out.c.reason).order_by(messages_out.c.id)
        ).all()
    return [(row.status, row.reason) for row in rows]


def user_of(engine: Engine) -> int:
    """The only user."""
    with reading(engine) as db:
        return int(db.scalar(sa.select(users.c.id)))


def test_five_sends_after_a_message_and_the_rest_with_the_next(
    make_settings: Make, engine: Engine
) -> None:
    with world(make_settings(), Peer()) as phone:
        phone.do("text", "在吗")
        phone.wait(1)
        for number in range(1, 8):
            put(engine, user_of(engine), f"第{number}条。")
            wait_for(lambda: ("pending", None) not in states(engine))
        assert states(engine).count(("held", "quota")) == 2
        assert [row["text"] for row in phone.said()[1:]] == [f"第{n}条。" for n in range(1, 6)]
        phone.do("text", "还有吗")
        last = phone.wait(7)[6]
        assert last["via"] == "passive"
        assert last["text"].startswith("第6条。\n\n第7条。\n\n答：还有吗")
        wait_for(lambda: {status for status, _ in states(engine)} == {"sent"})


@SQLITE
def test_three_sends_after_a_scan(make_settings: Make, engine: Engine) -> None:
    with world(make_settings(), Peer()) as phone:
        phone.do("scan", scene="station_admin")
        phone.wait(1)
        put(engine, user_of(engine), "一", "二", "三", "四")
        wait_for(lambda: states(engine)[-1] == ("sent", None))
        put(engine, user_of(engine), "五")
        wait_for(lambda: states(engine)[-1] == ("held", "quota"))
        said = [row["text"] for row in phone.said()[1:]]
        assert said == ["一", "二", "三\n\n四"], "the last send takes along what waits"


@SQLITE
def test_a_click_takes_nothing_away(make_settings: Make, engine: Engine) -> None:
    with world(make_settings(), Peer()) as phone:
        phone.do("text", "在吗")
        phone.wait(1)
        phone.do("click", key="contact")
        phone.wait(2)
        put(engine, user_of(engine), "一", "二", "三", "四", "五", "六")
        wait_for(lambda: states(engine)[-1] == ("sent", None))
        assert phone.said()[-1]["text"] == "五\n\n六"
        assert len(phone.said()) == 2 + 5


@SQLITE
def test_what_is_refused_for_good_is_marked_and_the_next_goes_out(
    make_settings: Make, engine: Engine
) -> None:
    with world(make_settings(), Peer()) as phone:
        phone.do("text", "在吗")
        phone.wait(1)
        phone.fault(path="custom/send", errcode=40003, times=1)
        put(engine, user_of(engine), "一", "二")
        assert phone.wait(2)[1]["text"] == "二"
        wait_for(lambda: states(engine)[2][0] == "sent")
        assert states(engine)[1] == ("failed", "40003 ordered fault")


@SQLITE
def test_a_refused_token_stops_all_for_a_moment_and_loses_nothing(
    make_settings: Make, engine: Engine
) -> None:
    with world(make_settings(), Peer()) as phone:
        for openid in ("oOne", "oTwo"):
            phone.do("text", "在吗", openid=openid)
            phone.wait(1, openid)
        phone.fault(path="custom/send", errcode=40001, times=2)
        put(engine, 1, "甲")
        wait_for(lambda: ("pending", "40001") in states(engine))
        put(engine, 2, "乙")
        assert phone.wait(2, "oOne")[1]["text"] == "甲"
        assert phone.wait(2, "oTwo")[1]["text"] == "乙"
        assert phone.stats()["calls"]["/cgi-bin/message/custom/send"] == 4


@SQLITE
def test_a_long_answer_comes_in_order_and_soon(make_settings: Make) -> None:
    peer = Peer(answer="{text}" + "长" * 600 + "。" + "尾" * 600)
    with world(make_settings(PASSIVE_BUDGET="16", WECHAT_PUSH_CUT="18"), peer) as phone:
        phone.do("text", "问")
        first, second = phone.wait(2, seconds=14)
        assert first["text"].startswith("问长")
        assert second["text"].startswith("尾")


def test_a_closed_window_holds(engine: Engine) -> None:
    user_id = follower(engine, seconds=-1)
    put(engine, user_id, "晚了")
    assert sending.claim(engine, user_id) is None
    assert states(engine) == [("held", "window")]


def test_the_last_send_waits_for_answers_to_come(engine: Engine) -> None:
    user_id = follower(engine, quota=1)
    pushed(engine, user_id, 0, status="pending")
    put(engine, user_id, "一" * 500, "二" * 100, "三" * 100)
    assert sending.claim(engine, user_id) is None
    with engine.begin() as db:
        db.execute(messages_in.update().values(status="done"))
    taken = sending.claim(engine, user_id)
    assert taken is not None
    assert taken.body["text"] == "一" * 500 + "\n\n" + "二" * 100, "as much as one text holds"


def test_a_refusal_does_not_use_up_what_a_later_message_gave(engine: Engine) -> None:
    user_id = follower(engine)
    put(engine, user_id, "一")
    taken = sending.claim(engine, user_id)
    assert taken is not None
    with engine.begin() as db:  # the user speaks while the platform refuses
        db.execute(users.update().values(quota_until=utc_now() + timedelta(hours=48)))
    sending.mark_held(engine, taken, "quota")
    assert states(engine) == [("pending", "quota")]
    assert sending.claim(engine, user_id) is not None


def test_many_claims_at_once_get_one_message(engine: Engine) -> None:
    user_id, claimed = follower(engine), []
    put(engine, user_id, "一", "二")
    threads = [
        threading.Thread(target=lambda: claimed.append(sending.claim(engine, user_id)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row.body["text"] for row in claimed if row is not None] == ["一"]


def test_a_message_put_off_is_not_overtaken(engine: Engine) -> None:
    user_id = follower(engine)
    put(engine, user_id, "一", "二")
    taken = sending.claim(engine, user_id)
    assert taken is not None
    sending.postpone(engine, taken, 60, "-1")
    assert sending.due_users(engine) == []
    assert sending.claim(engine, user_id) is None
    with reading(engine) as db:
        assert db.scalar(sa.select(users.c.quota_left)) == 5, "the send goes back to the quota"


@pytest.mark.parametrize("seed", range(5))
def test_no_passive_reply_is_too_long_and_none_is_left_out(engine: Engine, seed: int) -> None:
    chance = random.Random(seed)
    user_id, made = follower(engine), []
    choice = {"title": "看流程", "payload": "/ask_process"}
    for number in range(12):
        text = f"<{number}>" + "字" * chance.randint(0, 1400)
        said = compose([{"text": text, "choices": [choice] * chance.randint(0, 4)}])
        with engine.begin() as db:
            made += outbox.add(db, user_id, said, sender="assistant")
    replies = []
    for push_id in range(1, 30):
        with engine.begin() as db:
            if (reply := outbox.take_passive(db, lock_conversation(db, user_id), push_id)) is None:
                break
        replies.append(reply)
        with reading(engine) as db:
            assert outbox.passive_text(db, push_id) == reply, "a redelivery gets the same"
    assert all(size(reply) <= 2048 for reply in replies)
    joined = "".join(replies)
    places = [joined.index(f"<{number}>") for number in range(12)]
    assert places == sorted(places)
    with reading(engine) as db:
        assert db.scalar(sa.select(sa.func.count()).where(messages_out.c.status == "pending")) == 0


def pushed(engine: Engine, user_id: int, ago: float, status: str = "done") -> int:
    """A push of `user_id` that the platform made and we got so many seconds ago."""
    at = utc_now() - timedelta(seconds=ago)
    created = str(int((at - datetime(1970, 1, 1)).total_seconds()))
    with engine.begin() as db:
        return int(
            db.execute(
                messages_in.insert().values(
                    user_id=user_id,
                    dedup_key=created,
                    nonce=created,
                    kind="text",
                    data={"CreateTime": created},
                    received_at=at,
                    passive_until=at,
                    status=status,
                )
            ).inserted_primary_key[0]
        )


def answered(engine: Engine, user_id: int, push_id: int, ago: float) -> None:
    """The answer to a push was taken by a gateway so many seconds ago."""
    put(engine, user_id, "答")
    with engine.begin() as db:
        outbox.take_passive(db, lock_conversation(db, user_id), push_id)
        db.execute(messages_out.update().values(sent_at=utc_now() - timedelta(seconds=ago)))


# A push is delivered at 0, 5 and 10 s; its answer was taken at once, then the gateway died.
@pytest.mark.parametrize(
    ("ago", "back_after", "again"),
    [
        (20, 14, True),  # no gateway at 5 and at 10 s: nobody fetched the answer
        (20, 9.5, True),  # just too late for the last delivery
        (20, 7, False),  # there for the last delivery, which did not come: it had been read
        (20, 1, False),
        (12, 11.5, False),  # the last delivery may still be under way
    ],
)
def test_an_answer_that_died_with_its_gateway_goes_out_once(
    make_settings: Make, engine: Engine, ago: float, back_after: float, again: bool
) -> None:
    user_id = follower(engine)
    push_id = pushed(engine, user_id, ago)
    answered(engine, user_id, push_id, ago)
    started = utc_now() - timedelta(seconds=ago - back_after)
    assert outbox.requeue_unanswered(engine, make_settings(), started) == int(again)
    settled = "passive" if ago < 16 else "sent"
    assert states(engine)[0][0] == ("pending" if again else settled)


def test_an_answer_known_to_be_written_is_never_sent_again(
    make_settings: Make, engine: Engine
) -> None:
    user_id = follower(engine)
    push_id = pushed(engine, user_id, 600)
    answered(engine, user_id, push_id, 600)
    outbox.confirm_passive(engine, push_id)
    assert outbox.requeue_unanswered(engine, make_settings(), utc_now()) == 0
    assert states(engine) == [("sent", None)]


def test_only_the_latest_delivery_gives_an_answer_back(engine: Engine) -> None:
    user_id = follower(engine)
    push_id = pushed(engine, user_id, 5)
    answered(engine, user_id, push_id, 5)
    with engine.begin() as db:
        db.execute(messages_in.update().values(deliveries=2))
    outbox.give_back(engine, push_id, 1, utc_now())
    assert states(engine) == [("passive", None)], "the second delivery may have it by now"
    outbox.give_back(engine, push_id, 2, utc_now())
    assert states(engine) == [("pending", None)]


@pytest.mark.parametrize("handed", [True, False])
def test_a_send_whose_worker_died_is_made_again_only_if_it_was_not_handed_over(
    engine: Engine, handed: bool
) -> None:
    user_id = follower(engine)
    put(engine, user_id, "一")
    taken = sending.claim(engine, user_id)
    assert taken is not None
    if handed:
        sending.mark_handed(engine, taken)
    assert sending.claim(engine, user_id) is None, "its worker may be alive"
    long_ago = utc_now() - timedelta(seconds=sending.SENDING_SECONDS + 1)
    with engine.begin() as db:
        db.execute(messages_out.update().values(due_at=long_ago))
    again = sending.claim(engine, user_id)
    assert (again is None) == handed
    assert sending.settle_abandoned(engine) == int(handed)
    assert states(engine) == [("sent", "unconfirmed") if handed else ("sending", None)]
