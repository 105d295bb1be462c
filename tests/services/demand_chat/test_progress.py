"""How far one's demands are, found by number or choice, and never those of others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine

from bot.model.demand_actor import Given, by_link
from bot.services.demand.demands import submit_draft
from bot.services.demand.matter_rows import read_matter
from bot.services.demand.steps import take_step
from tests.services.conftest import NOW, add_user, ready_draft
from tests.services.demand_chat.talking import (
    RESPONSES,
    Talk,
    payload,
    responses,
    served,
    titles,
    words,
)
from tests.services.demand_setup import (
    LATER,
    department,
    forwarded,
    submitted,
)


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


def test_every_response_that_is_said_stands_in_the_domain() -> None:
    kinds = ("addition", "question", "complaint")
    needed = {f"utter_demand_{k}" for k in kinds} | {f"utter_demand_{k}_kept" for k in kinds}
    assert needed | {"utter_demand_withdraw", "utter_demand_withdrawn"} <= set(RESPONSES)
