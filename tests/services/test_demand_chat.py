"""Submitted demands in chat: progress, own ones only, words, withdrawing, rating."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy.engine import Connection, Engine

from bot.gateway.inbox import next_pending
from bot.gateway.read_message import read_message
from bot.model.demand_actor import Given, by_link
from bot.services.demand.chat import PATIENCE, DemandChat
from bot.services.demand.demands import submit_draft
from bot.services.demand.inquiries import answer_inquiry, inquiries_of
from bot.services.demand.matter_rows import read_matter
from bot.services.demand.rows import Demand, get_demand
from bot.services.demand.steps import take_step
from bot.services.form.says import FormTurn
from bot.settings import Settings, read_settings
from bot.storage.tables import conversations, messages_in
from tests.services.conftest import NOW, add_user, ready_draft
from tests.services.demand_setup import (
    CENTRE,
    LATER,
    TWO_WANTS,
    analysed,
    completed,
    department,
    forwarded,
    recorded,
    submitted,
)

MESSAGES = count(1)
RESPONSES = yaml.safe_load(
    (Path(__file__).parents[2] / "domain/responses/demands.yml").read_text("utf-8")
)["responses"]
RATE = "rate_service"
PROGRESS = "check_demand_status"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings(
        {"BOT_VAR": str(tmp_path), "PUBLIC_URL": "https://zl.example.cn"}, demo=True
    )


@pytest.fixture
def talk(settings: Settings) -> Callable[..., FormTurn]:
    """Says something as a user: words with the intent they are read as, or a choice."""

    def said(
        db: Connection,
        user: int,
        text: str = "",
        *,
        choice: str = "",
        now: datetime = NOW,
        **more: Any,
    ) -> FormTurn:
        chat = DemandChat(db, settings, user, more.pop("message", next(MESSAGES)), now)
        if choice:
            return chat.choose(choice)
        intent = more.pop("intent", PROGRESS)
        return chat.hear(text, more.pop("ranking", [(intent, 0.9)]), intent)

    return said


def responses(turn: FormTurn) -> list[str]:
    return [said.response for said in turn.said]


def words(turn: FormTurn) -> str:
    """All that is said, as the user reads it."""
    return "\n".join(
        RESPONSES[said.response][0]["text"].format(**said.values)
        for said in turn.said
        if said.response in RESPONSES
    )


def titles(turn: FormTurn) -> list[str]:
    return [choice["title"] for said in turn.said for choice in said.choices]


def payload(turn: FormTurn, title: str) -> str:
    """What the choice of this title says."""
    (found,) = [c for said in turn.said for c in said.choices if c["title"] == title]
    return str(found["payload"]).split('"choice": "')[1].rstrip('"}')


Talk = Callable[..., FormTurn]


def served(db: Connection, demand: Demand, name: str = "区市场监管局") -> int:
    """Its first matter, served; the id."""
    return completed(db, forwarded(db, demand, department(db, name))).id


def test_progress_says_state_who_serves_and_what_comes_next(engine: Engine, talk: Talk) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        turn = talk(db, demand.user_id, "查进度")
        assert "计量：已提交，待受理。质量服务中心正在汇总分析" in words(turn)
        assert "https://zl.example.cn/h5/form/" in words(turn)
        assert titles(turn) == ["补充说明", "提问", "投诉", "撤回需求"]
        matter = forwarded(db, demand, department(db))
        who = by_link(matter.organisation_id or 0)
        matter = take_step(db, "accept", matter, who, NOW)
        at = Given(starts_at=NOW + timedelta(days=1), location="企业厂区")
        take_step(db, "schedule", matter, who, NOW, at)
        shown = words(talk(db, demand.user_id, "到哪一步了"))
        assert "承办单位是区市场监管局（电话 49473890）" in shown
        assert "3月3日（周二）09:00，企业厂区" in shown


def test_several_demands_are_chosen_from(engine: Engine, talk: Talk) -> None:
    with engine.begin() as db:
        first = submitted(db)
        user = first.user_id
        assert responses(talk(db, add_user(db, "oNew"), "查进度")) == ["utter_no_demands"]
        submit_draft(db, ready_draft(db, user), channel="wechat", actor="user", now=LATER)
        turn = talk(db, user, "我的需求")
        assert titles(turn) == [
            "ZLXQ-2026-0002 已提交，待受理",
            "ZLXQ-2026-0001 已提交，待受理",
        ]
        chosen = talk(db, user, choice=payload(turn, titles(turn)[1]))
        assert "需求 ZLXQ-2026-0001（2026年3月2日提交）" in words(chosen)


@pytest.mark.parametrize(
    "text", ["ZLXQ-2026-0001到哪了", "zlxq20260001 查一下", "２０２６-0001", "2026-1 办好没"]
)
def test_number_is_read_in_any_spelling(engine: Engine, talk: Talk, text: str) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        assert "ZLXQ-2026-0001" in words(talk(db, demand.user_id, text))


def test_foreign_number_is_answered_like_one_that_there_is_not(engine: Engine, talk: Talk) -> None:
    with engine.begin() as db:
        mine, foreign = submitted(db, "oMine"), submitted(db, "oForeign")
        there = talk(db, mine.user_id, foreign.number)
        none = talk(db, mine.user_id, "ZLXQ-2026-0099")
        assert responses(there) == responses(none) == ["utter_demand_unknown"]
        assert words(there) == words(none)
        matter = served(db, foreign)
        for choice in (
            f"show:{foreign.id}", f"addition:{foreign.id}", f"withdraw:{foreign.id}",
            f"rate:{matter}:5", f"rate:{matter}:0", "rate:999:5", "show:x", "show:", "nonsense",
        ):  # fmt: skip
            turn = talk(db, mine.user_id, choice=choice)
            assert "ZLXQ-2026-0002" not in words(turn), choice
            assert set(responses(turn)) <= {"utter_demand_unknown", "utter_demand_state"}, choice
        assert read_matter(db, matter).score is None


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


def test_rating_by_choice_with_words_once(engine: Engine, talk: Talk) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        matter, user = served(db, demand), demand.user_id
        shown = talk(db, user, "查进度")
        asked = talk(db, user, choice=payload(shown, "评价计量服务"))
        assert titles(asked)[0] == "5分 很满意"
        rated = talk(db, user, choice=payload(asked, "4分 满意"))
        assert responses(rated) == ["utter_demand_rated", "utter_demand_rating_words"]
        kept = talk(db, user, "师傅很专业", ranking=[("chitchat", 0.5)])
        assert responses(kept) == ["utter_demand_words_kept"]
        assert (read_matter(db, matter).score, read_matter(db, matter).rating_words) == (
            4,
            "师傅很专业",
        )
        again = talk(db, user, choice=f"rate:{matter}:1")
        assert responses(again) == ["utter_demand_not_now"], "it is no more to be rated"
        assert read_matter(db, matter).score == 4
        assert responses(talk(db, user, "5分", intent=RATE)) == ["utter_rate_service"]


def test_bad_rating_in_words_brings_the_centre_back(engine: Engine, talk: Talk) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        matter = served(db, demand)
        turn = talk(db, demand.user_id, "2分，来得太晚", intent=RATE)
        assert responses(turn) == ["utter_demand_rated_badly"]
        found = read_matter(db, matter)
        assert (found.score, found.rating_words, found.state) == (2, "来得太晚", "revisiting")


@pytest.mark.parametrize(
    ("text", "score"),
    [("5", 5), ("３", 3), ("4分", 4), ("满意，5分", 5), ("很满意", 5), ("不满意", 2), ("打4星", 4)],
)
def test_score_that_was_asked_for_is_read(
    engine: Engine, talk: Talk, text: str, score: int
) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        matter = served(db, demand)
        talk(db, demand.user_id, "评价一下", intent=RATE)
        turn = talk(db, demand.user_id, text, intent="fill_demand")
        assert "utter_demand_rating_words" in responses(turn), "no words of its own"
        assert read_matter(db, matter).score == score


def test_what_is_no_score_is_answered_instead(engine: Engine, talk: Talk) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        matter = served(db, demand)
        talk(db, demand.user_id, "我要评价", intent=RATE)
        turn = talk(db, demand.user_id, "怎么注册商标", ranking=[("ip", 0.95)])
        assert (turn.said, turn.question) == ([], "ip")
        talk(db, demand.user_id, "我要评价", intent=RATE)
        assert responses(talk(db, demand.user_id, "查进度")) == ["utter_demand_state"]
        assert read_matter(db, matter).score is None


def test_question_after_the_rating_is_answered(engine: Engine, talk: Talk) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        matter = served(db, demand)
        talk(db, demand.user_id, "很满意", intent=RATE)
        turn = talk(db, demand.user_id, "怎么注册商标", ranking=[("ip", 0.95)])
        assert (turn.said, turn.question) == ([], "ip")
        assert read_matter(db, matter).rating_words == ""


def test_words_beside_a_rating_may_name_a_service(engine: Engine, talk: Talk) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        matter = served(db, demand)
        talk(db, demand.user_id, "2分", intent=RATE)
        turn = talk(db, demand.user_id, "检测报告缺了一页", ranking=[("testing", 0.95)])
        assert responses(turn) == ["utter_demand_words_kept"]
        assert read_matter(db, matter).rating_words == "检测报告缺了一页"


def test_of_several_served_matters_one_is_chosen(engine: Engine, talk: Talk) -> None:
    with engine.begin() as db:
        demand = submitted(db, answers=TWO_WANTS)
        ours = Given(organisation_id=department(db).id)
        for matter in analysed(db, demand):
            completed(db, take_step(db, "forward", matter, CENTRE, NOW, ours))
        turn = talk(db, demand.user_id, "给5分", intent=RATE)
        assert titles(turn) == ["ZLXQ-2026-0001 评价计量服务", "ZLXQ-2026-0001 评价知识产权服务"]
        asked = talk(db, demand.user_id, choice=payload(turn, titles(turn)[1]))
        assert "知识产权服务打分" in words(asked)


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


def test_every_response_that_is_said_stands_in_the_domain() -> None:
    kinds = ("addition", "question", "complaint")
    needed = {f"utter_demand_{k}" for k in kinds} | {f"utter_demand_{k}_kept" for k in kinds}
    assert needed | {"utter_demand_withdraw", "utter_demand_withdrawn"} <= set(RESPONSES)


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


def test_nothing_to_rate_is_no_rating(engine: Engine, talk: Talk) -> None:
    with engine.begin() as db:
        user = submitted(db).user_id
        for text in ("评价", "5"):
            assert responses(talk(db, user, text, intent=RATE)) == ["utter_rate_nothing"]
        assert responses(talk(db, user, "很满意", intent=RATE)) == ["utter_rate_service"]
