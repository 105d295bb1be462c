"""Pictures and voice go both ways."""

from __future__ import annotations

import asyncio
import re

import httpx
import pytest
import redis.asyncio
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from bot.gateway.wechat_client import WechatClient
from bot.services.handoff.chat_lines import Line, read_chat
from bot.services.handoff.chat_pictures import MOST_BYTES, read_picture
from bot.services.handoff.sending import send_picture
from bot.services.record import Origin
from bot.settings import Settings
from bot.simulator.app import create_simulator
from bot.simulator.config import SimulatorConfig
from bot.storage.database import reading, utc_now
from tests.conftest import free_port, serving, wait_for
from tests.gateway.handoff.people import SQLITE, Desk, Make, handoff, served, statuses
from tests.gateway.peer import Phone
from tests.services.handoff_setup import add_staff, add_talker, in_chat, refusal


def fetched(engine: Engine, desk: Desk) -> Line:
    """The user's only picture or voice as the desk shows it, once it was fetched."""

    def theirs() -> list[Line]:
        with reading(engine) as db:
            lines = read_chat(db, handoff(engine).id, desk.staff)
        return [each for each in lines if each.side == "message_in" and each.picture is not None]

    (line,) = wait_for(theirs)  # type: ignore[misc]
    return line


def test_pictures_go_both_ways(phone: Phone, settings: Settings, engine: Engine) -> None:
    desk = served(phone, engine)
    phone.do("image")
    with reading(engine) as db:
        picture = read_picture(db, desk.staff, fetched(engine, desk).picture)
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
def test_voice_is_kept_with_the_words_that_were_recognised(phone: Phone, engine: Engine) -> None:
    desk = served(phone, engine)
    phone.do("voice", "压力表怎么检定")
    line = fetched(engine, desk)
    assert (line.kind, line.text) == ("voice", "压力表怎么检定")
    with reading(engine) as db:
        sound = read_picture(db, desk.staff, line.picture)
    assert sound.media_type == "audio/amr"
    assert sound.content.startswith(b"#!AMR")


@SQLITE
def test_a_picture_that_the_platform_refuses_is_seen_as_failed(
    phone: Phone, settings: Settings, engine: Engine
) -> None:
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
