"""The desk's live feed: everything once, in order, for those who may see it."""

from __future__ import annotations

import random
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.model.errors import FeedLostError
from bot.model.rights import Staff
from bot.services.handoff.handoffs import claim_handoff
from bot.services.handoff.live import (
    KEEP,
    Change,
    feed_end,
    forget_old,
    has_unnumbered,
    number_changes,
    read_feed,
)
from bot.services.handoff.notes import add_note
from bot.services.handoff.passing import Route, transfer_handoff
from bot.services.handoff.sending import send_to_user
from bot.storage.database import TRANSIENT, reading, utc_now
from bot.storage.desk_tables import desk_feed
from bot.storage.tables import messages_in, messages_out
from tests.services.handoff_setup import add_staff, add_talker, desk, in_chat, say, waiting


def look(engine: Engine, staff: Staff, after: int) -> tuple[list[Change], int]:
    """What a page does."""
    with engine.begin() as db:
        if has_unnumbered(db):
            number_changes(db)
    with reading(engine) as db:
        return read_feed(db, staff, after)


def short(changes: list[Change]) -> list[str]:
    """Kinds, with what was said and how its delivery stands."""
    found = []
    for change in changes:
        if change.line:
            found.append(f"{change.kind} {change.line.text[:6]} {change.line.status}")
        elif change.note:
            found.append(f"note {change.note.text}")
        else:
            found.append(f"{change.kind} {change.handoff.status if change.handoff else ''}".strip())
    return found


def test_messages_states_notes_and_deliveries_come_in_order(engine: Engine) -> None:
    with engine.begin() as db:
        user, staff = add_talker(db), add_staff(db, "李敏")
        start = feed_end(db)
        handoff = waiting(db, user)
    changes, after = look(engine, staff, start)
    assert short(changes) == ["handoff queued", "message_out 正在为您转接 pending"]
    with engine.begin() as db:
        claim_handoff(db, handoff.id, staff, desk(staff))
    with engine.begin() as db:
        say(db, user, "秤不准", handoff_id=handoff.id)
    with engine.begin() as db:
        (sent,) = send_to_user(db, handoff.id, staff, "我看看", desk(staff))
        add_note(db, handoff.id, staff, "老客户", desk(staff))
    changes, after = look(engine, staff, after)
    assert short(changes) == [
        "handoff claimed",
        "message_out 质量服务专员 pending",
        "message_in 秤不准 pending",
        "message_out 我看看 pending",
        "note 老客户",
    ]
    with engine.begin() as db:
        mine = messages_out.c.id == sent
        db.execute(messages_out.update().where(mine).values(status="held", reason="quota"))
    changes, after = look(engine, staff, after)
    assert short(changes) == ["message_out 我看看 held"]
    assert changes[0].line is not None
    assert changes[0].line.reason == "quota"
    assert look(engine, staff, after) == ([], after)


def test_a_message_that_turns_out_to_be_for_a_person_is_told_once(engine: Engine) -> None:
    with engine.begin() as db:
        user, staff = add_talker(db), add_staff(db, "李敏")
        message = say(db, user, "还在吗")
        handoff = in_chat(db, user, staff)
    start = feed_end_of(engine)
    for _ in range(2):
        with engine.begin() as db:
            mine = messages_in.c.id == message
            db.execute(messages_in.update().where(mine).values(handoff_id=handoff.id))
    changes, _ = look(engine, staff, start)
    assert short(changes) == ["message_in 还在吗 pending"]


def feed_end_of(engine: Engine) -> int:
    """The end of the feed once all is numbered."""
    with engine.begin() as db:
        number_changes(db)
        return feed_end(db)


