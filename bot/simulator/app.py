"""The simulated platform as an application: API, control, phone page."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sse_starlette.sse import EventSourceResponse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.simulator.api import VOICE_ID, Api
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


@dataclass(frozen=True)
class Phones:
    """The phone page and what it and tests order."""

    platform: Platform

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("/", self.page),
            Route("/live", self.live),
            Route("/account", self.account),
            Route("/control/push", self.push, methods=["POST"]),
            Route("/control/messages", self.messages),
            Route("/control/fault", self.fault, methods=["POST"]),
            Route("/control/age", self.age, methods=["POST"]),
            Route("/control/stats", self.stats),
            Route("/media/{media_id}", self.media),
        ]

    async def page(self, request: Request) -> Response:
        """The phone."""
        if not request.url.path.endswith("/"):
            return RedirectResponse(request.url.path + "/")
        return FileResponse(STATIC / "phone.html")

    async def push(self, request: Request) -> Response:
        """What a phone does becomes a push."""
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
        await self.platform.record(openid, "user", str(body["kind"]), text=shown)
        return JSONResponse({"msgid": await self.platform.push(openid, kind, fields)})

    async def messages(self, request: Request) -> Response:
        """What was said from number `after` on, of one user or of all."""
        openid = request.query_params.get("openid")
        after = int(request.query_params.get("after", "0"))
        rows = [r for r in self.platform.log[after:] if openid in (None, r["openid"])]
        return JSONResponse({"messages": rows})

    async def fault(self, request: Request) -> Response:
        """Order a fault of the API."""
        self.platform.faults.append(await request.json())
        return JSONResponse({})

    async def age(self, request: Request) -> Response:
        """Let time pass for a user: the last message was so many hours ago."""
        body = await request.json()
        user = self.platform.user(str(body["openid"]))
        seconds = float(body["hours"]) * 3600
        user.said_at -= seconds
        user.quota_until -= seconds
        return JSONResponse({})

    async def stats(self, request: Request) -> Response:
        """How often each call was made, and how the pushes were delivered."""
        return JSONResponse(
            {"calls": self.platform.calls, "deliveries": self.platform.deliveries[-1000:]}
        )

    async def account(self, request: Request) -> Response:
        """What the phone shows of the account."""
        return JSONResponse(
            {
                "name": self.platform.config.account_name,
                "menu": (self.platform.menu or {}).get("button", []),
                "stations": [{"scene": s, "name": n} for s, n in self.platform.config.stations],
            }
        )

    async def media(self, request: Request) -> Response:
        """A picture that the account sent."""
        found = self.platform.media.get(request.path_params["media_id"])
        return Response(found[0], media_type=found[1]) if found else Response(status_code=404)

    async def live(self, request: Request) -> Response:
        """What happens, as it happens."""
        # The log begins anew when the simulator does: a number of another run counts for nothing.
        run, _, last = request.headers.get("Last-Event-ID", "").partition(".")

        seen = int(last) if run == self.platform.run and last.isdecimal() else 0
        return EventSourceResponse(self._events(seen), ping=15)

    async def _events(self, seen: int) -> AsyncIterator[dict[str, Any]]:
        platform = self.platform
        while True:
            while seen < len(platform.log):
                entry = platform.log[seen]
                seen += 1
                data = json.dumps(entry, ensure_ascii=False)
                yield {"id": f"{platform.run}.{seen}", "data": data}
            async with platform.changed:
                if seen >= len(platform.log):
                    await platform.changed.wait()


def create_simulator(config: SimulatorConfig) -> Starlette:
    """The application; its Platform is `app.state.platform`."""
    platform = Platform(config)
    static = Mount("/static", StaticFiles(directory=STATIC))
    app = Starlette(routes=[*Phones(platform).routes(), *Api(platform).routes(), static])
    app.state.platform = platform
    return app
