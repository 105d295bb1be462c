"""Someone who talks about their demands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from bot.services.demand.chat import DemandChat
from bot.services.form.says import FormTurn
from bot.settings import Settings, read_settings
from tests.services.conftest import NOW

MESSAGES = count(1)
PROGRESS = "check_demand_status"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings(
        {"BOT_VAR": str(tmp_path), "PUBLIC_URL": "https://zl.example.cn"}, demo=True
    )


@pytest.fixture
def talk(settings: Settings) -> Callable[..., FormTurn]:
    """Says something as a user: words with the intent they are read as, or a choice."""

    def said(
        db: Connection,
        user: int,
        text: str = "",
        *,
        choice: str = "",
        now: datetime = NOW,
        **more: Any,
    ) -> FormTurn:
        chat = DemandChat(db, settings, user, more.pop("message", next(MESSAGES)), now)
        if choice:
            return chat.choose(choice)
        if more.pop("change", False):
            return chat.change()
        intent = more.pop("intent", PROGRESS)
        return chat.hear(text, more.pop("ranking", [(intent, 0.9)]), intent)

    return said
