"""Personal data in free text: what is found, what is left alone, what stands in its place."""

from __future__ import annotations

import pytest

from bot.model.personal import find_personal, hide_links, mask_personal, take_out_personal


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("打13912345678", "打某号码"),
        ("打139 1234 5678或023-49812345", "打某号码或某号码"),
        ("座机49822345", "座机某号码"),
        ("邮箱 a.b@c.com.cn", "邮箱 某邮箱"),
        ("代码91500118MA5UABCD1X", "代码某号码"),
        ("身份证50038119900101123X", "身份证某号码"),
        ("微信号abc12345", "微信号某账号"),
        ("我们是重庆永川某某机械有限公司", "我们是某公司"),
        ("帮我们重庆鑫源摩托车配件厂问一下检定", "帮我们某公司问一下检定"),
        ("我叫欧阳锋，想问商标", "我叫某某，想问商标"),
        ("联系人：李敏", "联系人：某某"),
        ("找王师傅", "找某某"),
        ("王总让我问下", "某某总让我问下"),
        ("周三下午王小明先生来", "周三下午某某先生来"),
    ],
)
def test_personal_data_are_taken_out(text: str, without: str) -> None:
    assert take_out_personal(text) == without


@pytest.mark.parametrize(
    "text",
    [
        "请问电子秤在哪里检定",
        "我们公司要做三体系认证",
        "专利代理找哪家公司",
        "去哪个检测中心",
        "安全总监要培训吗",
        "计量工作怎么做",
        "施工单位要什么",
        "GB/T 19001-2016换版",
        "20260302之前要",
        "高压锅质量工程师",
        "转人工",
    ],
)
def test_questions_stay_as_they_are(text: str) -> None:
    assert find_personal(text) == []


def test_names_on_file_are_found_wherever_they_stand() -> None:
    said = "单于敏说天工机电的秤不准"
    assert find_personal(said) == []
    assert take_out_personal(said, ("单于敏", "天工机电")) == "某某说某某的秤不准"
    assert mask_personal(said, ("单于敏",)) == "单**说天工机电的秤不准"


def test_masked_data_keep_their_ends() -> None:
    assert mask_personal("我叫李敏，电话13912345678") == "我叫李*，电话139******78"


def test_addresses_that_open_pages_are_hidden() -> None:
    assert hide_links("请点 https://x.cn/h5/form/abc.def 填写") == "请点 〔链接〕 填写"
