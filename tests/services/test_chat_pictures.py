"""Pictures that users send to a person, against the deletion of the person's data."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.services import personal_data
from bot.services.handoff.chat_pictures import fetch_due, keep_fetched
from bot.services.personal_data import delete_personal_data
from bot.storage.desk_tables import chat_pictures
from tests.services.conftest import NOW
from tests.services.handoff_setup import add_staff, add_talker, in_chat, say

PNG = b"\x89PNG\r\n\x1a\n"


def sent_picture(engine: Engine) -> tuple[int, int]:
    """The ids of a user and of their message with a picture that is still to be fetched."""
    with engine.begin() as db:
        user = add_talker(db)
        chat = in_chat(db, user, add_staff(db, "李敏"))
        data = {"PicUrl": "http://mmbiz.qpic.cn/1", "MediaId": "m"}
        message = say(db, user, "", kind="image", data=data, handoff_id=chat.id, status="done")
        assert [row.id for row in fetch_due(db, NOW)] == [message]
    return user, message


def kept(engine: Engine) -> int:
    """How many pictures are stored."""
    with engine.begin() as db:
        return int(db.scalar(sa.select(sa.func.count()).select_from(chat_pictures)) or 0)


def test_a_fetched_picture_is_kept_with_its_message(engine: Engine) -> None:
    _, message = sent_picture(engine)
    with engine.begin() as db:
        assert keep_fetched(db, message, PNG, NOW) is not None
        assert fetch_due(db, NOW) == []
    assert kept(engine) == 1


def test_a_picture_does_not_come_back_when_the_data_were_deleted_meanwhile(
    engine: Engine,
) -> None:
    user, message = sent_picture(engine)
    with engine.begin() as db:
        delete_personal_data(db, user, now=NOW)
    with engine.begin() as db:
        assert keep_fetched(db, message, PNG, NOW) is None
    assert kept(engine) == 0


def test_a_picture_that_is_just_being_kept_goes_with_the_deletion(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, message = sent_picture(engine)
    emptying, empty = Event(), personal_data._empty_messages

    def told(*args: Any) -> int:
        emptying.set()
        return empty(*args)

    def delete() -> None:
        with engine.begin() as db:
            delete_personal_data(db, user, now=NOW)

    monkeypatch.setattr(personal_data, "_empty_messages", told)
    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as db:
            assert keep_fetched(db, message, PNG, NOW) is not None
            deletion = pool.submit(delete)
            emptying.wait(1)  # SQLite lets it begin only when this is over
        deletion.result()
    assert kept(engine) == 0
