"""A turn: the user's oldest waiting message, asked of the conversation's owner, answered.

The same function runs in the gateway (at once) and in the worker (what a dead gateway left).
"""

from __future__ import annotations

import asyncio
import time
import traceback
import uuid
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection, Engine

from bot import texts
from bot.gateway import inbox, outbox, owned
from bot.gateway.api_error import ApiError
from bot.gateway.assistant import Answer, Assistant, AssistantError
from bot.gateway.compose import compose
from bot.gateway.owned import OwnerChangedError
from bot.gateway.read_message import Said, read_message
from bot.gateway.wechat_client import WechatClient
from bot.model.handoff import ASSISTANT
from bot.services.handoff.chat import keep_for_person
from bot.services.handoff.ownership import lock_conversation
from bot.services.notices import PASSIVE_MARGIN
from bot.services.personal_data import forget_user
from bot.settings import Settings
from bot.storage.database import TRANSIENT, redoable, surely, utc_now
from bot.storage.tables import conversations, events, messages_in, users

log = structlog.get_logger()
# Statements that every turn needs are made once: building one costs more than running it.
_END = (
    messages_in.update()
    .where(messages_in.c.id == sa.bindparam("b_id"), messages_in.c.status == "pending")
    .values(
        status=sa.bindparam("b_status"),
        done_at=sa.bindparam("b_now"),
        parse=sa.bindparam("b_parse", type_=messages_in.c.parse.type),
    )
)
_NEXT = (
    sa.select(messages_in.c.id)
    .where(messages_in.c.user_id == sa.bindparam("b_user"), messages_in.c.status == "pending")
    .limit(1)
)
_SETTLED = ("case_number", "case_turns", "choices", "lease_holder", "lease_until")
_SETTLE = (
    conversations.update()
    .where(conversations.c.user_id == sa.bindparam("b_user"))
    .values(
        {name: sa.bindparam(f"b_{name}", type_=conversations.c[name].type) for name in _SETTLED}
    )
)
CASE_TURNS = 20
"""Turns before the assistant's tracker is started anew: it travels whole with each action."""
APOLOGY = Answer([{"text": texts.APOLOGY, "choices": []}], {})
TYPING_AFTER = 1.2
TYPING_MOST = 20
"""With more turns under way than this, hints would only delay the answers."""


