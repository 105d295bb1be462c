"""The worker's part in transcripts: files messages as they come, and what waits from before."""

from __future__ import annotations

import asyncio

import structlog
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.services.transcript.filing import MOST, anything_unfiled, file_earlier, file_messages
from bot.services.transcript.sentences import anything_unkept
from bot.storage.database import reading, redoable

log = structlog.get_logger()
LOOK_EVERY = 1.0
BREATH = 0.05
"""Between two full batches: SQLite's other writers get their turn."""


async def keep_filed(engine: Engine) -> None:
    """File until cancelled; faults are logged and tried again."""
    while True:
        filed = 0
        try:
            filed = await asyncio.to_thread(_file, engine)
        except SQLAlchemyError as error:
            log.error("filing_failed", error=type(error).__name__)
        await asyncio.sleep(BREATH if filed >= MOST else LOOK_EVERY)


def _file(engine: Engine) -> int:
    # Looked for without SQLite's write lock: most of the time there is nothing.
    with reading(engine) as db:
        unfiled, unkept = anything_unfiled(db), anything_unkept(db)
    if not unfiled and not unkept:
        return 0
    with redoable(engine) as db:
        return file_messages(db) if unfiled else file_earlier(db) and MOST
