"""One token for all processes, renewed when it is refused, with Redis and without."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from bot.gateway.wechat_client import WechatClient
from bot.settings import Settings
from bot.simulator.platform import Platform
from tests.gateway.wechat_client.calls import SEND_CALLS, TEXT, client, code_of, order, shown, use

TOKEN_CALLS = "/cgi-bin/stable_token"


def test_many_clients_fetch_one_token(platform: Platform, account: Settings) -> None:
    async def run() -> set[str]:
        async with AsyncExitStack() as stack:
            made = [await stack.enter_async_context(client(account)) for _ in range(20)]
            return set(await asyncio.gather(*(one.token() for one in made * 3)))

    begun = time.monotonic()
    assert len(asyncio.run(run())) == 1
    assert platform.calls[TOKEN_CALLS] == 1
    assert time.monotonic() - begun < 5, "who waits for the token does not wait for the lock"


def test_many_processes_fetch_one_token(platform: Platform, account: Settings) -> None:
    code = (
        "import asyncio, sys, redis.asyncio\n"
        "from bot.settings import DEMO_ACCOUNT, read_settings\n"
        "from bot.gateway.wechat_client import WechatClient\n"
        "s = read_settings({**DEMO_ACCOUNT, 'WECHAT_API_BASE': sys.argv[1],"
        " 'WECHAT_APP_ID': sys.argv[3]})\n"
        "async def run():\n"
        "    c = WechatClient(s, redis.asyncio.Redis.from_url(sys.argv[2]))\n"
        "    print(*set(await asyncio.gather(*(c.token() for _ in range(5)))))\n"
        "asyncio.run(run())\n"
    )
    argv = [sys.executable, "-c", code, account.api_base, account.redis, account.app_id]
    started = [subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    printed = [process.communicate()[0].strip() for process in started]
    assert printed == [*platform.tokens] * 4
    assert platform.calls[TOKEN_CALLS] == 1


def test_a_lasting_40001_costs_one_renewal_per_call(platform: Platform, account: Settings) -> None:
    order(platform, "custom/send", 1000, errcode=40001)

    async def run(api: WechatClient) -> None:
        for calls in range(1, 6):
            assert await code_of(api.send("oUser", TEXT, 1)) == 40001
            assert platform.calls[SEND_CALLS] == 2 * calls, "one try and one more"
            assert platform.calls[TOKEN_CALLS] <= 1 + calls
        await asyncio.gather(*(code_of(api.send("oUser", TEXT, 1)) for _ in range(20)))

    use(account, run)
    assert platform.calls[TOKEN_CALLS] <= 1 + 25
    assert len(platform.forced) <= 1, "forcing is limited to 20 a day"
    assert shown(platform) == []


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_refused_token_is_renewed_and_the_call_made_once(
    platform: Platform, account: Settings, code: int
) -> None:
    order(platform, "custom/send", 1, errcode=code)
    use(account, lambda api: api.send("oUser", TEXT, 1))
    assert shown(platform) == [("text", TEXT["text"])]
    assert platform.calls[TOKEN_CALLS] == 2


@pytest.mark.parametrize("how", ["revoked", "expired"])
def test_a_token_that_no_longer_holds_is_replaced(
    platform: Platform, account: Settings, how: str
) -> None:
    async def run(api: WechatClient) -> None:
        first = await api.token()
        if how == "revoked":
            platform.tokens.clear()
        else:
            platform.tokens[first] = time.time() - 1
        await asyncio.gather(*(api.send("oUser", TEXT, 1) for _ in range(5)))
        assert await api.token() != first

    use(account, run)
    assert len(shown(platform)) == 5
    assert platform.calls[TOKEN_CALLS] == 2, "five refused calls, one renewal"


def test_a_token_given_out_again_though_refused_is_renewed_by_force(
    platform: Platform, account: Settings
) -> None:
    order(platform, "custom/send", 3, errcode=40001)

    async def run(api: WechatClient) -> None:
        assert await code_of(api.send("oUser", TEXT, 1)) == 40001
        assert platform.forced == []
        await api.send("oUser", TEXT, 1)

    use(account, run)
    assert len(platform.forced) == 1
    assert len(shown(platform)) == 1


@pytest.mark.parametrize("redis_at", ["unix:///nowhere/redis.sock", "silent"])
def test_without_redis_the_client_still_works(
    platform: Platform, account: Settings, redis_at: str
) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    async def run() -> None:
        server = await asyncio.start_server(silent, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        url = f"redis://127.0.0.1:{port}" if redis_at == "silent" else redis_at
        async with client(replace(account, redis_url=url), patience=0.3) as api:
            await asyncio.gather(*(api.send("oUser", TEXT, 1) for _ in range(3)))
            platform.tokens.clear()
            await api.send("oUser", TEXT, 1)
        server.close()

    asyncio.run(run())
    assert len(shown(platform)) == 4
    assert platform.calls[TOKEN_CALLS] == 2


def test_a_wrong_secret_is_told(platform: Platform, account: Settings) -> None:
    wrong = replace(account, app_secret="wrong")
    assert use(wrong, lambda api: code_of(api.token())) == 40125
