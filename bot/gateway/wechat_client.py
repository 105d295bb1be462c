"""The platform's API: sends, and one token shared by all processes.

wechatpy's own client is not used: a lasting 40001 makes it fetch tokens without bound, ten cold
threads fetch ten tokens, and the fetch has no time-out (docs/decisions/0001).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import redis.asyncio
import redis.exceptions
import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.gateway.api_error import CAPABILITY, DAY_LIMIT, MINUTE_LIMIT, REFRESH, TOO_LONG, ApiError
from bot.gateway.compose import Body, render_links, render_menu
from bot.model.message_text import split
from bot.settings import Settings

log = structlog.get_logger()
TOKEN_MARGIN = 300
"""A token is renewed in its last five minutes, as stable_token does."""
TOKEN_PATIENCE = 10.0
"""Seconds to wait for a token that another process fetches."""
FORCE_EVERY = 30
"""Seconds between forced renewals, the platform's own limit; it allows 20 a day."""

DOWNLOAD_PATIENCE = 20.0
"""Seconds for a whole picture: a peer that sends a byte now and then holds nobody up."""
PICTURE_HOSTS = (".qpic.cn", ".qlogo.cn")
"""What the hosts of the platform's pictures end in."""

Media = tuple[str, bytes, str]
"""A file's name, content and media type."""
Handed = Callable[[], None]
"""Called right before a request is written: from then on the platform may have it.

It is not awaited: the less time between the two, the less a kill can fall between them.
"""


