"""The calendar file of a booking, read back as a phone reads it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from icalendar import Calendar
from sqlalchemy.engine import Engine

from bot.services.booking.bookings import cancel_booking, reschedule_booking
from bot.services.booking.files import booking_file, file_name
from tests.services.booking_setup import book, session, slots
from tests.services.conftest import NOW


def read(content: bytes) -> tuple[Any, Any]:
    """The calendar and its one event."""
    calendar = Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_a_phone_reads_place_time_and_subject(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        topic = "商标续展；费用, 时限\\n"
        mine = book(
            db, user, slots(db, session(db, experts=("trademark", "patent")))[0], topic=topic
        )
    content = booking_file(mine)
    calendar, event = read(content)
    assert calendar["METHOD"] == "PUBLISH"
    assert event.decoded("dtstart") == datetime(2026, 3, 11, 6, 0, tzinfo=timezone.utc)
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=30)
    assert event["LOCATION"] == "凤凰湖产业促进中心"
    assert event["SUMMARY"] == "质量服务专家接访（专利申请与专利导航；商标注册与商标保护）"
    assert f"预约编号：{mine.number}" in event["DESCRIPTION"]
    assert topic in event["DESCRIPTION"], "text is data: commas and backslashes stay"
    assert event["STATUS"] == "CONFIRMED"
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(hours=-1)
    assert file_name(mine) == "ZJYY-2026-0001.ics"


def test_lines_are_short_and_end_as_the_format_wants(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        mine = book(db, user, slots(db, session(db))[0], topic="很长的事项" * 90)
    lines = booking_file(mine).split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(b"\n" not in line for line in lines)
    assert all(line.decode("utf-8") is not None for line in lines), "no character is cut in two"


def test_a_changed_booking_replaces_the_event_and_a_cancelled_one_removes_it(
    engine: Engine, user: int
) -> None:
    with engine.begin() as db:
        first, second = slots(db, session(db, ends="15:00"))
        mine = book(db, user, first)
        moved = reschedule_booking(db, mine, second, NOW)
        gone = cancel_booking(db, moved, NOW)
    events = [read(booking_file(each)) for each in (mine, moved, gone)]
    assert len({event["UID"] for _, event in events}) == 1
    assert [event["SEQUENCE"] for _, event in events] == sorted(
        {event["SEQUENCE"] for _, event in events}
    )
    calendar, last = events[-1]
    assert (calendar["METHOD"], last["STATUS"]) == ("CANCEL", "CANCELLED")
    assert last["SUMMARY"].startswith("已取消：")
