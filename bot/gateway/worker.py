"""The worker: takes up turns that a dead gateway left, sends what is due, watches the clock."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.gateway import outbox, sending
from bot.gateway.api_error import BUSY, GONE, ApiError
from bot.gateway.lease import take_lease
from bot.gateway.pending import waiting_users
from bot.gateway.pictures import PictureFetcher
from bot.gateway.sending import Claim
from bot.gateway.turn import Turns
from bot.gateway.wechat_client import WechatClient
from bot.model.errors import ServiceError
from bot.services.booking.news import tell_due
from bot.services.booking.work import tend_bookings, tend_rota
from bot.services.demand.attachments import delete_unnamed_files
from bot.services.demand.work import due_deadlines, tend_deadline
from bot.services.handoff.clock import due_handoffs, tend_handoff
from bot.services.handoff.live import forget_old, has_unnumbered, number_changes
from bot.settings import Settings
from bot.storage.database import reading, surely, utc_now
from bot.storage.tables import heartbeats

log = structlog.get_logger()
LOOK_EVERY = 0.25
SWEEP_EVERY = 2.0
"""Seconds between looks for what dead processes left in the outbox."""
TEND_EVERY = 5.0
"""Seconds between looks for holds that ran out, free seats that are waited for, reminders."""
ROTA_EVERY = 86_400.0
RECOVER_AFTER = 1.0
"""A message that waits for so long without a holder was left behind."""
SENDERS = 20


class Worker:
    """Runs until cancelled; every fault is logged and tried again."""

    def __init__(
        self, settings: Settings, engine: Engine, turns: Turns, client: WechatClient
    ) -> None:
        self._settings = settings
        self._engine = engine
        self._turns = turns
        self._client = client
        self._sending: dict[int, asyncio.Task[None]] = {}
        self._swept = 0.0
        self._tended = -TEND_EVERY
        self._planned = -ROTA_EVERY
        self._paused_until = 0.0
        self._pictures = PictureFetcher(engine, client)
        self._stopping = False

    async def run(self) -> None:
        """Look for work four times a second."""
        fetching = asyncio.create_task(self._pictures.run())
        try:
            while True:
                try:
                    await self._look()
                except SQLAlchemyError as error:
                    log.error("database_unavailable", error=type(error).__name__)
                    await asyncio.sleep(1)
                await asyncio.sleep(LOOK_EVERY)
        finally:
            # A send that is cut off may have reached the platform: let it end.
            self._stopping = True
            fetching.cancel()
            if self._sending:
                await asyncio.wait(list(self._sending.values()), timeout=8)

    async def _look(self) -> None:
        await self._recover()
        if time.monotonic() - self._swept > SWEEP_EVERY:
            self._swept = time.monotonic()
            await self._sweep()
        if time.monotonic() - self._tended > TEND_EVERY:
            self._tended = time.monotonic()
            await self._tend()
        if self._settings.account_kind == "service" and time.monotonic() > self._paused_until:
            await self._send_due()

    async def _recover(self) -> None:
        for user_id in await asyncio.to_thread(waiting_users, self._engine, RECOVER_AFTER):
            if await asyncio.to_thread(take_lease, self._engine, user_id, self._turns.holder):
                log.info("turn_recovered", user=user_id)
                self._turns.start(user_id)

    async def _sweep(self) -> None:
        settled = await asyncio.to_thread(sending.settle_abandoned, self._engine)
        started = await asyncio.to_thread(self._gateway_started)
        back = 0
        if started is not None:
            back = await asyncio.to_thread(
                outbox.requeue_unanswered, self._engine, self._settings, started
            )
        if settled or back:
            log.warning("outbox_swept", settled=settled, requeued=back)

    async def _tend(self) -> None:
        if time.monotonic() - self._planned > ROTA_EVERY:
            await asyncio.to_thread(self._plan)
            self._planned = time.monotonic()
        await asyncio.to_thread(self._tend_bookings)
        await asyncio.to_thread(self._tend_demands)
        await asyncio.to_thread(self._tend_handoffs)

    def _plan(self) -> None:
        with self._engine.begin() as db:
            gap = tend_rota(db, utc_now())
        with reading(self._engine) as db:
            delete_unnamed_files(db, self._settings.var, utc_now(), ROTA_EVERY)
        with self._engine.begin() as db:
            forget_old(db, utc_now())
        if gap is not None:
            log.warning("calendar_ends", gap=str(gap))

    def _tend_handoffs(self) -> None:
        with reading(self._engine) as db:
            due = due_handoffs(db, self._settings, utc_now())
            unnumbered = has_unnumbered(db)
        for handoff_id in due:  # one by one: each takes its conversation's lock
            try:
                with self._engine.begin() as db:
                    done = tend_handoff(db, self._settings, handoff_id, utc_now())
                log.info("handoff_tended", handoff=handoff_id, done=done)
            except ServiceError as error:
                log.error("handoff_refused", handoff=handoff_id, code=error.code)
        if unnumbered:
            with self._engine.begin() as db:
                number_changes(db)

    def _tend_bookings(self) -> None:
        # Two transactions: what cannot be told must not keep seats from passing on.
        with self._engine.begin() as db:
            moved = tend_bookings(db, utc_now())
        with self._engine.begin() as db:
            told = tell_due(db, utc_now())
        if moved or told:
            log.info("bookings_tended", moved=moved, told=told)

    def _tend_demands(self) -> None:
        with reading(self._engine) as db:
            due = due_deadlines(db, utc_now())
        for deadline_id in due:
            try:
                with self._engine.begin() as db:
                    done = tend_deadline(db, deadline_id, utc_now())
                log.info("deadline_tended", deadline=deadline_id, done=done)
            except ServiceError as error:  # one that is broken must not keep the others waiting
                log.error("deadline_refused", deadline=deadline_id, code=error.code)

    def _gateway_started(self) -> Any:
        with reading(self._engine) as db:
            return db.scalar(
                sa.select(heartbeats.c.started_at).where(
                    heartbeats.c.process == "gateway",
                    heartbeats.c.seen_at > utc_now() - timedelta(seconds=30),
                )
            )

    async def _send_due(self) -> None:
        for user_id in await asyncio.to_thread(sending.due_users, self._engine):
            if user_id in self._sending or len(self._sending) >= SENDERS:
                continue
            self._sending[user_id] = asyncio.create_task(self._send_all(user_id))

    async def _send_all(self, user_id: int) -> None:
        try:
            while not self._stopping and time.monotonic() > self._paused_until:
                # Fetched before the claim: between claim and request as little as can be.
                await self._client.token()
                taken = await asyncio.to_thread(sending.claim, self._engine, user_id)
                if taken is None or not await self._send(taken):
                    return
        except ApiError as error:
            self._pause(error, error.account_pause or 5.0)
        except SQLAlchemyError as error:
            log.error("database_unavailable", error=type(error).__name__)
        except Exception as error:
            log.error("send_broken", user=user_id, error=type(error).__name__)
        finally:
            del self._sending[user_id]

    async def _send(self, taken: Claim) -> bool:
        """Send one claim; True when the user's next may follow."""
        try:
            await asyncio.wait_for(self._call(taken), sending.SEND_SECONDS)
        except asyncio.TimeoutError:
            return await self._refused(taken, ApiError(0, "too slow"))
        except ApiError as error:
            return await self._refused(taken, error)
        await surely(sending.mark_sent, self._engine, taken)
        return True

    async def _call(self, taken: Claim) -> None:
        handed = partial(sending.mark_handed, self._engine, taken)
        if "image" not in taken.body:
            await self._client.send(taken.openid, taken.body, taken.ids[0], handed)
        elif taken.picture is None:
            raise ApiError(GONE, "the picture was deleted")
        else:
            picture = taken.picture
            media = await self._client.upload_image(picture.content, picture.media_type)
            await self._client.send_image(taken.openid, media, handed)

    async def _refused(self, taken: Claim, error: ApiError) -> bool:
        """What the error table says; True when the user's next may follow."""
        log.warning("send_refused", out=taken.ids[0], errcode=error.code)
        if error.held is not None:
            await surely(sending.mark_held, self._engine, taken, error.held)
            return False
        if (pause := error.account_pause) is not None:
            self._pause(error, pause)
            await surely(self._postpone, taken, pause, error, False)
            return False
        if (wait := error.wait(taken.tries)) is not None:
            await surely(self._postpone, taken, wait, error, True)
            return False
        if error.code == BUSY:
            await surely(sending.mark_held, self._engine, taken, "platform_busy")
            return False
        reason = f"{error.code} {error.message}"[:200]
        await surely(sending.mark_failed, self._engine, taken, reason)
        return True

    def _postpone(self, taken: Claim, seconds: float, error: ApiError, tried: bool) -> None:
        sending.postpone(self._engine, taken, seconds, str(error.code), tried=tried)

    def _pause(self, error: ApiError, seconds: float) -> None:
        """The fault is the account's, not one message's: nothing can be sent for a while."""
        log.error("sending_paused", errcode=error.code, seconds=round(seconds))
        self._paused_until = time.monotonic() + seconds
