"""The client of the platform's API: one token for all, and the right thing for each error code."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest
import redis.asyncio
import time_machine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bot.gateway.api_error import TOO_LONG, ApiError
from bot.gateway.wechat_client import WechatClient
from bot.settings import DEMO_ACCOUNT, Settings, read_settings
from bot.simulator.app import create_simulator
from bot.simulator.config import SimulatorConfig
from bot.simulator.platform import Platform
from tests.conftest import free_port, serving

TEXT = {"text": "找区市场监管局", "choices": []}
MENU = {"text": "您可以：", "choices": [{"title": "转人工", "payload": "/handoff_human"}]}
TOKEN_CALLS = "/cgi-bin/stable_token"
SEND_CALLS = "/cgi-bin/message/custom/send"


@pytest.fixture
def platform() -> Iterator[Platform]:
    """The simulated platform on a port, with one follower who just said something."""
    port = free_port()
    account = {name.removeprefix("WECHAT_").lower(): v for name, v in DEMO_ACCOUNT.items()}
    account["app_id"] = f"wx{uuid.uuid4().hex[:16]}"  # no test finds another's token in Redis
    app = create_simulator(SimulatorConfig(push_url="", **account))
    made: Platform = app.state.platform
    user = made.user("oUser")
    user.subscribed, user.said_at = True, time.time()
    user.quota, user.quota_until = 5, time.time() + 3600
    with serving(app, port) as base:
        made.base = base  # type: ignore[attr-defined]
        yield made


@pytest.fixture
def account(platform: Platform, redis_url: str) -> Settings:
    """Settings of a gateway whose API is that platform."""
    base = platform.base  # type: ignore[attr-defined]
    given = {"BOT_VAR": "var", "WECHAT_API_BASE": base, "REDIS_URL": redis_url, **DEMO_ACCOUNT}
    return read_settings({**given, "WECHAT_APP_ID": platform.config.app_id})


@asynccontextmanager
async def client(account: Settings, patience: float = 5) -> AsyncIterator[WechatClient]:
    """A client as one process has it; `patience`: seconds that it gives Redis."""
    cache = redis.asyncio.Redis.from_url(account.redis, socket_timeout=patience)
    made = WechatClient(account, cache)
    try:
        yield made
    finally:
        await made.close()
        await cache.close()


def use(account: Settings, action: Callable[[WechatClient], Awaitable[Any]]) -> Any:
    """Run `action` with a client of its own."""

    async def run() -> Any:
        async with client(account) as made:
            return await action(made)

    return asyncio.run(run())


async def code_of(call: Awaitable[Any]) -> int | None:
    """The error code with which `call` is refused; None when it is not."""
    try:
        await call
    except ApiError as error:
        return error.code
    return None


def shown(platform: Platform) -> list[tuple[str, str]]:
    """Kind and text of what reached the user."""
    return [(row["kind"], row["text"]) for row in platform.log if row["from"] == "account"]


def order(platform: Platform, path: str, times: int, **fault: Any) -> None:
    """Make the next calls of `path` fail."""
    platform.faults.append({"path": path, "times": times, **fault})


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


def test_choices_go_as_a_menu(platform: Platform, account: Settings) -> None:
    use(account, lambda api: api.send("oUser", MENU, 7))
    (row,) = [r for r in platform.log if r["from"] == "account"]
    assert row["kind"] == "msgmenu"
    assert row["choices"] == [{"id": "7.1", "content": "1. 转人工"}]


def test_an_account_without_menus_sends_links_from_then_on(
    platform: Platform, account: Settings
) -> None:
    order(platform, "custom/send", 1, errcode=40200)

    async def run(api: WechatClient) -> None:
        await api.send("oUser", MENU, 7)
        await api.send("oUser", MENU, 8)

    use(account, run)
    assert [kind for kind, _ in shown(platform)] == ["text", "text"]
    assert "msgmenuid=7.1" in shown(platform)[0][1]
    assert platform.calls[SEND_CALLS] == 3, "the menu is tried once"


def test_a_text_too_long_for_the_platform_is_split(platform: Platform, account: Settings) -> None:
    order(platform, "custom/send", 1, errcode=45002)
    body = {"text": "第一句话。" * 20 + "\n" + "第二句话。" * 20, "choices": []}
    use(account, lambda api: api.send("oUser", body, 1))
    assert [text for _, text in shown(platform)] == ["第一句话。" * 20, "第二句话。" * 20]


def test_typing_is_shown_and_not_repeated(platform: Platform, account: Settings) -> None:
    async def run(api: WechatClient) -> None:
        await api.typing("oUser")
        assert await code_of(api.typing("oUser")) == 45081
        platform.user("oUser").said_at -= 31
        platform.user("oUser").typing_until = 0
        assert await code_of(api.typing("oUser")) == 45080

    use(account, run)
    assert [row["command"] for row in platform.log if row["kind"] == "typing"] == ["Typing"]


def test_an_account_that_cannot_type_does_not_try_again(
    platform: Platform, account: Settings
) -> None:
    order(platform, "custom/typing", 9, errcode=48001)

    async def run(api: WechatClient) -> None:
        assert await code_of(api.typing("oUser")) == 48001
        assert await code_of(api.typing("oUser")) is None

    use(account, run)
    assert platform.calls["/cgi-bin/message/custom/typing"] == 1


# What the table of wechat-protocol asks for: hold until the user speaks, stop the whole account
# for a while, try the same call again, or give this message up.
@pytest.mark.parametrize(
    ("code", "action"),
    [
        (-1, "again"),
        (0, "again"),
        *((code, "account") for code in (40001, 40014, 42001)),
        *((code, "hold") for code in (45015, 45047)),
        *((code, "account") for code in (45009, 45011)),
        *((code, "give up") for code in (45002, 45008, 40007)),
        *((code, "give up") for code in (40003, 43004, 43019, 48002)),
        *((code, "hold") for code in (48001, 48004, 50002, 40200)),
        *((code, "account") for code in (40164, 61004, 89503, 40243)),
        (99999, "give up"),
    ],
)
def test_each_error_code_has_its_action(code: int, action: str) -> None:
    error = ApiError(code)
    actions = {
        "hold": error.held is not None,
        "account": error.account_pause is not None,
        "again": error.wait(0) is not None,
    }
    assert [name for name, meant in actions.items() if meant] == (
        [] if action == "give up" else [action]
    )


def test_a_busy_platform_is_asked_again_five_times() -> None:
    assert [ApiError(-1).wait(tries) for tries in range(6)] == [1, 2, 4, 8, 16, None]


def test_a_platform_that_is_away_is_asked_until_it_is_back() -> None:
    waits = [ApiError(0).wait(tries) for tries in range(100)]
    assert waits[:5] == [2, 4, 8, 16, 32]
    assert set(waits[5:]) == {60}


def test_a_used_up_day_ends_at_midnight_in_china() -> None:
    with time_machine.travel(datetime(2024, 5, 1, 15, 0, tzinfo=timezone.utc), tick=False):
        assert ApiError(45009).account_pause == 3600


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 404}])
def test_no_answer_is_an_error_of_its_own(
    platform: Platform, account: Settings, fault: dict[str, int]
) -> None:
    order(platform, "custom/send", 1, **fault)

    async def run(api: WechatClient) -> None:
        assert await code_of(api.send("oUser", TEXT, 1)) == 0
        assert await code_of(api.send("oUser", TEXT, 1)) is None

    use(account, run)
    assert len(shown(platform)) == 1


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"<html>", b'{"errcode": "x"}', b'{"errcode": []}', b"\xff"]
)
def test_an_answer_that_is_no_answer_is_an_error_of_its_own(account: Settings, body: bytes) -> None:
    async def answer(request: Request) -> Response:
        return Response(body, media_type="application/json")

    app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])
    with serving(app, free_port()) as base:
        strange = replace(account, api_base=base, app_id="wx" + body.hex())
        assert use(strange, lambda api: code_of(api.token())) == 0


def test_a_wrong_secret_is_told(platform: Platform, account: Settings) -> None:
    wrong = replace(account, app_secret="wrong")
    assert use(wrong, lambda api: code_of(api.token())) == 40125


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
    monkeypatch.setattr("bot.gateway.wechat_client.DOWNLOAD_PATIENCE", 0.3)

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


@pytest.mark.parametrize(
    "address", ["", "ftp://x/1", "http://[1", "http://127.0.0.1:1/x", "http://x\x00"]
)
def test_an_address_that_leads_nowhere_is_an_error_of_the_api(
    account: Settings, address: str
) -> None:
    async def fetch(api: WechatClient) -> None:
        with pytest.raises(ApiError):
            await api.download(address, 100)

    use(account, fetch)
