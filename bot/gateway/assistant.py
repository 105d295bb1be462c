"""The assistant's HTTP side: one turn in, messages and parse out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx

CALL_SECONDS = 8.0
"""One call; the lease of a conversation (10 s) outlives it."""


class AssistantError(Exception):
    """The assistant did not answer, or said nothing: its action server may be down."""


@dataclass(frozen=True)
class Answer:
    """`messages`: [{"text", "choices": [{"title", "payload"}]}]; `parse`: intent, ranking, …"""

    messages: list[dict[str, Any]]
    parse: dict[str, Any]


class Assistant:
    """Client of the assistant's channel (nlu/channel.py)."""

    def __init__(self, base_url: str) -> None:
        self._http = httpx.AsyncClient(base_url=base_url, timeout=CALL_SECONDS, trust_env=False)

    async def turn(self, sender: str, text: str, metadata: dict[str, Any]) -> Answer:
        """One turn of the conversation `sender`. Raises AssistantError."""
        call = self._http.post(
            "/webhooks/turn/messages",
            json={"sender": sender, "text": text, "metadata": metadata},
        )
        try:
            # httpx's own limit is one for each step of a call, not for all of it.
            response = await asyncio.wait_for(call, CALL_SECONDS)
            response.raise_for_status()
            body = response.json()
            messages, parse = body["messages"], body["parse"]
        except Exception as error:
            # httpx's own, what is no JSON, and what sockets raise while their peer is killed.
            raise AssistantError(type(error).__name__) from None
        if not messages:
            # Rasa answers nothing, with status 200, when its action server is down.
            raise AssistantError("no message")
        return Answer(
            [{"text": m.get("text") or "", "choices": m.get("choices") or []} for m in messages],
            parse,
        )

    async def ready(self) -> bool:
        """Whether the assistant's server answers and has a model."""
        try:
            response = await self._http.get("/webhooks/turn/ready", timeout=2)
        except httpx.HTTPError:
            return False
        return response.status_code == 200

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()
