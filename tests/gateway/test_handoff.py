"""A person in the chat, as the user sees it: the assistant is silent until the end, then back."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import redis.asyncio
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from bot.gateway.wechat_client import WechatClient
from bot.model.calendar import Calendar
from bot.model.rights import Staff
from bot.services.handoff.chat_lines import Line, read_chat
from bot.services.handoff.chat_pictures import MOST_BYTES, read_picture
from bot.services.handoff.handoffs import claim_handoff, close_handoff
from bot.services.handoff.requests import request_handoff
from bot.services.handoff.rows import Handoff, last_handoff
from bot.services.handoff.sending import send_picture, send_to_user
from bot.services.record import Origin
from bot.settings import Settings
from bot.simulator.app import create_simulator
from bot.simulator.config import SimulatorConfig
from bot.storage.database import reading, utc_now
from bot.storage.tables import conversations, messages_in, messages_out, users
from tests.conftest import free_port, serving, wait_for
from tests.gateway.peer import Peer, Phone, working, world
from tests.services.handoff_setup import add_staff, add_talker, in_chat, refusal

Make = Callable[..., Settings]
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def office_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody is there, whatever day the test runs on."""
    monkeypatch.setattr(Calendar, "is_open", lambda self, moment: True)


def calls_a_person(engine: Engine) -> Callable[[dict[str, Any]], None]:
    """What the assistant's action does at 转人工."""

    def act(turn: dict[str, Any]) -> None:
        if turn["text"] != "转人工":
            return
        known = turn["metadata"]
        with engine.begin() as db:
            origin = Origin("wechat", "user", utc_now())
            request_handoff(db, int(known["user_id"]), origin, message_id=int(known["message_id"]))

    return act


class Desk:
    """What a specialist does."""

    def __init__(self, engine: Engine, name: str = "李敏") -> None:
        self.engine = engine
        with engine.begin() as db:
            self.staff: Staff = add_staff(db, name)

    def _do(self, action: Callable[..., Any], *args: Any, **values: Any) -> Any:
        with self.engine.begin() as db:
            origin = Origin("desk", self.staff.actor, utc_now())
            return action(db, handoff(self.engine).id, self.staff, *args, origin=origin, **values)

    def claim(self) -> None:
        """Take the chat."""
        self._do(claim_handoff)

    def write(self, text: str) -> None:
        """Write to the user."""
        self._do(send_to_user, text)

    def send_picture(self, settings: Settings, content: bytes) -> None:
        """Send a picture to the user."""
        with self.engine.begin() as db:
            origin = Origin("desk", self.staff.actor, utc_now())
            number = handoff(self.engine).id
            send_picture(db, settings, number, self.staff, content, origin)

    def close(self) -> None:
        """End the chat."""
        self._do(close_handoff, outcome="solved", note="已登记。")


def handoff(engine: Engine) -> Handoff:
    """The only user's newest hand-off."""
    with reading(engine) as db:
        found = last_handoff(db, user_of(engine))
    assert found is not None
    return found


def user_of(engine: Engine) -> int:
    """The only user."""
    with reading(engine) as db:
        return int(db.scalar(sa.select(users.c.id)))


def owner(engine: Engine) -> str:
    """Who owns the only conversation."""
    with reading(engine) as db:
        return str(db.scalar(sa.select(conversations.c.owner_kind)))


def for_person(engine: Engine) -> list[str | None]:
    """What the user said that the desk sees, in order; the kind of what is no text."""
    query = (
        sa.select(messages_in)
        .where(messages_in.c.handoff_id.is_not(None), messages_in.c.status == "done")
        .order_by(messages_in.c.id)
    )
    with reading(engine) as db:
        return [row.text or row.kind for row in db.execute(query)]


def heard(peer: Peer) -> list[str]:
    """What reached the assistant."""
    return [turn["text"] for turn in peer.turns]


def texts_of(phone: Phone) -> list[str]:
    """All that the user was told."""
    return [row["text"] for row in phone.said()]


