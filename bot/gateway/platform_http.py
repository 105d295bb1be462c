"""Single requests to the platform: whatever goes wrong with one is an ApiError."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy.exc import SQLAlchemyError

from bot.gateway.api_error import TOO_LONG, ApiError

DOWNLOAD_PATIENCE = 20.0
"""Seconds for a whole picture: a peer that sends a byte now and then holds nobody up."""

Media = tuple[str, bytes, str]
"""A file's name, content and media type."""
Handed = Callable[[], None]
"""Called right before a request is written: from then on the platform may have it.

It is not awaited: the less time between the two, the less a kill can fall between them.
"""


@dataclass(frozen=True)
class Call:
    """One call: `payload` or `media` is posted; without either it is a GET."""

    path: str
    payload: dict[str, Any] | None = None
    media: Media | None = None
    handed: Handed | None = None


class PlatformHttp:
    """The connections to the platform. Every method raises ApiError."""

    def __init__(self, base: str) -> None:
        self._http = httpx.AsyncClient(base_url=base, timeout=6, trust_env=False)

    async def request(self, call: Call, query: dict[str, str]) -> dict[str, Any]:
        """What the platform answers to `call`; its `errcode` is raised."""
        try:
            response = await self._write(call, query)
            response.raise_for_status()
            body = response.json()
            code = int(body.get("errcode") or 0)
        except SQLAlchemyError:
            raise  # of `handed`: nothing was written
        except Exception as error:
            # httpx's own, what is no JSON object, and what sockets raise while their peer dies.
            raise ApiError(0, type(error).__name__) from None
        if code:
            raise ApiError(code, str(body.get("errmsg", "")))
        return dict(body)

    async def _write(self, call: Call, query: dict[str, str]) -> httpx.Response:
        async def trace(event: str, info: object) -> None:
            if call.handed is not None and event.endswith(".send_request_headers.started"):
                call.handed()

        posted = None
        if call.payload is not None:
            posted = json.dumps(call.payload, ensure_ascii=False).encode()
        return await self._http.request(
            "GET" if call.payload is None and call.media is None else "POST",
            call.path,
            params=query if call.media is None else {**query, "type": "image"},
            content=posted,
            files=None if call.media is None else {"media": call.media},
            extensions={"trace": trace},
        )

    async def download(self, address: str, query: dict[str, str], limit: int) -> tuple[bytes, str]:
        """Content and its type, when it has at most `limit` bytes and takes no longer than
        DOWNLOAD_PATIENCE.
        """
        try:
            return await asyncio.wait_for(self._stream(address, query, limit), DOWNLOAD_PATIENCE)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, asyncio.TimeoutError) as error:
            raise ApiError(0, type(error).__name__) from None

    async def _stream(self, address: str, query: dict[str, str], limit: int) -> tuple[bytes, str]:
        content = b""
        async with self._http.stream("GET", address, params=query or None) as response:
            response.raise_for_status()
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > limit:
                    raise ApiError(TOO_LONG, "too large")
        return content, response.headers.get("Content-Type", "")

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()
