"""Questions that mean what was answered last, and two matters in one message."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.between import answer_between
from actions.centre import ActionShowProcess
from actions.contacts import ActionShowContacts
from actions.follow_up import ActionFollowUp
from actions.services import ActionAnswerQuestion
from actions.unsure import ActionAskBack, ActionReject
from knowledge import find_matters, load_knowledge
from nlu.follow_up import FollowUp, read_loosely
from tests.unit.test_handoff_actions import tracker

TRADEMARK = {"category": "ip", "items": ["trademark"]}
SCALES = {"category": "metrology", "items": ["metrology_verification"]}


def said(text: str, answered: Any = None, action: Any = None, intent: str = "follow_up") -> Any:
    """What is said to `text` after `answered`, and the events."""
    dispatcher = CollectingDispatcher()
    seen = tracker(None, 1, text, intent, {"answered": answered})
    events = (action or ActionFollowUp()).run(dispatcher, seen, {})
    return dispatcher.messages, events


def test_telephone_of_what_was_answered() -> None:
    (contact, steps), _ = said("那电话呢", TRADEMARK)
    assert contact["lines"] == "区市场监管局：49876254"
    assert steps["buttons"][0]["title"] == "看知识产权的其他服务"


def test_without_an_answer_before_all_telephones_are_said() -> None:
    (contacts,), _ = said("电话")
    assert contacts["response"] == "utter_contacts"


def test_one_of_several_items_can_be_meant() -> None:
    answered = {"category": "metrology", "items": ["metrology_verification", "trademark"]}
    (contact, _), _ = said("第二个的电话", answered)
    assert contact["lines"] == "区市场监管局：49876254"
    (contact, _), _ = said("最后一个找谁", answered)
    assert contact["lines"] == "区市场监管局：49876254"


def test_other_items_are_of_the_same_category() -> None:
    messages, events = said("还有别的吗", TRADEMARK)
    items = [m["item"] for m in messages if m["response"] == "utter_service"]
    assert len(items) == 2
    assert all("知识产权" in item for item in items)
    kept = next(e["value"] for e in events if e.get("name") == "answered")
    assert kept["items"] == ["ip_navigation", "ip_disputes"]
    (nothing,), _ = said("还有别的吗", kept)
    assert nothing["response"] == "utter_no_other_items"
    (nothing,), _ = said(
        "还有别的吗", {"category": "certification", "items": _ids("certification")}
    )
    assert nothing["response"] == "utter_no_other_items"


def _ids(category: str) -> list[str]:
    return [i.id for i in load_knowledge().services if category in (*i.categories, *i.also)]


def test_only_what_annex_3_calls_free_is_free() -> None:
    (free, _), _ = said("收费吗", SCALES)
    assert free["response"] == "utter_charge_found"
    assert free["found"] == "为企业提供强制管理计量器具免费检定服务"
    assert "49473890" in free["lines"]
    (unknown, _), _ = said("收费吗", TRADEMARK)
    assert unknown["response"] == "utter_charges_unknown"
    assert unknown["lines"] == "区市场监管局：49876254"


def test_what_the_list_does_not_tell_is_asked_by_telephone() -> None:
    (details, _), _ = said("证书上哪里领", TRADEMARK)
    assert (details["response"], details["lines"]) == (
        "utter_item_details",
        "区市场监管局：49876254",
    )


def test_a_follow_up_in_the_middle_of_something_leaves_its_choices_alone() -> None:
    dispatcher = CollectingDispatcher()
    seen = tracker(None, 1, "那电话呢", "fill_form", {"answered": TRADEMARK})
    answer_between("ask_contact", dispatcher, seen, {})
    (contact,) = dispatcher.messages
    assert (contact["lines"], contact["buttons"]) == ("区市场监管局：49876254", [])


def test_stations_are_answered_without_an_address_that_nobody_knows() -> None:
    for text in ("服务站在哪", "凤凰湖的站在哪条路"):
        (stations, facts), _ = said(text, None, ActionShowContacts(), "ask_contact")
        assert "凤凰湖产业促进中心" in stations["lines"]
        assert facts["hours"] == "9:00—12:00、14:00—17:30"
    (facts,), _ = said("几点上班", None, ActionShowContacts(), "ask_contact")
    assert facts["response"] == "utter_station_facts"
    (contacts,), _ = said("/ask_contact", None, ActionShowContacts(), "ask_contact")
    assert contacts["response"] == "utter_contacts"


@pytest.mark.parametrize(
    ("text", "category", "named"),
    [
        (
            "想给员工搞个六西格玛培训，再问下3C认证找谁",
            "training",
            ["quality_tools_training", "certification_consulting"],
        ),
        ("计量检定和商标注册分别找谁", "metrology", ["metrology_verification", "trademark"]),
        ("计量检定找谁，另外商标怎么注册", "metrology", ["metrology_verification", "trademark"]),
        ("压力表要检定，还想申请个专利", "metrology", ["metrology_verification", "ip_navigation"]),
        ("专利、商标、请人讲课", "training", ["ip_navigation", "quality_tools_training"]),
        ("卡尺和千分尺校准", "metrology", []),
        ("我们是做电子秤的，怎么注册商标", "ip", []),
        ("计量管理和专利知识培训", "training", []),
        ("我们公司和供应商都要做ISO9001培训", "training", []),
    ],
)
def test_two_matters_are_both_answered(text: str, category: str, named: list[str]) -> None:
    assert [i.id for i in find_matters(load_knowledge(), text, category)] == named
    if named:
        messages, _ = said(text, None, ActionAnswerQuestion(), category)
        assert len([m for m in messages if m["response"] == "utter_service"]) == len(named)
        assert messages[-1]["buttons"]


def test_unsure_reading_with_a_clear_term_of_the_likeliest_category_is_answered() -> None:
    seen = tracker(None, 1, "条形码过期了咋个续", "nlu_fallback", {"misses": 1})
    seen.latest_message["intent_ranking"] = [
        {"name": "nlu_fallback", "confidence": 0.2},
        {"name": "standardization", "confidence": 0.8},
        {"name": "metrology", "confidence": 0.1},
    ]
    dispatcher = CollectingDispatcher()
    ActionAskBack().run(dispatcher, seen, {})
    assert dispatcher.messages[0]["telephones"] == "49473890"
    seen.latest_message["text"] = "过期了咋个续"
    dispatcher = CollectingDispatcher()
    ActionAskBack().run(dispatcher, seen, {})
    assert [b["title"] for b in dispatcher.messages[0]["buttons"]] == [
        "标准",
        "计量",
        "都不是",
        "转人工",
    ]


REPORT = {"category": "testing", "items": ["product_inspection"]}


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("在哪里做", "utter_item_where"),
        ("要花好多钱嘛", "utter_charges_unknown"),
        ("得等好多天", "utter_item_time"),
        ("你们上门不", "utter_item_where"),
    ],
)
@pytest.mark.parametrize(
    "action", [ActionAnswerQuestion, ActionAskBack, ActionReject, ActionShowProcess]
)
def test_a_question_on_the_last_answer_does_not_bring_it_again(
    text: str, response: str, action: Any
) -> None:
    (told, steps), _ = said(text, REPORT, action(), "testing")
    assert told["response"] == response
    assert told["lines"] == "区市场监管局：49473890、49853128"
    assert steps["response"] == "utter_next_steps"


def test_a_question_with_a_subject_of_its_own_is_no_follow_up() -> None:
    told, _ = said("商标注册在哪里办", REPORT, ActionAnswerQuestion(), "ip")
    assert told[0]["response"] == "utter_service"


def test_without_an_answer_before_short_words_are_read_as_ever() -> None:
    told, _ = said("在哪里做", None, ActionAnswerQuestion(), "testing")
    assert told[0]["response"] == "utter_service"


def test_of_a_category_none_of_whose_words_is_said_all_its_items_may_be_meant() -> None:
    told, _ = said("我们在这方面不太懂", None, ActionAnswerQuestion(), "ip")
    items = [m["item"] for m in told if m["response"] == "utter_service"]
    assert any("纠纷" in item for item in items)
    assert len(items) == 3


@pytest.mark.parametrize(
    "text", ["隔壁厂抄我们包装，名字都差不多", "有人照着我们的样子做", "他们冒用我们的牌子"]
)
def test_who_is_copied_hears_of_help_in_disputes(text: str) -> None:
    told, _ = said(text, None, ActionAnswerQuestion(), "ip")
    assert any("知识产权纠纷解决途径" in m.get("item", "") for m in told)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("前面那个地磅的电话再说一遍", "区市场监管局、市计量质检院第三分院：49473890"),
        ("商标的电话发我一下", "区市场监管局：49876254"),
        ("刚才那个的号码麻烦再发一次", "区市场监管局：49473890、49853128"),
    ],
)
def test_the_telephone_of_what_is_named_or_meant(text: str, lines: str) -> None:
    (told, *_), _ = said(text, REPORT, ActionShowContacts(), "ask_contact")
    assert told["lines"] == lines


@pytest.mark.parametrize("text", ["农业那边的电话", "住建委的号码", "水利局电话"])
def test_a_department_by_its_short_name_tells_what_it_serves(text: str) -> None:
    (told,), _ = said(text, None, ActionShowContacts(), "ask_contact")
    assert "名牌农产品" in told["item"]


@pytest.mark.parametrize(
    "text",
    [
        "农业标准化的电话是多少",
        "农村合作社的电话",
        "水利公司申请专利电话",
        "商务酒店的电梯检验电话",
        "交通设备厂要做3C认证，电话多少",
    ],
)
def test_a_department_is_not_named_by_an_enterprise_or_a_service(text: str) -> None:
    told, _ = said(text, None, ActionShowContacts(), "ask_contact")
    assert not any("名牌农产品" in str(m) for m in told if m["response"] == "utter_service")


@pytest.mark.timeout(20)
@pytest.mark.parametrize("word", ["永川区", "区里的", "我要", "农业农村", "市里"])
def test_no_message_keeps_the_search_for_a_department_busy(word: str) -> None:
    told, _ = said(word * 60 + "水", None, ActionShowContacts(), "ask_contact")
    assert told


def test_the_department_that_serves_nearly_everything_brings_all_telephones() -> None:
    (told,), _ = said("市场监管局的电话", None, ActionShowContacts(), "ask_contact")
    assert told["response"] == "utter_contacts"


def test_further_departments_are_not_made_up() -> None:
    (told,), _ = said("还有别的部门吗", SCALES)
    assert told["departments"] == "区市场监管局、市计量质检院第三分院"


def test_how_one_gets_there_is_not_made_up() -> None:
    (told,), _ = said("有停车场没得")
    assert told["response"] == "utter_station_access"


def test_english_is_answered_with_a_word_on_the_language() -> None:
    told, _ = said("what about trademark please", None, ActionAnswerQuestion(), "ip")
    assert [m["response"] for m in told][:2] == ["utter_in_chinese", "utter_service"]


def test_a_short_question_routed_as_a_follow_up_is_read_loosely_too() -> None:
    (told, _), _ = said("这个贵不贵", TRADEMARK)
    assert told["response"] == "utter_charges_unknown"


def test_a_subject_of_its_own_is_no_loose_follow_up() -> None:
    assert read_loosely("检测报告好久出来") == FollowUp("time")
    assert read_loosely("我们想参与制定行业标准，找谁咨询") is None
