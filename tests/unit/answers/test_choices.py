"""Choices by number, range, name and typing error."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.answers.reading import FORM, read

METHODS = {
    "1 3 5-7": [1, 3, 5, 6, 7],
    "1、3、5到7": [1, 3, 5, 6, 7],
    "1，6，8": [1, 6, 8],
    "1.3.5": [1, 3, 5],
    "135": [1, 3, 5],
    "12": [12],
    "一三五": [1, 3, 5],
    "一、三、六": [1, 3, 6],
    "二到四": [2, 3, 4],
    "七到九": [7, 8, 9],
    "1️⃣ 3️⃣": [1, 3],
    "①③": [1, 3],
    "第1第3第5": [1, 3, 5],
    "第一个跟第六个": [1, 6],
    "前三个": [1, 2, 3],
    "头三个": [1, 2, 3],
    "后两个": [12, 13],
    "最后两个": [12, 13],
    "第一个和最后一个": [1, 13],
    "1到4还有11": [1, 2, 3, 4, 11],
    "全部": list(range(1, 14)),
    "全选": list(range(1, 14)),
    "都有": list(range(1, 14)),
    "除了3都要": [n for n in range(1, 14) if n != 3],
    "都要 不要最后一个": list(range(1, 13)),
    "都没有": [],
    "都没搞过": [],
    "哪样都没得": [],
    "啥子都没搞": [],
    "没得": [],
    "SPC和六西格码": [5, 8],
    "六西个马": [8],
    "卓越几效": [9],
    "零缺线管理": [7],
    "合理话建议 精益": [3, 11],
    "精溢生产": [11],
    "5S": [1],
    "五S和零缺陷": [1, 7],
    "6S管理 精益": [1, 11],
    "spc": [5],
    "ISO9001": [6],
    "九千": [6],
    "fmea 精益 六西格玛": [8, 11, 13],
    "质量工程展开": [10],
    "统计": [4],
    "我们有搞5s和iso9000": [1, 6],
    "搞了5S，还有QC小组": [1, 2],
    "只有5S": [1],
    "1-3，第二个不要了": [1, 3],
}


@pytest.mark.parametrize("text", METHODS)
def test_choices_by_number_range_name_and_typing_error(text: str) -> None:
    options = FORM.field("methods").options
    assert read("methods", text) == [options[number - 1] for number in METHODS[text]]


CHOICES: list[tuple[str, str, Any]] = [
    ("training_wants", "计量的两个", ["计量管理培训", "计量检定、校准培训"]),
    ("training_wants", "计量的都要", ["计量管理培训", "计量检定、校准培训"]),
    ("training_wants", "计量检定、校准培训", ["计量检定、校准培训"]),
    ("training_wants", "剂量检定教准培训", ["计量检定、校准培训"]),
    ("training_wants", "法规 质量意识 标准", None),
    ("training_wants", "专利和商标", ["专利相关知识培训", "商标代理机构从业人员培训"]),
    ("training_wants", "检验员培训", ["产品检验检测从业人员培训"]),
    ("training_wants", "其他 想搞碳足迹", ["其他：想搞碳足迹"]),
    ("training_wants", "标准培训 其他：精益班组长培训", ["标准培训", "其他：精益班组长培训"]),
    ("methods", "5S 还有阿米巴", ["5S/6S", "其他：阿米巴"]),
    ("ip_wants", "两个都要", ["商标申请受理咨询服务", "专利相关业务咨询服务"]),
    ("ip_wants", "转利", ["专利相关业务咨询服务"]),
    ("ip_wants", "商标那个不要，要专利", ["专利相关业务咨询服务"]),
    ("certification_wants", "3C", ["强制性产品认证咨询"]),
    ("certification_wants", "强制性的改成自愿性的", ["自愿性产品认证咨询"]),
    ("quality_wants", "信用等级评定", ["中小微企业质量信用等级评定咨询"]),
    ("quality_wants", "帮忙搞哈5S，还想报质量奖", ["5S现场管理咨询", "质量奖项申报咨询"]),
    ("wanted", "检测和认证", ["产品检验检测服务", "认证认可服务"]),
    ("wanted", "想给秤做个检定，再搞点培训", ["质量教育和培训服务", "计量服务"]),
    ("training_wants", "计量", "several_options"),
    ("standardization_wants", "标准", "several_options"),
    ("quality_wants", "提升", "several_options"),
    ("certification_wants", "机构", "several_options"),
    ("methods", "0", "option_number"),
    ("methods", "99", "option_number"),
    ("ip_wants", "3", "other_unsaid"),
    ("training_wants", "随便", "no_option"),
    ("training_wants", "不晓得", "no_option"),
    ("training_wants", "天然气开户等了三个月，还不来装", "no_option"),
    ("methods", "其他：" + "很" * 300, "too_long"),
]


@pytest.mark.parametrize(("field_id", "text", "value"), CHOICES)
def test_choices_in_words(field_id: str, text: str, value: Any) -> None:
    if value is None:
        value = ["质量方面法律法规宣传培训", "质量意识、质量文化宣传培训", "标准培训"]
    assert read(field_id, text) == value