class LeaseLostError(Exception):
    """Another process took the user's messages over: nothing of this turn was kept."""


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
        self._assistant = assistant
        self._client = client
        self.holder = uuid.uuid4().hex
        self._running: dict[int, asyncio.Task[None]] = {}
        self._waiters: dict[int, asyncio.Future[str | None]] = {}
        self._kept: set[asyncio.Task[None]] = set()

    def start(self, user_id: int, first: Any | None = None) -> None:
        """Handle the user's waiting messages; the lease is held by this process already.

        `first`: the first of them, where it is known.
        """
        before = self._running.get(user_id)

        async def run() -> None:
            if before is not None:
                await asyncio.wait([before])
            # Who comes second finds the lease given back, unless a message came meanwhile.
            if before is None:
                await self._run(user_id, first)
            elif await self._lease(user_id):
                await self._run(user_id, None)

        task = asyncio.create_task(run())
        self._running[user_id] = task

        def done(finished: asyncio.Task[None]) -> None:
            if self._running.get(user_id) is finished:
                del self._running[user_id]
            if not finished.cancelled() and (error := finished.exception()):
                # The lease runs out and the worker takes the message up.
                log.error("turn_failed", user=user_id, error=type(error).__name__)

        task.add_done_callback(done)

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
            await asyncio.wait(tasks, timeout=inbox.LEASE_SECONDS)

    def expect(self, message_id: int) -> asyncio.Future[str | None]:
        """A future for the passive answer to this message, if the turn ends here in time."""
        future = asyncio.get_running_loop().create_future()
        self._waiters[message_id] = future

        def forget(done: asyncio.Future[str | None]) -> None:
            if self._waiters.get(message_id) is done:  # not a later delivery's
                del self._waiters[message_id]

        future.add_done_callback(forget)
        return future

    async def _run(self, user_id: int, first: Any | None) -> None:
        while True:
            row = first or await asyncio.to_thread(inbox.next_pending, self._engine, user_id)
            first = None
            if row is None:
                if await asyncio.to_thread(self._release_if_idle, user_id):
                    return
                if not await self._lease(user_id):
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

    async def _lease(self, user_id: int) -> bool:
        return await asyncio.to_thread(inbox.take_lease, self._engine, user_id, self.holder)

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
            return await self._end(row, Said(), APOLOGY, "failed", int(row.case_number))

    async def _handle(self, row: Any) -> bool:
        """Handle one message; True when the lease was given back after it."""
        if "bizmsgmenuid" in row.data:  # only what was tapped is looked up in the database
            said = await asyncio.to_thread(read_message, self._engine, row)
        else:
            said = read_message(self._engine, row)
        answer: Answer | None = None
        status, case = "done", int(row.case_number)
        if row.event == "unsubscribe":
            await surely(self._forget, row)
            return False
        if owned.is_for_person(row):
            if await surely(owned.hear, self._engine, self._settings, row, said):
                raise OwnerChangedError
        else:
            reply = said.reply or await self._answer_of_desk(row, said)
            if reply is not None:
                answer = Answer([{"text": reply, "choices": []}], {})
            elif said.text is not None:
                answer, case = await self._ask(row, said)
                if answer is None:
                    status, answer = "failed", APOLOGY
        return await self._end(row, said, answer, status, case)

    async def _answer_of_desk(self, row: Any, said: Said) -> str | None:
        if said.text is None:
            return None
        return await asyncio.to_thread(
            owned.answer_of_desk, self._engine, self._settings, row, said
        )

    async def _end(
        self, row: Any, said: Said, answer: Answer | None, status: str, case: int
    ) -> bool:
        """Write the turn and hand its answer to whoever waits for it; see `_handle`."""
        waiter = self._waiters.get(row.id)
        idle, passive = await surely(
            self._finish, row, said, answer, status, case, waiter is not None
        )
        if waiter is not None and not waiter.done():
            waiter.set_result(passive)
        elif passive is not None:
            # The push was answered while the turn was being written.
            await surely(outbox.give_back, self._engine, row.id, None, utc_now())
        return idle

    async def _ask(self, row: Any, said: Said) -> tuple[Answer | None, int]:
        """The assistant's answer and the case it belongs to; None when patience has ended."""
        case = row.case_number + (1 if row.case_turns >= CASE_TURNS else 0)
        metadata = {
            "user_id": str(row.user_id),
            "station": said.station or row.station,
            "message_id": row.id,
            "asking": row.asking,
            "now": utc_now().isoformat() + "Z",
        }
        typing = asyncio.create_task(self._show_typing(row.openid))
        started = time.monotonic()
        pause = 0.3
        try:
            while True:
                try:
                    sender = f"u{row.user_id}-{case}"
                    return await self._assistant.turn(sender, said.text or "", metadata), case
                except AssistantError as error:
                    log.warning("assistant_fault", message=row.id, error=str(error))
                if time.monotonic() - started > self._settings.assistant_patience:
                    return None, case
                # The failed try may stand in the tracker: the next one gets a fresh one.
                case += 1
                await asyncio.sleep(pause)
                pause = min(pause * 2, 3.0)
                if not await self._lease(row.user_id):
                    raise LeaseLostError
                if await asyncio.to_thread(owned.changed_hands, self._engine, row):
                    raise OwnerChangedError
        finally:
            typing.cancel()

    async def _show_typing(self, openid: str) -> None:
        if self._client is None or self._settings.account_kind != "service":
            return
        await asyncio.sleep(TYPING_AFTER)
        if self.under_way > TYPING_MOST:
            return
        try:
            await self._client.typing(openid)
        except ApiError as error:
            log.info("typing_refused", errcode=error.code)

    def _release_if_idle(self, user_id: int) -> bool:
        with redoable(self._engine) as db:
            conversation = lock_conversation(db, user_id)
            if conversation is None or conversation.lease_holder != self.holder:
                return True
            return self._release(db, conversation, {})

    def _release(self, db: Connection, conversation: Any, changes: dict[str, Any]) -> bool:
        """Give our lease back unless a message waits; True when given back.

        `changes` of the conversation are written with it. Its row is locked by the caller.
        """
        idle = db.execute(_NEXT, {"b_user": conversation.user_id}).first() is None
        if idle:
            changes = {**changes, "lease_holder": None, "lease_until": None}
        if changes:
            kept = {**conversation._mapping, **changes}
            values = {f"b_{name}": kept[name] for name in _SETTLED}
            db.execute(_SETTLE, {"b_user": conversation.user_id, **values})
        return idle

    def _finish(
        self,
        row: Any,
        said: Said,
        answer: Answer | None,
        status: str,
        case: int,
        waited_for: bool,
    ) -> tuple[bool, str | None]:
        """Write the whole turn in one transaction: (lease given back, passive answer).

        The push is safe on the disk: whatever a power cut takes back here is a turn again.
        """
        with redoable(self._engine) as db:
            conversation = lock_conversation(db, row.user_id)
            if conversation is None or conversation.lease_holder != self.holder:
                raise LeaseLostError
            now = utc_now()
            parse = answer.parse if answer else None
            ended = {"b_id": row.id, "b_status": status, "b_now": now, "b_parse": parse}
            if not db.execute(
                _END, ended
            ).rowcount:  # committed before, though the database could not say so
                raise LeaseLostError
            if said.station:
                db.execute(
                    users.update()
                    .where(users.c.id == row.user_id)
                    .values(station=said.station, subscribed=True)
                )
            if status == "failed":
                db.execute(
                    events.insert().values(
                        at=now,
                        user_id=row.user_id,
                        actor="assistant",
                        channel="system",
                        kind="message_unanswered",
                        data={"message": row.id},
                    )
                )
            changes: dict[str, Any] = {}
            # A person may have taken the conversation over while the assistant was thinking.
            if answer and conversation.version != row.version:
                if conversation.owner_kind == ASSISTANT:
                    raise OwnerChangedError
                keep_for_person(db, row.user_id, row.id, owned.origin())
            elif answer:
                bodies = compose(answer.messages)
                due = max(now, row.passive_until + PASSIVE_MARGIN)
                outbox.add(
                    db,
                    row.user_id,
                    bodies,
                    sender="assistant" if answer.parse else "system",
                    reply_to=row.id,
                    due_at=due,
                )
                turns = 0 if case != row.case_number else row.case_turns + 1
                changes = {
                    "case_number": case,
                    "case_turns": turns,
                    "choices": bodies[-1]["choices"] if bodies else [],
                }
            passive = None
            if waited_for and now < row.passive_until:
                passive = outbox.take_passive(db, conversation, row.id)
            return self._release(db, conversation, changes), passive

    def _forget(self, row: Any) -> None:
        with self._engine.begin() as db:
            conversation = lock_conversation(db, row.user_id)
            if conversation is None or conversation.lease_holder != self.holder:
                raise LeaseLostError
            ended = db.execute(
                messages_in.update()
                .where(messages_in.c.id == row.id, messages_in.c.status == "pending")
                .values(status="done", done_at=utc_now())
            )
            if ended.rowcount:  # else committed before, though the database could not say so
                forget_user(db, row.user_id, row.id)
