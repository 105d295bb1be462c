"""The platform's API under /cgi-bin, as far as the account uses it."""

from __future__ import annotations

import asyncio
import io
import json
import secrets
import time
from collections.abc import Awaitable, Callable
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


def api_routes(platform: Platform) -> list[Route]:
    """The routes; each call is counted, may be made to fail, and checks its token."""

    async def stable_token(request: Request, body: dict[str, Any]) -> dict[str, Any]:
        config = platform.config
        if body.get("appid") != config.app_id:
            raise RefusedError(40013, "invalid appid")
        if body.get("secret") != config.app_secret:
            raise RefusedError(40125, "invalid appsecret")
        token, seconds = platform.stable_token(bool(body.get("force_refresh")))
        return {"access_token": token, "expires_in": seconds}

    async def send(request: Request, body: dict[str, Any]) -> dict[str, Any]:
        await platform.send(body)
        return {}

    async def typing(request: Request, body: dict[str, Any]) -> dict[str, Any]:
        user = platform.users.get(str(body.get("touser")))
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
        await platform.record(user.openid, "account", "typing", command=body.get("command"))
        return {}

    async def menu_create(request: Request, body: dict[str, Any]) -> dict[str, Any]:
        buttons = body.get("button")
        if not isinstance(buttons, list) or not 0 < len(buttons) <= 3:
            raise RefusedError(40016, "invalid button size")
        for button in buttons:
            parts = button.get("sub_button") or [button]
            if len(parts) > 5 or len(button["name"]) > 4 or any(len(p["name"]) > 8 for p in parts):
                raise RefusedError(40018, "invalid button name size")
        platform.menu = body
        return {}

    async def menu_get(request: Request, body: dict[str, Any]) -> dict[str, Any]:
        if platform.menu is None:
            raise RefusedError(46003, "menu no exist")
        return {"menu": platform.menu}

    async def menu_delete(request: Request, body: dict[str, Any]) -> dict[str, Any]:
        platform.menu = None
        return {}

    async def qrcode_create(request: Request, body: dict[str, Any]) -> dict[str, Any]:
        scene = str(body.get("action_info", {}).get("scene", {}).get("scene_str", ""))
        if not 0 < len(scene) <= 64:
            raise RefusedError(40053, "invalid action info")
        return {"ticket": scene, "url": f"http://weixin.qq.com/q/{scene}"}

    async def domain_ip(request: Request, body: dict[str, Any]) -> dict[str, Any]:
        return {"ip_list": ["127.0.0.1"]}

    async def upload(request: Request, body: dict[str, Any]) -> dict[str, Any]:
        kind = request.query_params.get("type", "image")
        file = (await request.form()).get("media")
        if not isinstance(file, UploadFile):
            raise RefusedError(41005, "media data missing")
        number = secrets.token_hex(16)
        platform.media[number] = (await file.read(), file.content_type or "")
        return {"type": kind, "media_id": number, "created_at": int(time.time())}

    async def media_get(request: Request) -> Response:
        try:
            platform.check_token(request.query_params.get("access_token", ""))
        except RefusedError as error:
            return JSONResponse({"errcode": error.code, "errmsg": error.message})
        if request.query_params.get("media_id") != VOICE_ID:
            return JSONResponse({"errcode": 40007, "errmsg": "invalid media_id"})
        return Response(SILENCE, media_type="audio/amr")

    async def showqrcode(request: Request) -> Response:
        out = io.BytesIO()
        segno.make("http://weixin.qq.com/q/" + request.query_params["ticket"]).save(
            out, kind="png", scale=6
        )
        return Response(out.getvalue(), media_type="image/png")

    calls: dict[str, tuple[str, Call]] = {
        "/cgi-bin/stable_token": ("POST", stable_token),
        "/cgi-bin/message/custom/send": ("POST", send),
        "/cgi-bin/message/custom/typing": ("POST", typing),
        "/cgi-bin/menu/create": ("POST", menu_create),
        "/cgi-bin/menu/get": ("GET", menu_get),
        "/cgi-bin/menu/delete": ("GET", menu_delete),
        "/cgi-bin/qrcode/create": ("POST", qrcode_create),
        "/cgi-bin/get_api_domain_ip": ("GET", domain_ip),
        "/cgi-bin/media/upload": ("POST", upload),
    }
    routes = [
        Route(path, _endpoint(platform, path, call), methods=[method])
        for path, (method, call) in calls.items()
    ]
    return [
        *routes,
        Route("/cgi-bin/media/get", media_get),
        Route("/cgi-bin/showqrcode", showqrcode),
    ]


def _endpoint(
    platform: Platform, path: str, call: Call
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        platform.calls[path] = platform.calls.get(path, 0) + 1
        fault = platform.take_fault(path)
        if fault is not None:
            if fault.get("hang"):  # accepts the call and neither answers nor acts
                await asyncio.sleep(float(fault["hang"]))
                return PlainTextResponse("too late", 504)
            if fault.get("delay"):  # acts, but late
                await asyncio.sleep(float(fault["delay"]))
            if fault.get("status"):
                return PlainTextResponse("fault", int(fault["status"]))
            if fault.get("errcode"):
                return JSONResponse({"errcode": fault["errcode"], "errmsg": "ordered fault"})
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
