"""Transcripts listed: by what became of them, by days, in pages, and for whom."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.engine import Engine

from bot.model.errors import ForbiddenError
from bot.services.transcript.filters import Wish
from bot.services.transcript.search import find_transcripts
from tests.services.talk import (
    NOW,
    file_all,
    follow,
    found,
    hand_off,
    hears,
    hire,
    parse,
    says,
)


def test_filters_find_what_became_of_it(engine: Engine) -> None:
    with engine.begin() as db:
        plain, unsure, person, lost, stuck = (follow(db) for _ in range(5))
        hears(db, plain, "电子秤检定", parse=parse("metrology", 0.97))
        hears(db, unsure, "那个东西怎么弄", parse=parse("testing", 0.4, unsure=True))
        first = hears(db, person, "转人工", parse=parse("handoff_human", 0.99))
        hand_off(db, person, first_message_id=first, rating=2)
        hears(db, lost, "在不在", status="failed")
        hears(db, stuck, "你好")
        says(db, stuck, "收到", status="held", reason="quota")
        file_all(db)
        assert found(db, category="metrology") == [plain]
        assert found(db, category="testing") == [unsure]
        assert found(db, below=0.5) == [unsure]
        assert found(db, fallback=True) == [unsure]
        assert found(db, handed_off=True) == [person]
        assert found(db, rating=2) == [person]
        assert found(db, rating=5) == []
        assert found(db, state="closed") == [person]
        assert found(db, state="waiting") == []
        assert found(db, state="unanswered") == [lost]
        assert found(db, state="undelivered") == [stuck]
        assert found(db) == [stuck, lost, person, unsure, plain]


def test_days_are_those_of_china(engine: Engine) -> None:
    with engine.begin() as db:
        user = follow(db)
        hears(db, user, "半夜问一句", NOW.replace(day=1, hour=17))  # 01:00 on 2 March there
        file_all(db)
        assert found(db, since=date(2026, 3, 2), until=date(2026, 3, 2)) == [user]
        assert found(db, until=date(2026, 3, 1)) == []
        assert found(db, since=date(2026, 3, 3)) == []


@pytest.mark.parametrize("text", ["", "检定", "电子秤检定"])
def test_pages_follow_one_another_without_gap_or_double(engine: Engine, text: str) -> None:
    with engine.begin() as db:
        users = [follow(db) for _ in range(7)]
        for number, user in enumerate(users):
            hears(db, user, "电子秤检定", NOW + timedelta(minutes=number))
        file_all(db)
        staff, seen, after = hire(db), [], None
        for _ in range(4):
            page = find_transcripts(db, staff, Wish(text=text), after=after, page=2)
            seen += [row.user_id for row in page.rows]
            after = page.after
        assert after is None
    assert seen == users[::-1]


def test_a_station_sees_its_own_and_what_has_none(engine: Engine) -> None:
    with engine.begin() as db:
        own, other, none = follow(db, station="gangqiao"), follow(db, station="sanjiao"), follow(db)
        for user in (own, other, none):
            hears(db, user, "您好")
        file_all(db)
        staff = hire(db, station="gangqiao")
        rows = find_transcripts(db, staff, Wish()).rows
        assert {row.user_id for row in rows} == {own, none}
        assert find_transcripts(db, staff, Wish(station="sanjiao")).rows == ()
        assert found(db, station="sanjiao") == [other]


@pytest.mark.parametrize("role", ["specialist", "clerk", "organisation"])
def test_others_may_not_list(engine: Engine, role: str) -> None:
    with engine.begin() as db, pytest.raises(ForbiddenError):
        find_transcripts(db, hire(db, role), Wish())
