"""Matching: who could serve a matter, in which order, and why."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Connection, Engine

from bot.model.demand_actor import Given, by_link
from bot.services.demand.matching import match_organisations, meant_words, organisation_standings
from bot.services.demand.matter_rows import Matter
from bot.services.demand.steps import take_step
from bot.services.resources.organisations import ORGANISATIONS
from bot.services.resources.rows import seed_resources
from tests.services.conftest import ANSWERS, NOW
from tests.services.demand_setup import (
    CENTRE,
    OTHER_WANTS,
    analysed,
    completed,
    forwarded,
    rated,
    submitted,
    technical,
)


def names(db: Connection, matter: Matter, kind: str | None = None) -> list[str]:
    return [c.organisation.name for c in match_organisations(db, matter, kind=kind)]


def test_category_item_and_words_rank_in_this_order(engine: Engine) -> None:
    with engine.begin() as db:
        technical(db, "无关", categories=("ip",))
        technical(db, "只类别")
        technical(db, "懂词", capabilities=("计量标准",))
        technical(db, "有项目", services=("metrology_standards",), capabilities=("校准",))
        (matter,) = analysed(db, submitted(db))
        assert names(db, matter) == ["有项目", "懂词", "只类别"]
        best = match_organisations(db, matter)[0]
        assert best.reasons == (
            "服务类别相符：计量",
            "承办清单内的这个服务项目",
            "专长与需求相符：校准",
            "目前没有在办事项",
        )


def test_who_returned_it_is_not_offered_again(engine: Engine) -> None:
    with engine.begin() as db:
        first, _ = technical(db, "甲"), technical(db, "乙")
        matter = forwarded(db, submitted(db), first)
        matter = take_step(db, "return", matter, by_link(first.id), NOW, Given("办不了"))
        assert names(db, matter) == ["乙"]
        (other,) = analysed(db, submitted(db, "oOther"))
        assert names(db, other) == ["甲", "乙"], "another demand is another matter"


def test_nearness_load_and_rating_decide_between_equals(engine: Engine) -> None:
    with engine.begin() as db:
        far = technical(db, "远", stations=("gangqiao",))
        technical(db, "近", stations=("fenghuanghu",))
        near = submitted(db, "oA", station="station_fenghuanghu")
        (matter,) = analysed(db, near)
        assert names(db, matter) == ["近", "远"]
        assert "就近服务：凤凰湖产业促进中心" in match_organisations(db, matter)[0].reasons
        (second,) = analysed(db, submitted(db, "oB"))
        assert names(db, second) == ["远", "近"], "no station, the same score, the older first"
        forwarded(db, submitted(db, "oC"), far)
        assert names(db, second) == ["近", "远"], "the other has a matter in hand"
        assert organisation_standings(db)[far.id].load == 1


def test_good_ratings_raise_and_bad_ones_do_not(engine: Engine) -> None:
    with engine.begin() as db:
        bad, good = technical(db, "差"), technical(db, "好")
        for place, (who, score) in enumerate([(bad, 1), (good, 5)] * 2):
            rated(db, completed(db, forwarded(db, submitted(db, f"o{place}"), who)), score)
        (matter,) = analysed(db, submitted(db, "oNew"))
        assert names(db, matter) == ["好", "差"]
        assert "企业评价平均5.0分（2次）" in match_organisations(db, matter)[0].reasons


def test_what_is_in_no_category_is_found_by_its_words(engine: Engine) -> None:
    with engine.begin() as db:
        technical(db, "懂碳", categories=(), capabilities=("碳足迹",))
        technical(db, "不懂")
        (matter,) = analysed(db, submitted(db, answers=OTHER_WANTS))
        assert names(db, matter) == ["懂碳"]


def test_kind_and_idle_organisations_are_left_out(engine: Engine) -> None:
    with engine.begin() as db:
        technical(db, "停办", active=False)
        technical(db, "在办")
        (matter,) = analysed(db, submitted(db))
        assert names(db, matter, "technical") == ["在办"]
        assert names(db, matter, "department") == []


@pytest.mark.parametrize(
    ("wants", "capability", "meant"),
    [
        ("想做产品碳足迹核算", "碳足迹", True),
        ("申报重庆老字号", "老字号", True),
        ("六西格马改善", "六西格玛改善", True),  # misspelt
        ("做个检测报告", "检测", True),
        ("商标注册", "专利", False),
        ("", "检测", False),
    ],
)
def test_words_name_a_capability(wants: str, capability: str, meant: bool) -> None:
    assert bool(meant_words(wants, (capability,))) is meant


def test_the_plans_own_departments_serve_every_category(engine: Engine) -> None:
    """What is put into the database at first start is enough for annex 3."""
    with engine.begin() as db:
        assert seed_resources(db, ORGANISATIONS, NOW) > 10
        assert seed_resources(db, ORGANISATIONS, NOW) == 0, "once"
        (matter,) = analysed(db, submitted(db, answers=ANSWERS))
        first = match_organisations(db, matter, kind="department")[0]
        assert first.organisation.name == "区市场监管局"
        assert match_organisations(db, matter, kind="technical")[0].organisation.name == (
            "市计量质检院第三分院"
        )
        given = Given(organisation_id=first.organisation.id)
        assert take_step(db, "forward", matter, CENTRE, NOW, given).state == "assessing"
