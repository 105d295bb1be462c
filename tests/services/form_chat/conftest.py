"""Someone who has not filled anything yet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from bot.settings import Settings
from bot.storage.database import utc_now
from bot.storage.tables import conversations, users
from nlu.evaluate import MODEL
from nlu.model_file import load_classifier
from tests.services.form_chat.person import Person


@pytest.fixture(scope="session")
def model() -> Any:
    """The classifier in use."""
    return load_classifier(MODEL)


@pytest.fixture
def person(engine: Engine, tmp_path: Path, model: Any) -> Person:
    """A follower who has not filled anything yet."""
    with engine.begin() as db:
        row = {"openid": "oPerson", "account": "gh", "subscribed": True, "created_at": utc_now()}
        user = db.execute(users.insert().values(**row)).inserted_primary_key[0]
        db.execute(conversations.insert().values(user_id=user))
    return Person(engine, Settings(var=tmp_path, secret="s"), model, user)
