"""What a person in WeChat sees: one answer, in order, whatever happens between."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.settings import Settings
from bot.simulator.config import SimulatorConfig
from bot.simulator.platform import FAULT, Platform
from bot.storage.database import reading
from bot.storage.tables import messages_in, messages_out
from tests.conftest import free_port, serving, wait_for
from tests.gateway.peer import Peer, answer_late, replace_ports, world

Make = Callable[..., Settings]


def taken_in(engine: Engine) -> int:
    """How many pushes were stored."""
    with reading(engine) as db:
        return int(db.scalar(sa.select(sa.func.count()).select_from(messages_in)))


def in_outbox(engine: Engine) -> list[str]:
    """The status of all that goes out."""
    with reading(engine) as db:
        return list(db.scalars(sa.select(messages_out.c.status)))


@pytest.mark.parametrize("mode", ["safe", "compatible", "plain"])
def test_a_quick_answer_is_the_passive_reply(make_settings: Make, mode: str) -> None:
    with world(make_settings(WECHAT_MODE=mode), Peer()) as phone:
        phone.do("text", "秤找谁检")
        (said,) = phone.wait(1)
        assert said["via"] == "passive"
        assert "答：秤找谁检" in said["text"]


def test_a_slow_answer_comes_once_by_the_api(make_settings: Make) -> None:
    peer = Peer(held=True)
    with world(make_settings(PASSIVE_BUDGET="2"), peer) as phone:
        phone.do("text", "慢慢想")
        answer_late(phone, peer)
        (said,) = phone.wait(1)
        assert (said["via"], said["kind"]) == ("api", "msgmenu")
        time.sleep(2)
        assert len(phone.said()) == 1
        assert len(phone.stats()["deliveries"]) == 1, "the push was answered in time"


def test_messages_of_one_user_are_answered_in_order(make_settings: Make, engine: Engine) -> None:
    peer = Peer(held=True)
    with world(make_settings(), peer) as phone:
        for number in range(5):
            phone.do("text", f"第{number}句")
            wait_for(lambda: taken_in(engine) == number + 1)  # noqa: B023
        peer.held = False
        phone.wait(5)
        assert [turn["text"] for turn in peer.turns] == [f"第{n}句" for n in range(5)]
        texts = [row["text"] for row in phone.said()]
        assert [f"答：第{n}句" in text for n, text in enumerate(texts)] == [True] * 5


def test_a_choice_can_be_tapped_or_typed(make_settings: Make) -> None:
    peer = Peer()
    with world(make_settings(), peer) as phone:
        phone.do("text", "问")
        text = phone.wait(1)[0]["text"]
        phone.do("choice", "看流程", id=text.split("msgmenuid=")[1].split('"')[0])
        phone.wait(2)
        phone.do("text", "1")
        phone.wait(3)
        assert [turn["text"] for turn in peer.turns[1:]] == ["/ask_process"] * 2


def test_typed_payloads_are_words(make_settings: Make) -> None:
    peer = Peer()
    with world(make_settings(), peer) as phone:
        phone.do("text", "/restart")
        phone.wait(1)
        assert peer.turns[0]["text"] == "restart"


@pytest.mark.parametrize("kind", ["image", "voice", "video", "location", "link"])
def test_what_cannot_be_read_gets_a_kind_answer(make_settings: Make, kind: str) -> None:
    with world(make_settings(), Peer()) as phone:
        phone.do(kind)
        assert "已收到" in phone.wait(1)[0]["text"]


def test_an_assistant_that_fails_is_asked_again(make_settings: Make) -> None:
    peer = Peer(failures=2, empty=1)
    with world(make_settings(), peer) as phone:
        phone.do("text", "还在吗")
        (said,) = phone.wait(1)
        assert "答：还在吗" in said["text"]
        assert len(peer.turns) == 1


def test_an_assistant_that_stays_away_is_apologised_for_once(make_settings: Make) -> None:
    settings = make_settings(ASSISTANT_PATIENCE="1")
    with world(settings, Peer(failures=1000)) as phone:
        phone.do("text", "有人吗")
        (said,) = phone.wait(1)
        assert "抱歉" in said["text"]
        time.sleep(1)
        assert len(phone.said()) == 1


@pytest.mark.parametrize("code", [-1, 40001, 0])
def test_the_api_failing_for_a_moment_loses_nothing(make_settings: Make, code: int) -> None:
    peer = Peer(held=True)
    with world(make_settings(PASSIVE_BUDGET="2"), peer) as phone:
        if code:
            phone.fault(path="custom/send", errcode=code, times=1)
        else:
            phone.fault(path="custom/send", status=502, times=1)
        phone.do("text", "问")
        answer_late(phone, peer)
        phone.wait(1)
        time.sleep(1)
        assert len(phone.said()) == 1


@pytest.mark.parametrize("code", [45015, 45047])
def test_what_the_platform_refuses_is_held_for_the_next_message(
    make_settings: Make, engine: Engine, code: int
) -> None:
    peer = Peer(held=True)
    with world(make_settings(PASSIVE_BUDGET="2"), peer) as phone:
        phone.fault(path="custom/send", errcode=code, times=2)
        phone.do("text", "第一问")
        answer_late(phone, peer)
        wait_for(lambda: in_outbox(engine) == ["held"])
        time.sleep(1)
        assert phone.said() == []
        phone.do("text", "第二问")
        joined = "".join(row["text"] for row in phone.wait(1))
        assert joined.index("答：第一问") < joined.index("答：第二问")


def test_a_subscription_account_answers_at_the_redelivery(make_settings: Make) -> None:
    settings = make_settings(
        WECHAT_ACCOUNT_KIND="subscription", WECHAT_PUSH_CUT="3", PASSIVE_BUDGET="2.1"
    )
    peer = Peer(held=True)
    with world(settings, peer) as phone:
        phone.do("text", "慢")
        wait_for(lambda: phone.stats()["deliveries"])
        peer.held = False
        (said,) = phone.wait(1)
        assert "答：慢" in said["text"]
        assert phone.stats()["calls"].get("/cgi-bin/message/custom/send") is None


def test_three_deliveries_at_once_to_two_gateways_are_one_turn(make_settings: Make) -> None:
    from bot.bootstrap import build_gateway

    peer, ports, peer_port = Peer(delay=0.3), (free_port(), free_port()), free_port()
    settings = make_settings()
    config = SimulatorConfig("", settings.app_id, "", settings.token, settings.aes_key)
    platform = Platform(config)
    body = {
        "ToUserName": "gh_demo",
        "FromUserName": "oUser",
        "CreateTime": str(int(time.time())),
        "MsgType": "text",
        "Content": "一次",
        "MsgId": "77",
    }

    async def deliver() -> list[httpx.Response]:
        async with httpx.AsyncClient(timeout=6) as http:
            calls = []
            for number in range(3):
                query, content = platform.sealed(body)
                url = f"http://127.0.0.1:{ports[number % 2]}/wechat"
                calls.append(http.post(url, params=query, content=content))
            return list(await asyncio.gather(*calls))

    one = replace_ports(settings, 1, ports[0], peer_port)
    two = replace_ports(settings, 1, ports[1], peer_port)
    with (
        serving(peer.app(), peer_port),
        serving(build_gateway(one), ports[0]),
        serving(build_gateway(two), ports[1]),
    ):
        answers = asyncio.run(deliver())
    assert [answer.status_code for answer in answers] == [200] * 3
    assert len(peer.turns) == 1
    assert all("<Encrypt>" in answer.text for answer in answers), "each delivery gets the answer"


def test_no_answer_at_all_shows_the_platforms_own_words(make_settings: Make) -> None:
    """The negative control: the simulator does notice an account that does not answer."""
    settings = make_settings()
    platform = Platform(
        SimulatorConfig(
            "http://127.0.0.1:9/wechat",
            settings.app_id,
            "",
            settings.token,
            settings.aes_key,
            push_cut=0.1,
        )
    )

    async def run() -> None:
        await platform.push("oUser", "text", {"Content": "在吗"})
        while not any(row["kind"] == "fault" for row in platform.log):
            await asyncio.sleep(0.05)

    asyncio.run(asyncio.wait_for(run(), 10))
    assert platform.log[-1]["text"] == FAULT
