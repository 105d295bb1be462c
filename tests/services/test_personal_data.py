"""Consent, export and deletion of what is known of a person."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.services.demand.demands import (
    change_demand,
    find_demand,
    list_versions,
    submit_draft,
    withdraw_demand,
)
from bot.services.form.draft_rows import find_draft, get_draft
from bot.services.form.drafts import open_draft, save_answers
from bot.services.personal_data import (
    delete_personal_data,
    export_personal_data,
    forget_user,
    has_consent,
    record_consent,
)
from bot.storage.tables import (
    conversations,
    events,
    messages_in,
    messages_out,
    metadata,
    users,
)
from tests.services.conftest import ANSWERS, BY_CHAT, NOW, add_user, ready_draft

BY_OTHER = "13700000000"


def say(db: Connection, user_id: int, text: str, status: str = "done") -> int:
    """A message of the user with its answer."""
    key = hashlib.sha256(f"{user_id}:{text}".encode()).hexdigest()
    row = db.execute(
        messages_in.insert().values(
            user_id=user_id,
            dedup_key=key,
            nonce=key[:40],
            kind="text",
            text=text,
            data={"Content": text},
            received_at=NOW,
            passive_until=NOW,
            status=status,
        )
    ).inserted_primary_key[0]
    db.execute(
        messages_out.insert().values(
            user_id=user_id,
            reply_to=row,
            sender="assistant",
            body={"text": f"好的：{text}", "choices": []},
            status="sent" if status == "done" else "pending",
            due_at=NOW,
            created_at=NOW + timedelta(seconds=1),
        )
    )
    return int(row)


def everything(db: Connection) -> str:
    """All that the database holds, as text."""
    rows = [dict(row._mapping) for t in metadata.sorted_tables for row in db.execute(sa.select(t))]
    return json.dumps(rows, ensure_ascii=False, default=str)


def test_consent_is_asked_once_for_each_wording(engine: Engine, newcomer: int) -> None:
    with engine.begin() as db:
        assert not has_consent(db, newcomer)
        record_consent(db, newcomer, channel="wechat", now=NOW)
        record_consent(db, newcomer, channel="h5", now=NOW)
        assert has_consent(db, newcomer)
        assert not has_consent(db, newcomer, wording=2)
        assert not has_consent(db, add_user(db, "oOther"))
        kinds = list(db.execute(sa.select(events.c.kind, events.c.channel, events.c.data)))
        assert kinds == [("consent_given", "wechat", {"old": None, "new": 1})]


def test_export_holds_all_that_was_given_and_nothing_of_others(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        other = add_user(db, "oOther")
        submit_draft(db, ready_draft(db, other, {**ANSWERS, "telephone": BY_OTHER}), **BY_CHAT)
        demand = submit_draft(db, ready_draft(db, user), **BY_CHAT)
        change_demand(db, demand, {"employees": 86}, "补充人数", **BY_CHAT)
        draft = open_draft(db, user, "wechat", NOW)
        save_answers(db, draft, {"industry": "铸造"}, **BY_CHAT)
        say(db, user, "我的电话是13912345678")
        exported = export_personal_data(db, user, now=NOW)
    text = json.dumps(exported, ensure_ascii=False)
    assert BY_OTHER not in text
    assert exported["exported_at"] == "2026-03-02 09:00:00"
    assert exported["demands"][0]["number"] == demand.number
    assert exported["demands"][0]["answers"]["电话/手机"] == "13912345678"
    assert [v["reason"] for v in exported["demands"][0]["versions"]] == ["", "补充人数"]
    assert exported["drafts"][-1]["answers"]["所属行业"] == "铸造"
    assert [m["from"] for m in exported["messages"]] == ["user", "assistant"]
    assert exported["consents"][0]["withdrawn_at"] is None


def test_export_is_on_record(engine: Engine, newcomer: int) -> None:
    with engine.begin() as db:
        export_personal_data(db, newcomer, channel="h5", now=NOW)
        row = db.execute(sa.select(events.c.kind, events.c.channel, events.c.user_id)).one()
        assert row == ("personal_data_exported", "h5", newcomer)


def test_deleted_data_are_nowhere_in_the_database(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        draft = ready_draft(db, user)
        save_answers(db, draft, {"telephone": "13987654321"}, **BY_CHAT)
        say(db, user, "我的电话是13912345678")
        assert "13912345678" in everything(db)
        assert "李敏" in everything(db)
    with engine.begin() as db:
        deletion = delete_personal_data(db, user, now=NOW)
    with engine.begin() as db:
        stored = everything(db)
        for trace in ("13912345678", "13987654321", "李敏", "计量检测有限公司"):
            assert trace not in stored
        assert (deletion.drafts, deletion.messages, deletion.kept) == (1, 2, ())
        assert find_draft(db, user) is None
        assert not has_consent(db, user)
        assert open_draft(db, user, "wechat", NOW).status == "consent"


def test_record_still_says_who_changed_which_field_when(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        ready_draft(db, user, {"telephone": "13912345678"})
        delete_personal_data(db, user, now=NOW)
        row = db.execute(sa.select(events).where(events.c.kind == "draft_answers_changed")).one()
        assert (row.actor, row.channel, row.at) == ("user", "wechat", NOW)
        assert row.data["new"] == {"telephone": None}
        last = db.execute(sa.select(events).order_by(events.c.id.desc()).limit(1)).one()
        assert last.kind == "personal_data_deleted"


def test_submitted_demand_binds_its_data_and_is_named(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        demand = submit_draft(db, ready_draft(db, user), **BY_CHAT)
        change_demand(db, demand, {"employees": 86}, "补充人数", **BY_CHAT)
        draft = open_draft(db, user, "wechat", NOW)
        save_answers(db, draft, {"telephone": "13987654321"}, **BY_CHAT)
        deletion = delete_personal_data(db, user, now=NOW)
        assert deletion.kept == (demand.number,)
        kept = find_demand(db, demand.number, user)
        assert kept is not None
        assert kept.answers == {**ANSWERS, "employees": 86}
        assert list_versions(db, demand.id)[0].answers == ANSWERS
        assert "13987654321" not in everything(db)
        assert get_draft(db, demand.draft_id).answers == {}


def test_withdrawn_demand_binds_nothing(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        demand = submit_draft(db, ready_draft(db, user), **BY_CHAT)
        demand = change_demand(db, demand, {"contact": "质量部 王丽"}, "换王丽联系", **BY_CHAT)
        withdraw_demand(db, demand, "王丽说不办了", **BY_CHAT)
        deletion = delete_personal_data(db, user, now=NOW)
        assert deletion.kept == ()
        stored = everything(db)
        assert "王丽" not in stored
        assert "13912345678" not in stored
        found = find_demand(db, demand.number, user)
        assert found is not None
        assert found.status == "withdrawn"


def test_deletion_leaves_others_alone(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        other = add_user(db, "oOther")
        draft = ready_draft(db, other, {"telephone": BY_OTHER})
        say(db, other, "别人的话")
        delete_personal_data(db, user, now=NOW)
        assert get_draft(db, draft.id) == draft
        assert everything(db).count("别人的话") > 1
        assert has_consent(db, other)


def test_message_being_handled_and_answers_not_yet_delivered_stay(
    engine: Engine, user: int
) -> None:
    with engine.begin() as db:
        say(db, user, "早先的话")
        say(db, user, "删除我的资料", status="pending")
        delete_personal_data(db, user, now=NOW)
        stored = everything(db)
        assert "早先的话" not in stored
        assert "好的：删除我的资料" in stored


def leave(db: Connection, user_id: int) -> int:
    """The push that a user unfollowed."""
    return say(db, user_id, "unsubscribe", status="pending")


def test_who_leaves_is_forgotten_but_for_a_submitted_demand(engine: Engine) -> None:
    with engine.begin() as db:
        user = add_user(db, "oLeaving", quota_left=5)
        db.execute(conversations.insert().values(user_id=user))
        demand = submit_draft(db, ready_draft(db, user), **BY_CHAT)
        draft = open_draft(db, user, "wechat", NOW)
        save_answers(db, draft, {"telephone": "13987654321"}, **BY_CHAT)
        say(db, user, "我姓王")
        forget_user(db, user, leave(db, user))
        stored = everything(db)
        assert "oLeaving" not in stored
        assert "13987654321" not in stored
        assert "我姓王" not in stored
        row: Any = db.execute(sa.select(users).where(users.c.id == user)).one()
        assert (row.openid, row.subscribed, row.quota_left) == (f"deleted:{user}", False, 0)
        assert set(db.scalars(sa.select(messages_out.c.status))) == {"sent", "void"}
        kept = find_demand(db, demand.number, user)
        assert kept is not None
        assert kept.answers == ANSWERS


def test_who_comes_back_starts_anew(engine: Engine) -> None:
    with engine.begin() as db:
        user = add_user(db, "oBack", quota_left=5)
        db.execute(conversations.insert().values(user_id=user))
        ready_draft(db, user)
        left = leave(db, user)
        say(db, user, "我又来了", status="pending")
        forget_user(db, user, left)
        new = db.scalar(sa.select(users.c.id).where(users.c.openid == "oBack"))
        assert new not in (None, user)
        words = db.scalars(sa.select(messages_in.c.text).where(messages_in.c.user_id == new))
        assert list(words) == ["我又来了"]
        assert find_draft(db, new) is None
        assert not has_consent(db, new)
