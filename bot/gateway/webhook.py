"""GET and POST /wechat: the platform's address check and its pushes."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from prometheus_client import Counter, Histogram
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from bot import texts
from bot.gateway import outbox
from bot.gateway.codec import BadPushError, Push, check_signature, read_push, text_reply
from bot.gateway.inbox import Delivery, Received, receive
from bot.gateway.turn import Turns
from bot.services.handoff.ownership import lock_conversation
from bot.settings import Settings
from bot.storage.database import reading, surely, utc_now
from bot.storage.flush import Flusher

log = structlog.get_logger()
ANSWERED = Histogram(
    "wechat_push_seconds",
    "From a push's arrival to its answer",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
REFUSED = Counter("wechat_push_refused", "Pushes refused", ["reason"])
POLL = 0.25
"""Seconds between looks at the database for an answer that another process made."""
GATHER = 0.05
"""Seconds in which written answers gather, to be noted in one transaction."""
MOST_HELD = 10
"""With more turns than this before it, an answer comes too late for its push's connection to be
held for it: the platform is answered at once, and the user by the API as soon as it is ready."""
CUT_MARGIN = 0.3
"""Seconds before the platform's cut after which no answer is begun."""


@dataclass(frozen=True)
class Webhook:
    """The two handlers with what they need.

    `storing`: each user's push that is going in; `written`: answered, not yet noted as that.
    """

    settings: Settings
    engine: Engine
    turns: Turns
    flusher: Flusher
    storing: dict[str, asyncio.Task[Received]] = field(default_factory=dict)
    written: list[int] = field(default_factory=list)

    async def check(self, request: Request) -> Response:
        """The platform's address check: `echostr` as it came, when the signature holds."""
        query = request.query_params
        if not check_signature(self.settings, query):
            return PlainTextResponse("signature", 403)
        return PlainTextResponse(query.get("echostr", ""))

    async def receive(self, request: Request) -> Response:
        """One push. It is on the disk before anything is answered with 200."""
        arrived = time.monotonic()
        try:
            body = await self._body(request)
            push = read_push(self.settings, request.query_params, body)
            nonce = f"{request.query_params['timestamp']}:{request.query_params['nonce']}"
            patience = self._patience(push)
            received = await self._store(push, nonce, patience)
        except BadPushError as error:
            REFUSED.labels(error.reason).inc()
            log.info("push_refused", reason=error.reason)
            return PlainTextResponse(error.reason, error.status)
        except ClientDisconnect:
            return PlainTextResponse("disconnected", 400)
        except (SQLAlchemyError, asyncio.TimeoutError) as error:
            # Not acknowledged: the platform delivers it again.
            log.error("inbox_unavailable", error=type(error).__name__)
            return PlainTextResponse("try again", 503)
        flushing = asyncio.create_task(self.flusher.flushed())  # the turn need not wait for it
        text = await self._answer_in_time(request, received, arrived, patience)
        cut = arrived + self.settings.push_cut
        await asyncio.wait([flushing], timeout=max(cut - time.monotonic(), 0))
        if not flushing.done() or flushing.exception():
            log.error("disk_unavailable")
            return PlainTextResponse("try again", 503)
        ANSWERED.observe(time.monotonic() - arrived)
        return self._respond(request, push, received, text)

    def _patience(self, push: Push) -> float:
        """Seconds for which the answer to this push is waited for."""
        # What may be sent after an event may be sent for a minute only.
        hurried = self.settings.account_kind == "service" and push.kind != "event"
        if hurried and self.turns.under_way > MOST_HELD:
            return 0.0
        return self.settings.passive_budget

    async def _store(self, push: Push, nonce: str, patience: float) -> Received:
        """Commit the push. Raises asyncio.TimeoutError when the database takes too long."""
        until = utc_now() + timedelta(seconds=patience)
        before = self.storing.get(push.openid)
        storing = asyncio.create_task(self._store_after(before, push, nonce, until))
        self.storing[push.openid] = storing

        def forget(done: asyncio.Task[Received]) -> None:
            if self.storing.get(push.openid) is done:
                del self.storing[push.openid]

        storing.add_done_callback(forget)
        try:
            return await asyncio.wait_for(asyncio.shield(storing), self.settings.passive_budget)
        except asyncio.TimeoutError:
            storing.add_done_callback(self._stored_late)
            raise

    async def _store_after(
        self, before: asyncio.Task[Received] | None, push: Push, nonce: str, until: datetime
    ) -> Received:
        """A user's pushes go in as they arrived: waiting for a lock, threads would overtake."""
        if before is not None:
            await asyncio.wait([before])
        delivery = Delivery(push, nonce, self.turns.holder, until)
        return await asyncio.to_thread(receive, self.flusher.engine, self.settings, delivery)

    def _stored_late(self, storing: asyncio.Task[Received]) -> None:
        """It went in after all, and nobody else will handle what this process has leased."""
        if not storing.cancelled() and storing.exception() is None and storing.result().leased:
            self.turns.start(storing.result().user_id, storing.result().first)

    async def _body(self, request: Request) -> bytes:
        chunks, length = [], 0
        async for chunk in request.stream():
            length += len(chunk)
            if length > self.settings.body_limit:
                raise BadPushError(413, "too_large")
            chunks.append(chunk)
        return b"".join(chunks)

    async def _answer_in_time(
        self, request: Request, received: Received, arrived: float, patience: float
    ) -> str | None:
        """`_answer`, if it comes before the platform cuts the connection, else None."""
        answering = asyncio.create_task(self._answer(request, received, arrived + patience))
        cut = arrived + self.settings.push_cut
        spare = CUT_MARGIN if self.settings.account_kind == "service" else -1.5
        await asyncio.wait([answering], timeout=max(cut - spare - time.monotonic(), 0))
        if not answering.done():
            answering.add_done_callback(lambda task: self._answered_late(task, received))
            return None
        if error := answering.exception():
            # The push is safe; its answer goes out by the API.
            log.error("answer_unavailable", error=type(error).__name__)
            return None
        text = answering.result()
        if text and await request.is_disconnected():
            await self._give_back(received)
            return None
        return text

    def _answered_late(self, answering: asyncio.Task[str | None], received: Received) -> None:
        if not answering.cancelled() and answering.exception() is None and answering.result():
            self.turns.keep(asyncio.create_task(self._give_back(received)))

    async def _give_back(self, received: Received) -> None:
        """The answer cannot be written: it waits for the redelivery, then for the API."""
        due = utc_now() + timedelta(seconds=self.settings.push_cut + 1)
        await surely(outbox.give_back, self.engine, received.id, received.deliveries, due)

    async def _answer(self, request: Request, received: Received, deadline: float) -> str | None:
        """What to say in the answer to this push; None for `success`."""
        if received.duplicate:
            before = await asyncio.to_thread(self._said_before, received.id)
            if before is not None:
                return before
        future = self.turns.expect(received.id)
        if received.leased:
            self.turns.start(received.user_id, received.first)
        last = received.deliveries >= self.settings.deliveries
        if self.settings.account_kind == "subscription" and not last:
            # No API to answer by: let the platform cut the connection and deliver again.
            deadline += self.settings.push_cut + 1 - self.settings.passive_budget
        try:
            while (left := deadline - time.monotonic()) > 0:
                await asyncio.wait([future], timeout=min(POLL, left))
                if future.done():
                    if (ready := future.result()) is not None:
                        return ready
                    return await asyncio.to_thread(self._take, received)
                if await request.is_disconnected():
                    return None
                # A turn that runs here resolves the future: nothing to look for.
                if not self.turns.runs(received.user_id) and await asyncio.to_thread(
                    self._handled, received.id
                ):
                    return await asyncio.to_thread(self._take, received)
        finally:
            future.cancel()
        return texts.WAIT if self.settings.account_kind == "subscription" else None

    def _said_before(self, message_id: int) -> str | None:
        with reading(self.engine) as db:
            return outbox.passive_text(db, message_id)

    def _handled(self, message_id: int) -> bool:
        with reading(self.engine) as db:
            return outbox.is_done(db, message_id)

    def _take(self, received: Received) -> str | None:
        """What waits for the user; a concurrent delivery of the same push may have taken it."""
        with self.engine.begin() as db:
            conversation = lock_conversation(db, received.user_id)
            taken = outbox.take_passive(db, conversation, received.id)
            return taken or outbox.passive_text(db, received.id)

    def _respond(
        self, request: Request, push: Push, received: Received, text: str | None
    ) -> Response:
        if not text:
            return PlainTextResponse("success")
        query = request.query_params
        xml = text_reply(self.settings, push, text, query["timestamp"], query["nonce"])
        confirm = BackgroundTask(self._written, received.id)
        return Response(xml, media_type="application/xml", background=confirm)

    async def _written(self, message_id: int) -> None:
        """The answer to this push is on the wire; it is noted with others of the same moment."""
        self.written.append(message_id)
        if len(self.written) == 1:
            self.turns.keep(asyncio.create_task(self._confirm()))

    async def _confirm(self) -> None:
        await asyncio.sleep(GATHER)
        written = self.written.copy()
        self.written.clear()
        await surely(outbox.confirm_passive, self.engine, *written)
