"""The worker: takes up turns that a dead gateway left, and sends what is due by the API."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.gateway import inbox, outbox
from bot.gateway.turn import Turns
from bot.gateway.wechat_client import ApiError, WechatClient
from bot.settings import Settings
from bot.storage.database import reading, utc_now
from bot.storage.tables import heartbeats

log = structlog.get_logger()
LOOK_EVERY = 0.25
RECOVER_AFTER = 1.0
"""A message that waits for so long without a holder was left behind."""
SEND_ATTEMPTS = 6


class Worker:
    """Runs until cancelled; every fault is logged and tried again."""

    def __init__(
        self, settings: Settings, engine: Engine, turns: Turns, client: WechatClient
    ) -> None:
        self._settings = settings
        self._engine = engine
        self._turns = turns
        self._client = client
        self._sending: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Look for work four times a second."""
        while True:
            try:
                await self._recover()
                if self._settings.account_kind == "service":
                    await self._send_due()
            except SQLAlchemyError as error:
                log.error("database_unavailable", error=type(error).__name__)
                await asyncio.sleep(1)
            await asyncio.sleep(LOOK_EVERY)

    async def _recover(self) -> None:
        for user_id in await asyncio.to_thread(inbox.waiting_users, self._engine, RECOVER_AFTER):
            if await asyncio.to_thread(inbox.take_lease, self._engine, user_id, self._turns.holder):
                log.info("turn_recovered", user=user_id)
                self._turns.start(user_id)
        started = await asyncio.to_thread(self._gateway_started)
        if started is not None:
            back = await asyncio.to_thread(
                outbox.requeue_unanswered, self._engine, self._settings, started
            )
            if back:
                log.warning("answers_requeued", count=back)

    def _gateway_started(self) -> Any:
        with reading(self._engine) as db:
            return db.scalar(
                sa.select(heartbeats.c.started_at).where(
                    heartbeats.c.process == "gateway",
                    heartbeats.c.seen_at > utc_now() - timedelta(seconds=30),
                )
            )

    async def _send_due(self) -> None:
        for user_id in await asyncio.to_thread(outbox.due_users, self._engine):
            if user_id in self._sending or len(self._sending) >= 20:
                continue
            self._sending.add(user_id)
            task = asyncio.create_task(self._send_all(user_id))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _send_all(self, user_id: int) -> None:
        try:
            while True:
                row = await asyncio.to_thread(outbox.claim, self._engine, user_id)
                if row is None or not await self._send(row):
                    return
        except SQLAlchemyError as error:
            log.error("database_unavailable", error=type(error).__name__)
        finally:
            self._sending.discard(user_id)

    async def _send(self, row: Any) -> bool:
        """Send one row; True when the user's next may follow."""
        try:
            await self._client.send(row.openid, row.body, row.id)
        except ApiError as error:
            log.warning("send_refused", out=row.id, errcode=error.code)
            return await asyncio.to_thread(self._refused, row, error)
        await asyncio.to_thread(outbox.mark_sent, self._engine, row.id)
        return True

    def _refused(self, row: Any, error: ApiError) -> bool:
        if error.held:
            outbox.mark_held(self._engine, row.user_id, error.held)
            return False
        wait = error.retry_after
        if wait is not None and row.attempts < SEND_ATTEMPTS:
            outbox.postpone(self._engine, row, wait * 2 ** max(row.attempts, 0), str(error.code))
            return False
        outbox.mark_failed(self._engine, row.id, f"{error.code} {error.message}"[:200])
        return True
