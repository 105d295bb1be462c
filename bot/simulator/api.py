"""The platform's API under /cgi-bin, as far as the account uses it."""

from __future__ import annotations

import asyncio
import io
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import segno
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.simulator.platform import Platform, RefusedError

VOICE_ID = "voice-1"
SILENCE = b"#!AMR\n" + (b"\x04" + bytes(12)) * 50
"""A second of silence, as AMR."""
Call = Callable[[Request, dict[str, Any]], Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class Api:
    """The calls; each is counted, may be made to fail, and checks its token."""

    platform: Platform

    def routes(self) -> list[Route]:
        """Where they are."""
        calls: dict[str, tuple[str, Call]] = {
            "/cgi-bin/stable_token": ("POST", self.stable_token),
            "/cgi-bin/message/custom/send": ("POST", self.send),
            "/cgi-bin/message/custom/typing": ("POST", self.typing),
            "/cgi-bin/menu/create": ("POST", self.menu_create),
            "/cgi-bin/menu/get": ("GET", self.menu_get),
            "/cgi-bin/menu/delete": ("GET", self.menu_delete),
            "/cgi-bin/qrcode/create": ("POST", self.qrcode_create),
            "/cgi-bin/get_api_domain_ip": ("GET", self.domain_ip),
            "/cgi-bin/media/upload": ("POST", self.upload),
        }
        return [
            *(
                Route(path, _endpoint(self.platform, path, call), methods=[method])
                for path, (method, call) in calls.items()
            ),
            Route("/cgi-bin/media/get", self.media_get),
            Route("/cgi-bin/showqrcode", self.showqrcode),
        ]

    async def stable_token(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """A token, the same for all who ask, until it is renewed or runs out."""
        config = self.platform.config
        if body.get("appid") != config.app_id:
            raise RefusedError(40013, "invalid appid")
        if body.get("secret") != config.app_secret:
            raise RefusedError(40125, "invalid appsecret")
        token, seconds = self.platform.stable_token(bool(body.get("force_refresh")))
        return {"access_token": token, "expires_in": seconds}

    async def send(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """A message to a user."""
        await self.platform.send(body)
        return {}

    async def typing(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """Show or hide 对方正在输入."""
        user = self.platform.users.get(str(body.get("touser")))
        if user is None:
            raise RefusedError(40003, "invalid openid")
        now = time.time()
        if body.get("command") not in ("Typing", "CancelTyping"):
            raise RefusedError(45072, "invalid command")
        if now - user.said_at > 30:
            raise RefusedError(45080, "no message of the user within 30 seconds")
        if body["command"] == "Typing" and user.typing_until > now:
            raise RefusedError(45081, "already typing")
        user.typing_until = now + 15 if body["command"] == "Typing" else 0.0
        await self.platform.record(user.openid, "account", "typing", command=body.get("command"))
        return {}

    async def menu_create(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """Set the custom menu."""
        buttons = body.get("button")
        if not isinstance(buttons, list) or not 0 < len(buttons) <= 3:
            raise RefusedError(40016, "invalid button size")
        for button in buttons:
            parts = button.get("sub_button") or [button]
            if len(parts) > 5 or len(button["name"]) > 4 or any(len(p["name"]) > 8 for p in parts):
                raise RefusedError(40018, "invalid button name size")
        self.platform.menu = body
        return {}

    async def menu_get(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """The custom menu."""
        if self.platform.menu is None:
            raise RefusedError(46003, "menu no exist")
        return {"menu": self.platform.menu}

    async def menu_delete(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """Take the custom menu away."""
        self.platform.menu = None
        return {}

    async def qrcode_create(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """A code whose scan tells its scene."""
        scene = str(body.get("action_info", {}).get("scene", {}).get("scene_str", ""))
        if not 0 < len(scene) <= 64:
            raise RefusedError(40053, "invalid action info")
        return {"ticket": scene, "url": f"http://weixin.qq.com/q/{scene}"}

    async def domain_ip(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """Where pushes come from."""
        return {"ip_list": ["127.0.0.1"]}

    async def upload(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """Keep a picture; its id."""
        kind = request.query_params.get("type", "image")
        file = (await request.form()).get("media")
        if not isinstance(file, UploadFile):
            raise RefusedError(41005, "media data missing")
        number = secrets.token_hex(16)
        self.platform.media[number] = (await file.read(), file.content_type or "")
        return {"type": kind, "media_id": number, "created_at": int(time.time())}

    async def media_get(self, request: Request) -> Response:
        """What a user sent, by its id: one voice."""
        try:
            self.platform.check_token(request.query_params.get("access_token", ""))
        except RefusedError as error:
            return JSONResponse({"errcode": error.code, "errmsg": error.message})
        if request.query_params.get("media_id") != VOICE_ID:
            return JSONResponse({"errcode": 40007, "errmsg": "invalid media_id"})
        return Response(SILENCE, media_type="audio/amr")

    async def showqrcode(self, request: Request) -> Response:
        """The picture of a code."""
        out = io.BytesIO()
        segno.make("http://weixin.qq.com/q/" + request.query_params["ticket"]).save(
            out, kind="png", scale=6
        )
        return Response(out.getvalue(), media_type="image/png")


def _endpoint(
    platform: Platform, path: str, call: Call
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        platform.calls[path] = platform.calls.get(path, 0) + 1
        if (fault := platform.take_fault(path)) and (failed := await _fail(fault)):
            return failed
        try:
            if "token" not in path:
                platform.check_token(request.query_params.get("access_token", ""))
            raw = b"" if "media" in path else await request.body()
            body = json.loads(raw) if raw else {}
            answer = await call(request, body)
        except RefusedError as error:
            return JSONResponse({"errcode": error.code, "errmsg": error.message})
        except (ValueError, KeyError, TypeError, AttributeError):
            return JSONResponse({"errcode": 47001, "errmsg": "data format error"})
        return JSONResponse({"errcode": 0, "errmsg": "ok", **answer})

    return endpoint


async def _fail(fault: dict[str, Any]) -> Response | None:
    """Do what the ordered fault says; None when the call goes on, if late."""
    if fault.get("hang"):  # accepts the call and neither answers nor acts
        await asyncio.sleep(float(fault["hang"]))
        return PlainTextResponse("too late", 504)
    if fault.get("delay"):  # acts, but late
        await asyncio.sleep(float(fault["delay"]))
    if fault.get("status"):
        return PlainTextResponse("fault", int(fault["status"]))
    if fault.get("errcode"):
        return JSONResponse({"errcode": fault["errcode"], "errmsg": "ordered fault"})
    return None
