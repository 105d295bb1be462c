"""Pushes as the platform makes them, sent with as little work as can be, and their answers."""

from __future__ import annotations

import asyncio
import itertools
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from urllib.parse import urlencode

from bot.settings import DEMO_ACCOUNT
from bot.simulator.config import SimulatorConfig
from bot.simulator.crypto import unseal
from bot.simulator.platform import Platform

OPENID, USERS = "oBench", 200
"""Openids of the load begin like this; how many there are."""
KEPT_OPEN = 3.0
"""Seconds; uvicorn closes a connection that is quiet for five."""
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
_numbers = itertools.count(int(time.time() * 1000))


@dataclass(frozen=True)
class Pushed:
    """An answered push: `seconds` from when it was due until the answer was there."""

    openid: str
    text: str
    status: int
    body: bytes
    seconds: float

    @property
    def answer(self) -> str:
        """The text of the passive reply; empty for `success`."""
        if self.body == b"success":
            return ""
        secret = ET.fromstring(self.body).findtext("Encrypt") or ""
        plain = unseal(DEMO_ACCOUNT["WECHAT_AES_KEY"], DEMO_ACCOUNT["WECHAT_APP_ID"], secret)
        return ET.fromstring(plain).findtext("Content") or ""


class Pusher:
    """Pushes to `port`, over connections that stay open."""

    def __init__(self, port: int) -> None:
        self._port = port
        config = SimulatorConfig(
            push_url="",
            app_id=DEMO_ACCOUNT["WECHAT_APP_ID"],
            app_secret="",
            token=DEMO_ACCOUNT["WECHAT_TOKEN"],
            aes_key=DEMO_ACCOUNT["WECHAT_AES_KEY"],
        )
        self._platform = Platform(config)
        self._free: list[tuple[float, Connection]] = []

    def seal(self, openid: str, text: str) -> bytes:
        """The whole HTTP request of a text message."""
        fields = {
            "ToUserName": "gh_bench",
            "FromUserName": openid,
            "CreateTime": str(int(time.time())),
            "MsgType": "text",
            "Content": text,
            "MsgId": str(next(_numbers)),
        }
        query, body = self._platform.sealed(fields)
        head = (
            f"POST /wechat?{urlencode(query)} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            f"Content-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    async def push(self, openid: str, text: str) -> Pushed:
        """Send one and wait for its answer."""
        request = self.seal(openid, text)
        return await self.send(openid, text, request, time.perf_counter())

    async def send(self, openid: str, text: str, request: bytes, due: float) -> Pushed:
        """Send a sealed one that was `due` then (time.perf_counter)."""
        reader, writer = await self._connect()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").lower().split("\r\n")
        length = next(int(x.split(":")[1]) for x in lines if x.startswith("content-length"))
        body = await reader.readexactly(length)
        seconds = time.perf_counter() - due
        self._free.append((time.perf_counter(), (reader, writer)))
        return Pushed(openid, text, int(lines[0].split()[1]), body, seconds)

    async def _connect(self) -> Connection:
        while self._free:
            since, connection = self._free.pop()
            if time.perf_counter() - since < KEPT_OPEN:
                return connection
            connection[1].close()
        return await asyncio.open_connection("127.0.0.1", self._port)

    async def close(self) -> None:
        """Close the connections."""
        for _, (_, writer) in self._free:
            writer.close()
        self._free.clear()
