"""What calls the attention of whom at the desk."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.engine import Connection, Engine

from bot.model.rights import Staff
from bot.services.handoff.handoffs import claim_handoff
from bot.services.handoff.live import number_changes
from bot.services.handoff.news import News, read_news
from bot.services.handoff.passing import return_handoff
from bot.services.handoff.rows import write_handoff
from tests.services.conftest import NOW
from tests.services.handoff_setup import (
    SETTINGS,
    add_staff,
    add_talker,
    desk,
    in_chat,
    say,
    waiting,
)

LATER = NOW + timedelta(minutes=5)


def news(db: Connection, staff: Staff, after: int | None) -> News:
    """What the next look of a page of theirs finds."""
    while number_changes(db):
        pass
    return read_news(db, SETTINGS, staff, after, NOW)


def test_a_message_calls_the_owner_alone(engine: Engine) -> None:
    with engine.begin() as db:
        user, mine, other = add_talker(db), add_staff(db, "李敏"), add_staff(db, "王强")
        handoff = in_chat(db, user, mine)
        before = {staff.id: news(db, staff, None).after for staff in (mine, other)}
        say(db, user, "在吗", handoff_id=handoff.id)
        found = news(db, mine, before[mine.id])
        assert len(found.keys) == 1
        assert (found.waiting, found.unread) == (0, 1)
        assert news(db, other, before[other.id]).keys == ()
        assert news(db, mine, found.after).keys == (), "told once"


def test_who_newly_waits_calls_those_of_the_station(engine: Engine) -> None:
    with engine.begin() as db:
        here = add_staff(db, "李敏", station="station_fenghuanghu")
        there = add_staff(db, "王强", station="station_gangqiao")
        begun = news(db, here, None)
        handoff = waiting(db, add_talker(db, station="station_fenghuanghu"))
        found = news(db, here, begun.after)
        assert len(found.keys) == found.waiting == 1
        elsewhere = news(db, there, begun.after)
        assert (elsewhere.keys, elsewhere.waiting) == ((), 0)
        write_handoff(db, handoff, urgency=1)
        assert news(db, here, found.after).keys == found.keys, "no news, though told again"
        assert news(db, here, None).keys == found.keys, "known to a page that opens now"
        claim_handoff(db, handoff.id, here, desk(here))
        return_handoff(db, handoff.id, here, "不懂", desk(here, LATER))
        again = news(db, here, found.after).keys
        assert set(again) - set(found.keys), "given back, they wait anew"


def test_a_page_that_was_away_too_long_begins_anew(engine: Engine) -> None:
    with engine.begin() as db:
        staff = add_staff(db, "李敏")
        waiting(db, add_talker(db))
        end = news(db, staff, None)
        assert news(db, staff, end.after + 1000) == end
