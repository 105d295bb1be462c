"""What a person says of company and topic when an expert is booked."""

from __future__ import annotations

import pytest

from bot.services.booking.company import read_correction, read_details, split_words


@pytest.mark.parametrize(
    ("said", "company", "topic"),
    [
        ("重庆市永川区鑫源铸造有限公司，商标续展", "重庆市永川区鑫源铸造有限公司", "商标续展"),
        ("确认", "", ""),
        ("好的。", "", ""),
        ("OK", "", ""),
        ("确认一下商标还有没有效", "", "确认一下商标还有没有效"),
    ],
)
def test_company_and_topic_are_told_apart(said: str, company: str, topic: str) -> None:
    assert split_words(said) == (company, topic)


@pytest.mark.parametrize(
    ("said", "correction"),
    [
        ("企业名称写错了，是重庆茶店精密机械厂", ("company", "重庆茶店精密机械厂")),
        ("改下事项", ("topic", "")),
        ("事项改成商标转让", ("topic", "商标转让")),
        ("应该没问题，确认", None),
        ("公司没错，确认", None),
        ("企业信息没错", None),
        ("公司电话错了，是13912345678", None),
        ("公司联系人改成张三", None),
        ("我想改时间", None),
    ],
)
def test_only_what_is_put_right_is_a_correction(
    said: str, correction: tuple[str, str] | None
) -> None:
    assert read_correction(said) == correction


@pytest.mark.parametrize(
    ("said", "contact", "telephone"),
    [
        ("公司电话错了，是13912345678", "", "13912345678"),
        ("公司联系人改成张三", "张三", ""),
        ("联系人不对，应该是张三", "张三", ""),
        ("联系人错了", "", ""),
        ("我叫李强，电话139 8300 1234", "李强", "13983001234"),
        ("电话是他的 13700137000，姓周", "姓周", "13700137000"),
        ("我是重庆一句茶叶有限公司的王强", "王强", ""),
        ("49859793", "", "02349859793"),
    ],
)
def test_contact_and_telephone_are_found(said: str, contact: str, telephone: str) -> None:
    details = read_details(said)
    assert (details.contact, details.telephone) == (contact, telephone)