def test_from_the_first_word_to_the_rating(make_settings: Make, engine: Engine) -> None:
    peer = Peer(act=calls_a_person(engine))
    with world(make_settings(), peer) as phone:
        phone.do("text", "转人工")
        (receipt,) = phone.wait(1)
        assert receipt["via"] == "passive", "at once, and it costs no quota"
        assert "您排在第1位" in receipt["text"]
        assert "答：" not in receipt["text"], "what the assistant said beside it is dropped"
        phone.do("text", "秤不准怎么办")
        phone.wait(2)
        desk = Desk(engine)
        desk.claim()
        assert "质量服务专员李敏已接入" in phone.wait(3)[2]["text"]
        phone.do("image")
        phone.do("location")
        phone.do("text", "在城南")
        wait_for(lambda: for_person(engine) == ["秤不准怎么办", "image", "location", "在城南"])
        desk.write("请把秤送到窗口检定。")
        said = phone.wait(4)[3]
        assert (said["via"], said["text"]) == ("api", "请把秤送到窗口检定。")
        desk.close()
        end = phone.wait(5)[4]
        assert "处理结果：已解答" in end["text"]
        assert [c["content"] for c in end["choices"]][4] == "5. 非常满意"
        phone.do("text", "5")
        assert "谢谢您的评价" in phone.wait(6)[5]["text"]
        assert handoff(engine).rating == 5
        assert heard(peer) == ["转人工"], "the assistant was never called meanwhile"
        phone.do("text", "商标怎么注册")
        assert "答：商标怎么注册" in phone.wait(7)[6]["text"]
        assert heard(peer) == ["转人工", "商标怎么注册"]
        assert peer.turns[0]["sender"] != peer.turns[1]["sender"], "a fresh case"


def test_what_is_no_rating_goes_to_the_assistant_and_words_can_follow(
    make_settings: Make, engine: Engine
) -> None:
    peer = Peer(act=calls_a_person(engine))
    with world(make_settings(), peer) as phone:
        served(phone, engine).close()
        end = phone.wait(4)[3]
        phone.do("text", "5月几号有接访")
        assert "答：5月几号有接访" in phone.wait(5)[4]["text"]
        phone.do("choice", "不满意", id=end["choices"][1]["id"])
        assert "哪里需要改进" in phone.wait(6)[5]["text"]
        phone.do("text", "建议：回复快一点")
        assert "已经转给质量服务中心" in phone.wait(7)[6]["text"]
        rated = handoff(engine)
        assert (rated.rating, rated.rating_words) == (2, "回复快一点")
        phone.do("choice", "非常满意", id=end["choices"][4]["id"])
        assert "已经评价过" in phone.wait(8)[7]["text"]
        assert handoff(engine).rating == 2


def served(phone: Phone, engine: Engine) -> Desk:
    """The user has a person who has written something."""
    phone.do("text", "转人工")
    phone.wait(1)
    desk = Desk(engine)
    desk.claim()
    desk.write("您好。")
    phone.wait(3)
    return desk


@SQLITE
def test_the_user_ends_it(make_settings: Make, engine: Engine) -> None:
    peer = Peer(act=calls_a_person(engine))
    with world(make_settings(), peer) as phone:
        served(phone, engine)
        phone.do("text", "结束人工")
        assert "本次人工服务已结束" in phone.wait(4)[3]["text"]
        assert (handoff(engine).outcome, owner(engine)) == ("ended_by_user", "assistant")


@SQLITE
def test_words_of_the_queue_need_no_assistant(make_settings: Make, engine: Engine) -> None:
    peer = Peer(act=calls_a_person(engine))
    with world(make_settings(), peer) as phone:
        phone.do("text", "转人工")
        phone.wait(1)
        peer.failures = 1000
        phone.do("text", "我们是做陶瓷的")
        assert "您排在第1位" in phone.wait(2)[1]["text"]
        phone.do("text", "想办3C认证")
        phone.do("click", key="contact")
        assert "请先回复“返回助手”" in phone.wait(3)[2]["text"], "one acknowledgement, not two"
        phone.do("text", "返回助手。")
        assert "已取消排队" in phone.wait(4)[3]["text"]
        assert (handoff(engine).status, owner(engine)) == ("cancelled", "assistant")
        peer.failures = 0
        phone.do("text", "在吗")
        assert "答：在吗" in phone.wait(5)[4]["text"]
        assert heard(peer) == ["转人工", "在吗"]


