"""Users, and drafts that are ready to be submitted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy.engine import Connection, Engine

from bot.services.form.draft_rows import Draft
from bot.services.form.drafts import open_draft, save_answers
from bot.services.personal_data import record_consent
from bot.storage.tables import users

NOW = datetime(2026, 3, 2, 1, 0)
BY_CHAT: dict[str, Any] = {"channel": "wechat", "actor": "user", "now": NOW}
BY_PAGE: dict[str, Any] = {"channel": "h5", "actor": "user", "now": NOW + timedelta(minutes=5)}
ANSWERS: dict[str, Any] = {
    "company_name": "重庆永川计量检测有限公司",
    "contact": "质量部 李敏",
    "telephone": "13912345678",
    "wanted": ["计量服务"],
    "metrology_wants": ["建立计量标准", "计量检定、校准"],
}


def add_user(db: Connection, openid: str = "oUser", **values: Any) -> int:
    """A follower of the account."""
    row = {"openid": openid, "account": "gh_1", "created_at": NOW, **values}
    return int(db.execute(users.insert().values(**row)).inserted_primary_key[0])


def ready_draft(db: Connection, user_id: int, answers: dict[str, Any] | None = None) -> Draft:
    """A draft with consent and all that must be answered."""
    record_consent(db, user_id, channel="wechat", now=NOW)
    draft = open_draft(db, user_id, "wechat", NOW)
    return save_answers(db, draft, answers or ANSWERS, **BY_CHAT)


@pytest.fixture
def db(engine: Engine) -> Iterator[Connection]:
    """One transaction."""
    with engine.begin() as connection:
        yield connection


@pytest.fixture
def newcomer(engine: Engine) -> int:
    """The id of a follower who has not been asked for consent."""
    with engine.begin() as db:
        return add_user(db)


@pytest.fixture
def user(engine: Engine, newcomer: int) -> int:
    """The id of a follower who agreed to what is taken down."""
    with engine.begin() as db:
        record_consent(db, newcomer, channel="wechat", now=NOW)
    return newcomer


def at_once(actions: list[Callable[[], Any]]) -> list[Any]:
    """What each action returned or raised; all begin together."""
    start = Barrier(len(actions))

    def run(action: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return action()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))
