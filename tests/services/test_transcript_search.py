"""Transcripts: filed once, found by any two characters, listed by what became of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.model.errors import ForbiddenError
from bot.services.transcript import heard
from bot.services.transcript.filing import anything_unfiled, file_messages
from bot.services.transcript.filters import Wish
from bot.services.transcript.privacy import forget_transcripts
from bot.services.transcript.search import find_transcripts
from bot.services.transcript.sentences import anything_unkept, keep_earlier
from bot.storage.tables import messages_in
from bot.storage.transcript_tables import sentence_uses, sentences, transcripts
from tests.services.talk import NOW, file_all, follow, hand_off, hears, hire, parse, says


def found(db: Connection, **wish: Any) -> list[int]:
    """Users of the transcripts found, the newest first."""
    staff = hire(db)
    return [row.user_id for row in find_transcripts(db, staff, Wish(**wish)).rows]


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


ANSWER = "服务项目：计量器具强制检定。\n承办部门：区市场监管局。\n联系电话：49473890。"


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


def test_an_answer_said_before_and_again_is_kept_once(engine: Engine) -> None:
    with engine.begin() as db:
        users = [follow(db) for _ in range(3)]
        for number, user in enumerate(users):
            hears(db, user, "找谁", NOW + timedelta(minutes=number))
            says(db, user, ANSWER, NOW + timedelta(minutes=number))
            file_all(db)
        assert found(db, text="市场监管", said_by="assistant") == users[::-1]
        assert db.scalar(sa.select(sa.func.count()).select_from(sentences)) == 3


def test_addresses_that_open_personal_pages_are_not_kept(engine: Engine) -> None:
    with engine.begin() as db:
        user = follow(db)
        hears(db, user, "填表")
        says(db, user, "点这里填：https://example.com/h5/d/secret-token")
        file_all(db)
        texts = list(db.scalars(sa.select(sentences.c.text)))
    assert len(texts) == 1
    assert "secret" not in texts[0]


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


def test_deleted_with_the_user_unless_others_heard_it_too(engine: Engine) -> None:
    with engine.begin() as db:
        gone, stays = follow(db), follow(db)
        for user, name in ((gone, "李敏"), (stays, "王强")):
            hears(db, user, "找谁")
            says(db, user, f"{name}您好\n承办部门：区市场监管局")
        file_all(db)
        forget_transcripts(db, gone)
        assert found(db, text="承办部门") == [stays]
        texts = set(db.scalars(sa.select(sentences.c.text)))
    assert texts == {"王强您好", "承办部门:区市场监管局"}


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


def test_every_message_is_filed_once_whatever_comes_late(engine: Engine) -> None:
    with engine.begin() as db:
        user = follow(db)
        late = hears(db, user, "这句还在处理", status="pending")
        hears(db, user, "这句处理完了", NOW + timedelta(seconds=5))
        assert file_all(db) == 1
        assert not anything_unfiled(db)
        done = messages_in.update().where(messages_in.c.id == late).values(status="done")
        db.execute(done)
        assert anything_unfiled(db)
        assert file_all(db) == 1
        assert found(db, text="处理") == [user]
        assert found(db, text="还在") == [user]
        assert db.scalar(sa.select(transcripts.c.said)) == 2


def test_a_long_silence_begins_a_new_transcript(engine: Engine) -> None:
    with engine.begin() as db:
        user = follow(db)
        for hours in (0, 1, 5, 12, 12.5):
            hears(db, user, "您好", NOW + timedelta(hours=hours))
        file_all(db)
        rows = db.execute(sa.select(transcripts).order_by(transcripts.c.id)).all()
    assert [row.said for row in rows] == [3, 2]


def test_filing_little_by_little_makes_the_same_transcripts(engine: Engine) -> None:
    with engine.begin() as db:
        users = [follow(db) for _ in range(3)]
        for turn in range(12):
            at = NOW + timedelta(minutes=turn * 50)
            user = users[turn % 3]
            hears(db, user, f"第{turn}句", at, parse=parse("metrology", 0.5 + turn / 100))
            says(db, user, "好的", at + timedelta(seconds=1))
        while file_messages(db, 2):
            pass
        rows = db.execute(sa.select(transcripts).order_by(transcripts.c.started_at)).all()
    assert [(row.user_id, row.said) for row in rows] == [(user, 4) for user in users]
    assert [row.lowest_confidence for row in rows] == [0.5, 0.51, 0.52]
    assert [row.id for row in rows] == sorted(row.id for row in rows)


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


def test_answers_to_the_form_and_taps_are_no_questions(engine: Engine) -> None:
    with engine.begin() as db:
        user = follow(db)
        form = parse("certification", 0.2)
        form["intent_ranking"].insert(0, {"name": "fill_form", "confidence": 0.8})
        hears(db, user, "三体系", parse=form)
        hears(db, user, "计量", parse={**parse("category", 1.0), "text": "/category"})
        file_all(db)
        row = db.execute(sa.select(transcripts)).one()
        assert (row.lowest_confidence, row.fallback) == (None, False)
        assert found(db, category="certification") == []


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
