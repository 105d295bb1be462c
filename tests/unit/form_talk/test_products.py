"""Products, row by row, as the form stands after each message."""

from __future__ import annotations

import pytest

from bot.model.form_talk.turn import read_form_message
from tests.unit.form_talk.hearing import FORM, TODAY, UNSURE
from tests.unit.standing import standing_at


def products(*texts: str) -> list[dict[str, str]]:
    """The rows after these messages, each read where the form then stands."""
    answers = {**standing_at(FORM, "产品名称")[1], "product_standards": []}
    for text in texts:
        reading = read_form_message(FORM, "product_standards", text, UNSURE, answers, TODAY)
        assert reading.kind == "answer", (text, reading)
        answers.update(reading.values)
    return list(answers["product_standards"])


FULL = {
    "product": "卫生陶瓷",
    "standard_name": "卫生陶瓷",
    "standard_number": "GB 6952-2015",
    "adopted": "未采标",
    "published": "是",
}


def test_a_product_is_told_in_five_messages() -> None:
    assert products("卫生陶瓷", "《卫生陶瓷》", "GB6952-2015", "没采标", "公示了的") == [FULL]


def test_a_product_is_told_in_one_message() -> None:
    assert products("卫生陶瓷，执行《卫生陶瓷》GB 6952-2015，未采标，已公示") == [FULL]


def test_a_second_product_follows_the_first() -> None:
    rows = products(
        "坐便器 GB 6952-2015",
        "没有",
        "没采标",
        "公示了",
        "第二个是瓷砖 GB/T 4100-2015",
        "第二个没公示",
    )
    assert rows[0]["standard_name"] == ""
    assert rows[1] == {"product": "瓷砖", "standard_number": "GB/T 4100-2015", "published": "否"}


def test_numbered_products_are_rows() -> None:
    assert products("1. 坐便器 GB 6952-2015 2. 瓷砖 GB/T 4100-2015", "都没采标") == [
        {"product": "坐便器", "standard_number": "GB 6952-2015", "adopted": "未采标"},
        {"product": "瓷砖", "standard_number": "GB/T 4100-2015", "adopted": "未采标"},
    ]


def test_counted_products_are_rows_and_a_list_is_one_name() -> None:
    assert [row["product"] for row in products("坐便器、面盆、浴缸三样")] == [
        "坐便器",
        "面盆",
        "浴缸",
    ]
    assert [row["product"] for row in products("坐便器、面盆")] == ["坐便器、面盆"]


@pytest.mark.parametrize("text", ["没有了", "就这一个", "没别的了", "完了", "第二个不填了"])
def test_no_more_products_moves_on(text: str) -> None:
    path = "product_standards"
    answers = {**standing_at(FORM, "产品名称")[1], path: [dict(FULL)]}
    reading = read_form_message(FORM, path, text, UNSURE, answers, TODAY)
    assert (reading.kind, reading.command) == ("command", "skip")


def test_no_product_at_all_is_an_answer() -> None:
    assert products("没有") == []
