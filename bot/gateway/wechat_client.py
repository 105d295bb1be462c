"""The platform's API: what the account sends, shows, fetches and sets."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

import redis.asyncio
import structlog

from bot.gateway.access_token import AccessToken
from bot.gateway.api_error import CAPABILITY, REFRESH, TOO_LONG, ApiError
from bot.gateway.compose import Body, render_links, render_menu
from bot.gateway.platform_http import Call, Handed, PlatformHttp
from bot.model.message_text import split
from bot.settings import Settings

T = TypeVar("T")
log = structlog.get_logger()
PICTURE_HOSTS = (".qpic.cn", ".qlogo.cn")
"""What the hosts of the platform's pictures end in."""


class WechatClient:
    """Calls of the API. Every method raises ApiError."""

    def __init__(self, settings: Settings, cache: redis.asyncio.Redis[bytes]) -> None:
        self._own_host = urlsplit(settings.api_base).hostname
        self._http = PlatformHttp(settings.api_base)
        self._token = AccessToken(settings, cache, self._http)
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
        await self._send_text(openid, render_links(body, row_id), handed)

    async def _send_text(self, openid: str, text: str, handed: Handed | None) -> None:
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
        await self._call(Call("/cgi-bin/message/custom/send", payload, handed=handed))

    async def send_image(self, openid: str, media_id: str, handed: Handed | None = None) -> None:
        """Send a picture that was uploaded."""
        await self._send(openid, "image", {"image": {"media_id": media_id}}, handed)

    async def upload_image(self, content: bytes, media_type: str) -> str:
        """Give the platform a picture for three days; its media id."""
        file = (f"picture.{media_type.partition('/')[2]}", content, media_type)
        body = await self._call(Call("/cgi-bin/media/upload", media=file))
        return str(body["media_id"])

    async def download(self, address: str, limit: int) -> bytes:
        """What a picture's address in a push leads to, of the platform's own hosts only.

        Raises ApiError, also when it is larger or takes longer than DOWNLOAD_PATIENCE.
        """
        try:
            if not self._is_of_platform(address):
                raise ApiError(0, "no address")
        except ValueError as error:  # of urlsplit
            raise ApiError(0, type(error).__name__) from None
        return (await self._http.download(address, {}, limit))[0]

    def _is_of_platform(self, address: str) -> bool:
        parts = urlsplit(address)
        host = parts.hostname or ""
        known = host.endswith(PICTURE_HOSTS) or host == self._own_host
        return parts.scheme in ("http", "https") and known

    async def download_media(self, media_id: str, limit: int) -> bytes:
        """What users sent, by its media id: of voice there is no address. Raises as download."""
        return await self._with_token(lambda token: self._media(media_id, token, limit))

    async def _media(self, media_id: str, token: str, limit: int) -> bytes:
        query = {"access_token": token, "media_id": media_id}
        content, kind = await self._http.download("/cgi-bin/media/get", query, limit)
        if "json" not in kind and "text" not in kind:
            return content
        try:  # a refusal
            body = json.loads(content)
            code, said = int(body.get("errcode") or 0), str(body.get("errmsg", ""))
        except (ValueError, AttributeError, TypeError):
            code, said = 0, "no media"
        raise ApiError(code, said)

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

    async def call(self, path: str, payload: dict[str, Any] | None = None) -> dict[str, Any]:
        """POST `payload` (GET without); a refused token is renewed, then it is tried again."""
        return await self._call(Call(path, payload))

    async def _call(self, call: Call) -> dict[str, Any]:
        return await self._with_token(
            lambda token: self._http.request(call, {"access_token": token})
        )

    async def _with_token(self, action: Callable[[str], Awaitable[T]]) -> T:
        token = await self.token()
        try:
            return await action(token)
        except ApiError as error:
            if error.code not in REFRESH:
                raise
        return await action(await self.token(refused=token))

    async def token(self, refused: str = "") -> str:
        """The shared token; a `refused` one is replaced, by one process only."""
        return await self._token.get(refused)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()
