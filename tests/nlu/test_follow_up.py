"""Short questions that mean what was answered last are known by their words."""

from __future__ import annotations

import pytest

from nlu.components import first_of
from nlu.decide import Decision
from nlu.follow_up import FollowUp, read_follow_up, read_loosely


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("那电话呢", FollowUp("contact")),
        ("电话多少", FollowUp("contact")),
        ("那个找谁", FollowUp("contact")),
        ("那个的电话也给我", FollowUp("contact")),
        ("就是刚才那个，电话", FollowUp("contact")),
        ("前面那个的电话再说一遍", FollowUp("contact")),
        ("第二个的电话", FollowUp("contact", 1)),
        ("最后一个找谁", FollowUp("contact", -1)),
        ("还有别的吗", FollowUp("others")),
        ("看其他服务", FollowUp("others")),
        ("这个要收费不", FollowUp("charge")),
        ("免费的吗", FollowUp("charge")),
        ("多少钱", FollowUp("charge")),
        ("证书上哪里领", FollowUp("details")),
        ("那怎么办", FollowUp("details")),
        ("要带啥子去", FollowUp("bring")),
        ("需要什么材料", FollowUp("bring")),
        ("要准备些啥", FollowUp("bring")),
        ("材料要哪些", FollowUp("bring")),
        ("有没得优惠政策", FollowUp("policy")),
        ("有补贴没得", FollowUp("policy")),
        ("几楼", FollowUp("place")),
        ("具体在哪栋", FollowUp("place")),
        ("几点去", FollowUp("when")),
        ("我约的哪天", FollowUp("when")),
        ("哪个专家", FollowUp("who")),
        ("编号多少来着", FollowUp("number")),
        ("预约号忘了", FollowUp("number")),
        ("申请专利有补贴吗", None),
        ("办公楼出租", None),
        ("电子秤检定找谁", None),
        ("检定收费吗", None),
        ("其他企业怎么申请商标", None),
        ("第一个", None),
    ],
)
def test_follow_up_is_known_by_its_shape(text: str, asked: FollowUp | None) -> None:
    assert read_follow_up(text) == asked


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("要花好多钱嘛", "charge"),
        ("贵不贵", "charge"),
        ("得等好多天", "time"),
        ("时间周期呢", "time"),
        ("对应的号码发一下", "contact"),
        ("几楼办", "where"),
        ("在哪里做", "where"),
        ("你们上门不", "where"),
        ("准备啥子材料", "bring"),
        ("政府有补贴吧", "policy"),
        ("客户退货", ""),
        ("我们公司在哪里做检测都要先问一下总部的意见才行", ""),
    ],
)
def test_short_words_ask_of_what_was_answered_before(text: str, kind: str) -> None:
    asked = read_loosely(text)
    assert (asked.kind if asked else "") == kind


def test_a_sure_category_is_no_follow_up() -> None:
    sure = Decision("answer", "metrology", ("metrology",))
    assert first_of(sure, "找谁", "") == "metrology"
    assert first_of(Decision("answer", "ask_contact", ()), "找谁", "") == "follow_up"
