"""What every page needs against misuse: headers for the browser, limits on what is posted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",  # WeUI's icons stand in its style sheet
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # The address holds the link's token.
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
MOST_FIELDS = 2000
"""Values in one posted form; ours have some 200."""
LARGEST_ID = 2**63 - 1

Posted = dict[str, list[str]]
"""A posted form: name → its values in order."""


class SecureHeaders:
    """Adds the headers to every answer that does not set them itself, errors included.

    `others` replace some of HEADERS.
    """

    def __init__(self, app: ASGIApp, others: Mapping[str, str] | None = None) -> None:
        self._app = app
        self._headers = {**HEADERS, **(others or {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, sending)


async def read_posted(request: Request, limit: int) -> Posted:
    """The form in a request's body, of at most `limit` bytes.

    Raises HTTPException 413 (too large), 415 (a file or anything but a form), 400 (not readable).
    """
    media_type = request.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if media_type != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    chunks, length = [], 0
    try:
        async for chunk in request.stream():
            length += len(chunk)
            if length > limit:
                raise HTTPException(413)
            chunks.append(chunk)
        pairs = parse_qsl(
            b"".join(chunks).decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS
        )
    except (ValueError, ClientDisconnect):
        raise HTTPException(400) from None
    refuse_nul(text for pair in pairs for text in pair)
    posted: Posted = {}
    for name, value in pairs:
        posted.setdefault(name, []).append(value)
    return posted


def check_address(request: Request) -> None:
    """Refuse what no page links to and no database takes.

    Raises HTTPException 404 (a number beyond 64 bits in the path), 400 (a NUL character).
    """
    for value in request.path_params.values():
        if isinstance(value, int) and value > LARGEST_ID:
            raise HTTPException(404)
    texts = [value for value in request.path_params.values() if isinstance(value, str)]
    refuse_nul([*texts, *(text for pair in request.query_params.multi_items() for text in pair)])


def refuse_nul(texts: Iterable[str]) -> None:
    """Raise HTTPException 400 for a NUL character: PostgreSQL stores none."""
    if any("\x00" in text for text in texts):
        raise HTTPException(400)


def first(posted: Posted, name: str) -> str:
    """The one value of `name`, without outer blanks."""
    return (posted.get(name) or [""])[0].strip()
