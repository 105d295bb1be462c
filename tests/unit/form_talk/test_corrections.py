"""Corrections of earlier answers, and choices that keep what was chosen before."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.form_talk.hearing import hear, told


@pytest.mark.parametrize(
    ("label", "text", "field", "value"),
    [
        ("需要的服务", "电话不是这个 是18996221005", "电话/手机", "18996221005"),
        ("业务范围", "法人姓覃不姓周", "企业法定代表人", "覃明德"),
        ("业务范围", "法人那个“德”要改成“得”", "企业法定代表人", "周明得"),
        ("业务范围", "把法人改成李桂芳", "企业法定代表人", "李桂芳"),
        (
            "成立时间",
            "地址门牌号错了 是86号不是88号",
            "注册地址",
            "重庆市永川区凤凰湖工业园凤龙大道86号",
        ),
        ("注册地址", "业务范围再加一个机加工", "业务范围", "摩托车零部件制造、销售、机加工"),
        ("注册地址", "业务范围里把销售去掉", "业务范围", "摩托车零部件制造"),
        ("需要的服务", "说错了 是120人", "职工总数", 120),
        ("知识产权服务", "不对哦 是两千零九年", "成立时间", "2009"),
        ("职工总数", "不对 应该是2016年", "成立时间", "2016"),
        ("意见和建议", "上面那个公示应该是否", "是否公示", "否"),
        ("意见和建议", "标准编号打错了，是GB 6952-2005", "执行标准编号", "GB 6952-2005"),
        (
            "知识产权服务",
            "管理方法里把QC小组去掉",
            "目前运用的主要质量管理方法",
            ["5S/6S"],
        ),
        (
            "知识产权服务",
            "培训那块再加个计量管理培训",
            "质量教育和培训服务",
            ["标准培训", "计量管理培训"],
        ),
        ("知识产权服务", "质量诊断不用了，换成5S现场管理咨询", "质量管理服务", ["5S现场管理咨询"]),
    ],
)
def test_corrections_of_what_was_said_before(label: str, text: str, field: str, value: Any) -> None:
    chosen = {"training_wants": ["标准培训"], "quality_wants": ["质量诊断"]}
    reading = hear(label, text, **chosen)
    assert (reading.kind, told(reading, field)) == ("correction", value)


def test_a_product_is_taken_out_by_its_number() -> None:
    rows = [{"product": "坐便器"}, {"product": "瓷砖"}]
    reading = hear("意见和建议", "删掉第二个产品", product_standards=rows)
    assert reading.values == {"product_standards": [{"product": "坐便器"}]}


def test_a_correction_of_the_open_question_answers_it() -> None:
    reading = hear("职工总数", "人数改成85")
    assert (reading.kind, reading.values) == ("answer", {"employees": 85})


def test_a_question_that_names_a_field_corrects_nothing() -> None:
    reading = hear("职工总数", "换了法人，条码要跟着改不", [("standardization", 0.9)])
    assert (reading.kind, reading.category) == ("question", "standardization")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("再加个4", ["QC小组", "统计方法"]),
        ("SPC", ["QC小组", "SPC"]),
        ("第二个不要了", []),
        ("只要SPC", ["SPC"]),
        ("把QC小组换成精益", ["精益生产"]),
        ("都没有", []),
    ],
)
def test_choices_are_merged_with_those_stored(text: str, value: list[str]) -> None:
    reading = hear("目前运用的主要质量管理方法", text, methods=["QC小组"])
    assert (reading.kind, reading.values) == ("answer", {"methods": value})


def test_free_text_among_the_choices_stays() -> None:
    reading = hear("目前运用的主要质量管理方法", "1", methods=["其他：阿米巴"])
    assert reading.values == {"methods": ["5S/6S", "其他：阿米巴"]}


def test_a_topic_tells_which_services_are_wanted() -> None:
    ranking = [("standardization", 0.9)]
    assert hear("需要的服务", "想写企标", ranking).values == {"wanted": ["标准化服务"]}
    assert hear("需要的服务", "想把条码办下来", ranking).values == {"wanted": ["标准化服务"]}
