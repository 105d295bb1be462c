"""Rasa's input channel for the gateway: one POST, answered with the messages and the parse."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import logging
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from nlu.model_store import model_in_use, var_folder
from nlu.rasa_speed import speed_up

log = logging.getLogger(__name__)
speed_up()
LOOK_EVERY = 1.0
"""Seconds between looks whether another model was put live."""
CHOICE = ("title", "payload", "numbered", "words")
"""What the gateway reads of a button."""
PARSE = ("text", "intent", "intent_ranking", "entities")
"""What it keeps of how a message was understood."""


class TurnInput(InputChannel):
    """`POST /webhooks/turn/messages` {"sender", "text", "metadata"} → {"messages", "parse"}."""

    @classmethod
    def name(cls) -> str:
        """Name in the address."""
        return "turn"

    def get_metadata(self, request: Request) -> dict[str, Any] | None:
        """What the gateway tells the actions: user id, station, time."""
        metadata = (request.json or {}).get("metadata")
        return metadata if isinstance(metadata, dict) else None

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes; see the class."""
        routes = Blueprint("turn_webhook", "turn")
        asked = 0

        @routes.listener("after_server_start")
        async def begin(app: Sanic, loop: Any) -> None:
            app.add_task(follow_live_model(app))

        @routes.get("/ready")
        async def ready(request: Request) -> HTTPResponse:
            agent = request.app.ctx.agent
            loaded = agent is not None and agent.is_ready()
            model = agent.processor.model_filename if loaded else None
            # `asked`: messages since the start; while a person answers, it stands still.
            body = {"ready": loaded, "model": model, "asked": asked}
            return response.json(body, status=200 if loaded else 503)

        @routes.post("/messages")
        async def receive(request: Request) -> HTTPResponse:
            nonlocal asked
            asked += 1
            body = request.json
            if not isinstance(body, dict) or not isinstance(body.get("text"), str):
                return response.json({"error": "sender and text are needed"}, status=400)
            collector = CollectingOutputChannel()
            message = UserMessage(
                body["text"],
                collector,
                str(body["sender"]),
                input_channel=self.name(),
                metadata=self.get_metadata(request),
            )
            try:
                await on_new_message(message)
                tracker = await request.app.ctx.agent.tracker_store.retrieve(message.sender_id)
            except Exception as error:  # whatever a component raises, the gateway tries again
                log.error("turn failed: %s", type(error).__name__)
                return response.json({"error": "turn failed"}, status=500)
            return response.json(turn_json(collector.messages, tracker))

        return routes


def turn_json(
    messages: list[dict[str, Any]], tracker: DialogueStateTracker | None
) -> dict[str, Any]:
    """What is answered to a turn: what was said, and how the user's message was understood."""
    parse = dict(tracker.latest_message.parse_data or {}) if tracker else {}
    return {
        "messages": [
            {
                "text": said.get("text") or "",
                "choices": [
                    {name: button[name] for name in CHOICE if name in button}
                    for button in said.get("buttons") or []
                ],
                **(said.get("custom") or {}),
            }
            for said in messages
        ],
        "parse": {name: parse.get(name) for name in PARSE},
    }


async def follow_live_model(app: Sanic) -> None:
    """Load the model that is put live at the desk, beside the one that goes on answering.

    Turns begun with the old one end with it: nobody waits and nothing is lost.
    """
    refused = None
    while True:
        await asyncio.sleep(LOOK_EVERY)
        agent, model = app.ctx.agent, model_in_use(var_folder())
        if agent is None or not agent.is_ready() or model == refused or not model.exists():
            continue
        if model.name == agent.processor.model_filename:
            continue
        try:
            await asyncio.get_running_loop().run_in_executor(None, _load, agent, model)
            log.warning("answering with %s", model.name)
        except Exception as error:  # whatever a broken file raises: the old model stays
            log.error("%s cannot be loaded: %s", model.name, type(error).__name__)
            refused = model


def _load(agent: Agent, model: Path) -> None:
    agent.load_model(str(model))
    # Else what the old model held stays with the process: some 90 MB after a few changes.
    gc.collect()
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)
