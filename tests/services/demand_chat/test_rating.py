"""A service is rated by choice, in words or with a number, once."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine

from bot.model.demand_actor import Given
from bot.services.demand.matter_rows import read_matter
from bot.services.demand.steps import take_step
from tests.services.conftest import NOW
from tests.services.demand_chat.talking import Talk, payload, responses, served, titles, words
from tests.services.demand_setup import (
    CENTRE,
    TWO_WANTS,
    analysed,
    completed,
    department,
    submitted,
)

RATE = "rate_service"


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


def test_nothing_to_rate_is_no_rating(engine: Engine, talk: Talk) -> None:
    with engine.begin() as db:
        user = submitted(db).user_id
        for text in ("评价", "5"):
            assert responses(talk(db, user, text, intent=RATE)) == ["utter_rate_nothing"]
        assert responses(talk(db, user, "很满意", intent=RATE)) == ["utter_rate_service"]
