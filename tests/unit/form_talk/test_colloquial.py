"""Colloquial messages in the middle of the form, by their words alone."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.wording import asks
from tests.unit.form_talk.hearing import hear


@pytest.mark.parametrize(
    ("field", "label", "text", "value"),
    [
        ("founded", "成立时间", "大前年国庆节那天", "2023-10-01"),
        ("founded", "成立时间", "2015年五一那天", "2015-05-01"),
        ("employees", "职工总数", "两口子加四个徒弟", 6),
        ("employees", "职工总数", "就我们两口子", 2),
        ("contact", "质量管理机构/负责人", "没得部门 就我女婿管 牟建", "牟建"),
        (
            "registered_address",
            "注册地址",
            "重庆市永川区三教镇创业路19号，照着执照抄的",
            "重庆市永川区三教镇创业路19号",
        ),
        (
            "ip_wants",
            "知识产权服务",
            "两个都勾起",
            ["商标申请受理咨询服务", "专利相关业务咨询服务"],
        ),
        ("ip_wants", "知识产权服务", "注册商标的那个 专利不要", ["商标申请受理咨询服务"]),
        (
            "training_wants",
            "质量教育和培训服务",
            "计量的两项都来嘛",
            ["计量管理培训", "计量检定、校准培训"],
        ),
        ("wanted", "需要的服务", "就要个人证服务", ["认证认可服务"]),
    ],
)
def test_colloquial_answers_are_read(field: str, label: str, text: str, value: Any) -> None:
    reading = hear(label, text)
    assert (reading.kind, reading.values.get(field)) == ("answer", value)


def test_so_many_of_a_kind_are_not_guessed_when_the_count_is_another() -> None:
    assert len(hear("质量教育和培训服务", "计量的三项都来").values.get("training_wants", [])) != 2


def test_a_number_beyond_the_options_leads_to_no_other_field() -> None:
    reading = hear("企业产品检验检测需求情况", "第9项")
    assert (reading.kind, reading.reason) == ("invalid", "option_number")


def test_a_telephone_changed_at_choices_is_a_correction() -> None:
    reading = hear("知识产权服务", "联系电话改座机 023-49801276", telephone="13983001234")
    assert (reading.kind, reading.values) == ("correction", {"telephone": "02349801276"})


@pytest.mark.parametrize(
    "text", ["精益生产有人上门辅导没", "辣椒酱送检要带好多样品", "厂里来人要交好多押金"]
)
def test_chongqing_questions_ask(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize("text", ["还没", "好多人都没", "样样都没", "做好多年了"])
def test_words_that_only_hold_a_questioning_word_ask_nothing(text: str) -> None:
    assert not asks(text)


@pytest.mark.parametrize(
    ("field", "label", "text", "value"),
    [
        ("postal_address", "通讯地址", "寄萱花路203号就收得到", "萱花路203号"),
        ("industry", "所属行业", "执照上归的是造纸和纸制品业", "造纸和纸制品业"),
        ("legal_representative", "企业法定代表人", "就是严老板噻，严格", "严格"),
        (
            "standardization_wants",
            "企业标准化需求情况",
            "修订标准，再查哈老标准还有没得效",
            ["标准有效性查询", "标准制修订"],
        ),
    ],
)
def test_values_behind_their_source_are_read(field: str, label: str, text: str, value: Any) -> None:
    reading = hear(label, text)
    assert (reading.kind, reading.values.get(field)) == ("answer", value)


@pytest.mark.parametrize("label", ["企业法定代表人", "企业名称"])
@pytest.mark.parametrize("text", ["就是我撒", "就叫那个名字嘛"])
def test_a_value_that_is_none_is_no_small_talk(label: str, text: str) -> None:
    assert hear(label, text, [("affirm", 0.95)]).kind == "invalid"


def test_agreeing_alone_stays_small_talk() -> None:
    assert hear("企业法定代表人", "是的是的", [("affirm", 0.95)]).kind == "chitchat"


def test_what_stands_behind_an_order_to_change_is_the_value() -> None:
    reading = hear("知识产权服务", "主营改一下，卫生纸、餐巾纸生产", business_scope="纸制品")
    assert (reading.kind, reading.values) == (
        "correction",
        {"business_scope": "卫生纸、餐巾纸生产"},
    )


@pytest.mark.parametrize(
    "text", ["注册地址写掉字了，是大安街道双惠路52号", "注册地址落了个字，是大安街道双惠路52号"]
)
def test_a_character_left_out_elsewhere_is_no_head_count(text: str) -> None:
    reading = hear("职工总数", text, registered_address="大安街道双惠52号")
    assert (reading.kind, reading.values) == (
        "correction",
        {"registered_address": "大安街道双惠路52号"},
    )


@pytest.mark.parametrize("text", ["有没得真人哦", "有没有人工客服在"])
def test_asking_whether_there_is_a_person_asks_for_one(text: str) -> None:
    assert hear("企业标准化需求情况", text).kind == "handoff"


def test_somebody_who_is_to_examine_the_works_is_a_service() -> None:
    ranking = [("handoff_human", 0.8)]
    reading = hear("质量管理服务", "来个人给我们厂把哈脉", ranking)
    assert reading.values == {"quality_wants": ["质量诊断"]}
