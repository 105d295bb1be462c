"""A turn: the user's oldest waiting message, asked of the conversation's owner, answered.

The same function runs in the gateway (at once) and in the worker (what a dead gateway left).
"""

from __future__ import annotations

import asyncio
import traceback
import uuid
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.engine import Engine

from bot import texts
from bot.gateway import outbox, owned
from bot.gateway.asking import Asking
from bot.gateway.assistant import Answer, Assistant
from bot.gateway.lease import LEASE_SECONDS, LeaseLostError, take_lease
from bot.gateway.owned import OwnerChangedError
from bot.gateway.pending import next_pending
from bot.gateway.read_message import Said, read_message
from bot.gateway.turn_end import Outcome, finish_turn, forget, release_if_idle
from bot.gateway.wechat_client import WechatClient
from bot.settings import Settings
from bot.storage.database import TRANSIENT, surely, utc_now

log = structlog.get_logger()
APOLOGY = Answer([{"text": texts.APOLOGY, "choices": []}], {})


class Turns:
    """Runs turns; each user's one after the other, different users' in parallel."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        assistant: Assistant,
        client: WechatClient | None,
    ) -> None:
        self._settings = settings
        self._engine = engine
        self.holder = uuid.uuid4().hex
        self._asking = Asking(
            settings, engine, assistant, client, self.holder, lambda: self.under_way
        )
        self._running: dict[int, asyncio.Task[None]] = {}
        self._waiters: dict[int, asyncio.Future[str | None]] = {}
        self._kept: set[asyncio.Task[None]] = set()

    def start(self, user_id: int, first: Any | None = None) -> None:
        """Handle the user's waiting messages; the lease is held by this process already.

        `first`: the first of them, where it is known.
        """
        task = asyncio.create_task(self._run_after(self._running.get(user_id), user_id, first))
        self._running[user_id] = task
        task.add_done_callback(partial(self._ended, user_id))

    @property
    def under_way(self) -> int:
        """Users whose messages are being handled here."""
        return len(self._running)

    def runs(self, user_id: int) -> bool:
        """Whether this process is handling the user's messages."""
        return user_id in self._running

    def keep(self, task: asyncio.Task[None]) -> None:
        """Hold on to a task that notes something, until it ends."""
        self._kept.add(task)

        def done(finished: asyncio.Task[None]) -> None:
            self._kept.discard(finished)
            if not finished.cancelled() and (error := finished.exception()):
                log.error("not_noted", error=type(error).__name__)

        task.add_done_callback(done)

    async def stop(self) -> None:
        """Let running turns end."""
        if tasks := [*self._running.values(), *self._kept]:
            await asyncio.wait(tasks, timeout=LEASE_SECONDS)

    def expect(self, message_id: int) -> asyncio.Future[str | None]:
        """A future for the passive answer to this message, if the turn ends here in time."""
        future = asyncio.get_running_loop().create_future()
        self._waiters[message_id] = future

        def forget(done: asyncio.Future[str | None]) -> None:
            if self._waiters.get(message_id) is done:  # not a later delivery's
                del self._waiters[message_id]

        future.add_done_callback(forget)
        return future

    async def _run_after(
        self, before: asyncio.Task[None] | None, user_id: int, first: Any | None
    ) -> None:
        if before is None:
            await self._run(user_id, first)
            return
        await asyncio.wait([before])
        # Who comes second finds the lease given back, unless a message came meanwhile.
        if await self._lease(user_id):
            await self._run(user_id, None)

    def _ended(self, user_id: int, finished: asyncio.Task[None]) -> None:
        if self._running.get(user_id) is finished:
            del self._running[user_id]
        if not finished.cancelled() and (error := finished.exception()):
            # The lease runs out and the worker takes the message up.
            log.error("turn_failed", user=user_id, error=type(error).__name__)

    async def _run(self, user_id: int, first: Any | None) -> None:
        while True:
            row = first or await asyncio.to_thread(next_pending, self._engine, user_id)
            first = None
            if row is None:
                if await self._release(user_id) or not await self._lease(user_id):
                    return
                continue
            try:
                idle = await self._handle_or_apologise(row)
            except LeaseLostError:
                log.info("lease_lost", user=user_id)
                return
            except OwnerChangedError:
                log.info("owner_changed", message=row.id)
                continue
            if idle or not await self._lease(user_id):
                return

    async def _release(self, user_id: int) -> bool:
        return await asyncio.to_thread(release_if_idle, self._engine, self.holder, user_id)

    async def _lease(self, user_id: int) -> bool:
        return await asyncio.to_thread(take_lease, self._engine, user_id, self.holder)

    async def _handle_or_apologise(self, row: Any) -> bool:
        """`_handle`; one message that cannot be handled must not stop all after it."""
        try:
            return await self._handle(row)
        except (LeaseLostError, OwnerChangedError, *TRANSIENT):
            raise  # nothing is wrong with the message
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            log.error(
                "turn_broken",
                message=row.id,
                error=type(error).__name__,
                where=f"{Path(where.filename).name}:{where.lineno}",
            )
            return await self._end(Outcome(row, Said(), APOLOGY, int(row.case_number), True))

    async def _handle(self, row: Any) -> bool:
        """Handle one message; True when the lease was given back after it."""
        if "bizmsgmenuid" in row.data:  # only what was tapped is looked up in the database
            said = await asyncio.to_thread(read_message, self._engine, row)
        else:
            said = read_message(self._engine, row)
        if row.event == "unsubscribe":
            await surely(forget, self._engine, self.holder, row)
            return False
        if owned.is_for_person(row):
            if await surely(owned.hear, self._engine, self._settings, row, said):
                raise OwnerChangedError
            return await self._end(Outcome(row, said, None, int(row.case_number)))
        return await self._end(await self._answer(row, said))

    async def _answer(self, row: Any, said: Said) -> Outcome:
        """What the message is answered: at once, by the desk's rules or by the assistant."""
        case = int(row.case_number)
        reply = said.reply
        if not reply and said.text is not None:
            reply = await asyncio.to_thread(
                owned.answer_of_desk, self._engine, self._settings, row, said
            )
        if reply is not None:
            return Outcome(row, said, Answer([{"text": reply, "choices": []}], {}), case)
        if said.text is None:
            return Outcome(row, said, None, case)
        answer, case = await self._asking.ask(row, said)
        return Outcome(row, said, answer or APOLOGY, case, failed=answer is None)

    async def _end(self, outcome: Outcome) -> bool:
        """Write the turn and hand its answer to whoever waits for it; see `_handle`."""
        waiter = self._waiters.get(outcome.row.id)
        idle, passive = await surely(
            finish_turn, self._engine, self.holder, outcome, waiter is not None
        )
        if waiter is not None and not waiter.done():
            waiter.set_result(passive)
        elif passive is not None:
            # The push was answered while the turn was being written.
            await surely(outbox.give_back, self._engine, outcome.row.id, None, utc_now())
        return idle