@SQLITE
def test_while_the_assistant_is_away_messages_still_reach_the_person(
    make_settings: Make, engine: Engine
) -> None:
    peer = Peer(act=calls_a_person(engine))
    with world(make_settings(), peer) as phone:
        desk = served(phone, engine)
        peer.failures = 1000
        phone.do("text", "第一句")
        phone.do("text", "第二句")
        wait_for(lambda: for_person(engine) == ["第一句", "第二句"], 5)
        desk.write("看到了。")
        assert phone.wait(4)[3]["text"] == "看到了。"


def test_an_answer_that_comes_after_the_claim_is_never_said(
    make_settings: Make, engine: Engine
) -> None:
    peer = Peer(delay=1.5)
    with world(make_settings(), peer) as phone:
        phone.do("text", "慢慢想")
        wait_for(lambda: heard(peer) == ["慢慢想"])
        with engine.begin() as db:
            request_handoff(db, user_of(engine), Origin("wechat", "user", utc_now()))
        Desk(engine).claim()
        wait_for(lambda: for_person(engine) == ["慢慢想"])
        phone.wait(1)
        time.sleep(2)
        assert not [text for text in texts_of(phone) if "答：" in text]
        assert len(peer.turns) == 1


def test_an_answer_that_waits_in_the_outbox_is_void_at_the_claim(
    make_settings: Make, engine: Engine
) -> None:
    settings = make_settings(PASSIVE_BUDGET="0.6", WECHAT_PUSH_CUT="1.5")
    peer = Peer(delay=1.0)
    with world(settings, peer, worker=False) as phone:
        phone.do("text", "慢慢想")
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


def statuses(engine: Engine) -> list[tuple[str, str]]:
    """Sender and status of all that goes out."""
    with reading(engine) as db:
        query = sa.select(messages_out.c.sender, messages_out.c.status).order_by(messages_out.c.id)
        return [(row.sender, row.status) for row in db.execute(query)]


def settings_of(phone: Phone, settings: Settings) -> Settings:
    """The settings of a worker for this phone's platform."""
    from dataclasses import replace

    return replace(settings, api_base=phone.base)


def test_a_restart_a_redelivery_and_an_old_case_change_nothing(
    make_settings: Make, engine: Engine
) -> None:
    peer = Peer(act=calls_a_person(engine))
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
    again = Peer(act=calls_a_person(engine))
    with world(make_settings(), again) as phone:
        phone.do("text", "重启之后")
        wait_for(lambda: for_person(engine) == ["重启之前", "重启之后"])
        assert again.turns == []
        Desk(engine, "王强")
    assert heard(peer) == ["转人工"]


@SQLITE
def test_a_request_whose_answer_was_lost_is_made_once(make_settings: Make, engine: Engine) -> None:
    """The action did its work, then the assistant failed: it is not asked again."""
    call = calls_a_person(engine)
    peer = Peer()

    def act(turn: dict[str, Any]) -> None:
        call(turn)
        raise RuntimeError("the assistant dies after the action")

    peer.act = act
    with world(make_settings(), peer) as phone:
        phone.do("text", "转人工")
        phone.wait(1)
        time.sleep(1.5)
        assert len(texts_of(phone)) == 1
        assert len(peer.turns) == 1
        assert owner(engine) == "queue"


