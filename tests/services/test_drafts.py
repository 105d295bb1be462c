"""Drafts: kept at every answer, one for a user, never overwritten unseen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.model.errors import (
    ConsentMissingError,
    DraftClosedError,
    NotFoundError,
    StaleDraftError,
)
from bot.model.form import FieldError
from bot.services.demand.demands import submit_draft
from bot.services.form.draft_migration import migrate_draft
from bot.services.form.draft_rows import find_draft, get_draft, read_reply, write_reply
from bot.services.form.drafts import open_draft, save_answers, set_state
from bot.services.personal_data import record_consent
from bot.storage.database import create_engine
from bot.storage.tables import drafts, events
from knowledge.form import load_form
from tests.services.conftest import ANSWERS, BY_CHAT, BY_PAGE, NOW, add_user, at_once, ready_draft


def changes(db: Any, kind: str = "draft_answers_changed") -> list[dict[str, Any]]:
    query = sa.select(events.c.data).where(events.c.kind == kind).order_by(events.c.id)
    return list(db.scalars(query))


def test_each_answer_is_there_after_a_restart(engine: Engine, database_url: str, user: int) -> None:
    with engine.begin() as db:
        draft = ready_draft(db, user, {"company_name": "永川铸造厂"})
    with engine.begin() as db:
        save_answers(db, draft, {"telephone": "13912345678"}, **BY_CHAT)
        set_state(db, draft, asking="contact", misses=1)
    engine.dispose()
    again = create_engine(database_url)
    with again.begin() as db:
        found = find_draft(db, user)
    again.dispose()
    assert found is not None
    assert found.answers == {"company_name": "永川铸造厂", "telephone": "13912345678"}
    assert (found.asking, found.misses, found.status) == ("contact", 1, "filling")


def test_chat_and_page_fill_the_same_draft(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        draft = ready_draft(db, user, {"company_name": "永川铸造厂"})
        save_answers(db, draft, {"employees": 86}, **BY_PAGE)
        save_answers(db, draft, {"industry": "铸造"}, **BY_CHAT)
        assert open_draft(db, user, "h5", NOW).id == draft.id
        assert get_draft(db, draft.id).answers == {
            "company_name": "永川铸造厂",
            "employees": 86,
            "industry": "铸造",
        }


def test_page_that_read_an_older_version_overwrites_nothing(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        seen = ready_draft(db, user, {"telephone": "13912345678"})
        save_answers(db, seen, {"telephone": "13987654321"}, **BY_CHAT)
    with engine.begin() as db, pytest.raises(StaleDraftError) as conflict:
        save_answers(db, seen, {"telephone": "02349859793"}, version=seen.version, **BY_PAGE)
    assert conflict.value.current.answers == {"telephone": "13987654321"}
    assert conflict.value.current.version == seen.version + 1
    with engine.begin() as db:
        assert get_draft(db, seen.id).answers == {"telephone": "13987654321"}


def test_a_save_sent_twice_is_no_conflict(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        seen = ready_draft(db, user, {"telephone": "13912345678"})
        first = save_answers(db, seen, {"employees": 86}, version=seen.version, **BY_PAGE)
        second = save_answers(db, seen, {"employees": 86}, version=seen.version, **BY_PAGE)
        assert second == first
        assert len(changes(db)) == 2


def test_of_two_browsers_at_once_one_is_told_of_the_other(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        seen = ready_draft(db, user, {"employees": 1})

    def save(count: int) -> Any:
        with engine.begin() as db:
            return save_answers(db, seen, {"employees": count}, version=seen.version, **BY_PAGE)

    results = at_once([lambda n=n: save(n) for n in range(10, 18)])  # type: ignore[misc]
    saved = [r for r in results if not isinstance(r, Exception)]
    refused = [r for r in results if isinstance(r, StaleDraftError)]
    assert (len(saved), len(refused)) == (1, 7)
    with engine.begin() as db:
        assert get_draft(db, seen.id).answers == saved[0].answers
    assert all(r.current.answers == saved[0].answers for r in refused)


def test_answers_to_different_questions_at_once_are_all_kept(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        seen = ready_draft(db, user, {"contact": "质量部 李敏"})
    values: dict[str, Any] = {
        "company_name": "永川铸造厂",
        "employees": 86,
        "founded": "2008-05",
        "industry": "铸造",
        "telephone": "13912345678",
    }

    def save(name: str) -> Any:
        with engine.begin() as db:
            return save_answers(db, seen, {name: values[name]}, **BY_CHAT)

    at_once([lambda name=name: save(name) for name in values])  # type: ignore[misc]
    with engine.begin() as db:
        stored = get_draft(db, seen.id)
    assert stored.answers == {**values, "contact": "质量部 李敏"}
    assert stored.version == seen.version + len(values)


def test_every_change_is_on_record_with_old_and_new(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        draft = ready_draft(db, user, {"telephone": "13912345678"})
        save_answers(db, draft, {"telephone": "13987654321", "employees": 86}, **BY_PAGE)
        save_answers(db, draft, {"employees": None}, **BY_CHAT)
        assert [(c["old"], c["new"]) for c in changes(db)] == [
            ({"telephone": None}, {"telephone": "13912345678"}),
            (
                {"telephone": "13912345678", "employees": None},
                {"telephone": "13987654321", "employees": 86},
            ),
            ({"employees": 86}, {"employees": None}),
        ]
        last = db.execute(sa.select(events).order_by(events.c.id.desc()).limit(2)).all()[1]
        assert (last.channel, last.actor, last.at) == ("h5", "user", BY_PAGE["now"])
        assert get_draft(db, draft.id).answers == {"telephone": "13987654321"}


def test_change_that_is_not_committed_leaves_no_record(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        draft = ready_draft(db, user, {"employees": 1})
    with engine.connect() as db:
        save_answers(db, draft, {"employees": 2}, **BY_CHAT)
        db.rollback()
    with engine.begin() as db:
        assert get_draft(db, draft.id).answers == {"employees": 1}
        assert len(changes(db)) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("telephone", "12345"),
        ("founded", "2020-02-30"),
        ("employees", -3),
        ("company_name", "厂" * 3000),
        ("metrology_wants", ["没有这一项"]),
        ("no_such_field", "x"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_refused_value_names_its_field_and_nothing_is_kept(
    engine: Engine, user: int, name: str, value: Any
) -> None:
    with engine.begin() as db:
        draft = ready_draft(db, user, {"industry": "铸造"})
        with pytest.raises(FieldError) as refusal:
            save_answers(db, draft, {"contact": "质量部 李敏", name: value}, **BY_PAGE)
        assert refusal.value.field_id == name
        assert refusal.value.code
        assert get_draft(db, draft.id).answers == {"industry": "铸造"}


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "{{7*7}}有限公司", "<b>永川</b>铸造厂"])
def test_odd_free_text_is_kept_letter_by_letter(engine: Engine, user: int, text: str) -> None:
    with engine.begin() as db:
        draft = ready_draft(db, user, {"suggestions": text})
        assert get_draft(db, draft.id).answers == {"suggestions": text}


def test_users_who_open_in_many_places_at_once_get_one_draft(engine: Engine, user: int) -> None:
    def begin() -> Any:
        with engine.begin() as db:
            return open_draft(db, user, "wechat", NOW)

    results = at_once([begin] * 12)
    assert {getattr(r, "id", r) for r in results} == {results[0].id}
    with engine.begin() as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(drafts)) == 1
        assert len(changes(db, "draft_status_changed")) == 1


def test_nothing_is_kept_before_consent(engine: Engine, newcomer: int) -> None:
    with engine.begin() as db:
        draft = open_draft(db, newcomer, "wechat", NOW)
        assert draft.status == "consent"
        with pytest.raises(ConsentMissingError):
            save_answers(db, draft, {"telephone": "13912345678"}, **BY_CHAT)
        with pytest.raises(ConsentMissingError):
            set_state(db, draft, status="filling")
        record_consent(db, newcomer, channel="wechat", now=NOW)
        assert set_state(db, draft, status="filling").status == "filling"
        save_answers(db, draft, {"telephone": "13912345678"}, **BY_CHAT)


def test_paused_draft_is_found_and_goes_on(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        draft = ready_draft(db, user, {"employees": 86})
        paused = set_state(db, draft, status="paused", asking="contact")
        assert find_draft(db, user) == paused
        resumed = set_state(db, draft, status="filling")
        assert (resumed.answers, resumed.asking) == ({"employees": 86}, "contact")


def test_given_up_draft_takes_nothing_more_and_a_new_one_begins(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        draft = ready_draft(db, user, {"employees": 86})
        set_state(db, draft, status="given_up", asking=None)
        assert find_draft(db, user) is None
        with pytest.raises(DraftClosedError):
            save_answers(db, draft, {"employees": 87}, **BY_PAGE)
        with pytest.raises(DraftClosedError):
            set_state(db, draft, status="filling")
        assert open_draft(db, user, "wechat", NOW).id != draft.id


def test_draft_is_not_made_submitted_by_hand(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        draft = ready_draft(db, user)
        with pytest.raises(DraftClosedError):
            set_state(db, draft, status="submitted")
        assert get_draft(db, draft.id).status == "filling"


def test_last_reply_is_kept_with_its_message_also_after_submission(
    engine: Engine, user: int
) -> None:
    with engine.begin() as db:
        draft = ready_draft(db, user)
        submit_draft(db, draft, **BY_CHAT)
        write_reply(db, user, 7, {"text": "已提交"})
        assert read_reply(db, user, 7) == {"text": "已提交"}
        assert read_reply(db, user, 6) is None
        stored = get_draft(db, draft.id)
        assert stored.status == "submitted"
        assert stored.demand_id is not None


def test_unknown_draft_is_said_to_be_unknown(engine: Engine) -> None:
    with engine.begin() as db, pytest.raises(NotFoundError):
        get_draft(db, 999)


def test_returning_enterprise_finds_its_basics_to_confirm(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        other = add_user(db, "oOther")
        submit_draft(db, ready_draft(db, user, {**ANSWERS, "founded": "2008-05"}), **BY_CHAT)
        again = open_draft(db, user, "wechat", NOW)
        basics = {
            "company_name": ANSWERS["company_name"],
            "contact": ANSWERS["contact"],
            "telephone": ANSWERS["telephone"],
            "founded": "2008-05",
        }
        assert again.answers == basics
        assert set(again.prefilled) == set(basics)
        confirmed = save_answers(db, again, {"telephone": basics["telephone"]}, **BY_CHAT)
        assert "telephone" not in confirmed.prefilled
        assert "contact" in confirmed.prefilled
        record_consent(db, other, channel="wechat", now=NOW)
        assert open_draft(db, other, "wechat", NOW).answers == {}


def test_form_version_change_keeps_what_fits_and_says_what_does_not(
    engine: Engine, user: int
) -> None:
    form = load_form()
    gone = {"industry"}
    changed = replace(
        form.field("metrology_wants"), options=("建立计量标准",), option_categories=()
    )
    fields = [changed if f.id == changed.id else f for f in form.fields if f.id not in gone]
    newer = replace(form, version=form.version + 1, fields=tuple(fields))
    with engine.begin() as db:
        draft = ready_draft(db, user, {**ANSWERS, "industry": "铸造"})
        draft = set_state(db, draft, asking="industry")
        migrated, lost = migrate_draft(db, draft, form=newer, **BY_CHAT)
        assert set(lost) == {"industry", "metrology_wants"}
        assert lost["industry"] == "unknown_field"
        kept = {n: v for n, v in ANSWERS.items() if n != "metrology_wants"}
        assert migrated.answers == kept
        assert (migrated.form_version, migrated.asking) == (newer.version, None)
        record = changes(db, "draft_migrated")[0]
        assert record["old"] == {"industry": "铸造", "metrology_wants": ANSWERS["metrology_wants"]}
        assert migrate_draft(db, migrated, form=newer, **BY_CHAT) == (migrated, {})
