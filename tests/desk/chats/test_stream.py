"""The event stream of chats: each change once, in order, for those who may see it."""

from __future__ import annotations

import re
from datetime import timedelta

import sqlalchemy as sa
import time_machine

from bot.services.staff.staff_sessions import end_sessions
from bot.storage.database import reading, utc_now
from bot.storage.desk_tables import staff as staff_table
from tests.desk.chats.seen import read_stream, words
from tests.desk.chats.talkers import THERE, Talker, follow
from tests.desk.office import Colleague, Office


def test_stream_tells_each_change_once_and_in_order(
    anna: Colleague, bert: Colleague, talker: Talker
) -> None:
    talker.taken_by(anna.staff)
    after = int(re.findall(r'data-feed="(\d+)"', anna.get("/chats").text)[0])
    talker.say("一")
    talker.told_by(anna.staff, "二")
    told = read_stream(bert, after, "二")
    assert "一" in words(told[-2][2]["html"])
    assert "二 待发" in words(told[-1][2]["html"])
    talker.deliver()
    talker.say("三")
    told += read_stream(bert, told[-1][0], "三")
    assert "二 已发" in words(told[-2][2]["html"])
    numbers = [number for number, _, _ in told]
    assert numbers == sorted(set(numbers))
    # From any number on the rest comes again, the same.
    assert read_stream(bert, numbers[-3], "三") == told[-2:]


def test_stream_says_nothing_of_other_stations(
    office: Office, anna: Colleague, talker: Talker
) -> None:
    stranger = follow(office, "oTwo", station=THERE).call()
    stranger.say("别的站的话")
    talker.say("本站的话")
    told = read_stream(anna, 0, "本站的话")
    texts = "".join(data.get("html", "") for _, _, data in told)
    assert "本站的话" in texts
    assert "别的站的话" not in texts
    assert {data["handoff"] for _, kind, data in told if kind != "gone"} == {talker.handoff}


def test_stream_ends_with_the_session(office: Office, anna: Colleague, talker: Talker) -> None:
    with anna.http.stream("GET", "/desk/live?after=0", timeout=20) as answer:
        lines = answer.iter_lines()
        next(lines)
        with office.engine.begin() as db:
            end_sessions(db, anna.staff.id)
        talker.say("这句谁也听不到")
        assert "这句谁也听不到" not in "".join(lines)
    assert anna.get("/live", headers={"Accept": "text/event-stream"}).status_code == 401


def test_open_page_keeps_the_person_seen(office: Office, anna: Colleague, talker: Talker) -> None:
    with office.engine.begin() as db:
        db.execute(staff_table.update().values(seen_at=None))
    with time_machine.travel(utc_now() + timedelta(minutes=5), tick=True):
        read_stream(anna, 0, 1)
        with reading(office.engine) as db:
            assert db.scalar(sa.select(staff_table.c.seen_at)) is not None
