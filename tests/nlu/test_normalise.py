"""One spelling of many."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.normalise import normalise, numerals
from nlu.sound import syllables


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("ＩＳＯ９００１", "iso9001"),
        ("計量器具檢定", "计量器具检定"),
        ("好的！！！！", "好的!"),
        ("哈哈哈哈哈哈", "哈哈"),
        ("检定😀[微笑]", "检定"),
        ("九零零一", "9001"),
        ("三百五", "350"),
        ("两万三", "23000"),
        ("一千零五十", "1050"),
        ("万一不行", "万一不行"),
        ("三教园区", "三教园区"),
        ("第一个", "第一个"),
    ],
)
def test_spellings(typed: str, plain: str) -> None:
    assert normalise(typed) == plain


@pytest.mark.parametrize(
    ("one", "other"),
    [("检侧", "检测"), ("商票", "商飘"), ("jiance", "检测"), ("剂量", "计量"), ("认真", "认证")],
)
def test_homophones_sound_alike(one: str, other: str) -> None:
    assert syllables(one) == syllables(other)


@given(st.text(max_size=200))
def test_normalising_never_fails_and_is_stable(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == normalise(normalise(once))
    numerals(text)
    syllables(once)
