"""Asking the assistant: again while it fails, as long as patience lasts, with a hint of typing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy.engine import Engine

from bot.gateway import owned
from bot.gateway.api_error import ApiError
from bot.gateway.assistant import Answer, Assistant, AssistantError
from bot.gateway.lease import LeaseLostError, take_lease
from bot.gateway.owned import OwnerChangedError
from bot.gateway.read_message import Said
from bot.gateway.wechat_client import WechatClient
from bot.settings import Settings
from bot.storage.database import utc_now

log = structlog.get_logger()
CASE_TURNS = 20
"""Turns before the assistant's tracker is started anew: it travels whole with each action."""
FIRST_PAUSE, LONGEST_PAUSE = 0.3, 3.0
"""Seconds before the assistant is asked again."""
TYPING_AFTER = 1.2
TYPING_MOST = 20
"""With more turns under way than this, hints would only delay the answers."""


@dataclass(frozen=True)
class Asking:
    """Asks for the turns of one process, which holds the leases as `holder`.

    `client`: None where no hint is shown; `under_way`: how many turns are.
    """

    settings: Settings
    engine: Engine
    assistant: Assistant
    client: WechatClient | None
    holder: str
    under_way: Callable[[], int]

    async def ask(self, row: Any, said: Said) -> tuple[Answer | None, int]:
        """The assistant's answer and the case it belongs to; None when patience has ended.

        Raises LeaseLostError and OwnerChangedError when the message is another's meanwhile.
        """
        typing = asyncio.create_task(self._show_typing(row.openid))
        try:
            return await self._ask_patiently(row, said)
        finally:
            typing.cancel()

    async def _ask_patiently(self, row: Any, said: Said) -> tuple[Answer | None, int]:
        case = row.case_number + (1 if row.case_turns >= CASE_TURNS else 0)
        metadata = _metadata(row, said)
        started, pause = time.monotonic(), FIRST_PAUSE
        while True:
            try:
                sender = f"u{row.user_id}-{case}"
                return await self.assistant.turn(sender, said.text or "", metadata), case
            except AssistantError as error:
                log.warning("assistant_fault", message=row.id, error=str(error))
            if time.monotonic() - started > self.settings.assistant_patience:
                return None, case
            # The failed try may stand in the tracker: the next one gets a fresh one.
            case += 1
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            await self._still_ours(row)

    async def _still_ours(self, row: Any) -> None:
        if not await asyncio.to_thread(take_lease, self.engine, row.user_id, self.holder):
            raise LeaseLostError
        if await asyncio.to_thread(owned.changed_hands, self.engine, row):
            raise OwnerChangedError

    async def _show_typing(self, openid: str) -> None:
        if self.client is None or self.settings.account_kind != "service":
            return
        await asyncio.sleep(TYPING_AFTER)
        if self.under_way() > TYPING_MOST:
            return
        try:
            await self.client.typing(openid)
        except ApiError as error:
            log.info("typing_refused", errcode=error.code)


def _metadata(row: Any, said: Said) -> dict[str, Any]:
    """What the assistant's actions are told beside the words."""
    return {
        "user_id": str(row.user_id),
        "station": said.station or row.station,
        "message_id": row.id,
        "asking": row.asking,
        "offered": bool(row.offered),
        "now": utc_now().isoformat() + "Z",
    }
