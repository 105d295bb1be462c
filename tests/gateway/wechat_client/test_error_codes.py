"""The right thing for each error code, and for answers that are none."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

import pytest
import time_machine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.gateway.api_error import ApiError
from bot.gateway.wechat_client import WechatClient
from bot.settings import Settings
from bot.simulator.platform import Platform
from tests.conftest import free_port, serving
from tests.gateway.wechat_client.calls import TEXT, code_of, order, shown, use


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
