"""The platform's API: one token shared by all processes, and what each error code means.

wechatpy's own client is not used: a lasting 40001 makes it fetch tokens without bound, ten cold
threads fetch ten tokens, and the fetch has no time-out (docs/decisions/0001). Source of the
codes: the platform's page 全局返回码.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from typing import Any

import httpx
import redis.asyncio
import redis.exceptions
import structlog

from bot.gateway.compose import Body, render_links, render_menu
from bot.settings import Settings

log = structlog.get_logger()
REFRESH = {40001, 40014, 42001}
HOLD = {45015: "window", 45047: "quota"}
LATER = {-1: 1.0, 45009: 3600.0, 45011: 20.0}
CAPABILITY = {48001, 48004, 50002, 40200}
ALERT = {40164, 61004, 89503, 40243, 40013, 40125}
TOKEN_MARGIN = 300
"""A token is renewed in its last five minutes, as stable_token does."""


class ApiError(Exception):
    """The platform said no. `code` is its errcode; 0 when it did not answer at all."""

    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(f"{code} {message}".strip())
        self.code = code
        self.message = message

    @property
    def held(self) -> str | None:
        """Why to wait for the user's next message; None for other errors."""
        return HOLD.get(self.code)

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait before the same call; None when it is of no use."""
        if self.code == 0 or self.code in REFRESH:
            return 2.0
        if self.code in ALERT or self.code in CAPABILITY:
            return 60.0
        return LATER.get(self.code)


class WechatClient:
    """Calls of the API. Every method raises ApiError."""

    def __init__(self, settings: Settings, cache: redis.asyncio.Redis[bytes]) -> None:
        self._settings = settings
        self._redis = cache
        self._http = httpx.AsyncClient(base_url=settings.api_base, timeout=6, trust_env=False)
        digest = hashlib.sha256(f"{settings.api_base}|{settings.app_id}".encode()).hexdigest()
        self._key = f"wechat:token:{digest[:16]}"
        self._own: tuple[str, float] = ("", 0.0)
        self._own_lock = asyncio.Lock()
        self._menus = True  # until the platform says that the account has no msgmenu

    async def send(self, openid: str, body: Body, row_id: int) -> None:
        """Send a text, with its choices as a menu where the account has menus."""
        if body["choices"] and self._menus:
            try:
                await self._send(openid, "msgmenu", {"msgmenu": render_menu(body, row_id)})
                return
            except ApiError as error:
                if error.code not in CAPABILITY:
                    raise
                self._menus = False
                log.warning("msgmenu_switched_off", errcode=error.code)
        await self._send(openid, "text", {"text": {"content": render_links(body, row_id)}})

    async def _send(self, openid: str, kind: str, content: dict[str, Any]) -> None:
        await self.call(
            "/cgi-bin/message/custom/send", {"touser": openid, "msgtype": kind, **content}
        )

    async def typing(self, openid: str) -> None:
        """Show 对方正在输入 for up to 15 seconds."""
        await self.call("/cgi-bin/message/custom/typing", {"touser": openid, "command": "Typing"})

    async def call(
        self, path: str, payload: dict[str, Any] | None = None, **query: str
    ) -> dict[str, Any]:
        """POST `payload` (GET without one); a refused token is renewed and tried again once."""
        token = await self.token()
        try:
            return await self._request(path, payload, access_token=token, **query)
        except ApiError as error:
            if error.code not in REFRESH:
                raise
        token = await self.token(refused=token)
        return await self._request(path, payload, access_token=token, **query)

    async def _request(
        self, path: str, payload: dict[str, Any] | None, **query: str
    ) -> dict[str, Any]:
        method = "GET" if payload is None else "POST"
        content = None if payload is None else json.dumps(payload, ensure_ascii=False).encode()
        try:
            response = await self._http.request(method, path, params=query, content=content)
            response.raise_for_status()
            body = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise ApiError(0, type(error).__name__) from None
        if not isinstance(body, dict):
            raise ApiError(0, "not an object")
        if body.get("errcode"):
            raise ApiError(int(body["errcode"]), str(body.get("errmsg", "")))
        return body

    async def token(self, refused: str = "") -> str:
        """The shared token; a `refused` one is replaced, by one process only."""
        try:
            found = await self._redis.get(self._key)
            if found and found.decode() != refused:
                return found.decode()
            async with self._redis.lock(f"{self._key}:lock", timeout=15, blocking_timeout=10):
                found = await self._redis.get(self._key)
                if found and found.decode() != refused:
                    return found.decode()
                token, seconds = await self._fetch(force=bool(refused))
                await self._redis.set(self._key, token, ex=max(seconds - TOKEN_MARGIN, 30))
                return token
        except redis.exceptions.RedisError:
            # stable_token gives every caller the same token, so that one of our own does no harm.
            return await self._token_without_redis(refused)

    async def _token_without_redis(self, refused: str) -> str:
        async with self._own_lock:
            token, until = self._own
            if token and token != refused and until > time.monotonic():
                return token
            token, seconds = await self._fetch(force=bool(refused))
            self._own = (token, time.monotonic() + max(seconds - TOKEN_MARGIN, 30))
            return token

    async def _fetch(self, force: bool) -> tuple[str, int]:
        body = await self._request(
            "/cgi-bin/stable_token",
            {
                "grant_type": "client_credential",
                "appid": self._settings.app_id,
                "secret": self._settings.app_secret,
                "force_refresh": force,
            },
        )
        return str(body["access_token"]), int(body["expires_in"])

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()