@SQLITE
def test_out_of_hours_a_message_is_left_and_the_assistant_is_back(
    make_settings: Make, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Calendar, "is_open", lambda self, moment: False)
    peer = Peer(act=calls_a_person(engine))
    with world(make_settings(), peer) as phone:
        phone.do("text", "转人工")
        assert "现在不是人工服务时间" in phone.wait(1)[0]["text"]
        phone.do("text", "电子秤要检定，永川某厂")
        phone.wait(2)
        phone.do("text", "电话13912345678")
        phone.do("text", "写完了")
        assert "留言已经收到" in phone.wait(3)[2]["text"]
        assert for_person(engine) == ["电子秤要检定，永川某厂", "电话13912345678"]
        assert (handoff(engine).status, owner(engine)) == ("message", "assistant")
        phone.do("text", "商标怎么注册")
        assert "答：商标怎么注册" in phone.wait(4)[3]["text"]
        assert heard(peer) == ["转人工", "商标怎么注册"]


@SQLITE
def test_a_number_typed_while_leaving_a_message_is_what_was_offered(
    make_settings: Make, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Calendar, "is_open", lambda self, moment: False)
    peer = Peer(act=calls_a_person(engine))
    with world(make_settings(), peer) as phone:
        phone.do("text", "转人工")
        phone.wait(1)
        phone.do("text", "1")
        assert "答：/start_demand_form" in phone.wait(2)[1]["text"]
        phone.do("text", "转人工")
        phone.wait(3)
        phone.do("text", "电子秤要检定")
        phone.wait(4)
        phone.do("text", "2")
        assert "答：/book_expert" in phone.wait(5)[4]["text"]
        assert for_person(engine) == ["电子秤要检定"]


def test_a_long_message_is_acknowledged_now_and_then(
    make_settings: Make, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Calendar, "is_open", lambda self, moment: False)
    peer = Peer(act=calls_a_person(engine))
    with world(make_settings(HANDOFF_ACKNOWLEDGE_SECONDS=1.0), peer) as phone:
        phone.do("text", "转人工")
        phone.wait(1)
        phone.do("text", "电子秤要检定")
        assert "已收到" in phone.wait(2)[1]["text"]
        time.sleep(1.1)
        phone.do("text", "一共三台")
        assert "已收到" in phone.wait(3)[2]["text"]


@SQLITE
def test_who_taps_a_function_while_leaving_a_message_gets_it(
    make_settings: Make, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Calendar, "is_open", lambda self, moment: False)
    peer = Peer(act=calls_a_person(engine))
    with world(make_settings(), peer) as phone:
        phone.do("text", "转人工")
        phone.wait(1)
        phone.do("text", "电子秤要检定")
        phone.wait(2)
        phone.do("click", key="form")
        assert "答：/start_demand_form" in phone.wait(3)[2]["text"]
        assert (handoff(engine).status, owner(engine)) == ("message", "assistant")
        assert for_person(engine) == ["电子秤要检定"]


@SQLITE
def test_the_platforms_own_desk_takes_over_as_the_answer_to_a_message(make_settings: Make) -> None:
    peer = Peer(answer="请直接回复“转人工”", transfer=True)
    with world(make_settings(), peer) as phone:
        phone.do("text", "转人工")
        (handed,) = phone.wait(1)
        assert handed["kind"] == "transfer_customer_service"
        phone.do("click", key="person")
        asked = phone.wait(2)[1]
        assert (asked["kind"], asked["text"]) == ("text", "请直接回复“转人工”"), (
            "never for an event"
        )


def chat(engine: Engine, desk: Desk) -> list[Line]:
    """The conversation as the desk shows it."""
    with reading(engine) as db:
        return read_chat(db, handoff(engine).id, desk.staff)


def test_pictures_go_both_ways(make_settings: Make, engine: Engine) -> None:
    peer = Peer(act=calls_a_person(engine))
    settings = make_settings()
    with world(settings, peer) as phone:
        desk = served(phone, engine)
        phone.do("image")

        def fetched() -> list[int]:
            theirs = [line for line in chat(engine, desk) if line.side == "message_in"]
            return [line.picture for line in theirs if line.picture is not None]

        (number,) = wait_for(fetched)  # type: ignore[misc]
        with reading(engine) as db:
            picture = read_picture(db, desk.staff, number)
        assert picture.media_type == "image/png"
        desk.write("请看下图：")
        desk.send_picture(settings, picture.content)
        desk.write("就是这样填。")
        phone.wait(6)
        sent = phone.said()[3:]
        assert [row["kind"] for row in sent] == ["text", "image", "text"], "in their order"
        address = f"{phone.base}/media/{sent[1]['content']['media_id']}"
        assert httpx.get(address).content == picture.content


