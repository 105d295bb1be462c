"""One transcript: what is shown to whom, what is noted about it, what is deleted with a user."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.model.errors import ForbiddenError, NotFoundError, ReviewError
from bot.model.rights import Staff
from bot.services.personal_data import delete_personal_data, forget_user
from bot.services.transcript.filters import Wish
from bot.services.transcript.learning import approve_candidate, get_candidate, label_message
from bot.services.transcript.lists import list_lines
from bot.services.transcript.review import (
    add_note,
    flag_transcript,
    mark_reviewed,
    mark_unreviewed,
)
from bot.services.transcript.search import find_transcripts
from bot.services.transcript.transcripts import Transcript, read_transcript
from bot.storage.tables import drafts, events, messages_in
from bot.storage.transcript_tables import (
    learning_candidates,
    transcript_grams,
    transcript_notes,
    transcripts,
)
from tests.services.talk import NOW, file_all, follow, hand_off, hears, hire, origin, parse, says


def read(db: Connection, staff: Staff, number: int | None = None) -> Transcript:
    """The transcript, or the only one."""
    wanted = number or db.scalar(sa.select(transcripts.c.id))
    return read_transcript(db, staff, wanted, NOW)


def kinds(db: Connection) -> list[str]:
    """What is on record, in order."""
    return list(db.scalars(sa.select(events.c.kind).order_by(events.c.id)))


def with_draft(db: Connection, user: int, **answers: Any) -> None:
    """Answers on file."""
    values = {"form_version": 1, "prefilled": [], "status": "filling", "opened_at": NOW}
    values.update(user_id=user, answers=answers, changed_at=NOW)
    db.execute(drafts.insert().values(**values))


def test_each_message_is_shown_with_how_it_was_understood(engine: Engine) -> None:
    with engine.begin() as db:
        user = follow(db)
        said = parse("metrology", 0.62, unsure=True)
        said["entities"] = [{"entity": "instrument", "value": "电子秤"}]
        asked = hears(db, user, "电子秤咋弄", parse=said)
        says(db, user, "您想问的是哪一项？", reply_to=asked, status="failed", reason="45015")
        boss = hire(db, "specialist", name="示例张专员")
        handoff = hand_off(db, user, "claimed", staff_id=boss.id)
        later = NOW + timedelta(minutes=1)
        hears(db, user, "转人工", later, handoff_id=handoff)
        says(
            db,
            user,
            "您好，我来帮您",
            later + timedelta(seconds=9),
            sender="specialist",
            staff_id=boss.id,
            handoff_id=handoff,
        )
        file_all(db)
        shown = read(db, hire(db))
    first, answer, person, specialist = shown.messages
    assert [m.sender for m in shown.messages] == ["user", "assistant", "user", "specialist"]
    assert first.understanding is not None
    assert (first.understanding.label, first.understanding.confidence) == ("metrology", 0.62)
    assert first.understanding.fallback
    assert first.understanding.entities == (("instrument", "电子秤"),)
    assert (answer.status, answer.reason) == ("failed", "45015")
    assert person.understanding is None
    assert specialist.staff_name == "示例张专员"
    assert shown.handoff is not None
    assert shown.handoff.staff_name == "示例张专员"
    assert shown.categories == ("metrology",)


def test_personal_data_are_masked_for_who_may_not_see_them(engine: Engine) -> None:
    with engine.begin() as db:
        user = follow(db, "oABCDEFGsecret")
        with_draft(
            db, user, company_name="重庆天工机电有限公司", contact="质量部 单于敏", telephone="1"
        )
        hears(db, user, "我是天工的单于敏，电话13912345678，重庆天工机电有限公司")
        says(db, user, "单于敏您好，请打开 https://x.cn/h5/form/secret.token 填写，或致电49473890")
        file_all(db)
        centre, admin = hire(db, "centre"), hire(db, "admin")
        add_note(
            db, centre, 0 or db.scalar(sa.select(transcripts.c.id)), "单于敏很急", origin(centre)
        )
        open_, masked = read(db, centre), read(db, admin)
        row = find_transcripts(db, admin, Wish()).rows
        line = list_lines(db, admin, row)[0].words
    whole = "".join(m.text for m in open_.messages)
    assert "单于敏" in whole
    assert "13912345678" in whole
    assert open_.user == "oABCDEFGsecret"
    hidden = "".join(m.text for m in masked.messages) + masked.user + masked.notes[0].text + line
    for secret in ("单于敏", "13912345678", "天工机电", "oABCDEFG"):
        assert secret not in hidden
    assert "secret.token" not in whole, "a link that opens a person's form is nobody's to see"
    assert masked.masked
    assert "49473890" in hidden, "a department's telephone is public"


def test_reading_a_transcript_is_on_record(engine: Engine) -> None:
    with engine.begin() as db:
        user = follow(db)
        hears(db, user, "您好")
        file_all(db)
        staff = hire(db)
        shown = read(db, staff)
        noted = db.execute(sa.select(events)).one()
    assert (noted.kind, noted.user_id, noted.actor) == ("personal_data_read", user, staff.actor)
    assert noted.data == {"what": "transcript", "transcript": shown.row.id}


def test_forged_and_foreign_ids_are_refused_alike(engine: Engine) -> None:
    with engine.begin() as db:
        hears(db, follow(db, station="sanjiao"), "您好")
        file_all(db)
        number = int(db.scalar(sa.select(transcripts.c.id)) or 0)
        elsewhere = hire(db, "centre", station="gangqiao")
        for staff, wanted in ((elsewhere, number), (hire(db), number + 99), (hire(db), -1)):
            with pytest.raises(NotFoundError):
                read(db, staff, wanted)
            with pytest.raises(NotFoundError):
                flag_transcript(db, staff, wanted, "complaint", origin(staff))
            with pytest.raises(NotFoundError):
                add_note(db, staff, wanted, "x", origin(staff))
        assert kinds(db) == []
        with pytest.raises(ForbiddenError):
            read(db, hire(db, "specialist"), number)


def test_flags_notes_and_review_are_kept_and_on_record(engine: Engine) -> None:
    with engine.begin() as db:
        hears(db, follow(db), "您好")
        file_all(db)
        staff = hire(db)
        row = read(db, staff).row
        flag_transcript(db, staff, row.id, "wrong_answer", origin(staff))
        mark_reviewed(db, staff, row.id, row.version, origin(staff))
        add_note(db, staff, row.id, "  答得不对，已反馈  ", origin(staff))
        shown = read(db, staff)
        assert (shown.row.flag, shown.reviewer) == ("wrong_answer", staff.name)
        assert [(n.author, n.text) for n in shown.notes] == [(staff.name, "答得不对，已反馈")]
        rows = find_transcripts(db, staff, Wish(flag="wrong_answer", reviewed=True)).rows
        assert [r.id for r in rows] == [row.id]
        assert find_transcripts(db, staff, Wish(reviewed=False)).rows == ()
        mark_unreviewed(db, staff, row.id, origin(staff))
        flag_transcript(db, staff, row.id, None, origin(staff))
        assert find_transcripts(db, staff, Wish(flag="wrong_answer")).rows == ()
        changes = [k for k in kinds(db) if k != "personal_data_read"]
        whole = str(db.execute(sa.select(events.c.data)).all())
    assert changes == [
        "transcript_flagged",
        "transcript_reviewed",
        "transcript_noted",
        "transcript_reviewed",
        "transcript_flagged",
    ]
    assert "已反馈" not in whole, "words of notes stay out of the record"


def test_what_was_said_after_the_page_was_opened_is_not_marked_reviewed(engine: Engine) -> None:
    with engine.begin() as db:
        user = follow(db)
        hears(db, user, "您好")
        file_all(db)
        staff = hire(db)
        row = read(db, staff).row
        hears(db, user, "还有件事", NOW + timedelta(minutes=1))
        file_all(db)
        with pytest.raises(ReviewError) as refused:
            mark_reviewed(db, staff, row.id, row.version, origin(staff))
        assert refused.value.code == "changed"
        mark_reviewed(db, staff, row.id, read(db, staff).row.version, origin(staff))
        hears(db, user, "再问一句", NOW + timedelta(minutes=2))
        file_all(db)
        assert read(db, staff).row.reviewed_at is None


@pytest.mark.parametrize(("text", "code"), [("  ", "note_empty"), ("长" * 1001, "note_long")])
def test_notes_without_words_or_too_long_are_refused(engine: Engine, text: str, code: str) -> None:
    with engine.begin() as db:
        hears(db, follow(db), "您好")
        file_all(db)
        staff = hire(db)
        with pytest.raises(ReviewError) as refused:
            add_note(db, staff, read(db, staff).row.id, text, origin(staff))
    assert refused.value.code == code


@pytest.mark.parametrize("leaving", [True, False])
def test_deleting_a_users_data_empties_index_notes_and_proposals(
    engine: Engine, leaving: bool
) -> None:
    with engine.begin() as db:
        user, other = follow(db), follow(db)
        asked = hears(db, user, "仪器年检要跑哪个单位哟", parse=parse("testing", 0.5))
        agreed = hears(db, user, "我们仪器该送哪里去量哟", parse=parse("testing", 0.5))
        hears(db, other, "仪器坏了")
        file_all(db)
        staff = hire(db)
        number = db.scalar(sa.select(transcripts.c.id).where(transcripts.c.user_id == user))
        add_note(db, staff, int(number or 0), "这家很急", origin(staff))
        label_message(db, staff, asked, "metrology", origin(staff))
        kept = label_message(db, staff, agreed, "metrology", origin(staff))
        approve_candidate(db, staff, kept.id, kept.version, origin(staff))
        if leaving:
            last = hears(db, user, None, kind="event", event="unsubscribe", status="pending")
            forget_user(db, user, last)
        else:
            delete_personal_data(db, user, now=NOW)
        theirs = transcript_grams.c.transcript_id == number
        assert db.scalar(sa.select(sa.func.count()).where(theirs)) == 0
        assert db.execute(sa.select(transcript_notes)).all() == []
        assert [row.message_id for row in db.execute(sa.select(learning_candidates))] == [None]
        assert get_candidate(db, kept.id).status == "approved"
        rows = find_transcripts(db, staff, Wish(text="仪器")).rows
        assert [row.user_id for row in rows] == [other]


def test_who_comes_back_at_once_is_filed_anew(engine: Engine) -> None:
    with engine.begin() as db:
        user = follow(db, "oBack")
        left = hears(db, user, None, kind="event", event="unsubscribe", status="pending")
        back = hears(db, user, "我又来了", NOW + timedelta(seconds=3))
        file_all(db)
        forget_user(db, user, left)
        file_all(db)
        owner = db.execute(sa.select(messages_in).where(messages_in.c.id == back)).one()
        rows = find_transcripts(db, hire(db), Wish(text="又来")).rows
    assert owner.user_id != user
    assert [row.user_id for row in rows] == [owner.user_id]


def test_deletion_asked_for_at_the_desk_is_on_record(engine: Engine) -> None:
    with engine.begin() as db:
        user = follow(db)
        hears(db, user, "您好")
        file_all(db)
        delete_personal_data(db, user, channel="desk", actor="staff:1", now=NOW)
        assert kinds(db) == ["personal_data_deleted"]
