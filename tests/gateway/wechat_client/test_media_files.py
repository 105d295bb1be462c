"""Pictures and voice are fetched from the platform only, and no longer than is bearable."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bot.gateway.api_error import TOO_LONG
from bot.settings import Settings
from bot.simulator.platform import Platform
from tests.conftest import free_port, serving
from tests.gateway.wechat_client.calls import code_of, use


@pytest.mark.parametrize(
    "address",
    [
        "{other}/picture",
        "http://mmbiz.qpic.cn@localhost:{port}/picture",
        "http://localhost:{port}/picture?.qpic.cn",
    ],
)
def test_pictures_are_fetched_from_the_platforms_hosts_only(
    account: Settings, address: str
) -> None:
    asked: list[str] = []

    async def answer(request: Request) -> Response:
        asked.append(request.url.path)
        return Response(b"inside")

    app = Starlette(routes=[Route("/{path:path}", answer)])
    port = free_port()
    with serving(app, port) as base:
        own = replace(account, api_base=base)
        assert use(own, lambda api: api.download(f"{base}/picture", 100)) == b"inside"
        given = address.format(other=f"http://localhost:{port}", port=port)
        assert use(own, lambda api: code_of(api.download(given, 100))) == 0
    assert asked == ["/picture"]


def test_voice_is_fetched_by_its_media_id_and_a_refusal_is_told(
    platform: Platform, account: Settings
) -> None:
    assert use(account, lambda api: api.download_media("voice-1", 10**6)).startswith(b"#!AMR")
    assert use(account, lambda api: code_of(api.download_media("gone", 10**6))) == 40007
    assert use(account, lambda api: code_of(api.download_media("voice-1", 10))) == TOO_LONG


def test_a_picture_that_comes_drop_by_drop_is_given_up(
    account: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.gateway.platform_http.DOWNLOAD_PATIENCE", 0.3)

    async def drops() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x"
            await asyncio.sleep(0.1)

    async def answer(request: Request) -> Response:
        return StreamingResponse(drops())

    app = Starlette(routes=[Route("/{path:path}", answer)])
    with serving(app, free_port()) as base:
        slow = replace(account, api_base=base)
        assert use(slow, lambda api: code_of(api.download(f"{base}/picture", 100))) == 0
