"""The assistant's HTTP side: one turn in, messages and parse out."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from bot.gateway.loopback import Loopback, LoopbackError

CALL_SECONDS = 8.0
"""One call; the lease of a conversation (10 s) outlives it."""


class AssistantError(Exception):
    """The assistant did not answer, or said nothing: its action server may be down."""


@dataclass(frozen=True)
class Answer:
    """`messages`: [{"text", "choices": [{"title", "payload"}], "transfer"?}]; `parse`: intent, …"""

    messages: list[dict[str, Any]]
    parse: dict[str, Any]


class Assistant:
    """Client of the assistant's channel (nlu/channel.py)."""

    def __init__(self, base_url: str) -> None:
        self._server = Loopback(base_url)

    async def turn(self, sender: str, text: str, metadata: dict[str, Any]) -> Answer:
        """One turn of the conversation `sender`. Raises AssistantError."""
        call = self._server.post(
            "/webhooks/turn/messages", {"sender": sender, "text": text, "metadata": metadata}
        )
        try:
            status, content = await asyncio.wait_for(call, CALL_SECONDS)
            if status != 200:
                raise LoopbackError(f"status {status}")
            body = json.loads(content)
            messages, parse = body["messages"], body["parse"]
        except LoopbackError as error:
            raise AssistantError(str(error)) from None
        except Exception as error:  # too slow, no JSON, or not what the channel says
            raise AssistantError(type(error).__name__) from None
        if not messages:
            # Rasa answers nothing, with status 200, when its action server is down.
            raise AssistantError("no message")
        return Answer(
            [
                {
                    "text": m.get("text") or "",
                    "choices": m.get("choices") or [],
                    **({"transfer": True} if m.get("transfer") else {}),
                }
                for m in messages
            ],
            parse,
        )

    async def ready(self) -> bool:
        """Whether the assistant's server answers and has a model."""
        return await self.model() is not None

    async def model(self) -> str | None:
        """Name of the file of the model that it answers with; None when it is not ready."""
        try:
            status, content = await asyncio.wait_for(self._server.get("/webhooks/turn/ready"), 2)
            return str(json.loads(content)["model"]) if status == 200 else None
        except (asyncio.TimeoutError, LoopbackError, ValueError, KeyError):
            return None

    async def close(self) -> None:
        """Close the connections."""
        self._server.close()
