"""Submitted demands in words: urged, asked who has them, put right, added to."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine

from bot.services.demand.inquiries import inquiries_of
from tests.services.conftest import add_user
from tests.services.demand_chat.talking import Talk, responses, titles, words
from tests.services.demand_setup import analysed, department, forwarded, submitted


def test_urging_is_put_to_the_centre_once(engine: Engine, talk: Talk) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        turn = talk(db, demand.user_id, "能不能快点")
        assert responses(turn) == ["utter_demand_urged"]
        assert demand.number in words(turn)
        (kept,) = inquiries_of(db, demand.id)
        assert (kept.kind, kept.text) == ("question", "催办：能不能快点")
        again = talk(db, demand.user_id, "咋个还没得消息")
        assert responses(again) == ["utter_demand_urged_already"]
        assert len(inquiries_of(db, demand.id)) == 1


@pytest.mark.parametrize("text", ["催一下", "哪个在办", "再补充一句 我们想下个月就做完"])
def test_without_a_demand_there_is_nothing_to_treat(engine: Engine, talk: Talk, text: str) -> None:
    with engine.begin() as db:
        assert responses(talk(db, add_user(db), text)) == ["utter_no_demands"]


def test_who_has_it_is_told_with_the_telephone(engine: Engine, talk: Talk) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        assert "质量服务中心" in words(talk(db, demand.user_id, "哪个在办"))
        forwarded(db, demand, department(db, "区市场监管局"))
        assert "区市场监管局（电话 49473890）" in words(talk(db, demand.user_id, "哪个在办"))


def test_the_words_behind_an_addition_are_added(engine: Engine, talk: Talk) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        turn = talk(db, demand.user_id, "再补充一句 我们想下个月就做完")
        assert responses(turn) == ["utter_demand_addition_kept"]
        (kept,) = inquiries_of(db, demand.id)
        assert (kept.kind, kept.text) == ("addition", "我们想下个月就做完")


def test_urging_words_are_kept_where_a_question_is_awaited(engine: Engine, talk: Talk) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        talk(db, demand.user_id, choice=f"question:{demand.id}")
        assert responses(talk(db, demand.user_id, "能不能快点")) == ["utter_demand_question_kept"]
        assert [i.text for i in inquiries_of(db, demand.id)] == ["能不能快点"]


def test_a_correction_leads_to_the_page_until_the_demand_is_dealt_with(
    engine: Engine, talk: Talk
) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        chat = talk(db, demand.user_id, change=True)
        assert responses(chat) == ["utter_demand_change"]
        assert "https://zl.example.cn/h5/form/" in words(chat)
        analysed(db, demand)
        late = talk(db, demand.user_id, change=True)
        assert responses(late) == ["utter_demand_change_late"]
        assert titles(late) == ["补充说明"]
        assert talk(db, add_user(db, "oOther"), change=True).said == []
