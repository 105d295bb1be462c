"""One message answers several fields, and what belongs to another field is not kept in this one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.model.form_talk.turn import read_form_message
from knowledge.form import load_form

FORM = load_form()
TODAY = date(2026, 11, 28)


def read(asked: str, text: str) -> dict[str, Any]:
    """What is stored of `text` while `asked` is asked."""
    return dict(read_form_message(FORM, asked, text, [], {}, TODAY).values)


@pytest.mark.parametrize(
    ("asked", "text", "stored"),
    [
        (
            "industry",
            "机械制造业，注册地址重庆市永川区凤凰湖大道18号",
            {"industry": "机械制造业", "registered_address": "重庆市永川区凤凰湖大道18号"},
        ),
        (
            "legal_representative",
            "陈明，主要做火锅底料",
            {"legal_representative": "陈明", "business_scope": "火锅底料"},
        ),
        (
            "registered_address",
            "永川区和畅大道66号，通讯地址一样",
            {
                "registered_address": "永川区和畅大道66号",
                "postal_address": "永川区和畅大道66号",
            },
        ),
        ("industry", "2016年5月成立，85人", {"founded": "2016-05", "employees": 85}),
        (
            "postal_address",
            "永川区和畅大道66号 质量部王小红 13612348888",
            {
                "postal_address": "永川区和畅大道66号",
                "contact": "质量部 王小红",
                "telephone": "13612348888",
            },
        ),
        (
            "legal_representative",
            "质量部 李静，电话13983001234",
            {"contact": "质量部 李静", "telephone": "13983001234"},
        ),
        (
            "company_name",
            "我们是重庆双石陶瓷有限公司，注册地址永川双石镇1号，通讯地址一样，08年成立，200人",
            {
                "company_name": "重庆双石陶瓷有限公司",
                "registered_address": "永川双石镇1号",
                "postal_address": "永川双石镇1号",
                "founded": "2008",
                "employees": 200,
            },
        ),
        ("business_scope", "不是，法人叫李二", {"legal_representative": "李二"}),
    ],
)
def test_each_part_goes_to_its_field(asked: str, text: str, stored: dict[str, Any]) -> None:
    assert read(asked, text) == stored


def test_parts_of_an_address_stay_together() -> None:
    address = "重庆市永川区双石镇工业园，2栋3楼"
    assert read("registered_address", address) == {"registered_address": address}


def test_a_number_alone_is_no_answer_to_another_question() -> None:
    assert read("founded", "86个人") == {}


@pytest.mark.parametrize(
    ("asked", "text", "stored"),
    [
        ("contact", "意见没得", {"suggestions": "无"}),
        ("business_scope", "行业算汽车零部件", {"industry": "汽车零部件"}),
        ("legal_representative", "软件开发，行业是软件业", {"industry": "软件业"}),
        ("contact", "方法就搞了5S和QC小组", {"methods": ["5S/6S", "QC小组"]}),
        ("business_scope", "我想撤回", {}),
        ("legal_representative", "不留", {}),
    ],
)
def test_what_names_another_field_is_not_kept_in_this_one(
    asked: str, text: str, stored: dict[str, Any]
) -> None:
    assert read(asked, text) == stored


def test_the_value_that_is_taken_back_tells_which_field_is_put_right() -> None:
    stored = {"legal_representative": "周强", "industry": "造纸"}
    text = "不是周强，是周刚"
    reading = read_form_message(FORM, "registered_address", text, [], stored, TODAY)
    assert (reading.kind, reading.values) == ("correction", {"legal_representative": "周刚"})