class WechatClient:
    """Calls of the API. Every method raises ApiError."""

    def __init__(self, settings: Settings, cache: redis.asyncio.Redis[bytes]) -> None:
        self._settings = settings
        self._redis = cache
        self._http = httpx.AsyncClient(base_url=settings.api_base, timeout=6, trust_env=False)
        digest = hashlib.sha256(f"{settings.api_base}|{settings.app_id}".encode()).hexdigest()
        self._key = f"wechat:token:{digest[:16]}"
        self._own: tuple[str, float] = ("", 0.0)
        self._own_doubted = ""
        self._own_forced = -float(FORCE_EVERY)
        self._own_lock = asyncio.Lock()
        # What the account has until the platform says otherwise.
        self._menus = True
        self._typing = True

    async def send(
        self, openid: str, body: Body, row_id: int, handed: Handed | None = None
    ) -> None:
        """Send a text, with its choices as a menu where the account has menus."""
        if body["choices"] and self._menus:
            try:
                await self._send(openid, "msgmenu", {"msgmenu": render_menu(body, row_id)}, handed)
                return
            except ApiError as error:
                if error.code in CAPABILITY:
                    self._menus = False
                    log.error("msgmenu_switched_off", errcode=error.code)
                elif error.code != TOO_LONG:
                    raise
        text = render_links(body, row_id)
        try:
            await self._send(openid, "text", {"text": {"content": text}}, handed)
        except ApiError as error:
            if error.code != TOO_LONG:
                raise
            for part in split(text, len(text.encode()) // 2 + 1):
                await self._send(openid, "text", {"text": {"content": part}}, handed)

    async def _send(
        self, openid: str, kind: str, content: dict[str, Any], handed: Handed | None
    ) -> None:
        payload = {"touser": openid, "msgtype": kind, **content}
        await self.call("/cgi-bin/message/custom/send", payload, handed)

    async def send_image(self, openid: str, media_id: str, handed: Handed | None = None) -> None:
        """Send a picture that was uploaded."""
        await self._send(openid, "image", {"image": {"media_id": media_id}}, handed)

    async def upload_image(self, content: bytes, media_type: str) -> str:
        """Give the platform a picture for three days; its media id."""
        file = (f"picture.{media_type.partition('/')[2]}", content, media_type)
        body = await self.call("/cgi-bin/media/upload", media=file)
        return str(body["media_id"])

    async def download(self, address: str, limit: int) -> bytes:
        """What a picture's address in a push leads to, of the platform's own hosts only.

        Raises ApiError, also when it is larger or takes longer than DOWNLOAD_PATIENCE.
        """
        try:
            if not self._is_of_platform(address):
                raise ApiError(0, "no address")
            return (await self._patiently(address, {}, limit))[0]
        except ValueError as error:  # of urlsplit
            raise ApiError(0, type(error).__name__) from None

    async def download_media(self, media_id: str, limit: int) -> bytes:
        """What users sent, by its media id: of voice there is no address. Raises as download."""
        token = await self.token()
        try:
            return await self._media(media_id, token, limit)
        except ApiError as error:
            if error.code not in REFRESH:
                raise
        return await self._media(media_id, await self.token(refused=token), limit)

    async def _media(self, media_id: str, token: str, limit: int) -> bytes:
        query = {"access_token": token, "media_id": media_id}
        content, kind = await self._patiently("/cgi-bin/media/get", query, limit)
        if "json" not in kind and "text" not in kind:
            return content
        try:  # a refusal
            body = json.loads(content)
            code, said = int(body.get("errcode") or 0), str(body.get("errmsg", ""))
        except (ValueError, AttributeError, TypeError):
            code, said = 0, "no media"
        raise ApiError(code, said)

    async def _patiently(
        self, address: str, query: dict[str, str], limit: int
    ) -> tuple[bytes, str]:
        """Content and its type. Raises ApiError."""
        try:
            return await asyncio.wait_for(self._download(address, query, limit), DOWNLOAD_PATIENCE)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, asyncio.TimeoutError) as error:
            raise ApiError(0, type(error).__name__) from None

    def _is_of_platform(self, address: str) -> bool:
        parts, own = urlsplit(address), urlsplit(self._settings.api_base).hostname
        host = parts.hostname or ""
        known = host.endswith(PICTURE_HOSTS) or host == own
        return parts.scheme in ("http", "https") and known

    async def _download(self, address: str, query: dict[str, str], limit: int) -> tuple[bytes, str]:
        content = b""
        async with self._http.stream("GET", address, params=query or None) as response:
            response.raise_for_status()
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > limit:
                    raise ApiError(TOO_LONG, "too large")
        return content, response.headers.get("Content-Type", "")

    async def typing(self, openid: str) -> None:
        """Show 对方正在输入 for up to 15 seconds, where the account can."""
        if not self._typing:
            return
        payload = {"touser": openid, "command": "Typing"}
        try:
            await self.call("/cgi-bin/message/custom/typing", payload)
        except ApiError as error:
            if error.code in CAPABILITY:
                self._typing = False
                log.error("typing_switched_off", errcode=error.code)
            raise

    async def call(
        self,
        path: str,
        payload: dict[str, Any] | None = None,
        handed: Handed | None = None,
        media: Media | None = None,
    ) -> dict[str, Any]:
        """POST `payload` or `media` (GET without); a refused token is renewed, then tried again."""
        token = await self.token()
        try:
            return await self._request(path, payload, {"access_token": token}, handed, media)
        except ApiError as error:
            if error.code not in REFRESH:
                raise
        token = await self.token(refused=token)
        return await self._request(path, payload, {"access_token": token}, handed, media)

    async def _request(
        self,
        path: str,
        payload: dict[str, Any] | None,
        query: dict[str, str],
        handed: Handed | None = None,
        media: Media | None = None,
    ) -> dict[str, Any]:
        async def trace(event: str, info: object) -> None:
            if handed is not None and event.endswith(".send_request_headers.started"):
                handed()

        method = "GET" if payload is None and media is None else "POST"
        if media is not None:
            query = {**query, "type": "image"}
        content = None if payload is None else json.dumps(payload, ensure_ascii=False).encode()
        try:
            response = await self._http.request(
                method,
                path,
                params=query,
                content=content,
                files=None if media is None else {"media": media},
                extensions={"trace": trace},
            )
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

    async def token(self, refused: str = "") -> str:
        """The shared token; a `refused` one is replaced, by one process only."""
        try:
            end = time.monotonic() + TOKEN_PATIENCE
            while time.monotonic() < end:
                if found := await self._cached(refused):
                    return found
                lock = self._redis.lock(f"{self._key}:lock", timeout=15)
                if await lock.acquire(blocking=False):
                    try:
                        return await self._renewed(refused)
                    finally:
                        await lock.release()
                await asyncio.sleep(0.05)
        except redis.exceptions.RedisError as error:
            log.warning("token_without_redis", error=type(error).__name__)
        # stable_token gives every caller the same token, so that one of our own does no harm.
        return await self._token_without_redis(refused)

    async def _renewed(self, refused: str) -> str:
        """A token from the platform, stored for all; the caller holds the shared lock."""
        if found := await self._cached(refused):
            return found
        token, seconds = await self._fetch(bool(refused) and await self._may_force(refused))
        await self._redis.set(self._key, token, ex=max(seconds - TOKEN_MARGIN, 30))
        if token == refused:
            await self._redis.set(f"{self._key}:doubted", token, ex=7200)
        return token

    async def _cached(self, refused: str) -> str | None:
        found = await self._redis.get(self._key)
        return found.decode() if found and found.decode() != refused else None

    async def _may_force(self, refused: str) -> bool:
        """Only when the platform gave the refused token out again: forcing has a daily limit."""
        doubted = await self._redis.get(f"{self._key}:doubted")
        if doubted is None or doubted.decode() != refused:
            return False
        return bool(await self._redis.set(f"{self._key}:forced", 1, ex=FORCE_EVERY, nx=True))

    async def _token_without_redis(self, refused: str) -> str:
        async with self._own_lock:
            now = time.monotonic()
            token, until = self._own
            if token and token != refused and until > now:
                return token
            force = bool(refused) and self._own_doubted == refused
            if force and (force := now - self._own_forced > FORCE_EVERY):
                self._own_forced = now
            token, seconds = await self._fetch(force)
            self._own = (token, time.monotonic() + max(seconds - TOKEN_MARGIN, 30))
            self._own_doubted = token if token == refused else ""
            return token

    async def _fetch(self, force: bool) -> tuple[str, int]:
        payload = {
            "grant_type": "client_credential",
            "appid": self._settings.app_id,
            "secret": self._settings.app_secret,
            "force_refresh": force,
        }
        try:
            body = await self._request("/cgi-bin/stable_token", payload, {})
            return str(body["access_token"]), int(body["expires_in"])
        except (KeyError, ValueError, TypeError):
            raise ApiError(0, "no token in the answer") from None
        except ApiError as error:
            if force and error.code in (DAY_LIMIT, MINUTE_LIMIT):
                # The limit of forced renewals, not of what the account may send.
                raise ApiError(40001, "token refused, renewal refused") from None
            raise

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()
