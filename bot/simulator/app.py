"""The simulated platform as an application: API, control, phone page."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from sse_starlette.sse import EventSourceResponse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.simulator.api import VOICE_ID, api_routes
from bot.simulator.config import SimulatorConfig
from bot.simulator.platform import Platform

STATIC = Path(__file__).resolve().parent / "static"
PICTURE = "picture.png"


def push_fields(kind: str, body: dict[str, Any], base: str) -> tuple[str, dict[str, str]]:
    """MsgType and fields of what a phone does. Raises KeyError for an unknown kind."""
    text = str(body.get("text", ""))
    media = {"MediaId": "media-1", "ThumbMediaId": "thumb-1"}
    scene = str(body.get("scene", ""))
    known: dict[str, tuple[str, dict[str, str]]] = {
        "text": ("text", {"Content": text}),
        "choice": ("text", {"Content": text, "bizmsgmenuid": str(body.get("id", ""))}),
        "image": ("image", {"PicUrl": f"{base}static/{PICTURE}", "MediaId": "media-1"}),
        "voice": ("voice", {"MediaId": VOICE_ID, "Format": "amr", "Recognition": text}),
        "video": ("video", media),
        "location": (
            "location",
            {"Location_X": "29.35", "Location_Y": "105.93", "Scale": "16", "Label": text},
        ),
        "link": ("link", {"Title": text, "Description": "", "Url": "https://example.com/"}),
        "subscribe": (
            "event",
            {"Event": "subscribe", "EventKey": f"qrscene_{scene}" if scene else ""},
        ),
        "unsubscribe": ("event", {"Event": "unsubscribe", "EventKey": ""}),
        "scan": ("event", {"Event": "SCAN", "EventKey": scene, "Ticket": scene}),
        "click": ("event", {"Event": "CLICK", "EventKey": str(body.get("key", ""))}),
        "view": ("event", {"Event": "VIEW", "EventKey": str(body.get("url", ""))}),
    }
    return known[kind]


def create_simulator(config: SimulatorConfig) -> Starlette:
    """The application; its Platform is `app.state.platform`."""
    platform = Platform(config)

    async def page(request: Request) -> Response:
        if not request.url.path.endswith("/"):
            return RedirectResponse(request.url.path + "/")
        return FileResponse(STATIC / "phone.html")

    async def push(request: Request) -> Response:
        body = await request.json()
        try:
            # Not base_url: it does not know where this application is mounted. Not the name under
            # which the page was opened: the gateway fetches from the platform's own host alone.
            path = request.url.path.removesuffix("control/push")
            here = f"http://127.0.0.1:{request.scope['server'][1]}{path}"
            kind, fields = push_fields(str(body["kind"]), body, here)
        except KeyError:
            return JSONResponse({"error": "kind"}, 400)
        openid = str(body["openid"])
        shown = str(body.get("shown") or body.get("text") or "")
        await platform.record(openid, "user", str(body["kind"]), text=shown)
        return JSONResponse({"msgid": await platform.push(openid, kind, fields)})

    async def messages(request: Request) -> Response:
        openid = request.query_params.get("openid")
        after = int(request.query_params.get("after", "0"))
        rows = [r for r in platform.log[after:] if openid in (None, r["openid"])]
        return JSONResponse({"messages": rows})

    async def fault(request: Request) -> Response:
        platform.faults.append(await request.json())
        return JSONResponse({})

    async def age(request: Request) -> Response:
        body = await request.json()
        user = platform.user(str(body["openid"]))
        seconds = float(body["hours"]) * 3600
        user.said_at -= seconds
        user.quota_until -= seconds
        return JSONResponse({})

    async def stats(request: Request) -> Response:
        return JSONResponse({"calls": platform.calls, "deliveries": platform.deliveries[-1000:]})

    async def account(request: Request) -> Response:
        return JSONResponse(
            {
                "name": config.account_name,
                "menu": (platform.menu or {}).get("button", []),
                "stations": [{"scene": s, "name": n} for s, n in config.stations],
            }
        )

    async def media(request: Request) -> Response:
        found = platform.media.get(request.path_params["media_id"])
        return Response(found[0], media_type=found[1]) if found else Response(status_code=404)

    async def live(request: Request) -> Response:
        # The log begins anew when the simulator does: a number of another run counts for nothing.
        run, _, last = request.headers.get("Last-Event-ID", "").partition(".")

        async def events() -> AsyncIterator[dict[str, Any]]:
            seen = int(last) if run == platform.run and last.isdecimal() else 0
            while True:
                while seen < len(platform.log):
                    entry = platform.log[seen]
                    seen += 1
                    data = json.dumps(entry, ensure_ascii=False)
                    yield {"id": f"{platform.run}.{seen}", "data": data}
                async with platform.changed:
                    if seen >= len(platform.log):
                        await platform.changed.wait()

        return EventSourceResponse(events(), ping=15)

    app = Starlette(
        routes=[
            Route("/", page),
            Route("/live", live),
            Route("/account", account),
            Route("/control/push", push, methods=["POST"]),
            Route("/control/messages", messages),
            Route("/control/fault", fault, methods=["POST"]),
            Route("/control/age", age, methods=["POST"]),
            Route("/control/stats", stats),
            *api_routes(platform),
            Route("/media/{media_id}", media),
            Mount("/static", StaticFiles(directory=STATIC)),
        ]
    )
    app.state.platform = platform
    return app
