"""Calls of the platform's API as one process makes them, and what the platform saw of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import redis.asyncio

from bot.gateway.api_error import ApiError
from bot.gateway.wechat_client import WechatClient
from bot.settings import Settings
from bot.simulator.platform import Platform

TEXT = {"text": "找区市场监管局", "choices": []}
SEND_CALLS = "/cgi-bin/message/custom/send"


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
