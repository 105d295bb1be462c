"""Fetches the pictures and voice that users send to a person, while the platform has them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any

import structlog
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bot.gateway.api_error import ApiError
from bot.gateway.wechat_client import WechatClient
from bot.model.errors import ServiceError
from bot.services.handoff.chat_pictures import MOST_BYTES, fetch_due, keep_fetched
from bot.storage.database import reading, utc_now

log = structlog.get_logger()
LOOK_EVERY = 2.0
"""Seconds between two looks."""
LONGEST_WAIT = 3_600.0
"""Seconds between two tries to fetch the same picture, in the end."""


class PictureFetcher:
    """Runs beside the worker's own round, which no slow download may hold up."""

    def __init__(self, engine: Engine, client: WechatClient) -> None:
        self._engine = engine
        self._client = client
        self._later: dict[int, tuple[float, int]] = {}  # message: when to try again, tries

    async def run(self) -> None:
        """Fetch what is due until cancelled."""
        while True:
            try:
                for row in await asyncio.to_thread(self._due):
                    await self._fetch(row)
            except SQLAlchemyError as error:
                log.error("database_unavailable", error=type(error).__name__)
            await asyncio.sleep(LOOK_EVERY)

    async def _fetch(self, row: Any) -> None:
        try:
            content = await self._content(row)
            await asyncio.to_thread(self._keep, row, content)
            self._later.pop(row.id, None)
        except (ApiError, ServiceError) as error:
            tries = self._later.get(row.id, (0.0, 0))[1] + 1
            wait = min(LOOK_EVERY * 2**tries, LONGEST_WAIT)
            self._later[row.id] = (time.monotonic() + wait, tries)
            log.warning("picture_unavailable", message=row.id, error=str(error.code))

    async def _content(self, row: Any) -> bytes:
        if row.kind == "voice":
            media_id = str(row.data.get("MediaId") or "")
            return await self._client.download_media(media_id, MOST_BYTES)
        return await self._client.download(str(row.data.get("PicUrl") or ""), MOST_BYTES)

    def _due(self) -> list[Any]:
        later = [message for message, (at, _) in self._later.items() if at > time.monotonic()]
        with reading(self._engine) as db:
            return fetch_due(db, utc_now(), later)

    def _keep(self, row: Any, content: bytes) -> None:
        with contextlib.suppress(IntegrityError), self._engine.begin() as db:  # another worker's
            keep_fetched(db, row.id, content, utc_now())
