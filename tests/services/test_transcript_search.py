"""Transcripts are found by any two characters, by who said them, and not by trying."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.engine import Engine

from bot.services.transcript import heard
from bot.services.transcript.filters import Wish
from bot.services.transcript.search import find_transcripts
from bot.services.transcript.sentences import anything_unkept, keep_earlier
from bot.storage.transcript_tables import sentence_uses, sentences, transcripts
from tests.services.talk import (
    ANSWER,
    NOW,
    file_all,
    follow,
    found,
    hand_off,
    hears,
    hire,
    says,
)


@pytest.mark.parametrize(
    ("said", "query"),
    [
        ("请问电子秤检定找谁", "检定"),
        ("想问下计量器具的事", "计量"),
        ("我叫李敏，麻烦回个电话", "李敏"),
        ("我叫李敏，麻烦回个电话", "敏"),
        ("要做 ISO9001 认证", "iso9001"),
        ("要做ＩＳＯ９００１認證", "认证"),
        ("打13912345678给我", "13912345678"),
        ("打13912345678给我", "5678"),
        ("商标怎么注册，专利呢", "专利 商标"),
        ("秤", "秤"),
    ],
)
def test_any_piece_of_what_was_said_finds_it(engine: Engine, said: str, query: str) -> None:
    with engine.begin() as db:
        wanted, other = follow(db), follow(db)
        hears(db, wanted, said)
        hears(db, other, "您好")
        file_all(db)
        assert found(db, text=query) == [wanted]


@pytest.mark.parametrize("query", ["检测", "李明", "ISO14001", "？！", "量计", "器具计量"])
def test_what_was_not_said_finds_nothing(engine: Engine, query: str) -> None:
    with engine.begin() as db:
        hears(db, follow(db), "想问下计量器具检定，我叫李敏，ISO9001")
        file_all(db)
        assert found(db, text=query) == []


def test_pieces_that_stand_apart_are_not_the_words(engine: Engine) -> None:
    with engine.begin() as db:
        apart, together = follow(db), follow(db)
        hears(db, apart, "王小姐说小明来了")
        hears(db, together, "王小明来了")
        file_all(db)
        assert found(db, text="王小明") == [together]


def test_a_specialists_words_are_found_too(engine: Engine) -> None:
    with engine.begin() as db:
        user = follow(db)
        hears(db, user, "在吗")
        says(db, user, "请把营业执照带来", sender="specialist")
        file_all(db)
        assert found(db, text="执照") == [user]


@pytest.mark.parametrize(
    ("query", "by", "hit"),
    [
        ("承办部门", "", True),
        ("承办部门", "assistant", True),
        ("承办部门", "user", False),
        ("承办部门", "specialist", False),
        ("49473890 强制检定", "assistant", True),
        ("预约专家", "assistant", True),
        ("电子秤", "assistant", False),
        ("电子秤", "user", True),
        ("电子秤", "specialist", False),
        ("执照", "specialist", True),
        ("执照", "user", False),
        ("执照", "", True),
        ("部门承办", "", False),
    ],
)
def test_words_are_found_by_who_said_them(engine: Engine, query: str, by: str, hit: bool) -> None:
    with engine.begin() as db:
        user = follow(db)
        hears(db, user, "电子秤找谁")
        choices = [{"id": "b", "title": "预约专家", "payload": "/book"}]
        says(db, user, ANSWER, body={"text": ANSWER, "choices": choices})
        says(db, user, "请把执照带来", sender="specialist", handoff_id=hand_off(db, user))
        hears(db, follow(db), "您好")
        file_all(db)
        assert found(db, text=query, said_by=by) == ([user] if hit else [])


def test_pages_of_what_people_and_assistant_said_follow_one_another(engine: Engine) -> None:
    with engine.begin() as db:
        users = [follow(db) for _ in range(9)]
        for number, user in enumerate(users):
            at = NOW + timedelta(minutes=number)
            hears(db, user, "检定找谁" if number % 3 else "您好", at)
            says(db, user, "请问是检定吗" if number % 2 else "您好", at)
        file_all(db)
        staff, seen, after = hire(db), [], None
        for _ in range(4):
            page = find_transcripts(db, staff, Wish(text="检定"), after=after, page=2)
            seen += [row.user_id for row in page.rows]
            after = page.after
    assert seen == [user for number, user in enumerate(users) if number % 2 or number % 3][::-1]


@pytest.mark.parametrize("lines", [0, 1_000])
def test_what_was_said_very_often_is_found_a_stretch_at_a_time(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, lines: int
) -> None:
    monkeypatch.setattr(heard, "FEW_LINES", lines)
    monkeypatch.setattr(heard, "FEW_TRANSCRIPTS", 1)
    monkeypatch.setattr(heard, "SPAN", 3)
    with engine.begin() as db:
        users = [follow(db) for _ in range(10)]
        for number, user in enumerate(users):
            at = NOW + timedelta(days=number)
            hears(db, user, "找谁", at)
            says(db, user, ANSWER if number in (0, 1, 5, 9) else "您好", at)
        file_all(db)
        staff, seen, after, pages = hire(db), [], None, 0
        while pages == 0 or after:
            page = find_transcripts(db, staff, Wish(text="承办"), after=after)
            seen += [row.user_id for row in page.rows]
            after, pages = page.after, pages + 1
            assert page.complete == (after is None)
        assert seen == [users[number] for number in (9, 5, 1, 0)]
        assert pages == 4
        march = find_transcripts(db, staff, Wish(text="承办", until=date(2026, 3, 3)))
        assert [row.user_id for row in march.rows] == [users[1], users[0]], "begun at that day"


def test_what_was_said_before_sentences_were_kept_is_found_after_a_while(engine: Engine) -> None:
    with engine.begin() as db:
        users = [follow(db) for _ in range(3)]
        for user in users:
            hears(db, user, "找谁")
            says(db, user, ANSWER)
        file_all(db)
        db.execute(sentence_uses.delete())
        db.execute(sentences.delete())
        db.execute(transcripts.update().values(sentences_kept=None))
        assert found(db, text="承办部门") == []
        assert anything_unkept(db)
        assert [keep_earlier(db, 2), keep_earlier(db, 2), keep_earlier(db, 2)] == [2, 1, 0]
        assert not anything_unkept(db)
        assert sorted(found(db, text="承办部门")) == users


def test_who_sees_masked_words_does_not_find_names_the_assistant_said(engine: Engine) -> None:
    with engine.begin() as db:
        user = follow(db)
        hears(db, user, "约专家")
        says(db, user, "联系电话13912345678，王秀兰。专家在49473890等您")
        file_all(db)
        admin = hire(db, "admin")
        for query, hit in (("13912345678", False), ("49473890", True), ("专家在", True)):
            rows = find_transcripts(db, admin, Wish(text=query, said_by="assistant")).rows
            assert bool(rows) == hit, query
            assert found(db, text=query) == [user]


@pytest.mark.parametrize("query", ["23", "912", "13912345678", "56 34", "秀兰", "兰"])
def test_what_is_masked_for_the_reader_is_not_found_by_trying(engine: Engine, query: str) -> None:
    with engine.begin() as db:
        user = follow(db)
        hears(db, user, "我叫王秀兰，打13912345678给我，问ISO认证")
        file_all(db)
        assert found(db, text=query) == [user], "who sees it finds it"
        admin = hire(db, "admin")
        assert find_transcripts(db, admin, Wish(text=query)).rows == ()


def test_the_other_words_are_found_by_who_sees_masked_ones(engine: Engine) -> None:
    with engine.begin() as db:
        user = follow(db)
        hears(db, user, "我叫王秀兰，打13912345678给我，问ISO认证")
        file_all(db)
        admin = hire(db, "admin")
        for query in ("认证", "iso认证", "问"):
            rows = find_transcripts(db, admin, Wish(text=query)).rows
            assert [row.user_id for row in rows] == [user], query
