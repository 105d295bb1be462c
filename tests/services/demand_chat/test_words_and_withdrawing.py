"""Words added to a demand, and demands withdrawn."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine

from bot.gateway.pending import next_pending
from bot.gateway.read_message import read_message
from bot.services.demand.chat import PATIENCE
from bot.services.demand.demands import submit_draft
from bot.services.demand.inquiries import answer_inquiry, inquiries_of
from bot.services.demand.rows import get_demand
from bot.storage.tables import conversations, messages_in
from tests.services.conftest import NOW, ready_draft
from tests.services.demand_chat.talking import Talk, payload, responses, served, titles, words
from tests.services.demand_setup import (
    CENTRE,
    recorded,
    submitted,
)


def test_words_are_kept_whatever_they_hold(engine: Engine, talk: Talk) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        user = demand.user_id
        shown = talk(db, user, "查进度")
        for kind, title in (("addition", "补充说明"), ("question", "提问"), ("complaint", "投诉")):
            asked = talk(db, user, choice=payload(shown, title))
            assert responses(asked) == [f"utter_demand_{kind}"]
            said = "怎么注册商标？我们还想办体系认证" if kind == "addition" else f"{title}的话"
            kept = talk(db, user, said, intent="fill_demand", ranking=[("ip", 0.95)])
            assert responses(kept) == [f"utter_demand_{kind}_kept"]
        assert [(i.kind, i.text) for i in inquiries_of(db, demand.id)] == [
            ("addition", "怎么注册商标？我们还想办体系认证"),
            ("question", "提问的话"),
            ("complaint", "投诉的话"),
        ]
        assert "您有2条提问或投诉待答复" in words(talk(db, user, "查进度"))
        for asked in inquiries_of(db, demand.id)[1:]:
            answer_inquiry(db, asked, "两周左右", CENTRE, NOW)
        assert "待答复" not in words(talk(db, user, "查进度"))


def test_asking_is_left_by_words_by_time_and_for_a_person(engine: Engine, talk: Talk) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        user, choice = demand.user_id, f"question:{demand.id}"
        talk(db, user, choice=choice)
        assert responses(talk(db, user, "算了吧")) == ["utter_demand_stopped"]
        talk(db, user, choice=choice)
        assert responses(talk(db, user, choice="stop")) == ["utter_demand_stopped"]
        talk(db, user, choice=choice)
        person = talk(db, user, "转人工", ranking=[("handoff_human", 0.97)])
        assert (person.said, person.question) == ([], "handoff_human")
        talk(db, user, choice=choice)
        late = talk(db, user, "查进度", now=NOW + PATIENCE)
        assert responses(late) == ["utter_demand_state"]
        assert inquiries_of(db, demand.id) == []


def test_demand_is_withdrawn_with_its_reason(engine: Engine, talk: Talk) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        user = demand.user_id
        asked = talk(db, user, choice=f"withdraw:{demand.id}")
        assert "ZLXQ-2026-0001" in words(asked)
        assert get_demand(db, demand.id).status == "submitted", "not before the reason"
        assert responses(talk(db, user, "已经自己解决了")) == ["utter_demand_withdrawn"]
        assert get_demand(db, demand.id).status == "withdrawn"
        (event,) = recorded(db, "demand_withdrawn")
        assert event.data["reason"] == "已经自己解决了"
        assert titles(talk(db, user, "查进度")) == []


def test_service_that_runs_cannot_be_withdrawn(engine: Engine, talk: Talk) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        served(db, demand)
        assert "撤回需求" not in titles(talk(db, demand.user_id, "查进度"))
        talk(db, demand.user_id, choice=f"withdraw:{demand.id}")
        assert responses(talk(db, demand.user_id, "不要了")) == ["utter_demand_not_now"]
        assert get_demand(db, demand.id).status == "completed"


def test_message_handled_twice_does_things_once(engine: Engine, talk: Talk) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        user = demand.user_id
        talk(db, user, choice=f"addition:{demand.id}")
        first = talk(db, user, "补充一句", message=10**6)
        assert talk(db, user, "补充一句", message=10**6) == first
        assert len(inquiries_of(db, demand.id)) == 1


def test_words_too_long_are_not_kept(engine: Engine, talk: Talk) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        talk(db, demand.user_id, choice=f"question:{demand.id}")
        turn = talk(db, demand.user_id, "长" * 501)
        assert responses(turn) == ["utter_demand_too_long"]
        assert inquiries_of(db, demand.id) == []


@pytest.mark.parametrize(("kind", "said"), [("text", "我的补充"), ("image", '"not_text"')])
def test_gateway_knows_that_words_are_asked_for(
    engine: Engine, talk: Talk, kind: str, said: str
) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        talk(db, demand.user_id, choice=f"addition:{demand.id}")
        db.execute(conversations.insert().values(user_id=demand.user_id))
        row = {"user_id": demand.user_id, "dedup_key": "k", "nonce": "n", "kind": kind, "data": {}}
        row |= {"text": "我的补充" if kind == "text" else None, "status": "pending"}
        times = {"received_at": NOW + timedelta(minutes=1), "passive_until": NOW}
        db.execute(messages_in.insert().values(**row, **times))
    found = next_pending(engine, demand.user_id)
    assert found is not None
    assert found.asking == "demand"
    assert said in str(read_message(engine, found).text)


def test_one_demand_is_added_to_and_withdrawn_in_words(engine: Engine, talk: Talk) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        turn = talk(db, demand.user_id, "补充：两台80吨的")
        assert responses(turn) == ["utter_demand_addition_kept"]
        assert [i.text for i in inquiries_of(db, demand.id)] == ["两台80吨的"]
        assert responses(talk(db, demand.user_id, "补充")) == ["utter_demand_addition"]
        assert responses(talk(db, demand.user_id, "还有一台60吨的")) == [
            "utter_demand_addition_kept"
        ]
        assert responses(talk(db, demand.user_id, "撤回需求")) == ["utter_demand_withdraw"]
        assert responses(talk(db, demand.user_id, "1")) == ["utter_demand_withdraw"]
        assert responses(talk(db, demand.user_id, "查进度")) == ["utter_demand_state"]
        assert responses(talk(db, demand.user_id, "撤回")) == ["utter_demand_withdraw"]
        more = talk(db, demand.user_id, "补充：还要校准")
        assert responses(more) == ["utter_demand_addition_kept"]
        assert get_demand(db, demand.id).status == "submitted"
        assert responses(talk(db, demand.user_id, "撤回")) == ["utter_demand_withdraw"]
        assert responses(talk(db, demand.user_id, "不办了")) == ["utter_demand_withdrawn"]
        assert responses(talk(db, demand.user_id, "撤回")) == ["utter_demand_state"]


def test_of_several_demands_which_is_meant_is_asked(engine: Engine, talk: Talk) -> None:
    with engine.begin() as db:
        first = submitted(db)
        second = submit_draft(
            db, ready_draft(db, first.user_id), channel="wechat", actor="user", now=NOW
        )
        turn = talk(db, first.user_id, "撤回")
        assert responses(turn) == ["utter_which_demand"]
        (title,) = [t for t in titles(turn) if second.number in t]
        chosen = talk(db, first.user_id, choice=payload(turn, title))
        assert responses(chosen) == ["utter_demand_withdraw"]
        talk(db, first.user_id, "重复提交了")
        assert get_demand(db, second.id).status == "withdrawn"
        assert get_demand(db, first.id).status == "submitted"
