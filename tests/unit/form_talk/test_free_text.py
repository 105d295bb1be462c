"""Free text is data, also several answers at once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.form_talk.hearing import UNSURE, hear, told


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("企业名称", "重庆永川计量检测有限公司"),
        ("企业名称", "重庆转人工智能科技有限公司"),
        ("企业名称", "重庆不填坑建筑工程有限公司"),
        ("企业名称", "永川区提交通讯器材经营部"),
        ("企业名称", "重庆什么值得买电子商务有限公司"),
        ("企业法定代表人", "爨世荣"),
        ("企业法定代表人", "范辉"),
        ("企业法定代表人", "高标准"),
        ("业务范围", "专利检索、商标查询"),
        ("业务范围", "人工智能软件开发"),
        ("业务范围", "客服外包、呼叫中心"),
        ("业务范围", "保存食品用的冷库租赁"),
        ("所属行业", "计量检测行业"),
        ("注册地址", "检测中心旁边那栋楼"),
        ("质量管理机构/负责人", "标准化办公室"),
        ("产品名称", "电子秤"),
        ("其他服务", "想请专家来厂里看看压铸件为啥老是有气孔"),
        ("意见和建议", "建议人工服务多安排几个人"),
        ("意见和建议", "希望跳过那些不必要的环节"),
        ("意见和建议", "检定能不能上门？我们秤多搬不动"),
        ("意见和建议", "=cmd|' /C calc'!A0 {{ 7*7 }} <b>"),
    ],
)
@pytest.mark.parametrize(
    "ranking",
    [UNSURE, [("metrology", 0.99)], [("handoff_human", 0.85)], [("skip_field", 0.75)]],
    ids=["unsure", "metrology", "person", "skip"],
)
def test_text_that_belongs_in_the_field_is_data(label: str, text: str, ranking: Any) -> None:
    reading = hear(label, text, ranking)
    assert (reading.kind, told(reading, label)) == ("answer", text)


@pytest.mark.parametrize("text", ["1", "12", "一", "三", "８"])
def test_a_bare_number_is_never_a_company(text: str) -> None:
    reading = hear("企业名称", text, [("goodbye", 0.9)])
    assert (reading.kind, reading.reason) == ("invalid", "full_name")


def test_same_address_is_the_registered_one() -> None:
    reading = hear("通讯地址", "跟注册地址一样")
    assert told(reading, "通讯地址") == "重庆市永川区凤凰湖工业园凤龙大道88号"


def test_same_address_without_a_registered_one_is_invalid() -> None:
    reading = hear("通讯地址", "一样", registered_address=None)
    assert (reading.kind, reading.reason) == ("invalid", "nothing_stored")


def test_one_message_answers_several_fields() -> None:
    text = "重庆理文造纸有限公司，法人李文俊，电话023-49812233，2006年成立的，一共860人"
    assert hear("企业名称", text).values == {
        "company_name": "重庆理文造纸有限公司",
        "legal_representative": "李文俊",
        "telephone": "02349812233",
        "founded": "2006",
        "employees": 860,
    }


def test_a_telephone_behind_another_answer_is_taken_too() -> None:
    assert hear("质量管理机构/负责人", "技术部李工 18996221005").values == {
        "contact": "技术部 李工",
        "telephone": "18996221005",
    }


def test_a_labelled_answer_to_another_field_is_not_lost() -> None:
    assert hear("企业名称", "电话：18996221005").values == {"telephone": "18996221005"}


def test_words_of_a_label_within_a_text_are_no_label() -> None:
    assert hear("业务范围", "电话机维修、手机配件").values == {
        "business_scope": "电话机维修、手机配件"
    }
