"""Where a request to the desk comes from: its session's cookie, its page, its address."""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from bot.services.staff.staff_sessions import Session
from bot.settings import Settings
from bot.web.guard import Posted

COOKIE = "desk_session"
CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"
OWN_PATH = re.compile(r"/[\w\-./~%=&?+:,]*", re.ASCII)
"""A path below /desk that is safe to be sent to: no host, no backslash, no line end."""


def set_cookie(response: Response, request: Request, settings: Settings, token: str) -> None:
    """Hand the browser its session; it is gone when the browser is closed."""
    response.set_cookie(
        COOKIE,
        token,
        path=request.scope["root_path"] or "/",
        httponly=True,
        samesite="lax",
        secure=settings.secure,
    )


def delete_cookie(response: Response, request: Request, settings: Settings) -> None:
    """Take the session's cookie back."""
    response.delete_cookie(
        COOKIE,
        path=request.scope["root_path"] or "/",
        httponly=True,
        samesite="lax",
        secure=settings.secure,
    )


def comes_from_here(request: Request, settings: Settings) -> bool:
    """Whether a page of ours sent this: browsers say so with everything they post."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return True  # no browser of these years
    # Behind a proxy that ends TLS the request itself looks like http.
    public = urlsplit(settings.link_base)
    own = {f"{public.scheme}://{public.netloc}"}
    own |= {f"{scheme}://{request.headers.get('Host', '')}" for scheme in ("http", "https")}
    return origin in own


def has_csrf(request: Request, posted: Posted, session: Session) -> bool:
    """Whether the session's token came with it, as a field or a header."""
    given = request.headers.get(CSRF_HEADER) or (posted.get(CSRF_FIELD) or [""])[0]
    return secrets.compare_digest(given.encode(), session.csrf.encode())


def is_from_script(request: Request) -> bool:
    """Whether htmx, fetch or an event stream asks, which cannot show another page by itself."""
    headers = request.headers
    return (
        "HX-Request" in headers
        or headers.get("X-Requested-With") == "fetch"
        or "text/event-stream" in headers.get("Accept", "")
        or headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
    )


def page_of(request: Request) -> str:
    """The page to come back to after signing in, as a path below /desk."""
    base = request.scope["root_path"]
    address = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if request.method == "GET" and not is_from_script(request):
        address = str(request.url)
    parts = urlsplit(address)
    path = parts.path.removeprefix(base) if parts.path.startswith(base) else "/"
    return own_path(path + (f"?{parts.query}" if parts.query else ""))


def own_path(path: str) -> str:
    """`path` when it leads to a page below /desk, else the home page's."""
    if path.startswith("//") or not OWN_PATH.fullmatch(path) or path.startswith("/sign-"):
        return "/"
    return path


def address_of(request: Request) -> str:
    """The network address it comes from; uvicorn sees through the proxies it is told to trust."""
    return request.client.host if request.client else ""