def test_others_stations_see_nothing_of_it(engine: Engine) -> None:
    with engine.begin() as db:
        here = add_staff(db, "凤凰湖", station="station_fenghuanghu")
        there = add_staff(db, "港桥", station="station_gangqiao")
        user = add_talker(db, station="station_fenghuanghu")
        handoff = in_chat(db, user, here)
        say(db, user, "秤不准", handoff_id=handoff.id)
        add_note(db, handoff.id, here, "老客户", desk(here))
    changes, _ = look(engine, there, 0)
    assert {c.kind for c in changes} == {"gone"}
    assert all(c.line is None and c.note is None and c.handoff is None for c in changes)
    with engine.begin() as db:
        route = Route(station="station_gangqiao")
        transfer_handoff(db, handoff.id, here, route, "在港桥", desk(here))
    changes, _ = look(engine, there, 0)
    assert "handoff queued" in short(changes)


def test_a_page_that_was_away_for_too_long_is_told(engine: Engine) -> None:
    with engine.begin() as db:
        staff, user = add_staff(db, "李敏"), add_talker(db)
        waiting(db, user)
        number_changes(db)
        end = feed_end(db)
        assert forget_old(db, utc_now()) == 0
        assert forget_old(db, utc_now() + KEEP + timedelta(minutes=1)) == 2
    with reading(engine) as db:
        assert read_feed(db, staff, end) == ([], end)
        with pytest.raises(FeedLostError):
            read_feed(db, staff, end - 1)


def test_nothing_is_missed_or_twice_while_many_write_and_commit_late(engine: Engine) -> None:
    """Rows are written in one order and become visible in another: the numbers take care of it."""
    with engine.begin() as db:
        staff = add_staff(db, "李敏")
        chats = [in_chat(db, add_talker(db, f"o{n}"), staff) for n in range(4)]
    start = feed_end_of(engine)
    told: list[Change] = []
    done = threading.Event()

    def write(place: int) -> None:
        chat, luck = chats[place], random.Random(place)
        for number in range(15):
            patiently(engine, _say_slowly, chat, number, luck.random() / 100)

    def follow() -> None:
        after = start
        while True:
            last = done.is_set()
            try:
                changes, after = look(engine, staff, after)
            except TRANSIENT:
                continue
            told.extend(changes)
            if last and not changes:
                return

    reader = threading.Thread(target=follow)
    writers = [threading.Thread(target=write, args=(place,)) for place in range(4)]
    for thread in [reader, *writers]:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join(60)
    assert [c.id for c in told] == sorted({c.id for c in told}), "each once, in order"
    for chat in chats:
        texts = [c.line.text for c in told if c.line and c.user_id == chat.user_id]
        assert texts == [f"第{n}句" for n in range(15)]


def _say_slowly(db: Connection, chat: Any, number: int, seconds: float) -> None:
    say(
        db,
        chat.user_id,
        f"第{number}句",
        handoff_id=chat.id,
        dedup_key=f"{chat.id}-{number}",
        nonce=f"{chat.id}-{number}",
    )
    time.sleep(seconds)


def patiently(engine: Engine, action: Any, *args: Any) -> None:
    """In a transaction of its own; who finds the database busy asks again."""
    for _ in range(20):
        try:
            with engine.begin() as db:
                action(db, *args)
            return
        except TRANSIENT:
            continue
    raise AssertionError("the database stays busy")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_reading_by_row_ids_would_miss_what_is_committed_late(engine: Engine) -> None:
    """The negative control: on PostgreSQL a later row is visible before an earlier one."""
    with engine.begin() as db:
        staff = add_staff(db, "李敏")
        slow, quick = (in_chat(db, add_talker(db, f"o{n}"), staff) for n in range(2))
        number_changes(db)
        start, seen = feed_end(db), int(db.scalar(sa.select(sa.func.max(desk_feed.c.id))))
    with engine.connect() as late, late.begin():
        say(late, slow.user_id, "早写", handoff_id=slow.id, dedup_key="a", nonce="a")
        with engine.begin() as db:
            say(db, quick.user_id, "晚写", handoff_id=quick.id, dedup_key="b", nonce="b")
        first, after = look(engine, staff, start)
        with reading(engine) as db:
            by_id = db.scalar(sa.select(sa.func.max(desk_feed.c.id)))
    assert by_id > seen + 1, "a reader by ids has gone past the row that was not visible"
    second, _ = look(engine, staff, after)
    assert [c.line.text for c in [*first, *second] if c.line] == ["晚写", "早写"]
