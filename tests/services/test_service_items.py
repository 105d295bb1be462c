"""Service items: filled from annex 3, kept at the desk, and read by everything that answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.engine import Connection, Engine

from bot.demand_texts import MATCH_SERVICE
from bot.model.demand_errors import PlanError
from bot.model.errors import ForbiddenError
from bot.model.resource_errors import ServiceItemError
from bot.model.rights import ROLES, Staff
from bot.services.booking.individual import organisations_for
from bot.services.demand.matching import match_organisations
from bot.services.demand.matter_plans import MatterPlan, analyse_demand, propose_plans
from bot.services.demand.matter_rows import matters_of
from bot.services.demand.news import contact_of
from bot.services.resources.directory import office_telephones, read_directory, read_knowledge
from bot.services.resources.experts import EXPERTS, get_expert
from bot.services.resources.filling import fill_resources
from bot.services.resources.history import changes_of
from bot.services.resources.item_links import save_item_with_links, serving
from bot.services.resources.organisations import ORGANISATIONS, get_organisation
from bot.services.resources.rows import change_resource, save_resource, seed_resources
from bot.services.resources.service_items import (
    ITEMS,
    ItemProfile,
    StoredItem,
    get_item,
    list_items,
)
from bot.services.statistics.query import StatisticsQuery
from bot.services.statistics.topics import hot_topics
from knowledge import contact_lines, find_services, load_knowledge
from tests.services.conftest import NOW
from tests.services.demand_setup import (
    CENTRE,
    DESK,
    analysed,
    department,
    recorded,
    submitted,
    technical,
)
from tests.services.test_resource_files import BOSS, MARCH

FOOTPRINT = ItemProfile(
    name="碳足迹核查",
    heading="认证服务",
    categories=("certification",),
    text="产品碳足迹核查咨询服务。",
    departments=("区市场监管局",),
    telephones=("49853128",),
    terms=("碳足迹", "碳核查"),
    source="服务中心登记",
)


def profile_of(item: StoredItem, **changed: Any) -> ItemProfile:
    """What is decided about an item, with some of it changed."""
    kept = {name: getattr(item, name) for name in ItemProfile.__dataclass_fields__}
    return ItemProfile(**{**kept, **changed})


def change(db: Connection, item_id: str, **changed: Any) -> StoredItem:
    """What the centre changes about an item at the desk."""
    seen = get_item(db, item_id)
    return save_resource(db, ITEMS, seen, profile_of(seen, **changed), BOSS, DESK)


def refusal(db: Connection, seen: StoredItem | None, profile: ItemProfile) -> str:
    """The code with which it is not kept."""
    with pytest.raises(ServiceItemError) as caught, db.begin_nested():
        save_resource(db, ITEMS, seen, profile, BOSS, DESK)
    return caught.value.code


def test_the_table_is_filled_from_annex_3_word_by_word_and_once(engine: Engine) -> None:
    with engine.begin() as db:
        assert read_knowledge(db) == load_knowledge()
        assert seed_resources(db, ITEMS, NOW) == 0, "once"
        names = [item.name for item in list_items(db)]
        assert names[:2] == ["质量培训及提升服务 第1行", "质量培训及提升服务 第2行"]
        assert len(set(names)) == len(names)


def test_what_was_changed_at_the_desk_outlives_a_restart(engine: Engine) -> None:
    with engine.begin() as db:
        change(db, "metrology_verification", telephones=("49850000",))
        fill_resources(db, NOW)
        assert get_item(db, "metrology_verification").telephones == ("49850000",)
        assert len(list_items(db)) == len(load_knowledge().services)


def test_new_telephone_is_what_is_answered_from_then_on(engine: Engine) -> None:
    with engine.begin() as db:
        before = find_services(read_knowledge(db), "电子秤检定找谁", "metrology")
        assert before[0].item.telephones == ("49473890",)
        change(db, "metrology_verification", telephones=("49850000", "49850001"))
        known = read_knowledge(db)
        after = find_services(known, "电子秤检定找谁", "metrology")
        assert after[0].item.telephones == ("49850000", "49850001")
        assert "49850001" in contact_lines(known)
        # Who only sees masked transcripts still reads what the assistant told to everyone.
        assert {"49473890", "49850000"} <= office_telephones(db)


def test_change_is_on_record_with_old_and_new(engine: Engine) -> None:
    with engine.begin() as db:
        change(db, "trademark", telephones=("49870000",), departments=("区知识产权局",))
        (event,) = recorded(db, "service_item_changed")
        assert event.actor == "staff:1"
        assert event.data["item"] == "trademark"
        assert event.data["old"] == {"departments": ["区市场监管局"], "telephones": ["49876254"]}
        assert event.data["new"] == {"departments": ["区知识产权局"], "telephones": ["49870000"]}
        (shown,) = changes_of(db, "item", "trademark")
        assert shown.new == event.data["new"]
        assert changes_of(db, "item", "ip_disputes") == []


def test_saving_what_is_there_already_is_no_change(engine: Engine) -> None:
    with engine.begin() as db:
        seen, made = get_item(db, "trademark"), technical(db, services=("trademark",))
        expert = get_expert(db, "patent")
        assert save_resource(db, ITEMS, seen, profile_of(seen), BOSS, DESK) == seen
        assert change_resource(db, ORGANISATIONS, made, made, DESK) == made
        assert change_resource(db, EXPERTS, expert, expert, DESK) == expert
        for kind in ("service_item_changed", "organisation_changed", "expert_changed"):
            assert recorded(db, kind) == []
        (added,) = changes_of(db, "organisation", made.id)
        assert added.added
        stale = replace(seen, version=seen.version - 1)
        with pytest.raises(ServiceItemError):
            save_resource(db, ITEMS, stale, profile_of(seen), BOSS, DESK)


def test_second_change_of_an_item_is_told_of_the_first(engine: Engine) -> None:
    with engine.begin() as db:
        seen = get_item(db, "trademark")
        change(db, "trademark", telephones=("49870000",))
        late = profile_of(seen, telephones=("49871111",))
        assert refusal(db, seen, late) == "stale"
        assert get_item(db, "trademark").telephones == ("49870000",)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "centre"])
def test_only_the_centre_changes_items(engine: Engine, role: str) -> None:
    with engine.begin() as db:
        seen = get_item(db, "trademark")
        with pytest.raises(ForbiddenError):
            save_resource(
                db, ITEMS, seen, profile_of(seen, text="改"), Staff(5, "x", "某", role), DESK
            )
        assert get_item(db, "trademark") == seen


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": " "}, "name_missing"),
        ({"name": "甲、乙"}, "name_parted"),
        ({"name": "知识产权 第1行"}, "name_taken"),
        ({"name": "长" * 41}, "too_long"),
        ({"text": ""}, "text_missing"),
        ({"text": "长" * 1001}, "too_long"),
        ({"heading": "法律服务"}, "heading"),
        ({"categories": ()}, "categories"),
        ({"categories": ("law",)}, "categories"),
        ({"also": ("law",)}, "categories"),
        ({"departments": ()}, "departments"),
        ({"telephones": ()}, "telephones"),
        ({"telephones": ("打给老王",)}, "telephones"),
        ({"terms": ()}, "terms"),
        ({"terms": ("长" * 65,)}, "terms"),
    ],
)
def test_item_that_cannot_be_answered_with_is_refused(
    engine: Engine, wrong: dict[str, Any], code: str
) -> None:
    with engine.begin() as db:
        assert refusal(db, None, replace(FOOTPRINT, **wrong)) == code
        assert len(list_items(db)) == len(load_knowledge().services)


def test_new_item_is_found_by_its_words_before_any_training(engine: Engine) -> None:
    with engine.begin() as db:
        made = save_resource(db, ITEMS, None, FOOTPRINT, BOSS, DESK)
        directory = read_directory(db)
        for said in ("产品碳足迹怎么算", "请问碳足迹核查找哪个部门"):
            assert [item.id for item in directory.newly_named(said)] == [made.id], said
        # A word of annex 3 is the classifier's to judge, and other words name nothing.
        for said in ("电子秤检定找谁", "今天天气怎么样", "碳"):
            assert directory.newly_named(said) == [], said
        assert find_services(directory.knowledge, "碳足迹", None)[0].item.id == made.id


def test_new_word_of_an_old_item_is_found_as_well(engine: Engine) -> None:
    with engine.begin() as db:
        item = get_item(db, "metrology_verification")
        change(db, item.id, terms=(*item.terms, "测厚仪"))
        (found,) = read_directory(db).newly_named("测厚仪要送到哪里")
        assert found.id == item.id
        change(db, item.id, active=False)
        assert read_directory(db).newly_named("测厚仪要送到哪里") == []


def test_withdrawn_item_is_answered_no_more_and_the_past_keeps_its_name(engine: Engine) -> None:
    with engine.begin() as db:
        ours = department(db, services=("metrology_standards",))
        demand = submitted(db)
        (matter,) = analysed(db, demand)
        text = get_item(db, "metrology_standards").text
        assert matter.service == "metrology_standards"
        change(db, "metrology_standards", active=False)
        assert "metrology_standards" not in [i.id for i in read_knowledge(db).services]
        assert find_services(read_knowledge(db), "建立计量标准", "metrology")[0].score == 0
        assert hot_topics(db, StatisticsQuery(MARCH.period))["services"] == [(text, 1)]
        assert contact_of(db, ours, matter) == "49473890"
        assert get_organisation(db, ours.id).services == ("metrology_standards",)
        other = submitted(db, "oOther")
        (plan,) = propose_plans(db, matters_of(db, other.id))
        assert plan.service != "metrology_standards"
        late = [MatterPlan("metrology", "建标", True, "metrology_standards")]
        with pytest.raises(PlanError) as refused:
            analyse_demand(db, other, late, CENTRE, NOW)
        assert refused.value.code == "service"


def test_a_category_never_stays_without_an_item(engine: Engine) -> None:
    with engine.begin() as db:
        seen = get_item(db, "certification_consulting")
        assert refusal(db, seen, profile_of(seen, active=False)) == "category_empty"
        assert refusal(db, seen, profile_of(seen, categories=("testing",))) == "category_empty"
        save_resource(db, ITEMS, None, FOOTPRINT, BOSS, DESK)
        assert not change(db, "certification_consulting", active=False).active


def test_item_and_organisations_are_linked_from_either_side(engine: Engine) -> None:
    with engine.begin() as db:
        first = technical(db, "甲机构", services=("trademark",))
        second = technical(db, "乙机构")
        seen = get_item(db, "trademark")
        args = (profile_of(seen), {first.id}, {second.id}, BOSS, DESK)
        save_item_with_links(db, seen, *args)
        assert [each.name for each in serving(db, "trademark")] == ["乙机构"]
        assert get_organisation(db, first.id).version == first.version + 1
        changed = {e.data["organisation"]: e.data for e in recorded(db, "organisation_changed")}
        assert changed[first.id]["old"] == {"services": ["trademark"]}
        assert changed[second.id]["new"] == {"services": ["trademark"]}


def test_link_that_a_page_did_not_show_is_not_taken_away(engine: Engine) -> None:
    with engine.begin() as db:
        shown = technical(db, "甲机构", services=("trademark",))
        technical(db, "刚关联的机构", services=("trademark",))
        seen = get_item(db, "trademark")
        save_item_with_links(db, seen, profile_of(seen), {shown.id}, set(), BOSS, DESK)
        assert [each.name for each in serving(db, "trademark")] == ["刚关联的机构"]


def test_linked_organisation_is_matched_and_named_to_enterprises(engine: Engine) -> None:
    with engine.begin() as db:
        real = technical(db, "永川计量所", services=("metrology_standards",), telephone="49850000")
        technical(db, "示例机构", services=("metrology_standards",), sample=True)
        technical(db, "停业机构", services=("metrology_standards",), active=False)
        others = read_directory(db).others
        assert [(c.name, c.telephone) for c in others["metrology_standards"]] == [
            ("永川计量所", "49850000")
        ]
        assert organisations_for(db, "metrology")[-1] == "永川计量所"
        (matter,) = analysed(db, submitted(db))
        best = match_organisations(db, matter)[0]
        assert best.organisation.id == real.id
        assert MATCH_SERVICE in best.reasons


def test_department_named_by_an_item_is_not_named_twice(engine: Engine) -> None:
    with engine.begin() as db:
        technical(db, "市计量质检院第三分院", services=("metrology_verification",))
        assert read_directory(db).others == {}
