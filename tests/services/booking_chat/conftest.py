"""Someone who may book. The time is Monday, 2 March 2026, 9:00 in China."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from bot.services.consents import record_consent
from bot.settings import Settings
from nlu.evaluate import MODEL
from nlu.model_file import load_classifier
from tests.services.booking_chat.person import Person
from tests.services.booking_setup import session
from tests.services.conftest import NOW, add_user


@pytest.fixture(scope="session")
def model() -> Any:
    """The classifier in use."""
    return load_classifier(MODEL)


@pytest.fixture
def person(engine: Engine, tmp_path: Path, model: Any) -> Person:
    """A follower of whom nothing is known; six time slots on trademarks on Wednesday, 11 March."""
    with engine.begin() as db:
        session(db)
        user = add_user(db)
        record_consent(db, user, channel="wechat", now=NOW)
    return Person(engine, Settings(var=tmp_path, secret="s" * 32), model, user)