@SQLITE
def test_voice_is_kept_with_the_words_that_were_recognised(
    make_settings: Make, engine: Engine
) -> None:
    with world(make_settings(), Peer(act=calls_a_person(engine))) as phone:
        desk = served(phone, engine)
        phone.do("voice", "压力表怎么检定")

        def fetched() -> list[Line]:
            theirs = [line for line in chat(engine, desk) if line.side == "message_in"]
            return [line for line in theirs if line.picture is not None]

        (line,) = wait_for(fetched)  # type: ignore[misc]
        assert (line.kind, line.text) == ("voice", "压力表怎么检定")
        with reading(engine) as db:
            sound = read_picture(db, desk.staff, line.picture)
    assert sound.media_type == "audio/amr"
    assert sound.content.startswith(b"#!AMR")


@SQLITE
def test_a_picture_that_the_platform_refuses_is_seen_as_failed(
    make_settings: Make, engine: Engine
) -> None:
    peer = Peer(act=calls_a_person(engine))
    settings = make_settings()
    with world(settings, peer) as phone:
        desk = served(phone, engine)
        phone.fault(path="media/upload", errcode=40009)
        desk.send_picture(settings, b"\x89PNG\r\n\x1a\n")
        wait_for(lambda: ("specialist", "failed") in statuses(engine))
        desk.write("图片发不出去，我用文字说。")
        assert "我用文字说" in phone.wait(4)[3]["text"]


@SQLITE
@pytest.mark.parametrize(
    ("start", "more", "code"),
    [(b"<svg onload=alert(1)>", 0, "not_picture"), (b"\xff\xd8\xff", MOST_BYTES, "too_large")],
)
def test_only_pictures_of_a_fit_size_are_sent(
    make_settings: Make, engine: Engine, start: bytes, more: int, code: str
) -> None:
    content = start + b"0" * more
    settings = make_settings()
    with engine.begin() as db:
        staff, user = add_staff(db, "李敏"), add_talker(db)
        mine = in_chat(db, user, staff)
        origin = Origin("desk", staff.actor, utc_now())
        assert refusal(send_picture, db, settings, mine.id, staff, content, origin) == code
        other = add_staff(db, "王强")
        assert refusal(send_picture, db, settings, mine.id, other, content, origin) == "taken"


async def download(settings: Settings, address: str) -> bytes:
    """A picture as the worker fetches it."""
    client = WechatClient(settings, redis.asyncio.Redis.from_url(settings.redis))
    try:
        return await client.download(address, 10**6)
    finally:
        await client.close()


@SQLITE
@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_a_mounted_simulator_names_addresses_that_lead_somewhere(
    make_settings: Make, name: str
) -> None:
    """As in `make demo`, where it stands below /simulator, whatever the page was opened as."""
    pushed: list[bytes] = []

    async def receive(request: Request) -> Response:
        pushed.append(await request.body())
        return PlainTextResponse("success")

    port = free_port()
    config = SimulatorConfig(f"http://127.0.0.1:{port}/wechat", "wx1", "s", "t", mode="plain")
    routes = [
        Route("/wechat", receive, methods=["POST"]),
        Mount("/simulator", create_simulator(config)),
    ]
    with serving(Starlette(routes=routes), port) as base:
        Phone(f"{base.replace('127.0.0.1', name)}/simulator").do("image")
        wait_for(lambda: pushed)
        found = re.search(rb"<PicUrl>(.*?)</PicUrl>", pushed[0])
        assert found is not None
        address = found[1].decode()
        assert httpx.get(address).headers["content-type"] == "image/png"
        settings = make_settings(WECHAT_API_BASE=f"{base}/simulator")
        assert asyncio.run(download(settings, address)), "the gateway takes it for the platform's"
