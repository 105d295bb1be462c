"""Messages are filed into transcripts once, whatever comes late, and go with their user."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.model.transcript import read_parse
from bot.services.transcript.filing import anything_unfiled, file_messages
from bot.services.transcript.privacy import forget_transcripts
from bot.storage.tables import messages_in
from bot.storage.transcript_tables import sentences, transcripts
from nlu.decide import DECIDED
from tests.services.talk import (
    ANSWER,
    NOW,
    file_all,
    follow,
    found,
    hears,
    parse,
    says,
)


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


def test_answers_to_the_form_and_taps_are_no_questions(engine: Engine) -> None:
    with engine.begin() as db:
        user = follow(db)
        form = parse("certification", 0.2)
        form["intent_ranking"].insert(0, {"name": "fill_form", "confidence": 0.8, DECIDED: True})
        hears(db, user, "三体系", parse=form)
        hears(db, user, "计量", parse={**parse("category", 1.0), "text": "/category"})
        file_all(db)
        row = db.execute(sa.select(transcripts)).one()
        assert (row.lowest_confidence, row.fallback) == (None, False)
        assert found(db, category="certification") == []


def test_what_the_classifier_itself_put_first_is_its_own_reading() -> None:
    own = [
        {"name": "ask_stations", "confidence": 0.98},
        {"name": "ask_contact", "confidence": 0.01},
    ]
    read = read_parse({"intent_ranking": own})
    assert read is not None
    assert (read.intent, read.label, read.confidence) == ("ask_stations", "ask_stations", 0.98)
    decided = {"name": "ask_stations", "confidence": 0.5, DECIDED: True}
    read = read_parse({"intent_ranking": [decided, *own[1:]]})
    assert read is not None
    assert (read.intent, read.label) == ("ask_stations", "ask_contact")
