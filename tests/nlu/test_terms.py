"""What a message names is found: as written, as it sounds, misspelt."""

from __future__ import annotations

import pytest

from knowledge import load_knowledge
from nlu.terms import TermFinder, level


@pytest.fixture(scope="module")
def finder() -> TermFinder:
    """All names of the knowledge."""
    return TermFinder(load_knowledge())


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("我们要做GB/T 19001-2016", "standard_number", "GB/T 19001-2016"),
        ("ｇｂ６９５２－２０１５能用不", "standard_number", "GB 6952-2015"),
        ("gbt19001换版", "standard_number", "GB/T 19001"),
        ("q/ycdc 001-2024 备案", "standard_number", "Q/YCDC 001-2024"),
        ("鲁班奖好久报", "award", "鲁班奖"),
        ("卢班奖好久报", "award", "鲁班奖"),
        ("重慶老字號", "award", "重庆老字号"),
        ("电字秤坏了", "instrument", "电子秤"),
        ("地磅要检不", "instrument", "电子汽车衡"),
        ("三C认证", "certificate", "强制性产品认证"),
        ("iso9001", "certificate", "质量管理体系认证"),
        ("凤凰湖有窗口没", "park", "凤凰湖产业促进中心"),
        ("质检院第三分院在哪", "organisation", "市计量质检院第三分院"),
        ("企业标准备案", "service_item", "standards_consulting"),
    ],
)
def test_names_are_found(finder: TermFinder, text: str, kind: str, value: str) -> None:
    assert (kind, value) in [(f.kind, f.value) for f in finder.find(text)]


@pytest.mark.parametrize("text", ["iphone多少钱", "今天吃火锅", "", "🎉", "送货上门"])
def test_nothing_is_found_where_nothing_is_named(finder: TermFinder, text: str) -> None:
    assert finder.find(text) == []


def test_places_in_the_text_are_those_of_the_text(finder: TermFinder) -> None:
    text = "請問ＧＢ６９５２和鲁班奖"
    for found in finder.find(text):
        assert 0 <= found.start < found.end <= len(text)
    award = next(f for f in finder.find(text) if f.kind == "award")
    assert text[award.start : award.end] == "鲁班奖"
    assert len(level("ﷺ㍿①Ⅷ")) == 4
